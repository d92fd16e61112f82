"""Questions about the state of registration and about outputs, inside the company in scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from azukari.check.models import Output, OutputState
from azukari.law.name import search_key
from azukari.register.models import NumberState, Person
from azukari.register.sheets.comparison import KIND_OF_PERSON
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.templates import ENDS, people_asked
from azukari.tenancy import four_eyes
from azukari.tenancy.actor import Actor
from azukari.tenancy.paging import Orders, Page, Place, page_at_hand, page_in_order


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


_STATUS_ORDERS: Final[Orders] = {
    "department": ("department",),
    "registered": ("registered", "department"),
    "missing": ("missing", "department"),
    "unneeded": ("not_needed", "department"),
    "disposed": ("disposed", "department"),
}


def of_departments(rows: Sequence[Status], words: str) -> list[Status]:
    """Those whose department has every word in its name."""
    wanted = [search_key(word) for word in words.split()]
    return [row for row in rows if all(word in search_key(row.department) for word in wanted)]


def page_of_status(rows: Sequence[Status], place: Place) -> Page[Status]:
    return page_at_hand(rows, _STATUS_ORDERS, place, first="department")


@dataclass(frozen=True)
class OutputFilter:
    """`state`: an OutputState; `words`: parts of 対象, 理由 or who asked."""

    state: str = ""
    words: str = ""


_ORDERS: Final[Orders] = {
    "asked": ("id",),  # ids grow with time
    "people": ("people", "id"),
    "by": ("asked_by_name", "id"),
}


def find_outputs(wanted: OutputFilter) -> QuerySet[Output]:
    found = Output.objects.defer("people_ids")
    if wanted.state:
        found = found.filter(state=wanted.state)
    for word in wanted.words.split():
        found = found.filter(
            Q(whom__icontains=word) | Q(reason__icontains=word) | Q(asked_by_name__icontains=word)
        )
    return found


def page_of_outputs(wanted: OutputFilter, place: Place) -> Page[Output]:
    """The newest first."""
    return page_in_order(find_outputs(wanted), _ORDERS, place, first="-asked")


def outputs_to_decide(actor: Actor) -> QuerySet[Output]:
    """Those that wait for a second person, which this user can be."""
    return four_eyes.allowable(
        Output.objects.filter(state=OutputState.ASKED),
        "export:approve",
        asked_by="asked_by",
        asked_at="asked_at",
        actor=actor,
    )


def outputs_to_fetch(actor: Actor) -> QuerySet[Output]:
    """What this user asked for, that is made and was not downloaded yet."""
    return Output.objects.filter(
        state=OutputState.MADE, asked_by=actor.user_id, downloads=0, expires_at__gt=timezone.now()
    )
