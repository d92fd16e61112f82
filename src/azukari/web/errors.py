"""Error pages: what happened, what is safe, what to do, and a code the support can find.

They need no session, no scope and no database, since these may be what has failed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from azukari.web.doors import is_portal
from azukari.web.portal import errors as portal


@dataclass(frozen=True)
class Page:
    status: int
    code: str
    title: str
    what: str
    todo: tuple[str, ...]
    safe: str = "入力中の内容は保存されていません。登録済みの情報に影響はありません。"


FORBIDDEN = Page(
    403,
    "FORBIDDEN",
    "この操作はできません",
    "お使いの権限では、この操作を行えません。",
    ("必要な場合は、会社の管理担当者に権限の追加を依頼してください。",),
)
NOT_FOUND = Page(
    404,
    "NOT_FOUND",
    "ページが見つかりません",
    "指定された情報がないか、削除されたか、この会社の情報ではありません。",
    (
        "アドレスを入力した場合は、綴りをご確認ください。",
        "トップからメニューを選び直してください。",
    ),
)
METHOD_NOT_ALLOWED = Page(
    405,
    "METHOD_NOT_ALLOWED",
    "この方法では開けません",
    "画面のボタンを使わずに開かれました。",
    ("前の画面に戻り、ボタンから操作してください。",),
)
PAGE_EXPIRED = Page(
    403,
    "PAGE_EXPIRED",
    "画面の有効期限が切れました",
    "開いてから時間が経ったか、別の画面でログインし直したため、送信を受け付けませんでした。",
    ("前の画面に戻って開き直し、もう一度操作してください。",),
    safe="何も変更されていません。",
)
BAD_REQUEST = Page(
    400,
    "BAD_REQUEST",
    "送信された内容を読み取れません",
    "入力の数が多すぎるか、通信の途中で内容が壊れました。",
    ("前の画面に戻り、もう一度操作してください。",),
    safe="何も変更されていません。",
)
NUMBER_IN_TEXT = Page(
    422,
    "NUMBER_IN_TEXT",
    "入力に個人番号が含まれています",
    "操作記録に残る欄に、個人番号と思われる12桁の数字があります。",
    ("前の画面に戻り、理由や補足の欄から個人番号を取り除いてください。",),
    safe="番号は記録に残していません。何も変更されていません。",
)
TOO_MANY = Page(
    429,
    "TOO_MANY_REQUESTS",
    "ただいま混み合っています",
    "同時にログインする人が多く、受け付けられませんでした。",
    ("1分ほど待ってから、もう一度操作してください。",),
)
SERVER_ERROR = Page(
    500,
    "SERVER_ERROR",
    "処理中に問題が起きました",
    "お使いの操作を最後まで行えませんでした。",
    (
        "もう一度操作してください。",
        "続く場合は、システムの管理者に下の番号をお伝えください。",
    ),
    safe="途中までの変更はすべて取り消されました。",
)
AUDIT_UNAVAILABLE = Page(
    503,
    "AUDIT_UNAVAILABLE",
    "記録を書き込めないため、操作を中止しました",
    "利用の記録を書き込めないあいだは、個人番号の表示・出力・廃棄を行えません。",
    (
        "しばらく待ってから、もう一度操作してください。",
        "続く場合は、システムの管理者に下の番号をお伝えください。",
    ),
    safe="個人番号は表示も変更もされていません。",
)


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    if is_portal(request):
        return portal.answer(request, page.code, page.status)
    context = {
        "page_title": page.title,
        "what": page.what,
        "safe": page.safe,
        "todo": page.todo,
        "support_code": f"{page.code}-{request.META.get('azukari.request_id', '0')}",
        "back_url": "/",
    }
    return HttpResponse(render_to_string("errors/page.html", context), status=page.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    return answer(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return answer(request, NOT_FOUND)


def method_not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    response = answer(request, METHOD_NOT_ALLOWED)
    response.headers["Allow"] = ", ".join(methods)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return answer(request, PAGE_EXPIRED)


def audit_unavailable(request: HttpRequest) -> HttpResponse:
    response = answer(request, AUDIT_UNAVAILABLE)
    response.headers["Retry-After"] = "60"
    return response


def number_in_text(request: HttpRequest) -> HttpResponse:
    return answer(request, NUMBER_IN_TEXT)


def too_many(request: HttpRequest) -> HttpResponse:
    response = answer(request, TOO_MANY)
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, SERVER_ERROR)
