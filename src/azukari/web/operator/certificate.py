"""証明書が使えないとき: what happened with the certificate, what to do, how to choose again."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from azukari.tenancy.admission import Refusal

SAFE = "登録されている個人番号に影響はありません。"
_ASK = "分からないときは、会社の管理担当者にお問い合わせください。"
_OURS = "証明書の一覧が表示されたら、名称が「MNS_契約番号」のものを選んでください。"


@dataclass(frozen=True)
class Words:
    title: str
    what: str
    todo: tuple[str, ...]


_WORDS = {
    Refusal.NONE: Words(
        "クライアント証明書が必要です",
        "このサイトは、契約ごとにお渡ししたクライアント証明書を取り込んだブラウザだけが開けます。"
        "証明書が提示されませんでした。",
        (
            "アクセス情報シートの手順に従い、証明書ファイル（拡張子 p12）を取り込んでください。",
            "取り込み済みの場合は、証明書を選び直してください。" + _OURS,
            "取り込んだときと同じユーザで、パソコンにログインしているかご確認ください。",
            _ASK,
        ),
    ),
    Refusal.OTHER_SERVICE: Words(
        "ほかのサービスの証明書です",
        "選ばれた証明書は、このサービスが発行したものではありません。",
        (
            "証明書を選び直してください。" + _OURS,
            "まだ取り込んでいない場合は、先に取り込んでください。",
            _ASK,
        ),
    ),
    Refusal.REVOKED: Words(
        "失効した証明書です",
        "選ばれた証明書は、会社の管理担当者が使えないようにしました（失効済み）。",
        (
            "新しい証明書を受け取っている場合は、取り込んでから証明書を選び直してください。",
            "受け取っていない場合は、会社の管理担当者に新しい証明書の発行を依頼してください。",
        ),
    ),
    Refusal.EXPIRED: Words(
        "証明書の有効期限が切れています",
        "選ばれた証明書は、有効期限を過ぎています。",
        (
            "新しい証明書を受け取っている場合は、取り込んでから証明書を選び直してください。",
            "受け取っていない場合は、会社の管理担当者に新しい証明書の発行を依頼してください。",
            "期限の切れた証明書は、パソコンから削除すると選び間違いを防げます。",
        ),
    ),
    Refusal.OTHER_CONTRACT: Words(
        "ログインしたときと別の証明書です",
        "ログインは、そのとき選んだ証明書でだけ続けられます。"
        "途中で別の証明書（別の契約のものなど）に変わったため、ログインを終わらせました。",
        ("使いたい契約の証明書を選び直し、もう一度ログインしてください。" + _OURS, _ASK),
    ),
    Refusal.SUSPENDED: Words(
        "この契約は現在ご利用になれません",
        "証明書は有効ですが、契約の利用が停止されています。",
        ("会社の管理担当者から、サービスの提供者にお問い合わせください。",),
    ),
}  # fmt: skip


def explain(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page for a refused certificate: 403, and what to do."""
    words = _WORDS[refusal]
    context = {
        "page_title": words.title,
        "what": words.what,
        "safe": SAFE,
        "todo": words.todo,
        "choose_again_url": reverse("choose-again"),
        "try_again_url": "/" if refusal is Refusal.OTHER_CONTRACT else "",
        "support_code": f"CERTIFICATE_{refusal.name}-{request.META.get('azukari.request_id', '0')}",
    }
    page = render_to_string("operator/certificate/refused.html", context)
    return HttpResponse(page, status=403)


def choose_again(request: HttpRequest) -> HttpResponse:
    """The same site under a name the browser has not seen, so that it asks for a certificate.

    Browsers remember the choice for each host name until they are closed.
    """
    domain = settings.CHOOSE_AGAIN_DOMAIN
    if domain:
        port = urlsplit(f"//{request.get_host()}").port
        host = f"{secrets.token_hex(5)}.{domain}" + (f":{port}" if port else "")
        return HttpResponseRedirect(f"https://{host}/")
    context = {
        "page_title": "証明書を選び直す",
        "what": "ブラウザは、選んだ証明書を閉じるまで覚えています。",
        "safe": SAFE,
        "todo": (
            "開いているブラウザの画面を、ほかのタブも含めてすべて閉じてください。",
            "ブラウザを開き直し、このサイトにもう一度アクセスしてください。",
            _OURS,
        ),
        "back_url": "/",
        "back_label": "もう一度開く",
    }
    return HttpResponse(render_to_string("operator/certificate/close_browser.html", context))
