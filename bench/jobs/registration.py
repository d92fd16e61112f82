"""Bulk registration, the whole way of a file as a customer sends it.

Both files are received (and sealed), checked, and applied: numbers sealed under keys of their
own, people and records stored, a ledger leaf per person, progress and cursor kept.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from azukari.law.purpose import Purpose
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.verify import verify_realm
from azukari.pki.signing import verify as check_signature
from azukari.register import queries
from azukari.register.actions import Verification
from azukari.register.models import NumberState, Person
from azukari.register.sheets.command import register_file
from azukari.tenancy import scope
from azukari.tenancy.signing import ledger_signer
from azukari.vault import door
from azukari.vault.door import Reading
from bench.jobs.house import actor_of, scope_of
from bench.measure import Measured, expect, measuring
from bench.samples import sample_numbers

PURPOSES = [
    Purpose.TAX_WITHHOLDING,
    Purpose.TAX_DEDUCTION_FORMS,
    Purpose.HEALTH_PENSION,
    Purpose.EMPLOYMENT_INS,
]
CARD = Verification(number_check="CARD", person_check="CARD")
_FILES = ("employees.csv", "families.csv")


def register(place: dict[str, str], folder: str, persons: int) -> dict[str, Measured]:
    actor, files = actor_of(place), Path(folder)
    told: list[dict[str, Any]] = []
    with measuring() as cost:
        for name in _FILES:
            content = (files / name).read_bytes()
            checks = CARD if name == _FILES[0] else Verification()
            told.append(register_file(content, name, PURPOSES, checks, actor=actor))
    expect("states", [one["state"] for one in told], ["applied", "applied"])
    expect("refused rows", sum(one["refused"] for one in told), 0)
    _check_people(place, files, persons)
    check_ledger(UUID(place["company"]))
    with in_realm(UUID(place["company"])):
        leaves = Leaf.objects.filter(realm=place["company"], action=Action.NUMBER_RECORDED)
        expect("leaves of recorded numbers", leaves.count(), persons)
    return {"registration": Measured(persons, cost)}


def _check_people(place: dict[str, str], files: Path, persons: int) -> None:
    wanted = sample_numbers(files)
    with scope.enter(scope_of(place)):
        active = Person.objects.filter(number_state=NumberState.ACTIVE)
        expect("people with a number", active.count(), persons)
        codes = {code for code, _ in wanted}
        ids = {
            (code, family): person
            for person, code, family in active.filter(employee_code__in=codes).values_list(
                "id", "employee_code", "family_code"
            )
        }
        records = queries.active_records([ids[key] for key in wanted])
        reading = Reading(Action.NUMBER_COMPARED)
        cells = [records[ids[key]].cell for key in wanted]
        opened = door.open_numbers(scope.company_id(), cells, reading, actor=actor_of(place))
        same = [opened[cell].reveal_digits() for cell in cells] == list(wanted.values())
    expect("sampled numbers are those of the files", same, True)


def check_ledger(realm: UUID) -> None:
    """The whole tree again, up to a signed head."""
    sequencer.sequence(realm)
    sequencer.checkpoint_now(realm, ledger_signer())
    found = verify_realm(realm, ledger_signer().public_key, check_signature)
    expect("findings in the ledger", found.findings, [])
