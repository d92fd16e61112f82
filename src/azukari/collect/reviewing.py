"""The verbs of whoever checks applications: open, compare, approve, return, reject.

Every verb locks the application and asks `rules`; what somebody else decided meanwhile is
`SOMEBODY_WAS_FASTER`, never a second effect.  Nobody reads a number here: for 番号確認 the reviewer
types it off the document and the vault says whether it is the same, and on approval the vault
re-binds the deposit (`register.actions.record_number` with a `Waiting` handle).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from azukari.collect import announcing, clearing, rules, setting
from azukari.collect.mail_words import MailKind
from azukari.collect.models import Application, ApplicationItem, Document, DocumentOpening
from azukari.collect.papers import AUTHORITY_PAPERS
from azukari.collect.rules import (
    WAITING,
    ApplicationState,
    CollectProblem,
    CollectRefused,
    Goes,
    ReturnReason,
)
from azukari.collect.writing import refuse_number_in, write
from azukari.law.number import MyNumber
from azukari.law.purpose import Purpose
from azukari.law.verification import DUTIES, Check, Provision
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register import actions as register
from azukari.register.actions import number_book
from azukari.register.actions.incoming import Waiting
from azukari.register.actions.number_book import BookFacts
from azukari.register.keeping_facts import chosen_periods
from azukari.register.models import Person
from azukari.register.number_rules import ChangeReason
from azukari.register.rules import Refused
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import User
from azukari.vault import door
from azukari.vault.door import Reading

# A comparison answers yes or no, so whoever may ask often enough can search for a number.
MOST_WRONG: Final = 5


@dataclass(frozen=True)
class Checks:
    """How one person of an application was verified: codes of `law.verification.Method`.

    `paper_held`: the entrustment contract of a 第3号 spouse is kept; `why_changed` where the number
    takes the place of another.
    """

    number: str = ""
    person: str = ""
    authority: str = ""
    paper_held: bool = False
    why_changed: ChangeReason = ChangeReason.ON_REQUEST


def is_own(application: Application, actor: Actor) -> bool:
    """Whether the actor applied, or typed it for somebody; then another person decides."""
    if actor.user_id is None:
        return False
    if application.entered_by == actor.user_id:
        return True
    user = User.objects.filter(id=actor.user_id).first()
    if user is None:
        return False
    applicant = application.applicant
    same_code = bool(user.employee_code) and user.employee_code == applicant.employee_code
    return (applicant.is_employee and same_code) or (
        bool(user.mail) and user.mail.lower() == applicant.mail.lower()
    )


def begin_check(application: Application, *, actor: Actor) -> Application:
    """From now on the applicant cannot withdraw it; also done by opening the first document."""
    actor.require("application:approve")
    application = _waiting(application)
    return _begin(application, actor)


def open_document(document: Document, *, actor: Actor) -> bytes:
    """One paper for the eyes of whoever checks; written down before it is opened."""
    actor.require("application:approve")
    application = _waiting(document.item.application)
    document = Document.objects.select_related("item").get(id=document.id)
    if document.cell is None:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    reading = Reading(
        Action.EVIDENCE_VIEWED,
        purpose=",".join(document.item.purposes),
        reason="本人確認",
        details={"target": str(application.id), "document_kinds": document.kind},
        about=document.item.person_id,
    )
    content = door.open_file(actor.company, document.cell, reading, actor=actor)
    if actor.user_id is not None:
        DocumentOpening.objects.get_or_create(
            company_id=actor.company,
            document=document,
            user=actor.user_id,
            defaults={"user_name": actor.name},
        )
    _begin(application, actor)
    return content


def compare(item: ApplicationItem, number: MyNumber, *, actor: Actor) -> bool:
    """番号確認: whether the number typed off the document is the one that was handed in."""
    actor.require("application:approve")
    application = _waiting(item.application)
    item = ApplicationItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if item.cell is None:
        raise CollectRefused(CollectProblem.NUMBER_MISSING, [item.id])
    if item.compared_wrong >= MOST_WRONG:
        raise CollectRefused(CollectProblem.COMPARED_TOO_OFTEN, [item.id])
    reading = Reading(
        Action.NUMBER_COMPARED,
        purpose=",".join(item.purposes),
        reason="本人確認（番号確認）",
        details={"target": str(application.id)},
        about=item.person_id,
    )
    same = door.matches(
        actor.company, item.cell, number, reading, actor=actor, kind=door.Kind.WAITING
    )
    item.compared_at = timezone.now()
    item.compared_by = actor.user_id
    item.compared_same = same
    item.compared_wrong += not same
    item.save(update_fields=["compared_at", "compared_by", "compared_same", "compared_wrong"])
    _begin(application, actor)
    return same


def others_with_number(application: Application) -> dict[UUID, list[Person]]:
    """By item, other people who hold the same number or hand it in just now; nobody reads it."""
    items = [item for item in application.items.all() if item.cell is not None]
    cells = [item.cell for item in items if item.cell is not None]
    subjects = door.find_same_as(application.company_id, cells) if cells else []
    named = {one for some in subjects for one in some}
    applied = dict(ApplicationItem.objects.filter(id__in=named).values_list("id", "person_id"))
    people = Person.objects.in_bulk(list(named | set(applied.values())))
    found: dict[UUID, list[Person]] = {}
    for item, some in zip(items, subjects, strict=True):
        ids = {applied.get(one, one) for one in some} - {item.person_id}
        found[item.id] = [people[one] for one in ids if one in people]
    return found


# decide --------------------------------------------------------------------------------------


def unopened(application: Application, actor: Actor) -> list[Document]:
    """Papers this actor has not looked at."""
    papers = Document.objects.filter(item__application=application, destroyed_at__isnull=True)
    if actor.user_id is None:
        return list(papers)
    seen = DocumentOpening.objects.filter(user=actor.user_id).values("document_id")
    return list(papers.exclude(id__in=seen))


def not_compared(application: Application) -> list[ApplicationItem]:
    """Items whose 番号確認 is the company's and was not done by typing."""
    return [
        item
        for item in _open_items(application)
        if Check.NUMBER in DUTIES[Provision(item.provision)].company_checks
        and item.compared_same is not True
    ]


