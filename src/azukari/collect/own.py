"""What an applicant sees: their requests, applications, papers, and who used their numbers.

All questions take the person (employee or payee) whose portal it is, inside the company's scope.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from azukari.collect.models import Application, ApplicationItem, Document, Request
from azukari.collect.rules import OPEN_REQUESTS, ApplicationState
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.ledger.queries import Cursor, Filter
from azukari.register.models import Person

# What a principal is told of a number: each reading and change, not the clerical rest.
USES: Final = (
    Action.NUMBER_RECORDED,
    Action.NUMBER_CORRECTED,
    Action.NUMBER_SUPERSEDED,
    Action.NUMBER_REVEALED,
    Action.NUMBER_COMPARED,
    Action.NUMBER_OPENED,
    Action.NUMBER_TRANSFERRED,
    Action.NUMBER_DISPOSED,
    Action.EVIDENCE_VIEWED,
    Action.EVIDENCE_DISPOSED,
)
_STEPS: Final = (
    Action.APPLICATION_SUBMITTED,
    Action.APPLICATION_WITHDRAWN,
    Action.APPLICATION_RETURNED,
    Action.APPLICATION_REJECTED,
    Action.APPLICATION_APPROVED,
    Action.NUMBER_DECLINED,
    Action.INVITATION_SENT,
    Action.INVITATION_REMINDED,
    Action.INVITATION_CANCELLED,
    Action.LINK_USED,
)


@dataclass(frozen=True)
class Use:
    """One handling of somebody's number: who did what for which purpose, and when."""

    at: datetime
    action: Action
    actor_name: str
    role: str
    purpose: str
    form: str
    reason: str


@dataclass(frozen=True)
class Uses:
    uses: list[Use]
    next: str  # cursor of the next page, empty on the last


@dataclass(frozen=True)
class Step:
    """One step of an application or request."""

    at: datetime
    action: Action
    actor_name: str
    role: str
    reason: str


def family_of(person: Person) -> list[Person]:
    """The people for whom this person may hand in numbers, themselves first."""
    family = Person.objects.filter(host=person, dependent_until__isnull=True)
    return [person, *family.order_by("family_code")]


def open_requests(person: Person) -> list[Request]:
    """What they are asked for now, the nearest deadline first."""
    return list(
        Request.objects.filter(person=person, state__in=list(OPEN_REQUESTS)).order_by(
            "deadline", "id"
        )
    )


def requests_of(person: Person) -> list[Request]:
    return list(Request.objects.filter(person=person).order_by("-created_at", "-id"))


def applications_of(person: Person) -> list[Application]:
    """All of them, newest first; drafts and what came back too."""
    return list(Application.objects.filter(applicant=person).order_by("-started_at", "-id"))


def to_be_done(person: Person) -> list[Application]:
    """Drafts, and what came back to be corrected."""
    states = [ApplicationState.DRAFT, ApplicationState.RETURNED]
    return list(
        Application.objects.filter(applicant=person, state__in=states).order_by("-started_at")
    )


def application_of(person: Person, application_id: UUID) -> Application | None:
    return Application.objects.filter(applicant=person, id=application_id).first()


def request_of(person: Person, request_id: UUID) -> Request | None:
    return Request.objects.filter(person=person, id=request_id).first()


def items_of(application: Application) -> list[ApplicationItem]:
    """One for each person, in the order of the pass; those left out have `left_out`."""
    return list(application.items.select_related("person", "person__host"))


def item_of(application: Application, item_id: UUID) -> ApplicationItem | None:
    return application.items.select_related("person", "application").filter(id=item_id).first()


def documents_of(item: ApplicationItem) -> QuerySet[Document]:
    """Papers that are there; what was destroyed is not shown to the applicant again."""
    return item.documents.filter(destroyed_at__isnull=True)


def document_of(application: Application, document_id: UUID) -> Document | None:
    found = Document.objects.filter(item__application=application, destroyed_at__isnull=True)
    return found.select_related("item__application").filter(id=document_id).first()


def steps_of(application: Application) -> list[Step]:
    """Its history out of the ledger, oldest first."""
    about = {str(application.id)} | ({str(application.request_id)} - {"None"})
    page = ledger.records(
        application.company_id,
        Filter(subject=application.applicant_id, actions=_STEPS),
        limit=500,
    )
    return [
        Step(one.record.at, one.record.action, one.record.actor_name, one.record.role,
             one.record.reason)
        for one in reversed(page.entries)
        if one.record.details.get("target") in about
    ]  # fmt: skip


def uses_of(person: Person, *, after: str = "", limit: int = 50) -> Uses:
    """Who used this person's number, when and for what, newest first; `after` is a `Uses.next`.

    特定個人情報ガイドライン(事業者編) 第4-3-(2)C: the principal may be told.  Raises ValueError for
    a cursor that is none.
    """
    page = ledger.records(
        person.company_id,
        Filter(subject=person.id, actions=USES),
        after=Cursor.parse(after) if after else None,
        limit=limit,
    )
    shown = [
        Use(r.at, r.action, r.actor_name, r.role, r.purpose, r.form, r.reason)
        for r in (entry.record for entry in page.entries)
    ]
    return Uses(shown, str(page.next) if page.next else "")
