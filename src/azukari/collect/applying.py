"""The verbs of the applicant's side: begin, fill in, hand in, take back.

Every verb takes `actor=` as `applicant.applicant_actor` makes it, and refuses (`CollectRefused`
with a `CollectProblem`) what is not the actor's own.  Numbers and papers are deposited at once, so
that nothing of them lies in a session, a form or a draft; each verb is one transaction inside the
scope of the company.  An operator who types for somebody (`proxy.py`) uses the same verbs.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from azukari.collect import announcing, clearing, links, papers, rules, setting
from azukari.collect.applicant import require_own
from azukari.collect.models import Application, ApplicationItem, Document, Request
from azukari.collect.papers import PaperKind
from azukari.collect.rules import (
    ENDED,
    OPEN_REQUESTS,
    ApplicationState,
    CollectProblem,
    CollectRefused,
    DeclineReason,
    Occasion,
    RequestState,
)
from azukari.collect.terms import MOST_PAPERS, Terms
from azukari.collect.whom import Wanted, wanted_of
from azukari.collect.writing import refuse_number_in, write
from azukari.law.number import MyNumber
from azukari.law.verification import Check, Provision
from azukari.ledger.actions import Action
from azukari.register.actions import purposes as register_purposes
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work
from azukari.vault import door

DRAFT_DAYS: Final = 30  # a number in a draft that nobody goes on with is destroyed
REVIEW_DAYS: Final = 90  # and one that nobody has checked
_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ2346789"
_MISSING_PAPER = {
    Check.NUMBER: CollectProblem.NUMBER_PAPER_MISSING,
    Check.PERSON: CollectProblem.PERSON_PAPER_MISSING,
    Check.AUTHORITY: CollectProblem.AUTHORITY_PAPER_MISSING,
}


# begin ---------------------------------------------------------------------------------------


def open_request(request: Request, *, actor: Actor) -> Request:
    """That the person has seen the request."""
    require_own(request, actor)
    request = _locked_request(request)
    if request.state in {RequestState.CREATED, RequestState.SENT}:
        _become(request, RequestState.OPENED)
        request.opened_at = request.opened_at or timezone.now()
        request.save(update_fields=["state", "opened_at"])
    return request


def start(request: Request, *, signed_in: bool, actor: Actor) -> Application:
    """The application that answers the request; the one that was begun, when there is one.

    `signed_in`: by an account of the portal, not by a link.
    """
    request = open_request(request, actor=actor)
    begun = Application.objects.filter(request=request).exclude(
        state__in=[ApplicationState.WITHDRAWN, ApplicationState.REJECTED]
    )
    application = begun.first()
    if application is not None:
        return application
    if request.state not in OPEN_REQUESTS:
        raise CollectRefused(CollectProblem.REQUEST_CLOSED)
    asked = request.people.select_related("person", "person__host").order_by("person__family_code")
    wanted = wanted_of(
        [(one.person, one.changed) for one in asked], setting.terms_on(timezone.localdate())
    )
    return _begin(
        request.person, wanted, Occasion(request.occasion), request=request, signed_in=signed_in,
        declaration_name=request.declaration_name, actor=actor,
    )  # fmt: skip


def start_own(
    applicant: Person,
    people: Sequence[tuple[Person, bool]],
    *,
    signed_in: bool,
    occasion: Occasion = Occasion.OWN,
    actor: Actor,
) -> Application:
    """Without being asked: (person, whether the number has changed), the applicant or family."""
    terms = setting.terms_on(timezone.localdate())
    if occasion is Occasion.OWN and not terms.own_start:
        raise CollectRefused(CollectProblem.NOT_ACCEPTING)
    if any(applicant.id not in {person.id, person.host_id} for person, _ in people):
        raise CollectRefused(CollectProblem.NOT_YOURS)
    changed = any(change for _, change in people)
    return _begin(
        applicant,
        wanted_of(people, terms),
        Occasion.NUMBER_CHANGED if changed and occasion is Occasion.OWN else occasion,
        request=None,
        signed_in=signed_in,
        declaration_name=company_at_work(actor.company).declaration_name,
        actor=actor,
    )


def _begin(
    applicant: Person,
    wanted: list[Wanted],
    occasion: Occasion,
    *,
    request: Request | None,
    signed_in: bool,
    declaration_name: str,
    actor: Actor,
) -> Application:
    _refuse_outside_period(occasion)
    if not wanted:
        raise CollectRefused(CollectProblem.NOBODY_TO_ASK)
    typed_by_operator = actor.user_id != applicant.id
    try:
        with transaction.atomic():
            application = Application.objects.create(
                company_id=actor.company,
                code=_new_code(),
                request=request,
                applicant=applicant,
                occasion=occasion,
                declaration_name=declaration_name,
                signed_in=signed_in,
                entered_by=actor.user_id if typed_by_operator else None,
                entered_by_name=actor.name if typed_by_operator else "",
            )
            ApplicationItem.objects.bulk_create(
                ApplicationItem(
                    company_id=actor.company,
                    application=application,
                    person=one.person,
                    position=place,
                    changed=one.changed,
                    purposes=[purpose.code for purpose in one.purposes],
                    provision=one.provision.value,
                )
                for place, one in enumerate(wanted)
            )
    except IntegrityError:
        raise CollectRefused(CollectProblem.ALREADY_APPLYING) from None
    return application


def _refuse_outside_period(occasion: Occasion) -> None:
    today = timezone.localdate()
    if occasion is not Occasion.PROXY and not setting.terms_on(today).accepts(today):
        raise CollectRefused(CollectProblem.NOT_ACCEPTING)


def _new_code() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


# fill in -------------------------------------------------------------------------------------


def see_purposes(application: Application, *, actor: Actor) -> None:
    """That the purposes were shown (個人情報の保護に関する法律 第21条); before any number."""
    application = _editable(application, actor)
    if application.purposes_seen_at is not None:
        return
    application.purposes_seen_at = timezone.now()
    application.save(update_fields=["purposes_seen_at"])
    people = Person.objects.filter(id__in=_open_items(application).values("person_id"))
    register_purposes.note_seen(people, actor=actor)


def put_number(item: ApplicationItem, number: MyNumber, *, actor: Actor) -> ApplicationItem:
    """Into the vault at once, bound to the item; what was put before is destroyed."""
    item = _editable_item(item, actor)
    if item.application.purposes_seen_at is None:
        raise CollectRefused(CollectProblem.PURPOSES_UNSEEN)
    clearing.drop_numbers([item])
    item.cell = door.deposit_waiting(
        actor.company, item.id, number, until=timezone.now() + timedelta(days=DRAFT_DAYS)
    )
    item.number_put_at = timezone.now()
    item.compared_at = item.compared_same = None
    item.compared_wrong = 0
    item.save(
        update_fields=["cell", "number_put_at", "compared_at", "compared_same", "compared_wrong"]
    )
    write(
        Action.NUMBER_HANDED_IN, item.application, actor, people=[item.person_id],
        handles=[item.cell], purpose=",".join(item.purposes), relation=item.provision,
    )  # fmt: skip
    return item


def add_document(
    item: ApplicationItem,
    kind: PaperKind,
    content: bytes,
    *,
    media_type: str,
    pages: int = 1,
    actor: Actor,
) -> Document:
    """`content`: decoded and encoded anew by the caller, nothing of the sender's file left in it.

    `media_type` is what it is now: image/jpeg, image/png or application/pdf.
    """
    item = _editable_item(item, actor)
    terms = setting.terms_on(timezone.localdate())
    _refuse_paper(item, kind, content, terms)
    return _keep_document(item, kind, content, media_type, pages, actor)


def remove_document(document: Document, *, actor: Actor) -> None:
    item = _editable_item(document.item, actor)
    found = item.documents.filter(id=document.id, destroyed_at__isnull=True)
    clearing.destroy_papers(item.application, list(found), "removed", actor=actor)


def sign_power_of_attorney(
    item: ApplicationItem, content: bytes, *, signer_name: str, actor: Actor
) -> Document:
    """委任状 of a 第3号 spouse, made and signed in the flow; `content` is a PDF."""
    item = _editable_item(item, actor)
    if Provision(item.provision) is not Provision.CATEGORY3_AGENT:
        raise CollectRefused(CollectProblem.NO_AGENT_NEEDED)
    earlier = item.documents.filter(
        kind=PaperKind.POWER_OF_ATTORNEY.code, destroyed_at__isnull=True
    )
    clearing.destroy_papers(item.application, list(earlier), "replaced", actor=actor)
    item.signed_at = timezone.now()
    item.signer_name = signer_name
    item.save(update_fields=["signed_at", "signer_name"])
    document = _keep_document(
        item, PaperKind.POWER_OF_ATTORNEY, content, "application/pdf", 1, actor
    )
    write(Action.AUTHORITY_SIGNED, item.application, actor, people=[item.person_id])
    return document


def attest(item: ApplicationItem, *, attested: bool, actor: Actor) -> None:
    """The employee says that they have checked the dependant's number and identity."""
    item = _editable_item(item, actor)
    item.attested_at = timezone.now() if attested else None
    item.save(update_fields=["attested_at"])


