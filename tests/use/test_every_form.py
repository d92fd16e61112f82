"""Every form on offer, from people and figures to the finished file, read back by its own check."""

from datetime import date
from typing import Any

import pytest

from azukari.filings import catalog, words
from azukari.filings.catalog import tax
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.recipes.recipe import recipes
from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.register import actions as register
from azukari.register.models import NumberUse
from azukari.use import actions
from azukari.use.models import Filing, FilingState
from azukari.use.rules import UseRefused
from tests.cast import Cast, Side
from tests.use.cast import fresh, joined, leaf_of, made, numbers, taken
from tests.use.forms import EVERY, TODAY, filed, said, text_of, whom


@pytest.mark.parametrize("form", [one.code for one in recipes().values() if not one.is_paper])
def test_data_file_passes_the_check_of_its_office(
    form: str, side: Side, people: Any, family: Any, payee: Any
) -> None:
    filing = filed(side, form, whom(form, people, payee))

    assert said(filing) == []
    content = taken(side, filing)
    format_ = catalog.recognise(content, filing.file_name)
    assert format_ is not None
    problems = catalog.check(format_, content, today=TODAY)
    assert [words.located(one) for one in problems] == []


@pytest.mark.parametrize("form", [one.code for one in recipes().values() if one.is_paper])
def test_paper_form_is_printed_for_everybody(
    form: str, side: Side, people: Any, family: Any, payee: Any
) -> None:
    filing = filed(side, form, whom(form, people, payee))

    assert said(filing) == []
    text = text_of(taken(side, filing))
    shown = {"payee": "講師", "nobody": "青空"}.get(recipes()[form].whom, "山田")
    assert shown in text


NUMBERS_ON = {
    # (recipient's copy, tax office, municipality): whose numbers each copy shows.
    "gensen_kyuyo_recipient": set(),
    "gensen_kyuyo_tax_office": {"own", "WIFE", "CHILD"},
    "kyuyo_shiharai_hokokusho": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "315": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "375": {"own", "WIFE", "CHILD"},
    "2202700": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "fuyo_kojo": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "2225700": set(),  # below 70 no number belongs on it
}


@pytest.mark.parametrize("form", NUMBERS_ON)
def test_each_copy_shows_the_numbers_of_its_row_and_no_other_is_opened(
    form: str, side: Side, people: Any, family: Any
) -> None:
    person, digits = people[0]
    filing = filed(side, form, [person])
    content = taken(side, filing)
    text = text_of(content) if filing.file_name.endswith(".pdf") else content.decode("cp932")
    everybody = {"own": digits, **family}

    shown = {whose for whose, one in everybody.items() if one in text.replace(" ", "")}
    opened = leaf_of(side, Action.NUMBER_OPENED, filing)

    assert shown == NUMBERS_ON[form]
    assert len(opened) == len(NUMBERS_ON[form])
    assert {one.form for one in opened} <= {form}


def test_number_without_fitting_purpose_refuses_by_name(side: Side) -> None:
    person = joined(side, purposes=[Purpose.HEALTH_PENSION], postcode="1000013",
                    address="東京都千代田区")  # fmt: skip

    filing = filed(side, "315", [person])

    assert filing.state == FilingState.REFUSED
    [one] = filing.problems
    assert (one["code"], one["person"]) == ("purpose-missing", str(person.id))
    assert leaf_of(side, Action.NUMBER_OPENED, filing) == []


def test_person_without_number_stands_on_the_report_with_an_empty_box(side: Side) -> None:
    person = joined(side, None, postcode="1000013", address="東京都千代田区")

    filing = filed(side, "315", [person])

    assert said(filing) == []
    [record] = tax.read(taken(side, filing))
    assert record[94] == ""


def test_payment_report_starts_the_clock_of_its_rule(side: Side, payee: Any) -> None:
    filed(side, "309", [payee[0]])

    with side.scope():
        [use] = NumberUse.objects.filter(record__person=payee[0], form="309")
    # 所得税法 第225条: told by 31 January of the year after.
    assert use.completed_on == date(2027, 1, 31)


def test_cover_of_a_report_sums_what_was_filed(side: Side, people: Any, family: Any) -> None:
    filing = filed(side, "315", whom("315", people, None))

    cover = dict(filing.cover)

    assert cover["支払金額の合計"] == "10,000,000円"
    assert cover["源泉徴収税額の合計"] == "240,000円"
    assert cover["市区町村 13101"] == "2人（うち普通徴収 0人）"
    assert cover["年分"] == "令和8年分"


def test_report_is_cancelled_as_it_was_filed_after_the_number_is_gone(side: Side) -> None:
    from azukari.dispose.actions import dispose_number
    from azukari.dispose.rules import Reason

    digits = numbers(1)[0]
    person = joined(side, digits, purposes=EVERY, postcode="1000013", address="東京都千代田区")
    filing = filed(side, "315", [person])
    before = tax.read(taken(side, filing))
    with side.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)
        cancel = actions.cancel_filed(filing, actor=side.operator)

    done = made(side, cancel)

    [record] = tax.read(taken(side, done))
    assert (before[0][9], record[9]) == ("0", "3")
    assert [one for at, one in enumerate(record) if at != 9] == [
        one for at, one in enumerate(before[0]) if at != 9
    ]
    assert record[94].endswith(digits)


def test_correction_bears_the_mark_of_its_format(side: Side, people: Any, family: Any) -> None:
    person = people[1][0]
    eltax, nta = filed(side, "315", [person]), filed(side, "316", [person])

    marks = []
    for filing in (eltax, nta):
        with side.scope():
            new = actions.correct_filed(filing, actor=side.operator)
        marks.append(tax.read(taken(side, made(side, new)))[0][9])

    assert marks == ["2", "0"]


def test_pension_notice_has_no_cancelling_record(side: Side, people: Any) -> None:
    filing = filed(side, "2200700", [people[1][0]])

    with side.scope(), pytest.raises(UseRefused):
        actions.cancel_filed(filing, actor=side.operator)


def test_seventy_and_over_bear_their_number_on_pay_notices(side: Side) -> None:
    digits = numbers(1)[0]
    person = joined(side, digits, birth_date=date(1950, 1, 1))

    filing = filed(side, "2265700", [person])

    assert said(filing) == []
    [record] = shfd0006.read(taken(side, filing)).records
    assert (record[14], record[17]) == (digits, "1")


def test_sixth_and_further_relatives_go_to_the_remarks(side: Side) -> None:
    person = joined(side, purposes=EVERY, postcode="1000013", address="東京都千代田区")
    with side.scope():
        for at in range(6):
            register.register_family_member(
                person,
                {"name": f"山田　子{at}", "kana": "ヤマダ　コ", "relationship": "CHILD",
                 "birth_date": date(2005, 1, 1 + at), "tax_dependent": True},
                actor=side.operator,
            )  # fmt: skip

    filing = filed(side, "315", [person], remarks="前職あり")

    [record] = tax.read(taken(side, filing))
    assert record[85] == "前職あり　（１）山田　子４　（２）山田　子５"


def test_other_company_gets_nothing(cast: Cast, side: Side, people: Any) -> None:
    filing = filed(side, "2265700", [people[1][0]])

    with cast.b.scope():
        assert not Filing.objects.filter(id=filing.id).exists()
    assert fresh(side, filing).state == FilingState.MADE
