"""What makes mails or the links in them useless (`azukari check --deploy`).

Addresses of the operators' site stand in setup links of every installation; the portal's and the
mails matter only where a contract has the Web収集 option.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.http.request import validate_host

from azukari.settings.checks import LOCAL_HOSTS

# Of Django: they write the mail somewhere and tell nobody.
_SEND_NOTHING = {
    f"django.core.mail.backends.{name}.EmailBackend"
    for name in ("console", "dummy", "filebased", "locmem")
}


@register(Tags.security, deploy=True)
def links_lead_somewhere(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    found = [*_address("OPERATOR", settings.OPERATOR_URL, "運用サイト", "azukari.W013")]
    if _collects():
        found += _address(
            "AZUKARI_PORTAL_URL", settings.PORTAL_URL, "従業員ポータル", "azukari.W014"
        )
    return found


def _address(name: str, url: str, site: str, check: str) -> Iterator[CheckMessage]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host or _is_local(host):
        yield Caution(
            f"メールや設定リンクに載る{site}のアドレスが {url} なので、ほかの端末から開けません。",
            hint=f"AZUKARI_{name}_URL に、利用者が開く https:// のアドレスを指定してください。",
            id=check,
        )
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield Error(
            f"{site}のホスト名 {host} を受け付けない設定なので、リンクが開けません。",
            hint="AZUKARI_HOSTS に加えてください。",
            id="azukari.E015",
        )


@register(Tags.security, deploy=True)
def mails_arrive(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    return list(_mail()) if _collects() else []


def _mail() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND in _SEND_NOTHING:
        yield Caution(
            "メールを外に送らない設定です。依頼や督促は誰にも届きません。",
            hint="AZUKARI_MAIL_BACKEND の指定をやめるか、送信事業者のものにしてください。",
            id="azukari.W016",
        )
        return
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    if "." not in domain or _is_local(domain):
        yield Caution(
            f"メールの差出人が {settings.DEFAULT_FROM_EMAIL} なので、多くのサーバに拒まれます。",
            hint="AZUKARI_MAIL_FROM に、会社のドメインのアドレスを指定してください。",
            id="azukari.W017",
        )
    if settings.EMAIL_BACKEND.startswith("anymail."):
        if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
            yield Caution(
                "送信事業者からの不達の知らせを受け取れません。",
                hint="AZUKARI_ANYMAIL_WEBHOOK_SECRET を指定し、知らせ先を登録してください。",
                id="azukari.W018",
            )
    elif (
        settings.EMAIL_HOST_PASSWORD
        and not _is_local(settings.EMAIL_HOST)
        and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    ):
        yield Caution(
            "送信サーバのパスワードとメール(リンクを含む)を、暗号化せずに送る設定です。",
            hint="AZUKARI_MAIL_SECURITY に starttls か tls を指定してください。",
            id="azukari.W019",
        )


def _is_local(host: str) -> bool:
    return host in LOCAL_HOSTS | {"::1"} or host.endswith((".localhost", ".localdomain"))


def _collects() -> bool:
    from azukari.register.accounts.places import anywhere_open  # noqa: PLC0415  needs loaded apps

    return anywhere_open()
