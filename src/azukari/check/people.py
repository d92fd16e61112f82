"""People of an output, straight from the tables as text: a model object for each of a million
would cost more than all the rest.  What each cell says is what `templates.text_of` says.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import models

from azukari.register.models import NumberState, Person
from azukari.register.sheets.statements import array_of, listed, rows_of
from azukari.register.sheets.templates import CHOICES

_COLUMNS: Final = {one.name: one for one in Person._meta.concrete_fields}  # noqa: SLF001  Django's documented way

_LABELS: Final = {
    **CHOICES,
    "number_state": {str(value): str(label) for value, label in NumberState.choices},
}
# Whose they are is said by row-level security; `company_id = …` beside it would have PostgreSQL
# read the whole company (decision 14), as in `vault.door`.
_THESE: Final = f"ANY((SELECT {array_of('uuid')})::uuid[])"

# Control characters are never registered.
BETWEEN: Final = "\x1f"
NUMBER: Final = "\x1e"

Found = tuple[UUID | None, str]
"""The handle of the number that may leave, if there is one, and the cells with BETWEEN between
them, NUMBER where the number goes.
"""


def frozen(output_id: UUID, company: UUID, after: int, count: int) -> list[str]:
    """The ids at these places of an output's list; whoever they are may have gone since."""
    [(ids,)] = rows_of(
        "SELECT array_to_string(people_ids[%s:%s], ',') FROM check_output"
        " WHERE company_id = %s AND id = %s",
        [after + 1, after + count, company, output_id],
    )
    return ids.split(",") if ids else []


def people_of(ids: Sequence[str], company: UUID, names: Sequence[str], purpose: str) -> list[Found]:
    """Those of them who are in the register, in their order.

    A number counts only when it is held for the purpose (番号法 第9条) and wants no second check;
    without a purpose none does.
    """
    # By ids in an array: a join is planned by what PostgreSQL has counted so far, which of
    # tables that were just filled is nothing, and then it goes through all of them for each row.
    whom = listed(ids)
    # One text for each, which costs half of what as many texts cost on either side.
    cells = f" || {_literal(BETWEEN)} || ".join(map(_cell, names))
    people = rows_of(
        f"SELECT id::text, {cells} FROM register_person"  # noqa: S608  our own column names
        f" WHERE id = {_THESE} AND company_id IS NOT DISTINCT FROM %s",
        [whom, company],
    )
    handles: dict[str, UUID] = {}
    if purpose:
        handles = dict(
            rows_of(
                "SELECT person_id::text, cell FROM register_number_record"  # noqa: S608  our own words
                " WHERE state = 'active' AND NOT awaits_second_check AND %s = ANY(purposes)"
                f" AND person_id = {_THESE} AND company_id IS NOT DISTINCT FROM %s",
                [purpose, whom, company],
            )
        )
    known: dict[str, str] = dict(people)
    if any(said.count(BETWEEN) != len(names) - 1 for said in known.values()):
        raise ValueError("a cell holds a control character")
    return [(handles.get(one), known[one]) for one in ids if one in known]


def _cell(name: str) -> str:
    """Whatever is no column says nothing."""
    if name in _LABELS:
        labels = " ".join(f"WHEN '{value}' THEN '{said}'" for value, said in _LABELS[name].items())
        return f"CASE {name} {labels} ELSE '' END"
    match _COLUMNS.get(name):
        case None:
            return _literal(NUMBER) if name == "number" else "''"
        case models.BooleanField():
            return f"CASE WHEN {name} THEN '1' WHEN NOT {name} THEN '0' ELSE '' END"
        case models.DateField():
            return f"coalesce({name}::text, '')"
        case models.IntegerField():
            return f"coalesce(nullif({name}, 0)::text, '')"
        case _:
            return f"coalesce({name}::text, '')"


def _literal(control: str) -> str:
    return f"E'\\x{ord(control):x}'"
