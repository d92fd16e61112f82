from typing import Any

import pytest
from django.test import RequestFactory

from azukari.ledger.pens import LedgerUnavailable
from azukari.ledger.record import NumberInRecord
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.passwords import TooManyAtOnce
from azukari.web import errors
from azukari.web.middleware import Refusals

PAGES = [value for value in vars(errors).values() if isinstance(value, errors.Page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_error_page_says_what_is_safe_and_what_to_do(page: errors.Page) -> None:
    request = RequestFactory().get("/")
    request.META["azukari.request_id"] = "0123456789abcdef"

    answer = errors.answer(request, page)
    text = answer.content.decode()

    assert answer.status_code == page.status
    for part in (page.title, page.what, page.safe, *page.todo):
        assert part in text
    assert f"{page.code}-0123456789abcdef" in text


def test_error_pages_need_no_database_and_no_session() -> None:
    answer = errors.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (NotPermitted("employee:reveal"), 403),
        (LedgerUnavailable(), 503),
        (NumberInRecord("reason"), 422),
        (TooManyAtOnce(), 429),
    ],
)
def test_refusals_of_actions_become_pages(exception: Exception, status: int) -> None:
    answer: Any = Refusals(lambda _request: None).process_exception(  # type: ignore[arg-type]
        RequestFactory().get("/"), exception
    )

    assert answer.status_code == status


def test_other_exceptions_are_left_alone() -> None:
    refusals = Refusals(lambda _request: None)  # type: ignore[arg-type]

    assert refusals.process_exception(RequestFactory().get("/"), ValueError()) is None
