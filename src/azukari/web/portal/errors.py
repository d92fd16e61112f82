"""Error pages of the portal: the operators' pages in plainer words and three languages."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from azukari.web.portal import context

# By code: title, what happened, what to do.
_PAGES: dict[str, tuple[str, str, str]] = {
    "NOT_FOUND": (
        _("ページが見つかりません"),
        _("アドレスが違うか、このページは使えなくなりました。"),
        _("会社から届いた案内のアドレスを、もう一度ご確認ください。"),
    ),
    "FORBIDDEN": (
        _("この操作はできません"),
        _("この操作は、あなたのアカウントでは行えません。"),
        _("分からないときは、会社の担当者にお尋ねください。"),
    ),
    "METHOD_NOT_ALLOWED": (
        _("この方法では開けません"),
        _("画面のボタンを使わずに開かれました。"),
        _("前の画面に戻り、ボタンから操作してください。"),
    ),
    "PAGE_EXPIRED": (
        _("画面の有効期限が切れました"),
        _("開いてから時間が経ったため、送信を受け付けませんでした。"),
        _("前の画面に戻って開き直し、もう一度操作してください。"),
    ),
    "BAD_REQUEST": (
        _("送られた内容を読み取れません"),
        _("通信の途中で内容が壊れたか、ファイルが大きすぎます。"),
        _("前の画面に戻り、もう一度操作してください。"),
    ),
    "NUMBER_IN_TEXT": (
        _("個人番号が入っています"),
        _("理由などの欄に、個人番号と思われる12桁の数字があります。"),
        _("前の画面に戻り、個人番号を取り除いてください。"),
    ),
    "TOO_MANY_REQUESTS": (
        _("ただいま混み合っています"),
        _("同時に使っている人が多く、受け付けられませんでした。"),
        _("1分ほど待ってから、もう一度操作してください。"),
    ),
    "SERVER_ERROR": (
        _("処理中に問題が起きました"),
        _("操作を最後まで行えませんでした。途中までの変更は取り消されました。"),
        _("もう一度操作してください。続くときは、会社の担当者に下の番号をお伝えください。"),
    ),
    "AUDIT_UNAVAILABLE": (
        _("記録を書き込めないため、操作を中止しました"),
        _("利用の記録を書き込めないあいだは、操作を行えません。何も変わっていません。"),
        _("しばらく待ってから、もう一度操作してください。"),
    ),
}


def answer(request: HttpRequest, code: str, status: int) -> HttpResponse:
    title, what, todo = (gettext(text) for text in _PAGES[code])
    facts = {
        **context.frame(),
        "languages": (),  # a form needs a session, which may be what has failed
        "page_title": title,
        "what": what,
        "todo": todo,
        "support_code": f"{code}-{request.META.get('azukari.request_id', '0')}",
    }
    return HttpResponse(render_to_string("portal/error.html", facts), status=status)
