"""Questions of the operators' side, always inside the company in scope."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from azukari.collect.models import (
    Application,
    ApplicationItem,
    Document,
    DocumentOpening,
    Mail,
    MailState,
    Request,
    RequestBatch,
)
from azukari.collect.rules import ENDED, OPEN_REQUESTS, WAITING, ApplicationState, RequestState
from azukari.register.models import NumberState, Person, PersonKind
from azukari.register.queries import matches
from azukari.tenancy.paging import Orders, Page, Place, page_in_order, parts_in_order

TROUBLES: Final = (MailState.FAILED, MailState.BOUNCED, MailState.UNCLEAR)
_RUNNING = [one for one in ApplicationState if one not in ENDED]


@dataclass(frozen=True)
class ApplicationFilter:
    """`state` an `ApplicationState` or `waiting` (申請中 and 確認中).

    `overdue`: the deadline of its request has passed and it has not ended.
    """

    words: str = ""
    state: str = ""
    department: str = ""
    occasion: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class RequestFilter:
    """`state` a `RequestState` or `open`; `overdue`: open past its deadline."""

    words: str = ""
    state: str = ""
    department: str = ""
    channel: str = ""
    overdue: bool = False
    batch: UUID | None = None


_APPLICATION_ORDERS: Final[Orders] = {
    "submitted": ("submitted_at", "id"),
    "code": ("code", "id"),
    "by": ("applicant__kana", "id"),
}
_REQUEST_ORDERS: Final[Orders] = {
    "asked": ("created_at", "id"),
    "name": ("person__kana", "id"),
    "department": ("person__department", "person__employee_code", "id"),
    "deadline": ("deadline", "id"),
    "reminders": ("reminders", "id"),
}
_NEWEST_SUBMITTED, _NEWEST_ASKED = "-submitted", "-asked"
_MAIL_ORDERS: Final[Orders] = {
    "made": ("created_at", "id"),
    "to": ("recipient_name", "id"),
    "kind": ("kind", "id"),
}


# applications --------------------------------------------------------------------------------


def find_applications(wanted: ApplicationFilter) -> QuerySet[Application]:
    """Those that were handed in at least once; drafts are the applicant's own."""
    found = Application.objects.filter(submitted_at__isnull=False)
    if wanted.state == "waiting":
        found = found.filter(state__in=list(WAITING))
    elif wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.department:
        found = found.filter(applicant__department=wanted.department)
    if wanted.occasion:
        found = found.filter(occasion=wanted.occasion)
    if wanted.overdue:
        found = found.filter(state__in=_RUNNING, request__deadline__lt=timezone.localdate())
    for word in wanted.words.split():
        found = found.filter(_matches(word, "applicant") | Q(code__istartswith=word))
    return found


def page_of_applications(wanted: ApplicationFilter, place: Place) -> Page[Application]:
    """The oldest first while they wait, since they are worked through; else the newest."""
    first = "submitted" if wanted.state == "waiting" else _NEWEST_SUBMITTED
    return page_in_order(_with_applicants(wanted), _APPLICATION_ORDERS, place, first=first)


def parts_of_applications(wanted: ApplicationFilter, size: int) -> Iterator[list[Application]]:
    """All of them, the newest first (`paging.parts_in_order`)."""
    found = _with_applicants(wanted)
    yield from parts_in_order(found, _APPLICATION_ORDERS, order=_NEWEST_SUBMITTED, size=size)


def _with_applicants(wanted: ApplicationFilter) -> QuerySet[Application]:
    return find_applications(wanted).select_related("applicant", "request")


def people_in(applications: Sequence[Application]) -> dict[UUID, list[ApplicationItem]]:
    """Whom each application is about."""
    found: dict[UUID, list[ApplicationItem]] = {one.id: [] for one in applications}
    items = ApplicationItem.objects.filter(application__in=applications, left_out="")
    for item in items.select_related("person"):
        found[item.application_id].append(item)
    return found


def papers_of(items: Sequence[ApplicationItem]) -> dict[UUID, list[Document]]:
    found: dict[UUID, list[Document]] = {item.id: [] for item in items}
    for paper in Document.objects.filter(item__in=items).order_by("added_at", "id"):
        found[paper.item_id].append(paper)
    return found


def opened_by(user: UUID | None, papers: Sequence[Document]) -> set[UUID]:
    seen = DocumentOpening.objects.filter(user=user, document__in=papers) if user else None
    return set(seen.values_list("document_id", flat=True)) if seen is not None else set()


def count_waiting() -> int:
    return Application.objects.filter(state__in=list(WAITING)).count()


def next_waiting(after: Application) -> Application | None:
    """The one that has waited longest beside this one."""
    found = Application.objects.filter(state__in=list(WAITING)).exclude(id=after.id)
    return found.order_by("submitted_at", "id").first()


# requests ------------------------------------------------------------------------------------


