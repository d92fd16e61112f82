"""Questions about incidents, always inside the company in scope."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from azukari.oversee.incidents.models import Incident, IncidentPerson, IncidentStep
from azukari.oversee.incidents.rules import OPEN, IncidentState, Standing, Step
from azukari.register import queries as register
from azukari.register.models import Person
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

SOON: Final = timedelta(days=3)
_ORDERS: Final[Orders] = {
    "code": ("code", "id"),
    "noticed": ("noticed_on", "id"),
    "state": ("state", "id"),
    "harm": ("harm", "id"),
    "affected": ("affected", "id"),
}
_PERSON_ORDERS: Final[Orders] = {
    "code": ("person__employee_code", "person__family_code", "id"),
    "name": ("person__kana", "id"),
    "source": ("source", "id"),
}


@dataclass(frozen=True)
class IncidentFilter:
    """`words`: parts of 事案番号, title or outline; `state`, `harm`: values of their lists."""

    words: str = ""
    state: str = ""
    harm: str = ""


def find_incidents(wanted: IncidentFilter) -> QuerySet[Incident]:
    found = Incident.objects.all()
    for word in wanted.words.split():
        found = found.filter(
            Q(code__startswith=word) | Q(title__icontains=word) | Q(outline__icontains=word)
        )
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.harm:
        found = found.filter(harm=wanted.harm)
    return found


def page_of_incidents(wanted: IncidentFilter, place: Place) -> Page[Incident]:
    """Newest first."""
    return page_in_order(find_incidents(wanted), _ORDERS, place, first="-code")


def open_incidents() -> QuerySet[Incident]:
    return Incident.objects.filter(state__in=[state.value for state in OPEN])


def next_deadline(incident: Incident) -> date | None:
    """The day until which the next report is due; None where none is."""
    due = incident.deadlines
    if due is None or incident.state not in OPEN:
        return None
    if incident.state == IncidentState.INVESTIGATING:
        return due.quick_until
    return due.full_until if incident.state == IncidentState.QUICK_REPORTED else None


# what was done ----------------------------------------------------------------------------------


def steps_of(incident: Incident) -> list[IncidentStep]:
    """In the order in which they were recorded."""
    return list(IncidentStep.objects.filter(incident=incident).order_by("at", "id"))


def standing_of(incident: Incident) -> Standing:
    done = frozenset(Step(one.step) for one in steps_of(incident))
    return Standing(
        IncidentState(incident.state), done, bool(incident.grounds), incident.noticed_on
    )


# whom it is about -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonFilter:
    """`words`: parts of code, name or kana; `notified`: yes, no, empty; `excluded`: only those."""

    words: str = ""
    notified: str = ""
    excluded: bool = False


def find_affected(incident: Incident, wanted: PersonFilter) -> QuerySet[IncidentPerson]:
    found = IncidentPerson.objects.filter(incident=incident)
    found = found.exclude(excluded_because="") if wanted.excluded else among(found)
    for word in wanted.words.split():
        found = found.filter(person__in=Person.objects.filter(register.matches(word)))
    if wanted.notified:
        found = found.filter(notified_on__isnull=wanted.notified == "no")
    return found


def among(found: QuerySet[IncidentPerson]) -> QuerySet[IncidentPerson]:
    """Those who were not excluded again."""
    return found.filter(excluded_because="")


def page_of_affected(
    incident: Incident, wanted: PersonFilter, place: Place
) -> Page[IncidentPerson]:
    found = find_affected(incident, wanted).select_related("person", "person__host")
    return page_in_order(found, _PERSON_ORDERS, place, first="code")


def count_notified(incident: Incident) -> int:
    return find_affected(incident, PersonFilter(notified="yes")).count()
