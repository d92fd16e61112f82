"""A number typed on the screen and one in a row of a file are judged by one rule."""

from datetime import date
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from azukari.law.purpose import PersonKind, Purpose
from azukari.law.verification import Method, Provision
from azukari.register.actions import NotVerified, Verification
from azukari.register.actions.numbers import settled
from azukari.register.models import Person
from azukari.register.rules import Refused, may_serve
from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.findings import Findings
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.verifying import Terms, Verifying

SHEETS = {
    PersonKind.EMPLOYEE: SheetKind.EMPLOYEES,
    PersonKind.FAMILY: SheetKind.FAMILIES,
    PersonKind.PAYEE: SheetKind.PAYEES,
}
KINDS = st.sampled_from(PersonKind)
WAYS = st.sampled_from(["", *(one.value for one in Provision)])
METHODS = st.sampled_from(["", *(one.code for one in Method)])
PURPOSES = st.lists(st.sampled_from(Purpose), unique=True, max_size=3)
DAY = date(2026, 4, 1)


def on_screen(kind: PersonKind, purposes: list[Purpose], said: Verification) -> bool:
    """Whether the form's action takes it."""
    if may_serve(kind=kind, purposes=purposes) is not None:
        return False
    try:
        settled(Person(kind=kind.value), purposes, said)
    except (Refused, NotVerified):
        return False
    return True


def in_a_row(kind: PersonKind, purposes: list[Purpose], said: Verification) -> bool:
    """Whether a row that says the same passes; nothing is said of the whole file."""
    facts: dict[str, list[Any]] = {
        "provision": [said.provision or None],
        "number_check": [said.number_check],
        "person_check": [said.person_check],
        "authority_check": [said.authority_check],
        "paper_held": [said.paper_held],
        "verified_on": [said.verified_on],
    }
    chunk = Chunk([1], SHEETS[kind], facts, [None], Findings([1]))
    rows = Verifying(chunk, kind, Terms((), Verification()))
    return rows.settle(0, tuple(one.code for one in purposes), "従業員") is not None


@example(
    PersonKind.PAYEE, [Purpose.PAYMENT_REPORT], Provision.EMPLOYEE_SELF, "CARD", "CARD", "", False
)
@given(KINDS, PURPOSES, WAYS, METHODS, METHODS, METHODS, st.booleans())
def test_screen_and_file_agree(
    kind: PersonKind,
    purposes: list[Purpose],
    provision: str,
    number: str,
    person: str,
    authority: str,
    paper: bool,
) -> None:
    said = Verification(number, person, authority, DAY, provision, paper)

    assert on_screen(kind, purposes, said) is in_a_row(kind, purposes, said)
