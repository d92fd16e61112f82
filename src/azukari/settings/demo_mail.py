"""What the demo would send, kept as files in the data folder and shown on a page of its own."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as Letter
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_SHOWN = 200


class DemoOutbox(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = _folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        for message in email_messages:
            name = str(message.extra_headers["Message-ID"]).strip("<>").partition("@")[0]
            file = folder / f"{name}.eml"
            file.write_bytes(message.message().as_bytes())
            file.chmod(0o600)
        return len(email_messages)


def kept(company: str) -> list[Letter]:
    """The company's letters, newest first; ids of mails grow with time."""
    files = sorted(_folder().glob("*.eml"), reverse=True)[:_SHOWN]
    letters = (message_from_bytes(one.read_bytes(), policy=policy.default) for one in files)
    return [one for one in letters if one["X-Azukari-Company"] == company]


def _folder() -> Path:
    return Path(settings.DATA_FOLDER) / "outbox"