def find_requests(wanted: RequestFilter) -> QuerySet[Request]:
    found = Request.objects.all()
    if wanted.state == "open":
        found = found.filter(state__in=list(OPEN_REQUESTS))
    elif wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.department:
        found = found.filter(person__department=wanted.department)
    if wanted.channel:
        found = found.filter(channel=wanted.channel)
    if wanted.overdue:
        found = found.filter(state__in=list(OPEN_REQUESTS), deadline__lt=timezone.localdate())
    if wanted.batch:
        found = found.filter(batch=wanted.batch)
    for word in wanted.words.split():
        found = found.filter(_matches(word, "person"))
    return found


def page_of_requests(wanted: RequestFilter, place: Place) -> Page[Request]:
    """The newest first."""
    return page_in_order(_with_people(wanted), _REQUEST_ORDERS, place, first=_NEWEST_ASKED)


def parts_of_requests(wanted: RequestFilter, size: int) -> Iterator[list[Request]]:
    """All of them, the newest first (`paging.parts_in_order`)."""
    found = _with_people(wanted)
    yield from parts_in_order(found, _REQUEST_ORDERS, order=_NEWEST_ASKED, size=size)


def _with_people(wanted: RequestFilter) -> QuerySet[Request]:
    return find_requests(wanted).select_related("person")


def batches(limit: int = 20) -> list[RequestBatch]:
    return list(RequestBatch.objects.defer("people_ids").order_by("-created_at")[:limit])


def letters_to_print() -> QuerySet[Request]:
    """Open requests by letter that nobody has printed yet."""
    return Request.objects.filter(channel="letter", state=RequestState.CREATED)


@dataclass(frozen=True)
class Progress:
    """How far a department has come, of the people whose number is asked for."""

    department: str
    asked: int
    answered: int
    registered: int
    declined: int
    overdue: int

    @property
    def open(self) -> int:
        return self.asked - self.answered - self.declined


def progress_by_department(wanted: RequestFilter, today: date) -> list[Progress]:
    """Requests but those called back, by department of who is asked."""
    counted = (
        find_requests(wanted)
        .exclude(state=RequestState.CANCELLED)
        .values(department=F("person__department"))
        .annotate(
            asked=Count("id"),
            answered=Count("id", filter=Q(state=RequestState.ANSWERED)),
            registered=Count("id", filter=Q(person__number_state=NumberState.ACTIVE)),
            declined=Count("id", filter=Q(state=RequestState.DECLINED)),
            overdue=Count("id", filter=Q(state__in=list(OPEN_REQUESTS), deadline__lt=today)),
        )
        .order_by("department")
    )
    return [Progress(**row) for row in counted]


def to_ask(*, kind: str, department: str = "", codes: Sequence[str] = ()) -> QuerySet[Person]:
    """Employees or payees still here of whose household a number is missing, by filter or code."""
    payees = kind == PersonKind.PAYEE
    found = Person.objects.filter(kind=PersonKind.PAYEE if payees else PersonKind.EMPLOYEE)
    if codes:
        found = found.filter(employee_code__in=codes)
    elif payees:
        found = found.filter(contract_to__isnull=True)
    else:
        found = found.filter(left_on__isnull=True)
    if department:
        found = found.filter(department=department)
    own = Q(number_state=NumberState.NONE)
    if payees:
        return found.filter(own)
    lacking = Person.objects.filter(
        kind=PersonKind.FAMILY, number_state=NumberState.NONE, dependent_until__isnull=True
    )
    return found.filter(own | Q(id__in=lacking.values("host_id")))


def unknown_codes(kind: str, codes: Sequence[str]) -> list[str]:
    known = set(
        Person.objects.filter(kind=kind, employee_code__in=codes).values_list(
            "employee_code", flat=True
        )
    )
    return [one for one in codes if one not in known]


# mails ---------------------------------------------------------------------------------------


def find_mails(state: str = "", words: str = "") -> QuerySet[Mail]:
    found = Mail.objects.all()
    if state == "trouble":
        found = found.filter(state__in=TROUBLES)
    elif state:
        found = found.filter(state=state)
    for word in words.split():
        found = found.filter(Q(recipient_name__icontains=word) | Q(address__icontains=word))
    return found


def page_of_mails(found: QuerySet[Mail], place: Place) -> Page[Mail]:
    """The newest first."""
    return page_in_order(found, _MAIL_ORDERS, place, first="-made")


def count_troubles() -> int:
    return find_mails("trouble").count()


def addresses_not_reached(among: Collection[str]) -> set[str]:
    """Those of the addresses whose latest mail did not arrive."""
    latest = (
        Mail.objects.filter(address__in=[one for one in among if one])
        .exclude(state__in=[MailState.WAITING, MailState.SENDING, MailState.CANCELLED])
        .order_by("address", "-created_at")
        .distinct("address")
    )
    return {one.address for one in latest if one.state in TROUBLES}


def _matches(word: str, whose: str) -> Q:
    """As `register.queries.matches`, about a person that a row points to."""
    return Q(**{f"{whose}__in": Person.objects.filter(matches(word)).values("id")})
