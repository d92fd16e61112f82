"""個人番号届出書 台紙: what its two-dimensional code holds, and what the screen says of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import segno

from azukari.collect import links
from azukari.collect.models import Request
from azukari.collect.tickets import issue_tickets
from azukari.progress.actions import of_subject
from azukari.register.models import Person
from azukari.tenancy.models import Contract
from azukari.tenancy.rights import RoleKind
from azukari.use import preparing
from azukari.use.models import Filing, FilingState
from azukari.use.preparing import Wanted
from tests.cast import Cast, Side, make_side
from tests.collect.cast import asked
from tests.portal.entering import with_option
from tests.use.cast import joined, made
from tests.web.browser import browser, text_of

FORM = "kojin_bango_todoke"
ONCE = "/once/"


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went into codes while pages were drawn."""
    drawn: list[str] = []
    made_by = segno.make

    def watched(text: str, **options: Any) -> Any:
        drawn.append(text)
        return made_by(text, **options)

    monkeypatch.setattr("azukari.filings.paper.qr.segno.make", watched)
    return drawn


def mounted(side: Side, *people: Person) -> Filing:
    with side.scope():
        return preparing.prepare_filing(Wanted(FORM, side.office), people, actor=side.operator)


def request_behind(side: Side, address: str) -> Request:
    with side.scope():
        return links.look(address.partition(ONCE)[2])


@pytest.fixture(autouse=True)
def option_is_back(cast: Cast) -> Iterator[None]:
    """All tests share the two contracts."""
    yield
    for side in (cast.a, cast.b):
        with_option(side)


def without_option(side: Side) -> None:
    with side.scope():
        Contract.objects.filter(id=side.contract.id).update(web_collection=False)


def test_code_opens_the_request_once_and_ends_earlier_links(cast: Cast, codes: list[str]) -> None:
    person = joined(cast.a, None)
    request = asked(cast.a, person)
    first = made(cast.a, mounted(cast.a, person))
    assert first.state == FilingState.MADE, first.problems

    made(cast.a, mounted(cast.a, person))

    earlier, newest = (one for one in codes if ONCE in one)
    assert request_behind(cast.a, newest).id == request.id
    with pytest.raises(links.LinkNotValid):
        request_behind(cast.a, earlier)
    with cast.b.scope(), pytest.raises(links.LinkNotValid):
        links.look(newest.partition(ONCE)[2])


def test_who_was_not_asked_bears_the_code_of_the_company(cast: Cast, codes: list[str]) -> None:
    person, beside = joined(cast.a, None), joined(cast.a, None)
    asked(cast.a, beside)

    made(cast.a, mounted(cast.a, person, beside))

    assert codes[0] == person.employee_code
    assert ONCE in codes[1]


def test_no_link_is_made_while_looking(cast: Cast, codes: list[str]) -> None:
    person = joined(cast.a, None)
    asked(cast.a, person)
    filing = mounted(cast.a, person)

    browser(cast.a).get(f"/filings/{filing.id}/preview")

    assert codes == [person.employee_code]


def test_without_the_option_or_the_right_no_ticket_is_given(database: object) -> None:
    side = make_side("TK", web_collection=True)  # the cast keeps its own
    person = joined(side, None)
    asked(side, person)

    with side.scope():
        assert issue_tickets([person], actor=side.officer) == {}
    without_option(side)
    with side.scope():
        assert issue_tickets([person], actor=side.operator) == {}


def test_screen_says_what_the_code_will_hold(database: object) -> None:
    side = make_side("TS", web_collection=True)
    people = [joined(side, None), joined(side, None)]
    filing = mounted(side, *people)
    client = browser(side)

    answer = client.post(f"/filings/{filing.id}/facts", {"act": "next"})
    assert answer.url == f"/filings/{filing.id}"
    nobody = text_of(client.get(answer.url))
    asked(side, people[0])
    one = text_of(client.get(f"/filings/{filing.id}"))
    asked(side, people[1])
    both = text_of(client.get(f"/filings/{filing.id}"))
    without_option(side)
    off = text_of(client.get(f"/filings/{filing.id}"))

    said = [
        ("本人だけが1回使える" in page, "依頼していない" in page, "社員番号だけが入ります" in page)
        for page in (nobody, one, both, off)
    ]
    assert said == [
        (False, True, True),
        (True, True, True),
        (True, False, False),
        (False, False, True),
    ]


def test_forms_without_a_code_say_nothing_of_it(cast: Cast) -> None:
    person = joined(cast.a)
    with cast.a.scope():
        filing = preparing.prepare_filing(
            Wanted("2200700", cast.a.office), [person], actor=cast.a.operator
        )
        assert of_subject(filing.id) is None

    page = text_of(browser(cast.a, RoleKind.OPERATOR).get(f"/filings/{filing.id}"))

    assert "二次元コード" not in page
