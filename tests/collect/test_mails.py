"""Mails on their way through a real SMTP server."""

import asyncio
import itertools
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings
from django.utils import timezone

from azukari.collect import by_clock, links, mail_words, outbox, requesting, reviewing
from azukari.collect.mail_words import MailKind, Words, WordsProblem
from azukari.collect.models import Mail, MailState, Request
from azukari.collect.rules import Channel, ReturnReason
from azukari.ledger.number_in_text import mentions_number
from azukari.register.models import Person
from azukari.tenancy import contracts
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.models import User
from azukari.tenancy.options import Option
from azukari.tenancy.rights import RoleKind
from azukari.tenancy.scope import Scope
from tests.cast import Cast, Side, make_side
from tests.collect.cast import asking, handed_in
from tests.web.browser import employee

_names = itertools.count(1)


class Server:
    """A mail server that keeps what it gets, and answers as it is told to by address."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: Any):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        from email import message_from_bytes, policy

        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(0)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [one for one in self.letters if one["To"] == address]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    kept = Server()
    controller = Controller(kept, hostname="127.0.0.1", port=0)
    # Port 0 cannot be asked for by its own check, so the socket is bound first.
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=controller.port,
        DEFAULT_FROM_EMAIL="番号係 <bango@example.jp>",
    ):
        yield kept
    controller.stop()


def place(side: Side) -> Scope:
    return Scope(contract_id=side.contract.id, company_id=side.company.id)


def address() -> str:
    return f"person{next(_names)}@example.jp"


def asked_by_mail(side: Side, **facts: object) -> tuple[Person, Request]:
    person = employee(side, **{"mail": address(), **facts})
    with side.scope():
        requesting.ask(
            requesting.households(Person.objects.filter(id=person.id)),
            asking(channel=Channel.MAIL),
            actor=side.operator,
        )
        return person, Request.objects.get(person=person)


def test_request_brings_one_link_and_nothing_personal(cast: Cast, server: Server) -> None:
    person, request = asked_by_mail(cast.a, address="東京都千代田区霞が関１－２－２")
    assert request.state == "created"

    outbox.send_waiting(place(cast.a))
    outbox.send_waiting(place(cast.a))

    [letter] = server.to(person.mail)
    body = letter.get_content()
    assert person.name in body
    assert person.employee_code not in body
    assert person.address not in body
    assert not mentions_number(body)
    assert letter["Auto-Submitted"] == "auto-generated"
    [url] = [line for line in body.splitlines() if line.startswith("https://")]
    token = url.rpartition("/")[2]
    with cast.a.scope():
        assert links.look(token) == request
        request.refresh_from_db()
        assert request.state == "sent"
        assert Mail.objects.get(request=request).state == MailState.SENT


def test_one_event_is_one_mail_however_often_it_is_told(cast: Cast, server: Server) -> None:
    person, request = asked_by_mail(cast.a)
    outbox.send_waiting(place(cast.a))
    with cast.a.scope():
        assert requesting.remind([request], actor=cast.a.operator) == 1
        assert requesting.remind([request], actor=cast.a.operator) == 0
        by_clock.go_round(cast.a.contract.id, cast.a.company.id, changed=list)
    outbox.send_waiting(place(cast.a))

    assert len(server.to(person.mail)) == 2


def test_refused_for_now_waits_and_refused_for_good_fails(cast: Cast, server: Server) -> None:
    busy, busy_request = asked_by_mail(cast.a)
    gone, gone_request = asked_by_mail(cast.a)
    server.answers |= {busy.mail: "450 4.2.1 mailbox busy", gone.mail: "550 5.1.1 no such user"}

    outbox.send_waiting(place(cast.a))

    with cast.a.scope():
        waiting = Mail.objects.get(request=busy_request)
        failed = Mail.objects.get(request=gone_request)
        assert (waiting.state, waiting.attempts) == (MailState.WAITING, 1)
        assert waiting.next_at > timezone.now()
        assert failed.state == MailState.FAILED
        assert "550" in failed.problem
        assert gone.mail not in failed.problem
        Mail.objects.filter(id=waiting.id).update(next_at=timezone.now())
        server.answers.clear()
        assert outbox.retry(failed, actor=cast.a.operator)
    outbox.send_waiting(place(cast.a))
    assert [len(server.to(one.mail)) for one in (busy, gone)] == [1, 1]


def test_server_that_is_away_loses_nothing(cast: Cast, server: Server) -> None:
    person, request = asked_by_mail(cast.a)
    with override_settings(EMAIL_PORT=1):
        outbox.send_waiting(place(cast.a))
    with cast.a.scope():
        mail = Mail.objects.get(request=request)
        assert mail.state == MailState.WAITING
        Mail.objects.filter(id=mail.id).update(next_at=timezone.now())
    outbox.send_waiting(place(cast.a))
    assert len(server.to(person.mail)) == 1


def test_mail_that_was_claimed_and_never_answered_for_is_not_sent_again(
    cast: Cast, server: Server
) -> None:
    person, request = asked_by_mail(cast.a)
    with cast.a.scope():
        old = timezone.now() - outbox.STUCK_AFTER * 2
        Mail.objects.filter(request=request).update(state=MailState.SENDING, claimed_at=old)
        outbox.mark_unclear()
        assert Mail.objects.get(request=request).state == MailState.UNCLEAR
    outbox.send_waiting(place(cast.a))
    assert server.to(person.mail) == []


def test_bounce_is_shown(cast: Cast, server: Server) -> None:
    _, request = asked_by_mail(cast.a)
    outbox.send_waiting(place(cast.a))
    with cast.a.scope():
        mail = Mail.objects.get(request=request)
        before = timezone.now()
        assert outbox.mark_bounced(mail, actor=cast.a.operator)
        mail.refresh_from_db()
        assert mail.state == MailState.BOUNCED
        assert mail.bounced_at is not None
        assert before <= mail.bounced_at <= timezone.now()


def test_returned_application_tells_applicant_and_users_who_want_to_know(
    cast: Cast, server: Server
) -> None:
    side = cast.a
    told = address()
    with side.scope():
        users = User.objects.filter(id=side.users[RoleKind.OPERATOR].id)
        users.update(mail=told, mail_kinds=["arrived"])
    person = employee(side, mail=address())
    application = handed_in(side, person)
    with side.scope():
        reviewing.give_back(
            application, [], ReturnReason.OTHER, "生年月日が違います",
            version=application.version, actor=side.operator,
        )  # fmt: skip
        users.update(mail="", mail_kinds=[])
    outbox.send_waiting(place(side))

    subjects = [one["Subject"] for one in server.to(person.mail)]
    assert [("受け付けました" in s, "ご確認ください" in s) for s in subjects] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert all("生年月日" not in one.get_content() for one in server.letters)
    [arrived] = server.to(told)
    assert "/applications" in arrived.get_content()
    assert person.name not in arrived.get_content()


def test_contract_without_the_option_sends_nothing(cast: Cast, server: Server) -> None:
    side = make_side("C", web_collection=True)
    person, request = asked_by_mail(side)
    contracts.set_option(side.contract, Option.WEB_COLLECTION, on=False)
    with side.scope(), pytest.raises(NotPermitted):
        requesting.remind([request], actor=side.operator)

    outbox.send_waiting(place(side))
    assert server.to(person.mail) == []
    contracts.set_option(side.contract, Option.WEB_COLLECTION, on=True)
    outbox.send_waiting(place(side))

    assert len(server.to(person.mail)) == 1


# words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(MailKind))
@pytest.mark.parametrize("language", list(mail_words.Language))
def test_default_words_keep_their_own_rules(kind: MailKind, language: mail_words.Language) -> None:
    assert mail_words.problems(kind, mail_words.default(kind, language)) == {}


@pytest.mark.parametrize(
    ("subject", "body", "problem"),
    [
        ("件名", "", WordsProblem.EMPTY),
        ("件名", "こちらへ", WordsProblem.LINK_MISSING),
        ("件名", "{リンク} {住所}", WordsProblem.UNKNOWN_PLACEHOLDER),
        ("件名", "{リンク} ｛氏名｝", WordsProblem.UNKNOWN_PLACEHOLDER),
        ("件名", "{リンク} {氏名", WordsProblem.UNKNOWN_PLACEHOLDER),
        ("件名\nBcc: x@example.jp", "{リンク}", WordsProblem.SUBJECT_BROKEN),
        ("{リンク}", "{リンク}", WordsProblem.UNKNOWN_PLACEHOLDER),
    ],
)
def test_words_that_would_not_work_are_told(subject: str, body: str, problem: WordsProblem) -> None:
    found = mail_words.problems(MailKind.REQUEST, Words(subject, body))
    assert [one for one, _ in found.values()] == [problem]


def test_value_that_looks_like_a_placeholder_stays() -> None:
    filled = mail_words.fill(
        Words("{氏名}", "{リンク}"), {"{氏名}": "{リンク}\r\nBcc: a", "{リンク}": "https://x/"}
    )
    assert filled == Words("{リンク} Bcc: a", "https://x/")