def approve(
    application: Application,
    checks: Mapping[UUID, Checks],
    *,
    version: int,
    accept_same: bool = False,
    actor: Actor,
) -> Application:
    """Every person of it is registered, and the papers go.

    `checks` by item.  Raises `CollectRefused`, and from the register `NotVerified` and `Refused`.
    """
    actor.require("application:approve")
    application = _waiting(application)
    if application.version != version:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    items = _open_items(application)
    problem = rules.may_approve(
        state=ApplicationState(application.state),
        own=is_own(application, actor),
        unopened=len(unopened(application, actor)),
        numbers_missing=any(item.cell is None for item in items),
    )
    if problem is not None:
        raise CollectRefused(problem)
    differing = not_compared(application)
    if differing:
        raise CollectRefused(CollectProblem.NOT_COMPARED, [item.id for item in differing])
    _decide(application, ApplicationState.APPROVED, actor)
    _register(application, items, checks, accept_same=accept_same, actor=actor)
    announcing.decided(application, MailKind.APPROVED)
    return application


def give_back(
    application: Application,
    items: Collection[UUID],
    reason: ReturnReason,
    comment: str,
    *,
    version: int,
    actor: Actor,
) -> Application:
    """差戻し, for the whole or for some of its people; the others need not be entered again."""
    actor.require("application:change")
    refuse_number_in(comment)
    if reason is ReturnReason.OTHER and not comment.strip():
        raise CollectRefused(CollectProblem.REASON_MISSING)
    application = _waiting(application)
    if application.version != version:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    to_correct = [one for one in _open_items(application) if one.id in items] or _open_items(
        application
    )
    _clear_for(reason, application, to_correct, actor)
    _open(application).filter(id__in=[item.id for item in to_correct]).update(
        to_correct=True, compared_at=None, compared_same=None, compared_wrong=0
    )
    _decide(application, ApplicationState.RETURNED, actor)
    application.return_reason = reason
    application.comment = comment.strip()[:400]
    application.save(update_fields=["return_reason", "comment"])
    write(
        Action.APPLICATION_RETURNED, application, actor, kind=reason.value, reason=reason.label,
        people=[application.applicant_id, *_people_but_applicant(application, to_correct)],
    )  # fmt: skip
    announcing.decided(application, MailKind.RETURNED)
    return application


