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

import psycopg
from django.db import connection
from django.db.models import Q

from azukari.law.name import search_key
from azukari.ledger import pens
from azukari.ledger.record import Body
from azukari.register import clocks
from azukari.register.models import NumberState, Person, PersonKind, Sheet
from azukari.register.sheets.changing import supersede
from azukari.register.sheets.comparison import KIND_OF_PERSON, Change, Given, New, Plan
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.leaves import leaves_of
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
    _insert_people(plan, actor.company)
    _update_people(plan, actor.company)
    changes = _insert_changes(plan, actor)
    superseded = supersede(plan, actor=actor)
    handles, records = _seal(plan, actor)
    clocks.recount(_whose_clocks_move(plan))
    leaves = list(leaves_of(plan, handles, superseded, sheet, actor))
    replaced = [old.id for old in superseded.values()]
    return Stored(leaves, [new.id for new in plan.new], changes, records, replaced)


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
    state = NumberState.NONE if new.given is None else NumberState.ACTIVE
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
    return change.known.number_state if change.given is None else NumberState.ACTIVE.value


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


def _seal(plan: Plan, actor: Actor) -> tuple[dict[UUID, UUID], list[UUID]]:
    """Seals what numbers came and records them; person → handle, and the records."""
    people: list[tuple[UUID, Given]] = [
        (new.id, new.given) for new in plan.new if new.given is not None
    ]
    people += [
        (change.known.id, change.given) for change in plan.changes if change.given is not None
    ]
    if not people:
        return {}, []
    ids = [new_id() for _ in people]
    handles = door.deposit_numbers(
        actor.company, [(person, given.number) for person, given in people]
    )
    columns: _Columns = {
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
    _execute(
        "INSERT INTO register_number_record (company_id, state, awaits_second_check,"  # noqa: S608  our own column names
        f" recorded_at, recorded_by, recorded_by_name, {names}, purposes)"
        f" SELECT %s, 'active', %s, now(), %s::uuid, %s, {names}, string_to_array(purposes, ',')"
        f" FROM {_unnest(columns)}",
        [
            actor.company,
            company_at_work(actor.company).second_checker,
            actor.user_id,
            actor.name,
            *_joined(columns),
        ],
    )
    return dict(zip((person for person, _ in people), handles, strict=True)), ids


# clocks ---------------------------------------------------------------------------------------

_ENDINGS: Final = ("left_on", "dependent_until", "contract_to")
_MOVING: Final = frozenset({*_ENDINGS, "tax_dependent", "health_dependent", "category3"})


def _whose_clocks_move(plan: Plan) -> set[UUID]:
    """Who joins with an end already known, or whose end changes; nobody of a plain import."""
    found = {new.id for new in plan.new if new.given is not None and _ends(plan, new.values)}
    for change in plan.changes:
        moves = any(
            name in _MOVING and old != new
            for name, old, new in zip(plan.fields, change.known.values, change.values, strict=True)
        )
        came = change.given is not None and (change.given.why or _ends(plan, change.values))
        if moves or came:
            found.add(change.known.id)
    return found | _families_of_leavers(plan)


def _ends(plan: Plan, values: Sequence[Any]) -> bool:
    return any(
        name in plan.fields and values[plan.fields.index(name)] is not None for name in _ENDINGS
    )


def _families_of_leavers(plan: Plan) -> set[UUID]:
    """Family members whose number came with this file, of employees who have left."""
    came = {new.id for new in plan.new if new.given is not None and new.host is not None}
    came |= {one.known.id for one in plan.changes if one.given is not None}
    if not came or plan.kind is not SheetKind.FAMILIES:
        return set()
    of_leavers = Person.objects.filter(
        Q(host__left_on__isnull=False) | Q(dependent_until__isnull=False), id__in=came
    )
    return set(of_leavers.values_list("id", flat=True))


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
