"""Handing in, and taking back or declining instead."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone

from azukari.collect import announcing, clearing, links, papers, rules, setting
from azukari.collect.applicant import require_own
from azukari.collect.applying.beginning import refuse_outside_period
from azukari.collect.applying.locking import become, editable, locked, locked_request, open_items
from azukari.collect.models import Application, ApplicationItem, Request
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
from azukari.collect.terms import Terms
from azukari.collect.writing import refuse_number_in, write
from azukari.law.verification import Check, Provision
from azukari.ledger.actions import Action
from azukari.tenancy.actor import Actor

REVIEW_DAYS: Final = 90  # what nobody has checked by then is destroyed
_MISSING_PAPER: Final = {
    Check.NUMBER: CollectProblem.NUMBER_PAPER_MISSING,
    Check.PERSON: CollectProblem.PERSON_PAPER_MISSING,
    Check.AUTHORITY: CollectProblem.AUTHORITY_PAPER_MISSING,
}


def what_is_missing(application: Application) -> list[CollectRefused]:
    """What stands against handing in, each with the items it is about; empty when nothing does."""
    terms = setting.terms_on(timezone.localdate())
    return _missing(application, list(open_items(application)), terms)


def _missing(
    application: Application, items: Sequence[ApplicationItem], terms: Terms
) -> list[CollectRefused]:
    found: dict[CollectProblem, list[ApplicationItem]] = {}
    by_proxy = application.occasion == Occasion.PROXY  # whoever types has the papers on the desk
    for item in items:
        for problem in _missing_of(item, terms, signed_in=application.signed_in, by_proxy=by_proxy):
            found.setdefault(problem, []).append(item)
    refusals = [CollectRefused(problem, [i.id for i in items]) for problem, items in found.items()]
    if application.purposes_seen_at is None:
        refusals.insert(0, CollectRefused(CollectProblem.PURPOSES_UNSEEN))
    return refusals


def submit(application: Application, *, actor: Actor) -> Application:
    """Hands it in, for the first time or corrected; the first refusal is raised."""
    application = editable(application, actor)
    terms = setting.terms_on(timezone.localdate())
    refuse_outside_period(Occasion(application.occasion), terms)
    items = list(open_items(application))
    for refusal in _missing(application, items, terms):
        raise refusal
    again = application.state == ApplicationState.RETURNED
    application.state = ApplicationState.SUBMITTED
    application.version += 1
    application.submitted_at = timezone.now()
    application.checking_by = application.decided_by = application.decided_at = None
    application.checking_by_name = application.decided_by_name = ""
    application.return_reason = application.comment = ""
    application.save()
    if again:
        open_items(application).update(to_correct=False)
    clearing.keep_until(items, timezone.now() + timedelta(days=REVIEW_DAYS))
    if application.request_id is not None:
        _answer(locked_request(application.request_id))
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
    application = locked(application)
    now = ApplicationState(application.state)
    if now in ENDED:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    if not rules.may_turn(now, ApplicationState.WITHDRAWN):
        raise CollectRefused(CollectProblem.CANNOT_WITHDRAW)
    clearing.end(application, ApplicationState.WITHDRAWN, "withdrawn", actor=actor)
    if application.request_id is not None:
        request = locked_request(application.request_id)
        if request.state == RequestState.ANSWERED:
            become(request, RequestState.OPENED)
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
    request = locked_request(request.id)
    if request.state not in OPEN_REQUESTS:
        raise CollectRefused(CollectProblem.REQUEST_CLOSED)
    for begun in Application.objects.filter(request=request, state=ApplicationState.DRAFT):
        clearing.end(locked(begun), ApplicationState.WITHDRAWN, "withdrawn", actor=actor)
    become(request, RequestState.DECLINED)
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


def _answer(request: Request) -> None:
    if request.state == RequestState.ANSWERED:
        return
    become(request, RequestState.ANSWERED)
    request.answered_at = timezone.now()
    request.save(update_fields=["state", "answered_at"])
    links.call_back(request)


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