def reject(application: Application, comment: str, *, version: int, actor: Actor) -> Application:
    """却下: it ends here, and whatever is in it is destroyed."""
    actor.require("application:change")
    refuse_number_in(comment)
    if not comment.strip():
        raise CollectRefused(CollectProblem.REASON_MISSING)
    application = _locked(application)
    now = ApplicationState(application.state)
    if application.version != version or not rules.may_turn(now, ApplicationState.REJECTED):
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    clearing.end(application, ApplicationState.REJECTED, "rejected", actor=actor)
    application.decided_at = timezone.now()
    application.decided_by, application.decided_by_name = actor.user_id, actor.name
    application.comment = comment.strip()[:400]
    application.save()
    write(Action.APPLICATION_REJECTED, application, actor, reason=comment.strip()[:400])
    announcing.decided(application, MailKind.REJECTED)
    return application


# many at once --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bulk:
    """What a bulk approval takes, and why it passes over the rest."""

    taken: int
    passed: dict[CollectProblem, int]
    task: Progress | None


def needs_an_eye(application: Application) -> bool:
    items = _open_items(application)
    papers = Document.objects.filter(item__in=items, destroyed_at__isnull=True).count()
    same = any(others_with_number(application).values())
    return rules.needs_an_eye(
        [Provision(item.provision) for item in items],
        papers=papers,
        same_number=same,
        changed=any(item.changed for item in items),
    )


def approve_many(applications: Sequence[Application], *, actor: Actor) -> Bulk:
    """Approves those where nothing needs an eye; they are registered in the background."""
    actor.require("application:approve")
    passed: dict[CollectProblem, int] = {}
    taken: list[UUID] = []
    for one in sorted(applications, key=lambda application: application.id):
        problem = _bulk_problem(locked := _locked(one), actor)
        if problem is not None:
            passed[problem] = passed.get(problem, 0) + 1
            continue
        _decide(locked, ApplicationState.APPROVED, actor)
        taken.append(locked.id)
    if not taken:
        return Bulk(0, passed, None)
    task = progress.plan("approvals", taken[0], total=len(taken))
    queue.enqueue("applications.register", actor=actor, progress_id=task.id)
    return Bulk(len(taken), passed, task)


def approved_by(actor: Actor) -> list[UUID]:
    """What waits to be registered after a bulk approval of this user."""
    found = Application.objects.filter(state=ApplicationState.APPROVED, decided_by=actor.user_id)
    return list(found.order_by("id").values_list("id", flat=True))


def register_approved(application_id: UUID, *, actor: Actor) -> bool:
    """Registers one that was approved in bulk; back to a pair of eyes when it cannot be."""
    application = _locked_id(application_id)
    if application.state != ApplicationState.APPROVED:
        return False
    try:
        _register(application, _open_items(application), {}, accept_same=False, actor=actor)
    except (register.NotVerified, Refused):
        application.state = ApplicationState.CHECKING
        application.version += 1
        application.save(update_fields=["state", "version"])
        return False
    announcing.decided(application, MailKind.APPROVED)
    return True


def _bulk_problem(application: Application, actor: Actor) -> CollectProblem | None:
    items = _open_items(application)
    return rules.may_approve(
        state=ApplicationState(application.state),
        own=is_own(application, actor),
        unopened=0,
        numbers_missing=any(item.cell is None for item in items),
    ) or (CollectProblem.NEEDS_AN_EYE if needs_an_eye(application) else None)


# shared --------------------------------------------------------------------------------------


def _register(
    application: Application,
    items: Sequence[ApplicationItem],
    checks: Mapping[UUID, Checks],
    *,
    accept_same: bool,
    actor: Actor,
) -> None:
    for item in items:
        _register_item(application, item, checks.get(item.id, Checks()), actor, accept_same)
    if application.declaration_name and setting.terms_on(timezone.localdate()).book:
        _enter_in_book(application, items, actor)
    papers = clearing.kept_papers(items)
    days = chosen_periods().get("R-DOC-01", 0)
    if days:
        clearing.keep_until(items, timezone.now() + timedelta(days=days))
    else:
        clearing.destroy_papers(application, papers, "approved", actor=actor)
    application.items.update(open=False, to_correct=False)
    application.state = ApplicationState.REGISTERED
    application.registered_at = timezone.now()
    application.save(update_fields=["state", "registered_at"])
    write(
        Action.APPLICATION_APPROVED, application, actor,
        people=[application.applicant_id, *_people_but_applicant(application, items)],
        handles=[item.record.cell for item in items if item.record],
    )  # fmt: skip


