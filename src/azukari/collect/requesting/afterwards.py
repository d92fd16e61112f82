"""Afterwards: remind, send again, call back, end what is over."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from azukari.collect import announcing, clearing, links, rules, setting
from azukari.collect.models import Application, Request
from azukari.collect.rules import (
    OPEN_REQUESTS,
    ApplicationState,
    Channel,
    CollectProblem,
    CollectRefused,
    RequestState,
)
from azukari.collect.writing import refuse_number_in, write
from azukari.ledger.actions import Action
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

_MISSED_FOR: Final = timedelta(days=7)  # a reminder that could not go goes so much later at most


def remind(requests: Sequence[Request], *, actor: Actor) -> int:
    """One more mail to each that is open, was asked by mail, and was not reminded today."""
    actor.require("application:create")
    today = timezone.localdate()
    found = [
        one
        for one in _locked(requests)
        if one.state in OPEN_REQUESTS
        and not (one.last_reminded_at and timezone.localdate(one.last_reminded_at) >= today)
    ]
    reachable = [one for one in found if one.person.mail]
    for one in reachable:
        one.reminders += 1
        one.last_reminded_at = timezone.now()
    Request.objects.bulk_update(reachable, ["reminders", "last_reminded_at"])
    announcing.reminded(reachable)
    for one in reachable:
        write(Action.INVITATION_REMINDED, one, actor, channel=Channel.MAIL.value)
    return len(reachable)


def remind_by_schedule(actor: Actor) -> int:
    """The reminders of the terms that fall on today, or were missed; how many."""
    today = timezone.localdate()
    terms = setting.terms_on(today)
    if not terms.reminder_days or not terms.accepts(today):
        return 0
    due = [
        one
        for one in Request.objects.filter(
            state__in=[RequestState.SENT, RequestState.OPENED],
            deadline__lte=today - timedelta(days=min(terms.reminder_days)),
            deadline__gte=today - timedelta(days=max(terms.reminder_days)) - _MISSED_FOR,
        ).select_related("person")
        if rules.reminders_due(
            deadline=one.deadline,
            days=terms.reminder_days,
            today=today,
            last_reminded=timezone.localdate(one.last_reminded_at or one.sent_at or one.created_at),
        )
    ]
    return remind(due, actor=actor)


def standing_of(request: Request) -> str:
    """Where it stands, as a page shows it: another text once it was asked again."""
    sent = request.sent_at.isoformat() if request.sent_at else ""
    mails = announcing.count_of(request)
    return f"{request.state} {request.channel} {request.deadline.isoformat()} {sent} {mails}"


def send_again(
    request: Request, *, channel: Channel, deadline: date, seen: str, actor: Actor
) -> Request:
    """Anew, with a fresh link and deadline; also what was declined or has expired.

    `seen`: its `standing_of` when the actor chose to; one choice sent twice asks once.
    """
    actor.require("application:create")
    [request] = _locked([request])
    if request.state in {RequestState.ANSWERED, RequestState.CANCELLED}:
        raise CollectRefused(CollectProblem.REQUEST_CLOSED)
    if standing_of(request) != seen:
        raise CollectRefused(CollectProblem.REQUEST_MOVED)
    if deadline < timezone.localdate():
        raise CollectRefused(CollectProblem.DEADLINE_PASSED)
    if _waits_to_be_printed(request) and (channel, deadline) == (Channel.LETTER, request.deadline):
        raise CollectRefused(CollectProblem.LETTER_UNPRINTED)
    if channel is Channel.MAIL and not request.person.mail:
        raise CollectRefused(CollectProblem.NO_ADDRESS)
    other = Request.objects.filter(person=request.person_id, state__in=list(OPEN_REQUESTS))
    if other.exclude(id=request.id).exists():
        raise CollectRefused(CollectProblem.ALREADY_ASKED)
    links.call_back(request)
    request.state = RequestState.SENT if channel is Channel.SCREEN else RequestState.CREATED
    request.channel = channel
    request.deadline = deadline
    request.sent_at = timezone.now() if channel is Channel.SCREEN else None
    request.decline_reason = request.comment = request.closed_by_name = ""
    request.closed_at = None
    request.save()
    write(Action.INVITATION_SENT, request, actor, channel=channel.value, kind="again")
    if channel is Channel.MAIL:
        announcing.requested([request], again=announcing.count_of(request) + 1)
    return request


def call_back(requests: Sequence[Request], reason: str, *, actor: Actor) -> int:
    """依頼の取消: links stop working; what was begun and not handed in is destroyed."""
    actor.require("application:create")
    refuse_number_in(reason)
    closed = 0
    for one in _locked(requests):
        if one.state not in OPEN_REQUESTS:
            continue
        for begun in Application.objects.select_for_update(of=("self",)).filter(
            request=one, state=ApplicationState.DRAFT
        ):
            clearing.end(begun, ApplicationState.WITHDRAWN, "cancelled", actor=actor)
        _close(one, RequestState.CANCELLED, actor.name, reason)
        write(Action.INVITATION_CANCELLED, one, actor, reason=reason.strip())
        closed += 1
    return closed


def expire_old(actor: Actor) -> int:
    """Requests of the company in scope whose days of grace are over; how many."""
    terms = setting.terms_on(timezone.localdate())
    last = timezone.localdate() - timedelta(days=terms.grace_days)
    old = Request.objects.select_for_update(of=("self",)).filter(
        state__in=list(OPEN_REQUESTS), deadline__lt=last
    )
    begun = set(
        Application.objects.filter(state=ApplicationState.DRAFT).values_list(
            "request_id", flat=True
        )
    )
    gone = 0
    for one in old:
        if one.id in begun:
            continue  # somebody is filling it in; the draft has a clock of its own
        _close(one, RequestState.EXPIRED, "", "")
        write(Action.INVITATION_EXPIRED, one, actor)
        gone += 1
    return gone


def mark_sent(request: Request) -> None:
    """A mail went out, or a letter was printed."""
    Request.objects.filter(id=request.id, state=RequestState.CREATED).update(
        state=RequestState.SENT, sent_at=timezone.now()
    )


def _waits_to_be_printed(request: Request) -> bool:
    return request.state == RequestState.CREATED and request.channel == Channel.LETTER


def _close(request: Request, state: RequestState, by: str, reason: str) -> None:
    request.state = state
    request.closed_at = timezone.now()
    request.closed_by_name = by
    request.comment = reason.strip()[:400]
    request.save(update_fields=["state", "closed_at", "closed_by_name", "comment"])
    links.call_back(request)


def _locked(requests: Sequence[Request]) -> list[Request]:
    """In the order of their ids, so that two bulk verbs do not wait for each other."""
    return list(
        Request.objects.select_for_update(of=("self",))
        .filter(id__in=[one.id for one in requests], company_id=scope.company_id())
        .select_related("person")
        .order_by("id")
    )
