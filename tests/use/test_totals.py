"""法定調書合計表: filled from what was made of the year, and what differs from it is told."""

from datetime import date
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from azukari.filings.recipes.recipe import recipes
from azukari.law.purpose import Purpose
from azukari.register import actions as register
from azukari.register.models import Person
from azukari.use import actions, preparing, queries
from azukari.use.models import Filing, FilingState
from azukari.use.preparing import Wanted
from azukari.use.totals import differences, totals_of
from tests.cast import Cast, Side
from tests.use.cast import joined, made
from tests.use.forms import told_company
from tests.web.browser import browser, text_of

FORM = "hotei_chosho_goukeihyo"
YEAR = 2026
_sides = count(1)
EVERY = [Purpose.TAX_WITHHOLDING, Purpose.RESIDENT_TAX]


@pytest.fixture
def side(database: object) -> Side:
    return told_company(f"G{next(_sides):03d}")


def employee(side: Side) -> Person:
    return joined(
        side, None, purposes=EVERY, postcode="1000013", address="東京都千代田区霞が関",
        hired_on=date(2020, 4, 1),
    )  # fmt: skip


def payee(side: Side) -> Person:
    with side.scope():
        return register.register_payee(
            {"employee_code": f"P{timezone.now():%H%M%S%f}", "name": "講師　一郎",
             "kana": "コウシ　イチロウ", "payee_kind": "lecturer", "postcode": "1000013",
             "address": "東京都千代田区霞が関"},
            actor=side.operator,
        )  # fmt: skip


def filed(side: Side, form: str, told: dict[Person, dict[str, Any]]) -> Filing:
    with side.scope():
        filing = preparing.prepare_filing(
            Wanted(form, side.office, YEAR), list(told), actor=side.operator
        )
        given = {
            one.person.id: {**one.asked, **told[one.person]} for one in queries.subjects_of(filing)
        }
        actions.set_facts(filing, given, actor=side.operator)
    done = made(side, filing)
    assert (done.state, done.problems) == (FilingState.MADE, [])
    return done


def paid(total: int, tax: int) -> dict[str, Any]:
    return {"pay.total": total, "pay.tax": tax, "city.code": "13101"}


def summed(side: Side) -> dict[str, int]:
    with side.scope():
        return totals_of(recipes()[FORM], YEAR)


def boxes(found: dict[str, int], *numbers: int) -> list[int | None]:
    return [found.get(f"sum.G{number:02d}") for number in numbers]


def prepared(side: Side) -> Filing:
    with side.scope():
        return preparing.prepare_filing(Wanted(FORM, side.office, YEAR), [], actor=side.operator)


def test_nothing_made_fills_nothing(side: Side) -> None:
    assert summed(side) == {}
    assert "sum.G09" not in prepared(side).head


def test_each_person_counts_once_with_what_was_made_last(side: Side) -> None:
    first, second, third = (employee(side) for _ in range(3))
    filed(side, "gensen_kyuyo_recipient", {first: paid(3_000_000, 0), second: paid(5_000_000, 9)})
    filed(side, "315", {first: paid(3_100_000, 0), third: paid(1_000_000, 1_000)})
    filed(side, "kyuyo_shiharai_hokokusho", {second: paid(5_000_000, 90_000)})

    found = summed(side)

    # People, without tax, paid, tax; nothing is said of slips for the tax office, of which none is.
    assert boxes(found, 9, 10, 11, 12) == [3, 1, 9_100_000, 91_000]
    assert boxes(found, 15, 16, 17) == [None, None, None]
    assert boxes(found, 18, 19) == [0, 0]
    assert boxes(found, 20, 58, 71) == [None, None, None]


def test_cancelled_ones_do_not_count_until_they_are_filed_anew(side: Side) -> None:
    person, beside = employee(side), employee(side)
    report = filed(side, "315", {person: paid(3_000_000, 10)})
    filed(side, "315", {beside: paid(2_000_000, 5)})
    with side.scope():
        cancel = actions.cancel_filed(report, actor=side.operator)
    made(side, cancel)

    without = summed(side)
    filed(side, "315", {person: paid(3_300_000, 30)})

    assert boxes(without, 9, 11) == [1, 2_000_000]
    assert boxes(summed(side), 9, 11) == [2, 5_300_000]


def test_fees_tell_people_and_companies_apart(side: Side) -> None:
    fee = {"ev.item1_category": "講演料", "ev.item1_amount": 100_000, "ev.item1_tax": 10_210,
           "ev.item2_category": "原稿料", "ev.item2_amount": 20_000}  # fmt: skip
    filed(
        side,
        "309",
        {payee(side): fee, payee(side): {**fee, "payee.corporate": "7000012050002"}},
    )

    found = summed(side)

    assert boxes(found, 58, 59, 60, 61) == [1, 1, 240_000, 20_420]
    assert boxes(found, 62, 63, 64, 65) == [1, 1, 240_000, 20_420]


def test_other_years_companies_and_what_is_not_made_count_nothing(cast: Cast, side: Side) -> None:
    with cast.a.scope():
        theirs = totals_of(recipes()[FORM], YEAR)
    person = employee(side)
    filed(side, "316", {person: {"retirement.u.amount": 100, "retirement.years_count": 20}})
    with side.scope():
        preparing.prepare_filing(Wanted("315", side.office, YEAR), [person], actor=side.operator)

    found = summed(side)
    assert boxes(found, 20, 21, 22) == [1, 100, 0]
    assert boxes(found, 9, 11) == [None, None]
    with cast.a.scope():
        assert totals_of(recipes()[FORM], YEAR) == theirs
    with side.scope():
        assert totals_of(recipes()[FORM], YEAR - 1) == {}


def test_form_is_filled_and_says_what_differs(side: Side) -> None:
    filed(side, "315", {employee(side): paid(3_000_000, 10)})
    filing = prepared(side)
    assert boxes(filing.head, 9, 10, 11, 12) == [1, 0, 3_000_000, 10]
    client = browser(side)
    facts = f"/filings/{filing.id}/facts"
    same = text_of(client.get(facts))
    with side.scope():
        head = {**filing.head, "sum.G11": 3_500_000}
        actions.set_facts(filing, {}, actor=side.operator, head=head)
        filing.refresh_from_db()
        [one] = differences(filing, recipes()[FORM])
    assert (one.made, one.written, one.more) == (3_000_000, 3_500_000, 500_000)

    differs = text_of(client.get(facts))
    ready = text_of(client.get(f"/filings/{filing.id}"))
    answer = client.post(facts, {"act": "totals"}, follow=True)

    assert "合計が入っています" in same
    assert "作成した帳票の合計と違う項目があります" not in same
    for page in (differs, ready):
        assert "作成した帳票の合計と違う項目があります" in page
        assert "500,000" in page
    assert "作成した帳票の合計を入れ" in text_of(answer)
    with side.scope():
        filing.refresh_from_db()
        assert differences(filing, recipes()[FORM]) == []


def test_sums_of_the_year_before_are_not_taken_over(side: Side) -> None:
    first = prepared(side)
    with side.scope():
        head = {"sum.G11": 9_999, "co.tax_office": "麹町"}
        actions.set_facts(first, {}, actor=side.operator, head=head)

    second = prepared(side)

    assert second.head.get("co.tax_office") == "麹町"
    assert "sum.G11" not in second.head
