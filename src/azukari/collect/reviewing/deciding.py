"""Deciding: approve, return, reject."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils import timezone

from azukari.collect import announcing, clearing, rules
from azukari.collect.mail_words import MailKind
from azukari.collect.models import Application, ApplicationItem
from azukari.collect.papers import AUTHORITY_PAPERS
from azukari.collect.reviewing.locking import decide, locked, open_items, open_rows, waiting
from azukari.collect.reviewing.looking import is_own, not_compared, unopened
from azukari.collect.reviewing.registering import Checks, people_but_applicant, register_items
from azukari.collect.rules import (
    ApplicationState,
    CollectProblem,
    CollectRefused,
    Goes,
    ReturnReason,
)
from azukari.collect.writing import refuse_number_in, write
from azukari.ledger.actions import Action
from azukari.tenancy.actor import Actor


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
    application = waiting(application)
    if application.version != version:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    items = open_items(application)
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
    decide(application, ApplicationState.APPROVED, actor)
    register_items(application, items, checks, accept_same=accept_same, actor=actor)
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
    application = waiting(application)
    if application.version != version:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    to_correct = [one for one in open_items(application) if one.id in items] or open_items(
        application
    )
    _clear_for(reason, application, to_correct, actor)
    open_rows(application).filter(id__in=[item.id for item in to_correct]).update(
        to_correct=True, compared_at=None, compared_same=None, compared_wrong=0
    )
    decide(application, ApplicationState.RETURNED, actor)
    application.return_reason = reason
    application.comment = comment.strip()[:400]
    application.save(update_fields=["return_reason", "comment"])
    write(
        Action.APPLICATION_RETURNED, application, actor, kind=reason.value, reason=reason.label,
        people=[application.applicant_id, *people_but_applicant(application, to_correct)],
    )  # fmt: skip
    announcing.decided(application, MailKind.RETURNED)
    return application


def reject(application: Application, comment: str, *, version: int, actor: Actor) -> Application:
    """却下: it ends here, and whatever is in it is destroyed."""
    actor.require("application:change")
    refuse_number_in(comment)
    if not comment.strip():
        raise CollectRefused(CollectProblem.REASON_MISSING)
    application = locked(application)
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
