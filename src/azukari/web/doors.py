"""Which door a request came through, and what differs behind it.

The operators' door asks for a certificate, the portal's does not; each has routes, cookies and
error pages of its own.  Cookies know no ports, so that on one host both would lie in one jar:
behind the portal's door other names are used on the outside, and nothing of the operators' comes
in.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

LISTENER = "azukari.listener"
PORTAL_ROUTES = "azukari.web.portal.urls"

SESSION_OUTSIDE = "__Host-azukari_portal"
CSRF_OUTSIDE = "__Host-azukari_portal_csrf"
LANGUAGE_COOKIE = "__Host-azukari_portal_language"
PLACE_COOKIE = "__Host-azukari_portal_place"


def is_portal(request: HttpRequest) -> bool:
    return bool(request.META.get(LISTENER, "operator") == "portal")


class PortalDoor:
    """Before the sessions: gives a request of the portal its routes, cookies and language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_portal(request):
            return self._get_response(request)
        from azukari.web.portal import languages  # noqa: PLC0415  needs loaded apps

        request.urlconf = PORTAL_ROUTES
        request.COOKIES = _inside(request.COOKIES)
        with translation.override(languages.chosen(request)):
            response = self._get_response(request)
        _rename_outwards(response)
        return response


def _names() -> dict[str, str]:
    """Name inside → name outside."""
    return {
        settings.SESSION_COOKIE_NAME: SESSION_OUTSIDE,
        settings.CSRF_COOKIE_NAME: CSRF_OUTSIDE,
    }


def _inside(cookies: dict[str, str]) -> dict[str, str]:
    own = {name: cookies[name] for name in (LANGUAGE_COOKIE, PLACE_COOKIE) if name in cookies}
    return own | {
        inside: cookies[outside] for inside, outside in _names().items() if outside in cookies
    }


def _rename_outwards(response: HttpResponseBase) -> None:
    for inside, outside in _names().items():
        if inside in response.cookies:
            morsel = response.cookies.pop(inside)
            response.cookies[outside] = morsel.value
            response.cookies[outside].update(dict(morsel.items()))
