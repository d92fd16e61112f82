from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.purpose import Purpose
from azukari.use import acquisition, rules
from azukari.use.rules import AcquisitionFacts, Known, Lack, NumberUse, UseProblem
from azukari.use.stored_facts import from_stored, to_stored
from tests.filings.cast import OFFICE, TODAY

TARO = Known(
    name="山田　太郎",
    kana="ヤマダ　タロウ",
    birth_date=date(1985, 5, 15),
    sex="1",
    hired_on=date(2026, 9, 1),
    number=NumberUse.USABLE,
)
HANAKO = replace(
    TARO,
    number=NumberUse.NOT_HELD,
    pension_number="1234567890",
    postcode="1008580",
    address_kana="トウキョウトチヨダク",
)


def facts_of(known: Known, **changes: object) -> AcquisitionFacts:
    return replace(rules.default_facts(known), pay_currency=300_000, **changes)


def test_defaults_are_what_the_register_says() -> None:
    facts = rules.default_facts(replace(TARO, sex="2", has_dependents=True, insured_number="12"))

    assert facts == AcquisitionFacts(
        acquired_on=date(2026, 9, 1),
        insured_kind="2",
        acquisition_class="1",
        has_dependents=True,
        insured_number="12",
    )


@pytest.mark.parametrize(
    ("born", "over_70", "only"),
    [
        (date(1956, 9, 3), False, False),
        (date(1956, 9, 2), True, False),  # 70 at the end of the eve of the birthday
        (date(1951, 9, 2), True, True),
    ],
)
def test_defaults_of_age(born: date, over_70: bool, only: bool) -> None:
    facts = rules.default_facts(replace(TARO, birth_date=born))

    assert (facts.over_70, facts.over_70_only) == (over_70, only)
    assert facts.insured_kind == ("" if only else "1")


def test_nothing_lacks_with_a_usable_number() -> None:
    assert rules.lacks_of(TARO, facts_of(TARO)) == ()


def test_pay_lacks_until_it_is_given() -> None:
    assert rules.lacks_of(TARO, rules.default_facts(TARO)) == (Lack.PAY,)


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"kana": ""}, Lack.KANA),
        ({"birth_date": None}, Lack.BIRTH_DATE),
        ({"sex": ""}, Lack.INSURED_KIND),
        ({"hired_on": None}, Lack.ACQUIRED_ON),
        ({"number": NumberUse.NOT_HELD}, Lack.NUMBER),
        ({"number": NumberUse.OTHER_PURPOSE}, Lack.PURPOSE),
    ],
)
def test_each_lack_is_told_by_item(changes: dict[str, object], lack: Lack) -> None:
    known = replace(TARO, **changes)
    facts = facts_of(known)

    problems = acquisition.problems_of(OFFICE, known, facts, today=TODAY, place=3)

    assert rules.lacks_of(known, facts) == (lack,)
    assert [problem.record for problem in problems] == [3]


def test_without_number_pension_number_and_address_do() -> None:
    assert acquisition.problems_of(OFFICE, HANAKO, facts_of(HANAKO), today=TODAY, place=1) == []
    missing = replace(HANAKO, postcode="", address_kana="")
    assert rules.lacks_of(missing, facts_of(missing)) == (Lack.POSTCODE, Lack.ADDRESS_KANA)


def test_with_number_address_and_pension_number_stay_out() -> None:
    known = replace(HANAKO, number=NumberUse.USABLE)

    made = acquisition.to_acquisition(known, facts_of(known, no_residence_reason="1"), None)

    assert (made.pension_number, made.no_residence_reason) == ("", "")


def test_problems_of_the_address_do_not_matter_with_a_number() -> None:
    known = replace(TARO, address="①番地", postcode="1")

    assert acquisition.problems_of(OFFICE, known, facts_of(known), today=TODAY, place=1) == []


def test_problem_of_the_name_is_told_by_item() -> None:
    known = replace(TARO, name="髙橋　太郎")

    [problem] = acquisition.problems_of(OFFICE, known, facts_of(known), today=TODAY, place=1)

    assert (problem.item, problem.code) == (8, "unusable-character")


def test_conversions_are_shown_before_and_after() -> None:
    [kana] = acquisition.conversions_of(OFFICE, TARO, facts_of(TARO))

    assert (kana.item, kana.before, kana.after) == (7, "ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ")


def test_number_is_used_for_its_purpose_only() -> None:
    wanted = Purpose.HEALTH_PENSION

    assert rules.number_use(held_for=None, purpose=wanted) is NumberUse.NOT_HELD
    assert rules.number_use(held_for=["TAX_WITHHOLDING"], purpose=wanted) is NumberUse.OTHER_PURPOSE
    assert rules.number_use(held_for=["HEALTH_PENSION"], purpose=wanted) is NumberUse.USABLE


@given(st.integers(0, 999))
def test_media_number_goes_round_from_1_to_999(last: int) -> None:
    following = rules.next_media_number(last)

    assert following == (1 if last == 999 else last + 1)


@pytest.mark.parametrize(
    ("made", "downloaded", "expired", "problem"),
    [
        (True, False, False, None),
        (True, True, False, UseProblem.ALREADY_DOWNLOADED),
        (False, True, True, UseProblem.ALREADY_DOWNLOADED),
        (False, False, False, UseProblem.NO_FILE),
        (True, False, True, UseProblem.EXPIRED),
    ],
)
def test_download_is_allowed_once_and_in_time(
    made: bool, downloaded: bool, expired: bool, problem: UseProblem | None
) -> None:
    assert rules.may_download(made=made, downloaded=downloaded, expired=expired) == problem


@given(
    st.builds(
        AcquisitionFacts,
        acquired_on=st.none() | st.dates(date(2019, 5, 1), date(2100, 1, 1)),
        pay_currency=st.none() | st.integers(0, 10**9),
        note=st.text(max_size=20),
        rehired=st.booleans(),
    )
)
def test_stored_facts_come_back_the_same(facts: AcquisitionFacts) -> None:
    assert from_stored(to_stored(facts)) == facts
    assert from_stored({**to_stored(facts), "retired": 1}) == facts


def test_files_are_kept_for_a_day_and_an_hour() -> None:
    assert timedelta(hours=24) == rules.KEPT_UNLESS_DOWNLOADED
    assert timedelta(hours=1) == rules.KEPT_AFTER_DOWNLOAD
