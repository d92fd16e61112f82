"""Version 1: the operations together, and how trouble is answered.

Nothing of a request comes back in an answer of refusal: it may have held a number.
"""

import json
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from azukari.check.link.receiving import MOST_ITEMS, KeyUsed, LinkIsOff, TooManyItems
from azukari.ledger.pens import LedgerUnavailable
from azukari.tenancy.actor import NotPermitted
from azukari.web.api.entrance import TokenAuth
from azukari.web.api.payroll import router


class _FromTheConnection(Parser):
    """A push may be larger than a form may be; the listener's own limit holds."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.read())


api = NinjaAPI(
    title="azukari",
    version="1",
    description="預かり: 給与計算サービスとの連携. Numbers go in and never come out.",
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=TokenAuth(),
    parser=_FromTheConnection(),
)
api.add_router("", router)

_TROUBLES: dict[type[Exception], tuple[HTTPStatus, str, str]] = {
    AuthenticationError: (
        HTTPStatus.UNAUTHORIZED,
        "token_not_valid",
        "トークンが正しくないか、期限切れか、失効しているか、許された接続元ではありません。",
    ),
    NotPermitted: (
        HTTPStatus.FORBIDDEN,
        "not_permitted",
        "このトークンでは、その操作はできません。",
    ),
    LinkIsOff: (
        HTTPStatus.CONFLICT,
        "link_off",
        "この会社は給与計算サービスとの連携を使っていません。設定を確かめてください。",
    ),
    KeyUsed: (
        HTTPStatus.CONFLICT,
        "key_used",
        "同じIdempotency-Keyで、別の内容を送っています。新しいキーで送ってください。",
    ),
    TooManyItems: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_many_items",
        f"一度に送れるのは{MOST_ITEMS:,}件までです。分けて送ってください。",
    ),
    LedgerUnavailable: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "audit_unavailable",
        "操作記録を書き込めないため、受け付けていません。しばらくしてから送り直してください。",
    ),
    Http404: (HTTPStatus.NOT_FOUND, "not_found", "見つかりません。IDを確かめてください。"),
    ValidationError: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "malformed",
        "形が違います。OpenAPIの文書のとおりに送ってください。",
    ),
    HttpError: (HTTPStatus.BAD_REQUEST, "malformed", "JSONとして読めません。"),
}


def _tell(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    status, code, message = next(
        told for kind, told in _TROUBLES.items() if isinstance(error, kind)
    )
    return api.create_response(request, {"code": code, "message": message}, status=status)


for _kind in _TROUBLES:
    api.add_exception_handler(_kind, _tell)
