"""What a plan writes: people, their history, numbers, records of them, and ledger leaves.

Set-based: each table gets one statement per chunk, however many people it is about.  All of it
joins the running transaction.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import connection
from django.db.models import Q

from azukari.law.name import search_key
from azukari.law.number import MyNumber
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Body, Record, bodies_for_each
from azukari.register import clocks
from azukari.register.models import NumberState, Person, PersonKind, Sheet
from azukari.register.sheets.comparison import KIND_OF_PERSON, Change, New, Plan
from azukari.register.sheets.headings import SheetKind
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.ids import new_id
from azukari.vault import door

# Column of register_person → type of its array, and what a new person has without a value.
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
}

# What lists of families are filtered by stands with their employee; a trigger would look it up one
# by one.
_OF_HOST: Final = (
    "(SELECT {} FROM register_person e WHERE e.company_id = %s AND e.id = new.host_id)"
)
_COPIED: Final = {
    "host_department": _OF_HOST.format("e.department"),
    "host_left": _OF_HOST.format("e.left_on IS NOT NULL"),
}


_Columns = dict[str, tuple[str, list[Any]]]


class _Handled:
    """One person of the chunk for whom something was done, for the ledger."""

    __slots__ = ("change", "handle", "person", "purposes")

    def __init__(
        self, person: UUID, purposes: tuple[str, ...], handle: UUID | None, change: str
    ) -> None:
        self.person = person
        self.purposes = purposes
        self.handle = handle
        self.change = change  # "added", or the names of the fields that changed


@dataclass
class Stored:
    """What was written: the ledger leaves, one per person, still to be written, and the ids by
    which it can be taken back.
    """

    leaves: list[Body]
    added: list[UUID]
    changes: list[UUID]
    records: list[UUID]


def store(plan: Plan, sheet: Sheet, *, actor: Actor) -> Stored:
    """Writes the plan."""
    _insert_people(plan, actor.company)
    _update_people(plan, actor.company)
    changes = _insert_changes(plan, actor)
    handles, records = _seal(plan, sheet, actor)
    clocks.recount(_whose_clocks_move(plan))
    leaves = list(_leaves(plan, handles, sheet, actor))
    return Stored(leaves, [new.id for new in plan.new], changes, records)


def write_leaves(company: UUID, leaves: list[Body]) -> None:
    """Takes the lock of the ledger until the transaction ends, so it comes last."""
    if leaves:
        pens.write_many(company, leaves)


# people ---------------------------------------------------------------------------------------


def _insert_people(plan: Plan, company: UUID) -> None:
    if not plan.new:
        return
    columns = _columns(plan, [new.values for new in plan.new])
    columns |= {
        "id": ("uuid", [new.id for new in plan.new]),
        "host_id": ("uuid", [new.host for new in plan.new]),
        "employee_code": ("text", [new.key[0] for new in plan.new]),
        "family_code": ("int4", [new.key[1] for new in plan.new]),
        "number_state": ("text", [_state_of_new(new) for new in plan.new]),
    }
    kind = KIND_OF_PERSON[plan.kind]
    names, copied = ", ".join(columns), _COPIED if kind == PersonKind.FAMILY else {}
    written = ", ".join([*copied, names])
    values = ", ".join([*copied.values(), names])
    _execute(
        "INSERT INTO register_person (company_id, kind, version, created_at, updated_at,"  # noqa: S608  our own column names
        f" {written}) SELECT %s, %s, 1, now(), now(), {values} FROM {_unnest(columns)}",
        [company, kind.value, *[company] * len(copied), *_joined(columns)],
    )


def _state_of_new(new: New) -> str:
    state = NumberState.NONE if new.number is None else NumberState.ACTIVE
    return state.value


def _update_people(plan: Plan, company: UUID) -> None:
    if not plan.changes:
        return
    columns = _columns(plan, [change.values for change in plan.changes], absent=False)
    columns["number_state"] = ("text", [_state_of_changed(change) for change in plan.changes])
    # "new" carries what a column list names; the row keeps the rest.
    assignments = ", ".join(f"{name} = new.{name}" for name in columns)
    columns["id"] = ("uuid", [change.known.id for change in plan.changes])
    _execute(
        f"UPDATE register_person p SET {assignments}, version = p.version + 1, updated_at = now()"  # noqa: S608  our own column names
        f" FROM {_unnest(columns)} AND p.company_id = %s AND p.id = new.id",
        [*_joined(columns), company],
    )


def _state_of_changed(change: Change) -> str:
    return change.known.number_state if change.number is None else NumberState.ACTIVE.value


def _columns(
    plan: Plan, rows: Sequence[tuple[Any, ...]], *, absent: bool = True
) -> dict[str, tuple[str, list[Any]]]:
    """Column → type and values; with `absent` also those the file has no column for."""
    by_field = dict(zip(plan.fields, zip(*rows, strict=True), strict=True))
    columns: _Columns = {}
    for name, (kind, empty) in _COLUMNS.items():
        if name in by_field:
            # A cell left empty is NULL only where the column knows one.
            values = [empty if value is None else value for value in by_field[name]]
            columns[name] = (kind, values)
        elif absent:
            columns[name] = (kind, [empty] * len(rows))
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
    ids = [new_id() for _ in changed]
    columns: _Columns = {
        "id": ("uuid", ids),
        "person_id": ("uuid", [change.known.id for change in changed]),
        "version": ("int4", [change.known.version + 1 for change in changed]),
        "changes": ("jsonb", [_as_json(plan, change) for change in changed]),
    }
    names = ", ".join(columns)
    _execute(
        f"INSERT INTO register_person_change (company_id, at, actor, actor_name, {names})"  # noqa: S608  our own column names
        f" SELECT %s, now(), %s, %s, {names} FROM {_unnest(columns)}",
        [actor.company, actor.user_id, actor.name, *_joined(columns)],
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


def _seal(plan: Plan, sheet: Sheet, actor: Actor) -> tuple[dict[UUID, UUID], list[UUID]]:
    """Seals what numbers came and records them; person → handle, and the records."""
    people: list[tuple[UUID, MyNumber, tuple[str, ...]]] = [
        (new.id, new.number, new.purposes) for new in plan.new if new.number is not None
    ]
    people += [
        (change.known.id, change.number, change.purposes)
        for change in plan.changes
        if change.number is not None
    ]
    if not people:
        return {}, []
    ids = [new_id() for _ in people]
    handles = door.deposit_numbers(
        actor.company, [(person, number) for person, number, _ in people]
    )
    columns: _Columns = {
        "id": ("uuid", ids),
        "person_id": ("uuid", [person for person, _, _ in people]),
        "cell": ("uuid", handles),
        "purposes": ("text", [",".join(purposes) for _, _, purposes in people]),
    }
    _execute(
        "INSERT INTO register_number_record (company_id, state, number_check, person_check,"  # noqa: S608  our own column names
        " verified_on, awaits_second_check, recorded_at, recorded_by, recorded_by_name,"
        " id, person_id, cell, purposes)"
        " SELECT %s, 'active', %s, %s, %s::date, %s, now(), %s::uuid, %s,"
        f" id, person_id, cell, string_to_array(purposes, ',') FROM {_unnest(columns)}",
        [
            actor.company,
            sheet.number_check,
            sheet.person_check,
            sheet.verified_on,
            company_at_work(actor.company).second_checker,
            actor.user_id,
            actor.name,
            *_joined(columns),
        ],
    )
    return dict(zip((person for person, _, _ in people), handles, strict=True)), ids


# clocks ---------------------------------------------------------------------------------------

_ENDINGS: Final = ("left_on", "dependent_until", "contract_to")
_MOVING: Final = frozenset({*_ENDINGS, "tax_dependent", "health_dependent", "category3"})


def _whose_clocks_move(plan: Plan) -> set[UUID]:
    """Who joins with an end already known, or whose end changes; nobody of a plain import."""
    found = {new.id for new in plan.new if new.number is not None and _ends(plan, new.values)}
    for change in plan.changes:
        moves = any(
            name in _MOVING and old != new
            for name, old, new in zip(plan.fields, change.known.values, change.values, strict=True)
        )
        if moves or (change.number is not None and _ends(plan, change.values)):
            found.add(change.known.id)
    return found | _families_of_leavers(plan)


def _ends(plan: Plan, values: Sequence[Any]) -> bool:
    return any(
        name in plan.fields and values[plan.fields.index(name)] is not None for name in _ENDINGS
    )


def _families_of_leavers(plan: Plan) -> set[UUID]:
    """Family members whose number came with this file, of employees who have left."""
    came = {new.id for new in plan.new if new.number is not None and new.host is not None}
    came |= {one.known.id for one in plan.changes if one.number is not None}
    if not came or plan.kind is not SheetKind.FAMILIES:
        return set()
    of_leavers = Person.objects.filter(
        Q(host__left_on__isnull=False) | Q(dependent_until__isnull=False), id__in=came
    )
    return set(of_leavers.values_list("id", flat=True))


# ledger ---------------------------------------------------------------------------------------


def _leaves(plan: Plan, handles: dict[UUID, UUID], sheet: Sheet, actor: Actor) -> Iterator[Body]:
    """One leaf per person; people with the same to tell share the making of it."""
    now = datetime.now(UTC)
    alike: dict[tuple[bool, tuple[str, ...], str], list[_Handled]] = defaultdict(list)
    for one in _handled(plan, handles):
        alike[one.handle is not None, one.purposes, one.change].append(one)
    for (with_number, purposes, change), people in alike.items():
        record = Record.by(
            actor,
            _action(change, with_number=with_number),
            at=now,
            purpose=",".join(purposes) if with_number else "",
            count=1,
            details=_details(sheet, change, with_number=with_number),
        )
        yield from bodies_for_each(record, [(one.person, one.handle) for one in people])


def _handled(plan: Plan, handles: dict[UUID, UUID]) -> Iterator[_Handled]:
    for new in plan.new:
        yield _Handled(new.id, new.purposes, handles.get(new.id), "added")
    for change in plan.changes:
        names = " ".join(
            name
            for name, old, new_value in zip(
                plan.fields, change.known.values, change.values, strict=True
            )
            if old != new_value
        )
        yield _Handled(change.known.id, change.purposes, handles.get(change.known.id), names)


def _action(change: str, *, with_number: bool) -> Action:
    if with_number:
        return Action.NUMBER_RECORDED
    return Action.PERSON_REGISTERED if change == "added" else Action.PERSON_CHANGED


def _details(sheet: Sheet, change: str, *, with_number: bool) -> dict[str, str | int | bool]:
    details = {"run": str(sheet.id), "channel": "sheet"}
    if change == "added":
        details["kind"] = "added"
    else:
        details["changed"] = change
    if with_number:
        details |= {"number_check": sheet.number_check, "identity_check": sheet.person_check}
    return {key: value for key, value in details.items() if value}


# statements -----------------------------------------------------------------------------------

# One text per column, taken apart by the server: six times cheaper than an array of values bound
# one by one.  The marks cannot occur in a value, since control characters are refused at reading.
_BETWEEN: Final = "\x1f"
_NULL: Final = "\x1e"


def _unnest(columns: _Columns) -> str:
    arrays = ", ".join(
        f"string_to_array(%s, '{_BETWEEN}', '{_NULL}')::{kind}[]" for kind, _ in columns.values()
    )
    # The last of each column is NULL, so that one empty text is not read as no text at all.
    return f"unnest({arrays}) AS new({', '.join(columns)}) WHERE new.id IS NOT NULL"


def _joined(columns: _Columns) -> list[str]:
    return [_join(values) for _, values in columns.values()]


def _join(values: list[Any]) -> str:
    texts = values if isinstance(values[0], str) else [_text(value) for value in values]
    joined = _BETWEEN.join([*texts, _NULL])
    if joined.count(_BETWEEN) != len(values):
        raise ValueError("a value holds a control character")
    return joined


def _text(value: Any) -> str:
    return _NULL if value is None else str(value)


def _execute(statement: str, values: list[Any]) -> None:
    # Bound by the server: Django's own cursor would write every value into the statement.
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)
