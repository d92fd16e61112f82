"""The guard in front of every view of the operator site.

One request is one transaction inside one scope: certificate → contract → user → company →
permission → view.  Views get `request.actor` and need no check of their own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.tenancy import admission, scope, sign_in
from azukari.tenancy.access import Workplace, actor_at_work, workplaces
from azukari.tenancy.actor import Actor, NotPermitted
from azukari.tenancy.admission import Admission, NotAdmitted, Refusal
from azukari.tenancy.models import User
from azukari.tenancy.options import route_is_open
from azukari.web import errors, freshness
from azukari.web.doors import is_portal
from azukari.web.routes import ANYONE, CERTIFICATE, SIGNED_IN, Route

log = logging.getLogger("azukari.web")
View = Callable[..., HttpResponseBase]


class OperatorRequest(HttpRequest):
    """What a view of the operator site receives."""

    admission: Admission
    signed_in: User
    workplaces: list[Workplace]
    workplace: Workplace | None
    actor: Actor


@dataclass(frozen=True)
class SignedIn:
    user: User
    workplaces: list[Workplace]
    workplace: Workplace | None


class NotSignedIn(Exception):
    """Nobody is signed in; `ended` says why a session that was there is over."""

    def __init__(self, ended: str = "") -> None:
        super().__init__(ended)
        self.ended = ended


def guard(route: Route, view: View) -> View:
    @wraps(view)
    def guarded(request: Any, **values: Any) -> HttpResponseBase:  # noqa: PLR0911  one return for each refusal
        if is_portal(request):
            # Routes of the operators do not exist behind that door (`doors`); this says it again.
            return errors.not_found(request)
        if not _method_fits(request, route):
            return errors.method_not_allowed(request, route.methods)
        if route.need == ANYONE:
            return view(request, **values)
        try:
            request.admission = _admit(request)
        except NotAdmitted as refused:
            return _refuse_certificate(request, refused)
        if not route_is_open(route.name, request.admission.options):
            return errors.not_found(request)
        try:
            with scope.enter(scope.Scope(contract_id=request.admission.contract_id)):
                if route.need == CERTIFICATE:
                    return view(request, **values)
                return _as_user(request, route, view, values)
        except NotPermitted as refused:
            # What the view had begun is undone; that it was tried stays.
            with scope.enter(scope.Scope(contract_id=request.admission.contract_id)):
                _record_refused(request.actor, refused.permission)
            return errors.forbidden(request)

    return guarded


def _method_fits(request: HttpRequest, route: Route) -> bool:
    # HEAD passes the CSRF check unseen, so it must never reach what only POST may do.
    asked = "GET" if request.method == "HEAD" else request.method
    return asked in route.methods or (route.fresh and freshness.answers(request))


def _admit(request: HttpRequest) -> Admission:
    admitted = admission.admit(request.META.get("azukari.peer_certificate"), now=timezone.now())
    bound_to = request.session.get("certificate")
    if bound_to is not None and bound_to != admitted.thumbprint:
        raise NotAdmitted(Refusal.OTHER_CONTRACT, admitted.contract_id)
    return admitted


def _refuse_certificate(request: HttpRequest, refused: NotAdmitted) -> HttpResponse:
    from azukari.web.operator.certificate import explain  # noqa: PLC0415  it is a view itself

    # Also told to the contract whose session was tried with a certificate that is not its own.
    concerned = {refused.contract_id, _contract_of_session(request)} - {None}
    if request.session.session_key:
        request.session.flush()
    for contract_id in concerned:
        _record_refusal(request, refused.refusal, contract_id)
    log.warning("certificate refused", extra={"refusal": refused.refusal.value})
    return explain(request, refused.refusal)


def _contract_of_session(request: HttpRequest) -> UUID | None:
    contract_id = request.session.get("contract")
    return UUID(contract_id) if contract_id else None


def _record_refusal(request: HttpRequest, refusal: Refusal, contract_id: UUID | None) -> None:
    if contract_id is None:
        return
    with scope.enter(scope.Scope(contract_id=contract_id)):
        pens.write(
            Record(
                at=timezone.now(),
                action=Action.CERTIFICATE_REFUSED,
                result=Result.REFUSED,
                address=request.META.get("REMOTE_ADDR", ""),
                request_id=request.META.get("azukari.request_id", ""),
                details={"refusal": refusal.value},
            ),
            contract_id,
        )


def _as_user(
    request: OperatorRequest, route: Route, view: View, values: dict[str, Any]
) -> HttpResponseBase:
    try:
        signed_in = _signed_in(request)
    except NotSignedIn as missing:
        return _ask_to_sign_in(request, missing.ended)
    if not route.passive:
        _keep_awake(request)
    request.signed_in = signed_in.user
    request.workplaces = signed_in.workplaces
    request.workplace = signed_in.workplace
    request.actor = actor_at_work(
        signed_in.user,
        signed_in.workplace,
        request.admission,
        address=request.META.get("REMOTE_ADDR", ""),
        request_id=request.META.get("azukari.request_id", ""),
    )
    if route.need != SIGNED_IN and not request.actor.may(route.need):
        _record_refused(request.actor, route.need)
        return errors.forbidden(request)
    question = freshness.question(request) if route.fresh else None
    if question is not None:
        return question
    if signed_in.workplace is None:
        return view(request, **values)
    with scope.narrow(company_id=signed_in.workplace.company_id):
        return view(request, **values)


def _signed_in(request: HttpRequest) -> SignedIn:
    session = request.session
    user_id = session.get("user")
    if user_id is None:
        raise NotSignedIn
    user = User.objects.filter(id=user_id).first()
    over = is_over(session)
    if (
        user is None
        or not sign_in.may_sign_in(user, on=timezone.localdate())
        or not constant_time_compare(session.get("password", ""), user.get_session_auth_hash())
        or over
    ):
        session.flush()
        raise NotSignedIn(over)
    places = workplaces(user)
    chosen = next((p for p in places if str(p.company_id) == session.get("company")), None)
    return SignedIn(user, places, chosen or (places[0] if places else None))


def is_over(session: Any) -> str:
    """`idle` after 30 minutes without a request, `long` after 12 hours, else nothing."""
    now = timezone.now()
    seen = parse_datetime(session.get("seen_at", ""))
    began = parse_datetime(session.get("began_at", ""))
    if seen is None or began is None:
        return "long"
    if now - began > timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return "long"
    return "idle" if now - seen > timedelta(seconds=settings.SESSION_IDLE_SECONDS) else ""


def _keep_awake(request: HttpRequest) -> None:
    # At most one write a minute: a session row is written for every change.
    seen = parse_datetime(request.session["seen_at"])
    if seen is None or timezone.now() - seen > timedelta(minutes=1):
        request.session["seen_at"] = timezone.now().isoformat()


def _ask_to_sign_in(request: Any, ended: str) -> HttpResponse:
    target = reverse("sign-in") + (f"?ended={ended}" if ended else "")
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _record_refused(actor: Actor, permission: str) -> None:
    pens.write(
        Record.by(
            actor,
            Action.ACCESS_REFUSED,
            result=Result.REFUSED,
            details={"permission": permission},
        ),
        actor.company_id or actor.contract_id,
    )


def keep_session(request: HttpRequest, user: User) -> None:
    """Stays signed in, alone of all browsers of a user who has changed the password."""
    request.session.cycle_key()
    request.session["password"] = user.get_session_auth_hash()


def begin_session(request: HttpRequest, user: User, admitted: Admission) -> None:
    """A fresh session key, bound to the certificate, the user and the password."""
    request.session.flush()
    request.session.create()
    rotate_token(request)
    now = timezone.now().isoformat()
    request.session.update(
        {
            "user": str(user.id),
            "contract": str(admitted.contract_id),
            "certificate": admitted.thumbprint,
            "password": user.get_session_auth_hash(),
            "began_at": now,
            "seen_at": now,
        }
    )
    freshness.confirm_now(request.session)
