"""What is asked about people, in SQL about a row `p` of `register_person`."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from azukari.law.name import search_key
from azukari.register.models import PersonKind
from azukari.tenancy import scope


@dataclass(frozen=True)
class PeopleFilter:
    """`words`: beginnings of codes, parts of name or kana; all must be found.

    `employment`: working | left, of family that of the employee, as is `department`; of a payee
    whether the contract runs or has ended.  `due_by`: whose number may be disposed of on that
    day or before.
    """

    kind: PersonKind | str
    words: str = ""
    department: str = ""
    number_state: str = ""
    employment: str = ""
    due_by: date | None = None
    payee_kind: str = ""

    @property
    def asks_for_everybody(self) -> bool:
        return next(conditions(self), None) is None


@dataclass(frozen=True)
class Sql:
    """A piece of a statement and what is bound in it."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Word:
    code: str  # what a code begins with
    folded: str  # what a name or its kana contains


def words_of(wanted: PeopleFilter) -> list[Word]:
    """Words that say something; one of nothing but variation selectors does not."""
    words = (
        Word(unicodedata.normalize("NFKC", word), search_key(word)) for word in wanted.words.split()
    )
    return [word for word in words if word.folded]


def of_kind(wanted: PeopleFilter) -> Sql:
    return Sql("p.company_id = %s AND p.kind = %s", (scope.company_id(), str(wanted.kind)))


def conditions(wanted: PeopleFilter) -> Iterator[Sql]:
    """All but company and kind."""
    for word in words_of(wanted):
        yield Sql(
            "(p.search_key LIKE %s OR p.employee_code ^@ %s)", (_part(word.folded), word.code)
        )
    if wanted.number_state:
        yield Sql("p.number_state = %s", (wanted.number_state,))
    if wanted.due_by:
        yield Sql("p.number_due_on <= %s", (wanted.due_by,))
    if wanted.payee_kind:
        yield Sql("p.payee_kind = %s", (wanted.payee_kind,))
    yield from of_employment(wanted)


# Who is at work: of families by columns of their own, which triggers copy from the employee.
_WORKING = {
    PersonKind.EMPLOYEE.value: "p.left_on IS NULL",
    PersonKind.FAMILY.value: "NOT p.host_left",
    PersonKind.PAYEE.value: "p.contract_to IS NULL",
}
_LEFT = {
    PersonKind.EMPLOYEE.value: "p.left_on IS NOT NULL",
    PersonKind.FAMILY.value: "p.host_left",
    PersonKind.PAYEE.value: "p.contract_to IS NOT NULL",
}


def of_employment(wanted: PeopleFilter) -> Iterator[Sql]:
    if wanted.department:
        column = "host_department" if wanted.kind == PersonKind.FAMILY else "department"
        yield Sql(f"p.{column} = %s", (wanted.department,))
    if wanted.employment == "working":
        yield Sql(_WORKING[str(wanted.kind)])
    if wanted.employment == "left":
        yield Sql(_LEFT[str(wanted.kind)])


def only(wanted: PeopleFilter, *names: str) -> Iterator[Sql]:
    """The conditions of these names alone."""
    return conditions(PeopleFilter(wanted.kind, **{name: getattr(wanted, name) for name in names}))


def asked_of(wanted: PeopleFilter) -> set[str]:
    """Names of the conditions that are asked, but for the words."""
    names = ("department", "number_state", "employment", "due_by", "payee_kind")
    return {name for name in names if getattr(wanted, name)}


# Further conditions that the index of a condition holds: who does not meet them is passed over
# without looking at the person, so that two of middling size that exclude each other leave few.
_HELD = {"number_state": ("employment",), "department": ("number_state", "employment")}


def held_beside(name: str, wanted: PeopleFilter) -> tuple[str, ...]:
    """Which of the conditions asked stand in the index of the condition `name`."""
    held = () if wanted.kind == PersonKind.PAYEE else _HELD.get(name, ())
    return tuple(one for one in held if getattr(wanted, one))


def joined(parts: list[Sql], between: str) -> Sql:
    return Sql(
        between.join(part.text for part in parts),
        tuple(value for part in parts for value in part.values),
    )


def _part(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"
