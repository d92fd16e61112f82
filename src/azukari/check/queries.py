"""Questions about the state of registration and about outputs, inside the company in scope."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from azukari.check.models import Output, OutputState
from azukari.register.models import NumberState, Person
from azukari.register.sheets.comparison import KIND_OF_PERSON
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.templates import ENDS, people_asked

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Whom an output is about; `codes` (when any) name the people one by one."""

    kind: SheetKind
    department: str = ""
    number_state: str = ""
    employment: str = ""  # working | left | "" for all
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Status:
    """How far a department is, of those whose number is (still) asked for."""

    department: str
    registered: int
    missing: int
    not_needed: int
    disposed: int

    @property
    def total(self) -> int:
        return self.registered + self.missing + self.not_needed + self.disposed


def people_wanted(wanted: Wanted) -> QuerySet[Person]:
    place = "host__" if wanted.kind is SheetKind.FAMILIES else ""
    found = Person.objects.filter(kind=KIND_OF_PERSON[wanted.kind])
    if wanted.codes:
        found = found.filter(employee_code__in=wanted.codes)
    if wanted.department:
        found = found.filter(**{f"{place}department": wanted.department})
    if wanted.number_state:
        found = found.filter(number_state=wanted.number_state)
    if wanted.employment:
        working = wanted.employment == "working"
        found = found.filter(**{f"{ENDS[wanted.kind]}__isnull": working})
    return found.order_by("employee_code", "family_code")


def status_by_department(kind: SheetKind) -> list[Status]:
    """Of people at work (families: of employees at work), by the employee's department."""
    family = kind is SheetKind.FAMILIES
    found: Any = people_asked(kind)
    rows = (
        found.annotate(of=F("host__department" if family else "department"))
        .values("of")
        .annotate(**{
            state.value: Count("id", filter=Q(number_state=state)) for state in NumberState
        })
        .order_by("of")
    )  # fmt: skip
    return [
        Status(row["of"] or "", row["active"], row["none"], row["not_needed"], row["disposed"])
        for row in rows
    ]


def page_of_outputs(*, after: str = "", size: int = PAGE) -> tuple[list[Output], str]:
    """The newest first, and the cursor of the next page; ids grow with time."""
    found = Output.objects.defer("people_ids")
    with suppress(ValueError):
        found = found.filter(id__lt=UUID(after))
    rows = list(found.order_by("-id")[: size + 1])
    return rows[:size], str(rows[size - 1].id) if len(rows) > size else ""


def waiting() -> int:
    return Output.objects.filter(state=OutputState.ASKED).count()
