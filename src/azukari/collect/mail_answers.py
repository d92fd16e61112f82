"""What mail servers and providers say no with, and what is shown of it.

Never their own text, which may quote the address.  Providers speak through django-anymail, which is
installed only where one is used (`pip install azukari[mail]`).
"""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

try:
    from anymail.exceptions import AnymailError
except ImportError:
    _PROVIDERS: tuple[type[Exception], ...] = ()
else:
    _PROVIDERS = (AnymailError,)

ERRORS: Final[tuple[type[Exception], ...]] = (OSError, smtplib.SMTPException, *_PROVIDERS)
"""What a mail backend raises when it could not hand the mail over."""

_PERMANENT: Final = 500  # RFC 5321: an SMTP answer from here on will not change by waiting
# anymail.message.ANYMAIL_STATUSES: the provider took the call and will not send.
_NOT_SENT: Final = frozenset({"invalid", "rejected", "failed"})
# anymail.signals.RejectReason
_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "invalid": "宛先のアドレスが正しくありません",
        "bounced": "宛先のサーバが受け取りませんでした",
        "timed_out": "宛先のサーバに届けられないまま時間が過ぎました",
        "blocked": "送信事業者か宛先のサーバに止められました",
        "spam": "迷惑メールとして扱われました",
        "unsubscribed": "宛先の人が配信を止めています",
    }
)


@dataclass(frozen=True)
class Refusal:
    """`for_good`: trying again would not help; `code` of SMTP or HTTP, 0 where there was none."""

    said: str
    for_good: bool = False
    code: int = 0


def refusal_of(problem: Exception) -> Refusal:
    """Of one of `ERRORS`."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code = max((answer[0] for answer in problem.recipients.values()), default=0)
        return Refusal(f"宛先を受け付けませんでした（{code}）", code >= _PERMANENT, code)
    if isinstance(problem, smtplib.SMTPResponseException):
        code = problem.smtp_code
        return Refusal(f"送信サーバが受け付けませんでした（{code}）", code >= _PERMANENT, code)
    status = getattr(problem, "status_code", None)
    if isinstance(status, int):
        return Refusal(f"送信事業者が受け付けませんでした（{status}）", code=status)
    return Refusal("送信サーバにつながりませんでした")


def refused_by_provider(message: Any) -> Refusal | None:
    """Of a message that was handed over: whether the provider said at once that it will not go."""
    status = getattr(getattr(message, "anymail_status", None), "status", None)
    if status and status <= _NOT_SENT:
        return Refusal("送信事業者が宛先を受け付けませんでした", for_good=True)
    return None


def why_not_delivered(reason: str | None) -> str:
    """In words what a provider's event gives as its reason."""
    return _REASONS.get(reason or "", "届かずに戻ってきました")
