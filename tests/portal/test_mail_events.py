"""A provider's word that a mail came back, as django-anymail takes it."""

import json
from base64 import b64encode
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import override_settings

from azukari.collect import outbox, requesting
from azukari.collect.models import Mail, MailState
from azukari.collect.rules import Channel
from azukari.register.models import Person
from azukari.tenancy.scope import Scope
from tests.cast import Cast, Side
from tests.collect.cast import asking
from tests.portal.entering import phone, with_option
from tests.web.browser import browser, employee, text_of

SECRET = "postmark:a-long-random-word"
URL = "/mail-events/postmark"


class Provider:
    """Postmark's API and its answers, as far as django-anymail calls it."""

    def __init__(self, error: int = 0, status: int = 200) -> None:
        self.error = error
        self.status = status
        self.metadata: dict[str, str] = {}

    def request(self, session: Any, method: str, url: str, **sent: Any) -> Any:
        import requests

        letter = json.loads(sent["data"])
        self.metadata = letter["Metadata"]
        said = {
            "To": letter["To"],
            "SubmittedAt": "2026-04-01T00:00:00Z",
            "Message": "OK"
            if not self.error
            else "You tried to send to a recipient that has been marked as inactive.\n"
            f"Found inactive addresses: {letter['To']}.\n"
            "Inactive recipients are ones that have generated a hard bounce or a spam complaint.",
        }
        answer = requests.Response()
        answer.status_code = self.status
        answer._content = json.dumps(
            said | {"ErrorCode": self.error, "MessageID": str(uuid4())}
        ).encode()
        return answer


@pytest.fixture(autouse=True)
def by_postmark():
    with override_settings(
        EMAIL_BACKEND="anymail.backends.postmark.EmailBackend",
        ANYMAIL={
            "POSTMARK_SERVER_TOKEN": "none",
            "WEBHOOK_SECRET": SECRET,
            "IGNORE_UNSUPPORTED_FEATURES": True,
            "IGNORE_RECIPIENT_STATUS": True,
        },
    ):
        yield


def mailed(side: Side, provider: Provider) -> Mail:
    with_option(side)
    person = employee(side, mail=f"{uuid4().hex}@example.jp")
    with side.scope():
        requesting.ask(
            Person.objects.filter(id=person.id), asking(channel=Channel.MAIL), actor=side.operator
        )
    with patch("requests.Session.request", autospec=True, side_effect=provider.request):
        outbox.send_waiting(Scope(contract_id=side.contract.id, company_id=side.company.id))
    with side.scope():
        return Mail.objects.get(address=person.mail)


def bounce(metadata: dict[str, str], **facts: object) -> dict[str, object]:
    """As Postmark's documentation gives it (Bounce webhook)."""
    return {
        "RecordType": "Bounce",
        "MessageStream": "outbound",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": metadata,
        "ServerID": 23,
        "Description": "The server was unable to deliver your message.",
        "Details": "Test bounce details",
        "Email": "john@example.com",
        "From": "sender@example.com",
        "BouncedAt": "2026-11-05T16:33:54.9070259Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Test subject",
        **facts,
    }


def tell(event: dict[str, object], secret: str = SECRET, url: str = URL):
    basic = b64encode(secret.encode()).decode()
    return phone().post(
        url, event, content_type="application/json", headers={"Authorization": f"Basic {basic}"}
    )


def state_of(side: Side, mail: Mail) -> tuple[str, str]:
    with side.scope():
        mail.refresh_from_db()
        return mail.state, mail.problem


def test_mail_that_came_back_is_shown_and_goes_again(cast: Cast) -> None:
    provider = Provider()
    mail = mailed(cast.a, provider)
    assert mail.state == MailState.SENT

    got = tell(bounce(provider.metadata))

    assert got.status_code == 200
    assert state_of(cast.a, mail) == (
        MailState.BOUNCED, "宛先のサーバが受け取りませんでした",
    )  # fmt: skip
    for page in ("/mails", f"/requests/{mail.request_id}"):
        assert "不達 2026年11月6日 01:33" in text_of(browser(cast.a).get(page))
    assert "01:33" not in text_of(browser(cast.b).get("/mails"))
    assert browser(cast.b).get(f"/requests/{mail.request_id}").status_code == 404
    with cast.a.scope():
        Person.objects.filter(mail=mail.address).update(mail="mended@example.jp")
        assert outbox.retry(mail, actor=cast.a.operator)
    assert state_of(cast.a, mail) == (MailState.WAITING, "")
    assert mail.bounced_at is None
    assert mail.address == "mended@example.jp"


def test_what_was_only_delayed_or_read_changes_nothing(cast: Cast) -> None:
    provider = Provider()
    mail = mailed(cast.a, provider)

    for event in (
        bounce(provider.metadata, Type="Transient", TypeCode=2),
        bounce(provider.metadata, RecordType="Delivery", DeliveredAt="2026-11-05T16:33:54Z"),
    ):
        assert tell(event).status_code == 200

    assert state_of(cast.a, mail) == (MailState.SENT, "")


def test_company_of_the_mail_counts_and_strangers_events_are_passed_over(cast: Cast) -> None:
    provider = Provider()
    mail = mailed(cast.a, provider)
    with_option(cast.b)
    named = provider.metadata

    for metadata in (
        {**named, "azukari_company": str(cast.b.company.id)},
        {**named, "azukari_company": str(uuid4())},
        {**named, "azukari_mail": "none"},
        {},
    ):
        assert tell(bounce(metadata)).status_code == 200

    assert state_of(cast.a, mail) == (MailState.SENT, "")


def test_without_the_secret_nothing_is_believed(cast: Cast) -> None:
    provider = Provider()
    mail = mailed(cast.a, provider)
    event = bounce(provider.metadata)

    assert tell(event, "postmark:another").status_code == 400
    assert phone().post(URL, event, content_type="application/json").status_code == 400
    assert tell(event, url="/mail-events/nobody").status_code == 404
    with override_settings(ANYMAIL={}):
        assert tell(event).status_code == 404

    assert state_of(cast.a, mail) == (MailState.SENT, "")


def test_provider_that_refuses_an_address_at_once_has_failed(cast: Cast) -> None:
    # 406: inactive recipient, https://postmarkapp.com/developer/api/overview#error-codes
    mail = mailed(cast.a, Provider(error=406, status=422))

    assert state_of(cast.a, mail) == (
        MailState.FAILED, "送信事業者が宛先を受け付けませんでした",
    )  # fmt: skip


def test_provider_that_is_away_is_tried_again(cast: Cast) -> None:
    mail = mailed(cast.a, Provider(status=503))

    assert state_of(cast.a, mail) == (
        MailState.WAITING, "送信事業者が受け付けませんでした（503）",
    )  # fmt: skip