def leave_out(item: ApplicationItem, reason: DeclineReason, *, actor: Actor) -> None:
    """Somebody of the family is not handed in; the last one cannot be left out (`decline`)."""
    item = _editable_item(item, actor)
    if _open_items(item.application).count() == 1:
        raise CollectRefused(CollectProblem.NUMBER_MISSING)
    clearing.drop_numbers([item])
    clearing.destroy_papers(item.application, clearing.kept_papers([item]), "left_out", actor=actor)
    item.left_out = reason
    item.open = False
    item.save(update_fields=["left_out", "open"])
    write(
        Action.NUMBER_DECLINED, item.application, actor, people=[item.person_id],
        reason=reason.label,
    )  # fmt: skip


def set_declaration_name(application: Application, name: str, *, actor: Actor) -> None:
    application = _editable(application, actor)
    refuse_number_in(name)
    application.declaration_name = name.strip()[:80]
    application.save(update_fields=["declaration_name"])


# hand in and take back -----------------------------------------------------------------------


def what_is_missing(application: Application) -> list[CollectRefused]:
    """What stands against handing in, each with the items it is about; empty when nothing does."""
    terms = setting.terms_on(timezone.localdate())
    found: dict[CollectProblem, list[ApplicationItem]] = {}
    by_proxy = application.occasion == Occasion.PROXY  # whoever types has the papers on the desk
    for item in _open_items(application):
        for problem in _missing_of(item, terms, signed_in=application.signed_in, by_proxy=by_proxy):
            found.setdefault(problem, []).append(item)
    refusals = [CollectRefused(problem, [i.id for i in items]) for problem, items in found.items()]
    if application.purposes_seen_at is None:
        refusals.insert(0, CollectRefused(CollectProblem.PURPOSES_UNSEEN))
    return refusals