def _enter_in_book(
    application: Application, items: Sequence[ApplicationItem], actor: Actor
) -> None:
    """帳簿 (所得税法施行規則 第76条の2第3項), for numbers that serve tax declarations."""
    received = timezone.localdate(application.submitted_at).replace(day=1)
    facts = BookFacts(application.declaration_name, received)
    for item in items:
        if Purpose.TAX_DEDUCTION_FORMS.code in item.purposes:
            number_book.enter_in_book(item.person, facts, actor=actor)


def _register_item(
    application: Application,
    item: ApplicationItem,
    checks: Checks,
    actor: Actor,
    accept_same: bool,  # noqa: FBT001  handed on
) -> None:
    if item.cell is None:
        raise CollectRefused(CollectProblem.NUMBER_MISSING, [item.id])
    provision = Provision(item.provision)
    verification = register.Verification(
        checks.number,
        checks.person,
        checks.authority,
        verified_on=timezone.localdate(),
        provision=provision.value,
        paper_held=checks.paper_held,
    )
    waiting = Waiting(item.cell)
    if item.changed:
        recorded = register.change_number(
            item.person, waiting, checks.why_changed, verification, actor=actor,
            accept_same=accept_same,
        )  # fmt: skip
    else:
        recorded = register.record_number(
            item.person, waiting, [Purpose[code] for code in item.purposes], verification,
            actor=actor, accept_same=accept_same,
        )  # fmt: skip
    item.cell = None
    item.record = recorded.record
    item.number_check, item.person_check = checks.number, checks.person
    item.authority_check = checks.authority
    item.save()
    write(
        Action.IDENTITY_VERIFIED, application, actor, people=[item.person_id],
        handles=[recorded.record.cell], number_check=checks.number, identity_check=checks.person,
        authority_check=checks.authority, relation=provision.value,
        document_kinds=" ".join(sorted({one.kind for one in clearing.kept_papers([item])})),
    )  # fmt: skip


def _clear_for(
    reason: ReturnReason, application: Application, items: list[ApplicationItem], actor: Actor
) -> None:
    goes = rules.what_goes(reason)
    if Goes.NUMBER in goes:
        clearing.drop_numbers(items)
    authority = {kind.code for kind in AUTHORITY_PAPERS}
    wanted = [
        paper
        for paper in clearing.kept_papers(items)
        if (Goes.AUTHORITY if paper.kind in authority else Goes.PAPERS) in goes
    ]
    clearing.destroy_papers(application, wanted, "returned", actor=actor)


def _begin(application: Application, actor: Actor) -> Application:
    if application.state == ApplicationState.SUBMITTED:
        application.state = ApplicationState.CHECKING
        application.checking_by = actor.user_id
        application.checking_by_name = actor.name
        application.save(update_fields=["state", "checking_by", "checking_by_name"])
    return application


def _decide(application: Application, state: ApplicationState, actor: Actor) -> None:
    application.state = state
    application.version += 1
    application.decided_at = timezone.now()
    application.decided_by, application.decided_by_name = actor.user_id, actor.name
    application.save(
        update_fields=["state", "version", "decided_at", "decided_by", "decided_by_name"]
    )


def _people_but_applicant(application: Application, items: Sequence[ApplicationItem]) -> list[UUID]:
    return [item.person_id for item in items if item.person_id != application.applicant_id]


def _open(application: Application) -> QuerySet[ApplicationItem]:
    return application.items.filter(left_out="")


def _open_items(application: Application) -> list[ApplicationItem]:
    return list(_open(application).select_related("person", "person__host"))


def _waiting(application: Application) -> Application:
    application = _locked(application)
    if application.state not in WAITING:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    return application


def _locked(application: Application) -> Application:
    return _locked_id(application.id)


def _locked_id(application_id: UUID) -> Application:
    found = Application.objects.select_for_update(of=("self",)).select_related("applicant")
    return found.get(id=application_id)


def login_counts(application: Application) -> bool:
    """Whether 身元確認 may rest on the account (`ID_EMPLOYER_LOGIN`): the settings say so."""
    terms = setting.terms_on(timezone.localdate())
    return application.signed_in and terms.login_is_identity
