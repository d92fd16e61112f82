"""What a plan writes: people, their history, numbers, records of them, and ledger leaves.

Set-based: each table gets one statement per chunk, however many people it is about.  All of it
joins the running transaction.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from azukari.law.name import search_key
from azukari.ledger import pens
from azukari.ledger.record import Body
from azukari.register import clocks
from azukari.register.models import NumberState, Sheet
from azukari.register.sheets.changing import supersede
from azukari.register.sheets.comparison import KIND_OF_PERSON, Change, Given, New, Plan
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.leaves import leaves_of
from azukari.register.sheets.statements import (
    Columns,
    any_of,
    execute,
    joined,
    listed,
    rows_of,
    unnest,
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

# Column of register_number_record → type of its array, and the field of `Verified`.
_VERIFIED: Final = {
    "provision": ("text", "provision"),
    "number_check": ("text", "number_check"),
    "person_check": ("text", "person_check"),
    "authority_check": ("text", "authority_check"),
    "paper_held": ("bool", "paper_held"),
    "verified_on": ("date", "verified_on"),
    "verified_by_name": ("text", "verified_by"),
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
    added = new_ids(len(plan.new))
    _insert_people(plan, added, actor.company)
    _update_people(plan, actor.company)
    changes = _insert_changes(plan, actor)
    superseded = supersede(plan, actor=actor)
    handles, records = _seal(_numbers(plan, added), actor)
    clocks.recount(_whose_clocks_move(plan, added))
    leaves = list(leaves_of(plan, added, handles, superseded, sheet, actor))
    replaced = [old.id for old in superseded.values()]
    return Stored(leaves, added, changes, records, replaced)


def write_leaves(company: UUID, leaves: list[Body]) -> None:
    """Takes the lock of the ledger until the transaction ends, so it comes last."""
    if leaves:
        pens.write_many(company, leaves)


# people ---------------------------------------------------------------------------------------


def _insert_people(plan: Plan, ids: list[UUID], company: UUID) -> None:
    if not ids:
        return
    columns = _columns(plan, [new.values for new in plan.new])
    columns |= {
        "id": ("uuid", ids),
        "employee_code": ("text", [new.key[0] for new in plan.new]),
        "family_code": ("int4", [new.key[1] for new in plan.new]),
        "number_state": ("text", [_state_of_new(new) for new in plan.new]),
    }
    if plan.kind is SheetKind.FAMILIES:
        # What lists of families are filtered by stands with their employee; a trigger would look
        # it up one by one.
        hosts = [new.host for new in plan.new]
        columns |= {
            "host_id": ("uuid", [host and host.id for host in hosts]),
            "host_department": ("text", [host and host.department for host in hosts]),
            "host_left": ("bool", [host and host.has_left for host in hosts]),
        }
    empty = {name: one for name, one in _COLUMNS.items() if name not in columns}
    names = ", ".join([*columns, *empty])
    values = ", ".join([*columns, *(_literal(*one) for one in empty.values())])
    execute(
        f"INSERT INTO register_person (company_id, kind, version, created_at, updated_at, {names})"  # noqa: S608  our own column names
        f" SELECT %s, %s, 1, now(), now(), {values} FROM {unnest(columns)}",
        [company, KIND_OF_PERSON[plan.kind].value, *joined(columns)],
    )


def _literal(kind: str, empty: Any) -> str:
    return f"NULL::{kind}" if empty is None else f"'{empty}'::{kind}"


def _state_of_new(new: New) -> str:
    state = NumberState.NONE if new.given is None else NumberState.ACTIVE
    return state.value


def _update_people(plan: Plan, company: UUID) -> None:
    if not plan.changes:
        return
    columns = _columns(plan, [change.values for change in plan.changes])
    columns["number_state"] = ("text", [_state_of_changed(change) for change in plan.changes])
    # "new" carries what a column list names; the row keeps the rest.
    assignments = ", ".join(f"{name} = new.{name}" for name in columns)
    columns["id"] = ("uuid", [change.known.id for change in plan.changes])
    execute(
        f"UPDATE register_person p SET {assignments}, version = p.version + 1, updated_at = now()"  # noqa: S608  our own column names
        f" FROM {unnest(columns)} AND p.company_id = %s AND p.id = new.id",
        [*joined(columns), company],
    )


def _state_of_changed(change: Change) -> str:
    return change.known.number_state if change.given is None else NumberState.ACTIVE.value


def _columns(plan: Plan, rows: Sequence[tuple[Any, ...]]) -> Columns:
    """What the file has a column for; a cell left empty is NULL only where the column knows one."""
    columns: Columns = {}
    by_field = dict(zip(plan.fields, zip(*rows, strict=True), strict=True))
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
    names = ", ".join(columns)
    execute(
        f"INSERT INTO register_person_change (company_id, at, actor, actor_name, {names})"  # noqa: S608  our own column names
        f" SELECT %s, now(), %s, %s, {names} FROM {unnest(columns)}",
        [actor.company, actor.user_id, actor.name, *joined(columns)],
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


def _numbers(plan: Plan, added: list[UUID]) -> list[tuple[UUID, Given]]:
    """Those that came, and whose they are."""
    people = [
        (person, new.given)
        for person, new in zip(added, plan.new, strict=True)
        if new.given is not None
    ]
    people += [
        (change.known.id, change.given) for change in plan.changes if change.given is not None
    ]
    return people


def _seal(people: list[tuple[UUID, Given]], actor: Actor) -> tuple[dict[UUID, UUID], list[UUID]]:
    """Seals and records the numbers; person → handle, and the records."""
    if not people:
        return {}, []
    ids = new_ids(len(people))
    handles = door.deposit_numbers(
        actor.company, [(person, given.number) for person, given in people]
    )
    columns: Columns = {
        "id": ("uuid", ids),
        "person_id": ("uuid", [person for person, _ in people]),
        "cell": ("uuid", handles),
        "purposes": ("text", [",".join(given.purposes) for _, given in people]),
        **{
            name: (kind, [getattr(given.verified, field) for _, given in people])
            for name, (kind, field) in _VERIFIED.items()
        },
    }
    names = ", ".join(name for name in columns if name != "purposes")
    execute(
        "INSERT INTO register_number_record (company_id, state, awaits_second_check,"  # noqa: S608  our own column names
        f" recorded_at, recorded_by, recorded_by_name, {names}, purposes)"
        f" SELECT %s, 'active', %s, now(), %s::uuid, %s, {names}, string_to_array(purposes, ',')"
        f" FROM {unnest(columns)}",
        [
            actor.company,
            company_at_work(actor.company).second_checker,
            actor.user_id,
            actor.name,
            *joined(columns),
        ],
    )
    return dict(zip((person for person, _ in people), handles, strict=True)), ids


# clocks ---------------------------------------------------------------------------------------

_ENDINGS: Final = ("left_on", "dependent_until", "contract_to")
_MOVING: Final = frozenset(
    {*_ENDINGS, "last_paid_on", "tax_dependent", "health_dependent", "category3"}
)


def _whose_clocks_move(plan: Plan, added: list[UUID]) -> set[UUID]:
    """Who joins with an end already known, or whose end changes; nobody of a plain import."""
    ends = [plan.fields.index(name) for name in _ENDINGS if name in plan.fields]
    found = {
        person
        for person, new in zip(added, plan.new, strict=True)
        if new.given is not None
        and ((new.host is not None and new.host.has_left) or _has_any(new.values, ends))
    }
    numbered: list[UUID] = []
    for change in plan.changes:
        moves = any(
            name in _MOVING and old != new
            for name, old, new in zip(plan.fields, change.known.values, change.values, strict=True)
        )
        came = change.given is not None and (change.given.why or _has_any(change.values, ends))
        if moves or came:
            found.add(change.known.id)
        elif change.given is not None and plan.kind is SheetKind.FAMILIES:
            numbered.append(change.known.id)
    return found | _with_an_end(numbered)


def _has_any(values: Sequence[Any], places: Sequence[int]) -> bool:
    return any(values[place] is not None for place in places)


def _with_an_end(family: list[UUID]) -> set[UUID]:
    """Of family members who were in the register: who left a family, or whose employee left."""
    if not family:
        return set()
    rows = rows_of(
        "SELECT id FROM register_person WHERE company_id = %s"  # noqa: S608  our own words
        f" AND id = {any_of('uuid')} AND (host_left OR dependent_until IS NOT NULL)",
        [scope.company_id(), listed(family)],
    )
    return {person for (person,) in rows}