def submit(application: Application, *, actor: Actor) -> Application:
    """Hands it in, for the first time or corrected; the first refusal is raised."""
    application = _editable(application, actor)
    _refuse_outside_period(Occasion(application.occasion))
    for refusal in what_is_missing(application):
        raise refusal
    again = application.state == ApplicationState.RETURNED
    application.state = ApplicationState.SUBMITTED
    application.version += 1
    application.submitted_at = timezone.now()
    application.checking_by = application.decided_by = application.decided_at = None
    application.checking_by_name = application.decided_by_name = ""
    application.return_reason = application.comment = ""
    application.save()
    items = list(_open_items(application))
    _open_items(application).update(to_correct=False)
    clearing.keep_until(items, timezone.now() + timedelta(days=REVIEW_DAYS))
    if application.request is not None:
        _answer(_locked_request(application.request))
    write(
        Action.APPLICATION_SUBMITTED,
        application,
        actor,
        people=[item.person_id for item in items],
        handles=[item.cell for item in items if item.cell],
        kind="corrected" if again else application.occasion,
    )
    announcing.arrived(application, corrected=again)
    return application


def withdraw(application: Application, *, actor: Actor) -> Application:
    """Gives it up, before somebody has begun to check it; everything in it is destroyed."""
    require_own(application, actor)
    application = _locked(application)
    now = ApplicationState(application.state)
    if now in ENDED:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    if not rules.may_turn(now, ApplicationState.WITHDRAWN):
        raise CollectRefused(CollectProblem.CANNOT_WITHDRAW)
    clearing.end(application, ApplicationState.WITHDRAWN, "withdrawn", actor=actor)
    if application.request is not None:
        request = _locked_request(application.request)
        if request.state == RequestState.ANSWERED:
            _become(request, RequestState.OPENED)
            request.answered_at = None
            request.save(update_fields=["state", "answered_at"])
    write(Action.APPLICATION_WITHDRAWN, application, actor)
    return application


