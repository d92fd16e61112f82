"""What a plan writes: people, their history, numbers, records of them, and ledger leaves.

Set-based: each table gets one statement per chunk, however many people it is about.  All of it
joins the running transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from azukari.law.name import search_key
from azukari.ledger import pens
from azukari.ledger.record import Body
from azukari.register import clocks
from azukari.register.models import NumberState, Sheet
from azukari.register.sheets.arriving import ENDINGS, OPEN, Due, dues_of_new
from azukari.register.sheets.changing import supersede
from azukari.register.sheets.comparison import KIND_OF_PERSON, Change, Given, Plan
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.leaves import leaves_of
from azukari.register.sheets.statements import (
    Columns,
    execute,
    rows_from,
    rows_of,
)
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.ids import new_ids
from azukari.vault import door

# Column of register_person → its type, and what a new person has without a value.
_COLUMNS: Final[dict[str, tuple[str, Any]]] = {
    "relationship": ("text", ""),
    "name": ("text", ""),
    "kana": ("text", ""),
    "birth_date": ("date", None),
    "sex": ("text", ""),
    "postcode": ("text", ""),
    "address": ("text", ""),
    "address_kana": ("text", ""),
    "telephone": ("text", ""),
    "mail": ("text", ""),
    "hired_on": ("date", None),
    "left_on": ("date", None),
    "department_code": ("text", ""),
    "department": ("text", ""),
    "pension_number": ("text", ""),
    "insured_number": ("text", ""),
    "lives_together": ("bool", None),
    "tax_dependent": ("bool", False),
    "health_dependent": ("bool", False),
    "category3": ("bool", False),
    "employment_class": ("text", ""),
    "employment_insurance_number": ("text", ""),
    "specific_relative": ("bool", False),
    "disabled": ("bool", False),
    "nonresident": ("bool", False),
    "dependent_until": ("date", None),
    "payee_kind": ("text", ""),
    "contract_from": ("date", None),
    "contract_to": ("date", None),
    "last_paid_on": ("date", None),
}

_NONE, _ACTIVE = NumberState.NONE.value, NumberState.ACTIVE.value

# Columns of register_number_record for the fields of `Verified`, in their order, and their types.
_VERIFIED: Final = {
    "provision": "text",
    "number_check": "text",
    "person_check": "text",
    "authority_check": "text",
    "paper_held": "bool",
    "verified_on": "date",
    "verified_by_name": "text",
}


@dataclass
class Stored:
    """What was written: the ledger leaves, one per person, still to be written, and the ids by
    which it can be taken back.
    """

    leaves: list[Body]
    added: list[UUID]
    changes: list[UUID]
    records: list[UUID]
    superseded: list[UUID]


def store(plan: Plan, sheet: Sheet, *, actor: Actor) -> Stored:
    """Writes the plan."""
    added, dues = new_ids(len(plan.new)), dues_of_new(plan)
    _insert_people(plan, added, dues, actor.company)
    _update_people(plan, actor.company)
    changes = _insert_changes(plan, actor)
    superseded = supersede(plan, actor=actor)
    handles, records = _seal(_numbers(plan, added, dues), actor)
    clocks.recount(_whose_clocks_move(plan))
    leaves = list(leaves_of(plan, added, handles, superseded, sheet, actor))
    replaced = [old.id for old in superseded.values()]
    return Stored(leaves, added, changes, records, replaced)


def write_leaves(company: UUID, leaves: list[Body]) -> None:
    """Takes the lock of the ledger until the transaction ends, so it comes last."""
    if leaves:
        pens.write_many(company, leaves)


# people ---------------------------------------------------------------------------------------


def _insert_people(plan: Plan, ids: list[UUID], dues: list[Due], company: UUID) -> None:
    if not ids:
        return
    columns = _columns({name: plan.of_new(name) for name in plan.fields})
    columns |= {
        "id": ("uuid", ids),
        "employee_code": ("text", [new.key[0] for new in plan.new]),
        "family_code": ("int4", [new.key[1] for new in plan.new]),
        "number_state": ("text", [_NONE if new.given is None else _ACTIVE for new in plan.new]),
        "number_due_on": ("date", [due.on for due in dues]),
    }
    if plan.kind is SheetKind.FAMILIES:
        # What lists of families are filtered by stands with their employee; a trigger would look
        # it up one by one.
        hosts = [new.host for new in plan.new]
        columns |= {
            "host_id": ("uuid", [host and host.id for host in hosts]),
            "host_department": ("text", [host and host.department for host in hosts]),
            "host_left": ("bool", [host and host.left_on is not None for host in hosts]),
        }
    rows = rows_from(columns)
    empty = {name: one for name, one in _COLUMNS.items() if name not in columns}
    names = ", ".join([*columns, *empty])
    values = ", ".join([*columns, *(_literal(*one) for one in empty.values())])
    execute(
        f"INSERT INTO register_person (company_id, kind, version, created_at, updated_at, {names})"  # noqa: S608  our own column names
        f" SELECT %s, %s, 1, now(), now(), {values} FROM {rows.text}",
        [company, KIND_OF_PERSON[plan.kind].value, *rows.values],
    )


def _literal(kind: str, empty: Any) -> str:
    return f"NULL::{kind}" if empty is None else f"'{empty}'::{kind}"


def _update_people(plan: Plan, company: UUID) -> None:
    if not plan.changes:
        return
    by_field = zip(*(change.values for change in plan.changes), strict=True)
    columns = _columns(dict(zip(plan.fields, by_field, strict=True)))
    columns["number_state"] = ("text", [_state_of_changed(change) for change in plan.changes])
    # "new" carries what a column list names; the row keeps the rest.
    assignments = ", ".join(f"{name} = new.{name}" for name in columns)
    columns["id"] = ("uuid", [change.known.id for change in plan.changes])
    rows = rows_from(columns)
    execute(
        f"UPDATE register_person p SET {assignments}, version = p.version + 1, updated_at = now()"  # noqa: S608  our own column names
        f" FROM {rows.text} AND p.company_id = %s AND p.id = new.id",
        [*rows.values, company],
    )


def _state_of_changed(change: Change) -> str:
    return change.known.number_state if change.given is None else _ACTIVE


def _columns(by_field: Mapping[str, Sequence[Any]]) -> Columns:
    """What the file has a column for; a cell left empty is NULL only where the column knows one."""
    columns: Columns = {}
    for name, values in by_field.items():
        kind, empty = _COLUMNS[name]
        filled = values if empty is None else [empty if one is None else one for one in values]
        columns[name] = (kind, filled)
    columns["search_key"] = ("text", _search_keys(by_field["name"], by_field["kana"]))
    return columns


def _search_keys(names: Iterable[str], kanas: Iterable[str]) -> list[str]:
    return [
        f"{search_key(name)} {search_key(kana)}" for name, kana in zip(names, kanas, strict=True)
    ]


def _insert_changes(plan: Plan, actor: Actor) -> list[UUID]:
    """The history: what stood before and after, for those whose basic information changed."""
    changed = [change for change in plan.changes if change.values != change.known.values]
    if not changed:
        return []
    ids = new_ids(len(changed))
    columns: Columns = {
        "id": ("uuid", ids),
        "person_id": ("uuid", [change.known.id for change in changed]),
        "version": ("int4", [change.known.version + 1 for change in changed]),
        "changes": ("jsonb", [_as_json(plan, change) for change in changed]),
    }
    rows, names = rows_from(columns), ", ".join(columns)
    execute(
        f"INSERT INTO register_person_change (company_id, at, actor, actor_name, {names})"  # noqa: S608  our own column names
        f" SELECT %s, now(), %s, %s, {names} FROM {rows.text}",
        [actor.company, actor.user_id, actor.name, *rows.values],
    )
    return ids


def _as_json(plan: Plan, change: Change) -> str:
    return json.dumps(
        {
            name: [_plain(old), _plain(new)]
            for name, old, new in zip(plan.fields, change.known.values, change.values, strict=True)
            if old != new
        },
        ensure_ascii=False,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# numbers --------------------------------------------------------------------------------------


class _Number(NamedTuple):
    """A number that came, whose it is, and when it may go."""

    person: UUID
    given: Given
    due: Due


def _numbers(plan: Plan, added: list[UUID], dues: list[Due]) -> list[_Number]:
    """Those that came."""
    numbers = [
        _Number(person, new.given, due)
        for person, new, due in zip(added, plan.new, dues, strict=True)
        if new.given is not None
    ]
    numbers += [
        _Number(change.known.id, change.given, OPEN)
        for change in plan.changes
        if change.given is not None
    ]
    return numbers


def _seal(numbers: list[_Number], actor: Actor) -> tuple[dict[UUID, UUID], list[UUID]]:
    """Seals and records the numbers; person → handle, and the records."""
    if not numbers:
        return {}, []
    ids = new_ids(len(numbers))
    handles = door.deposit_numbers(
        actor.company, [(one.person, one.given.number) for one in numbers]
    )
    columns: Columns = {
        "id": ("uuid", ids),
        "person_id": ("uuid", [one.person for one in numbers]),
        "cell": ("uuid", handles),
        "purposes": ("text", [",".join(one.given.purposes) for one in numbers]),
        "due_on": ("date", [one.due.on for one in numbers]),
        "kept_by": ("text", [one.due.kept_by for one in numbers]),
    }
    verified = zip(*(one.given.verified for one in numbers), strict=True)
    for (name, kind), values in zip(_VERIFIED.items(), verified, strict=True):
        columns[name] = (kind, values)
    rows = rows_from(columns)
    names = ", ".join(name for name in columns if name != "purposes")
    execute(
        "INSERT INTO register_number_record (company_id, state, awaits_second_check,"  # noqa: S608  our own column names
        f" recorded_at, recorded_by, recorded_by_name, {names}, purposes)"
        f" SELECT %s, 'active', %s, now(), %s::uuid, %s, {names}, string_to_array(purposes, ',')"
        f" FROM {rows.text}",
        [
            actor.company,
            company_at_work(actor.company).second_checker,
            actor.user_id,
            actor.name,
            *rows.values,
        ],
    )
    return dict(zip((one.person for one in numbers), handles, strict=True)), ids


# clocks ---------------------------------------------------------------------------------------

_MOVING: Final = frozenset({*ENDINGS, "tax_dependent", "health_dependent", "category3"})


def _whose_clocks_move(plan: Plan) -> set[UUID]:
    """Of those in the register, whose end changes, or whose number comes with an end known."""
    ends = [plan.fields.index(name) for name in ENDINGS if name in plan.fields]
    found: set[UUID] = set()
    numbered: list[UUID] = []
    for change in plan.changes:
        moves = any(
            name in _MOVING and old != new
            for name, old, new in zip(plan.fields, change.known.values, change.values, strict=True)
        )
        came = change.given is not None and (
            change.given.why or any(change.values[place] is not None for place in ends)
        )
        if moves or came:
            found.add(change.known.id)
        elif change.given is not None and plan.kind is SheetKind.FAMILIES:
            numbered.append(change.known.id)
    return found | _with_an_end(numbered)


def _with_an_end(family: list[UUID]) -> set[UUID]:
    """Of family members who were in the register: who left a family, or whose employee left."""
    if not family:
        return set()
    rows = rows_of(
        "SELECT id FROM register_person WHERE company_id = %s"
        " AND id = ANY(%s) AND (host_left OR dependent_until IS NOT NULL)",
        [scope.company_id(), family],
    )
    return {person for (person,) in rows}
