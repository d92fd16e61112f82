"""A signed-in browser without the second that hashing a password takes, and what it sees."""

import itertools
from typing import Any

from django.conf import settings
from django.test import Client, RequestFactory

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.register import actions
from azukari.register.models import Person
from azukari.tenancy import admission
from azukari.tenancy.rights import RoleKind
from azukari.tenancy.sessions import SessionStore
from azukari.web.guard import begin_session
from tests.cast import Side
from tests.numbers import valid_number
from tests.web.components.page import Page

_codes = itertools.count(1)
_numbers = itertools.count(70_000)


def browser(side: Side, kind: RoleKind = RoleKind.OPERATOR) -> Client:
    from django.utils import timezone

    client = side.client()
    request = RequestFactory().get("/")
    request.session = SessionStore()
    with side.scope():
        user = side.users[kind]
        user.refresh_from_db()
        begin_session(request, user, admission.admit(side.certificate, now=timezone.now()))
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def new_code() -> str:
    return f"W{next(_codes):06d}"


def new_number() -> str:
    """Digits nobody else of this run has."""
    return valid_number(next(_numbers))


def employee(side: Side, **facts: Any) -> Person:
    given = {"employee_code": new_code(), "name": "髙橋　太郎", "kana": "タカハシ　タロウ", **facts}
    with side.scope():
        return actions.register_employee(given, actor=side.operator)


def family_member(side: Side, host: Person, **facts: Any) -> Person:
    given = {"name": "髙橋　花子", "kana": "タカハシ　ハナコ", "relationship": "WIFE", **facts}
    needed = given.pop("number_needed", True)
    with side.scope():
        return actions.register_family_member(
            host, given, number_needed=needed, actor=side.operator
        )


def payee(side: Side, **facts: Any) -> Person:
    given = {
        "employee_code": new_code(),
        "name": "講師　一郎",
        "kana": "コウシ　イチロウ",
        "payee_kind": "lecturer",
        **facts,
    }
    with side.scope():
        return actions.register_payee(given, actor=side.operator)


def with_number(side: Side, person: Person, digits: str) -> Person:
    """The person, for whom the number is held for 健康保険・厚生年金."""
    with side.scope():
        actions.record_number(
            person,
            parse(digits),
            [Purpose.HEALTH_PENSION],
            actions.Verification("CARD", "CARD"),
            actor=side.operator,
        )
        person.refresh_from_db()
    return person


def text_of(answer: Any) -> str:
    return answer.getvalue().decode()


def see(answer: Any) -> Page:
    return Page(text_of(answer))


def errors_of(answer: Any) -> list[str]:
    """What the error summary says."""
    page = see(answer)
    (box,) = page.all("div", class_="error-summary") or [None]
    if box is None:
        return []
    start = text_of(answer).index('class="error-summary"')
    inner = Page(text_of(answer)[start - 5 : text_of(answer).index("</div>", start)])
    return [item.text for item in inner.all("li")]


def holds_digits(answer: Any, digits: str) -> bool:
    """Whether the number stands in the answer, joined or in groups."""
    text = text_of(answer)
    return any(form in text for form in (digits, " ".join(digits[i : i + 4] for i in (0, 4, 8))))