def decline(request: Request, reason: DeclineReason, comment: str, *, actor: Actor) -> Request:
    """Nothing is handed in; that it was asked for and why not is kept."""
    require_own(request, actor)
    terms = setting.terms_on(timezone.localdate())
    if not terms.declining:
        raise CollectRefused(CollectProblem.DECLINING_NOT_ALLOWED)
    if reason is DeclineReason.OTHER and not comment.strip():
        raise CollectRefused(CollectProblem.REASON_MISSING)
    refuse_number_in(comment)
    request = _locked_request(request)
    if request.state not in OPEN_REQUESTS:
        raise CollectRefused(CollectProblem.REQUEST_CLOSED)
    for begun in Application.objects.filter(request=request, state=ApplicationState.DRAFT):
        clearing.end(_locked(begun), ApplicationState.WITHDRAWN, "withdrawn", actor=actor)
    _become(request, RequestState.DECLINED)
    request.decline_reason = reason
    request.comment = comment.strip()[:400]
    request.closed_at = timezone.now()
    request.closed_by_name = actor.name
    request.save()
    links.call_back(request)
    write(
        Action.NUMBER_DECLINED, request, actor, reason=reason.label,
        people=list(request.people.values_list("person_id", flat=True)),
    )  # fmt: skip
    announcing.declined(request)
    return request


# shared --------------------------------------------------------------------------------------


def _locked(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).get(id=application.id)


def _locked_request(request: Request) -> Request:
    return Request.objects.select_for_update(of=("self",)).get(id=request.id)


def _become(request: Request, wanted: RequestState) -> None:
    if not rules.may_become(RequestState(request.state), wanted):
        raise CollectRefused(CollectProblem.REQUEST_CLOSED)
    request.state = wanted


def _answer(request: Request) -> None:
    if request.state == RequestState.ANSWERED:
        return
    _become(request, RequestState.ANSWERED)
    request.answered_at = timezone.now()
    request.save(update_fields=["state", "answered_at"])
    links.call_back(request)


def _editable(application: Application, actor: Actor) -> Application:
    require_own(application, actor)
    application = _locked(application)
    if application.state not in rules.EDITABLE:
        raise CollectRefused(CollectProblem.NOT_EDITABLE)
    return application


def _editable_item(item: ApplicationItem, actor: Actor) -> ApplicationItem:
    """Locked with its application; of a returned one only what has to be corrected."""
    application = _editable(item.application, actor)
    item = ApplicationItem.objects.select_for_update(of=("self",)).get(id=item.id)
    item.application = application
    returned = application.state == ApplicationState.RETURNED
    if not item.open or (returned and not item.to_correct):
        raise CollectRefused(CollectProblem.NOT_EDITABLE)
    return item


def _open_items(application: Application) -> QuerySet[ApplicationItem]:
    return application.items.filter(left_out="")


def _missing_of(
    item: ApplicationItem, terms: Terms, *, signed_in: bool, by_proxy: bool
) -> list[CollectProblem]:
    provision = Provision(item.provision)
    found = [CollectProblem.NUMBER_MISSING] if item.cell is None else []
    if by_proxy:
        return found
    kinds = _kinds(item)
    lacking = papers.missing(
        provision,
        terms.asked_papers(provision),
        kinds,
        signed_in=signed_in and terms.login_is_identity,
    )
    found += [_MISSING_PAPER[check] for check in Check if check in lacking]
    if rules.applicant_attests(provision) and item.attested_at is None:
        found.append(CollectProblem.NOT_ATTESTED)
    return found


def _kinds(item: ApplicationItem) -> Collection[PaperKind]:
    codes = item.documents.filter(destroyed_at__isnull=True).values_list("kind", flat=True)
    return {PaperKind[code] for code in codes}


def _refuse_paper(item: ApplicationItem, kind: PaperKind, content: bytes, terms: Terms) -> None:
    asked = terms.asked_papers(Provision(item.provision))
    if not any(kind in kinds for kinds in asked.values()):
        raise CollectRefused(CollectProblem.PAPER_NOT_ASKED, [item.id])
    if item.documents.filter(destroyed_at__isnull=True).count() >= MOST_PAPERS:
        raise CollectRefused(CollectProblem.PAPERS_TOO_MANY, [item.id])
    if len(content) > terms.megabytes * 1024 * 1024:
        raise CollectRefused(CollectProblem.PAPER_TOO_LARGE, [item.id])


def _keep_document(
    item: ApplicationItem,
    kind: PaperKind,
    content: bytes,
    media_type: str,
    pages: int,
    actor: Actor,
) -> Document:
    cell = door.deposit_file(
        actor.company, item.id, content, until=timezone.now() + timedelta(days=DRAFT_DAYS)
    )
    document = Document.objects.create(
        company_id=actor.company,
        item=item,
        kind=kind.code,
        cell=cell,
        media_type=media_type,
        size=len(content),
        pages=pages,
    )
    write(
        Action.EVIDENCE_RECEIVED, item.application, actor, people=[item.person_id],
        handles=[cell], document_kinds=kind.code, size=len(content),
    )  # fmt: skip
    return document
