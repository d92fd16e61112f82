"""What every answer has in common."""

import logging
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from azukari.ledger.pens import LedgerUnavailable
from azukari.ledger.record import NumberInRecord
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.passwords import TooManyAtOnce
from azukari.web import errors

Answer = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("azukari.web")


class RequestIdentity:
    """Gives each request an id that stands on error pages, in the log and in the ledger."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META["azukari.request_id"] = secrets.token_hex(8)
        response = self._get_response(request)
        response.headers["X-Request-Id"] = request.META["azukari.request_id"]
        return response


class NoStore:
    """Pages with people on them stay in no cache, and not in the back button's memory either."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Refusals:
    """Turns the refusals that any action may raise into pages that say what to do."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotPermitted):
            return errors.forbidden(request)
        if isinstance(exception, LedgerUnavailable):
            log.error("audit unavailable", extra={"code": "AUDIT_UNAVAILABLE"})
            return errors.audit_unavailable(request)
        if isinstance(exception, NumberInRecord):
            return errors.number_in_text(request)
        if isinstance(exception, TooManyAtOnce):
            return errors.too_many(request)
        return None
