"""The guard in front of every view of the portal.

One request is one transaction inside the scope of one company: session → company with the
Web収集 option → the person and their way in → view.  A contract without the option is not there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from azukari.collect import own
from azukari.collect.applicant import applicant_actor
from azukari.collect.models import Application, Request
from azukari.register.accounts import entering, places
from azukari.register.accounts.places import NoSuchPlace, Place
from azukari.register.models import EmployeeAccount, Person
from azukari.tenancy.actor import Actor
from azukari.web import errors
from azukari.web.doors import is_portal
from azukari.web.portal.routes import EMPLOYEE
from azukari.web.routes import ANYONE, Route

View = Callable[..., HttpResponseBase]
DOOR = "portal"  # what a session of this door says of itself
IDLE = timedelta(minutes=30)
# Whoever came by a link cannot come back by it, and may have to look for a document.
IDLE_BY_LINK = timedelta(hours=2)
LONGEST = timedelta(hours=12)


class PortalRequest(HttpRequest):
    """What a view of the portal receives; `account` is None for whoever came by a link."""

    place: Place
    person: Person
    account: EmployeeAccount | None
    invited_to: UUID | None  # the one request that a link opens
    actor: Actor


@dataclass(frozen=True)
class Applicant:
    place: Place
    person: Person
    account: EmployeeAccount | None
    invited_to: UUID | None


class NotSignedIn(Exception):
    """Nobody is here; `ended` says why a session that was there is over."""

    def __init__(self, ended: str = "") -> None:
        super().__init__(ended)
        self.ended = ended


def guard(route: Route, view: View) -> View:
    @wraps(view)
    def guarded(request: Any, **values: Any) -> HttpResponseBase:
        if not is_portal(request):
            return errors.not_found(request)
        asked = "GET" if request.method == "HEAD" else request.method
        if asked not in route.methods:
            return errors.method_not_allowed(request, route.methods)
        if route.name == "health":
            return view(request, **values)
        if not places.anywhere_open():
            return errors.not_found(request)
        if route.need == ANYONE:
            return view(request, **values)
        return _as_applicant(request, route, view, values)

    return guarded


def _as_applicant(
    request: Any, route: Route, view: View, values: dict[str, Any]
) -> HttpResponseBase:
    try:
        place = _place_of(request.session)
        with place.scope():
            found = _applicant(request.session, place)
            _keep_awake(request.session)
            _tell(request, found)
            if route.need == EMPLOYEE and found.account is None:
                return errors.not_found(request)
            return view(request, **values)
    except NoSuchPlace:
        request.session.flush()
        return errors.not_found(request)
    except NotSignedIn as missing:
        if "half" in request.session:  # the code is still to be typed
            return HttpResponseRedirect(reverse("sign-in-code"))
        request.session.flush()
        return _to_sign_in(request, missing.ended)


def _place_of(session: Any) -> Place:
    if session.get("door") != DOOR or "company" not in session:
        raise NotSignedIn
    return places.by_id(UUID(session["company"]))


def _applicant(session: Any, place: Place) -> Applicant:
    if "half" in session:
        raise NotSignedIn
    over = _is_over(session)
    if over:
        raise NotSignedIn(over)
    if "account" in session:
        account = _account(session)
        return Applicant(place, account.person, account, None)
    request = Request.objects.select_related("person").filter(id=session.get("invited")).first()
    if request is None:
        raise NotSignedIn
    return Applicant(place, request.person, None, request.id)


def _account(session: Any) -> EmployeeAccount:
    account = EmployeeAccount.objects.select_related("person").filter(id=session["account"]).first()
    if (
        account is None
        or not entering.may_enter(account)
        or not constant_time_compare(session.get("mark", ""), account.session_mark())
    ):
        raise NotSignedIn("closed")
    return account


def _is_over(session: Any) -> str:
    """`idle`, `long`, or nothing."""
    now = timezone.now()
    seen = parse_datetime(session.get("seen_at", ""))
    began = parse_datetime(session.get("began_at", ""))
    if seen is None or began is None or now - began > LONGEST:
        return "long"
    idle = IDLE if "account" in session else IDLE_BY_LINK
    return "idle" if now - seen > idle else ""


def _keep_awake(session: Any) -> None:
    # At most one write a minute: a session row is written for every change.
    seen = parse_datetime(session["seen_at"])
    if seen is None or timezone.now() - seen > timedelta(minutes=1):
        session["seen_at"] = timezone.now().isoformat()


def _tell(request: PortalRequest, found: Applicant) -> None:
    request.place, request.person = found.place, found.person
    request.account, request.invited_to = found.account, found.invited_to
    request.actor = applicant_actor(
        found.place.contract_id,
        found.person,
        address=request.META.get("REMOTE_ADDR", ""),
        request_id=request.META.get("azukari.request_id", ""),
    )


def _to_sign_in(request: Any, ended: str) -> HttpResponse:
    target = reverse("sign-in") + (f"?ended={ended}" if ended else "")
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


# sessions ------------------------------------------------------------------------------------


def begin_session(request: HttpRequest, place: Place, **who: str) -> None:
    """A fresh key for `account` and `mark`, or `invited`: the request that a link opened."""
    request.session.flush()
    request.session.create()
    rotate_token(request)
    now = timezone.now().isoformat()
    request.session.update(
        {"door": DOOR, "company": str(place.company_id), "began_at": now, "seen_at": now, **who}
    )


def renew_session(request: PortalRequest, account: EmployeeAccount) -> None:
    """After the password changed: this session goes on, every other one is over."""
    request.session.cycle_key()
    request.session["mark"] = account.session_mark()


# what is theirs ------------------------------------------------------------------------------


def request_or_404(request: PortalRequest, request_id: UUID) -> Request:
    """Of the person; a link opens its own request and no other."""
    found = own.request_of(request.person, request_id)
    if found is None or request.invited_to not in {None, found.id}:
        raise Http404
    return found


def application_or_404(request: PortalRequest, application_id: UUID) -> Application:
    found = own.application_of(request.person, application_id)
    if found is None or request.invited_to not in {None, found.request_id}:
        raise Http404
    return found
