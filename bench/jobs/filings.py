"""2200700 資格取得届 for many people, cut into files small enough for electronic application.

Every check the receiving office makes is made before a byte is given out, and each file is read
again; here its lines are compared once more with the people.
"""

from datetime import date

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006 import Notice, Office
from azukari.filings.problems import FilingRefused
from azukari.law.number import MyNumber
from azukari.synthetic.generator import people
from bench.jobs.house import SEED
from bench.measure import Measured, expect, measuring

PER_FILE = 20_000
_TODAY = date(2026, 4, 10)
_OFFICE = Office(
    prefecture_code="21",
    district_code="01",
    symbol="ｹｲﾄ",
    number="12345",
    postcode="1008580",
    address="東京都千代田区霞が関１－２－２",
    name="株式会社計測",
    owner_name="年金　正明",
    telephone=("03", "3456", "7890"),
)
_NUMBER_AT = 12  # item 13 of a record


def make_files(persons: int) -> dict[str, Measured]:
    facts = _accepted(_acquisitions(persons + persons // 10))[:persons]
    expect("people without a problem", len(facts), persons)
    parts = [facts[start : start + PER_FILE] for start in range(0, persons, PER_FILE)]
    with measuring() as cost:
        files = [
            shfd0006.write(_OFFICE, part, media_seq=place, created_on=_TODAY, today=_TODAY)
            for place, part in enumerate(parts, 1)
        ]
    expect("problems", [shfd0006.check(file, today=_TODAY) for file in files], [[]] * len(files))
    records = [record for file in files for record in shfd0006.read(file).records]
    expect("records", len(records), persons)
    same = [record[_NUMBER_AT] for record in records] == [
        _number_of(one).reveal_digits() for one in facts
    ]
    expect("numbers in the files are those of the people", same, True)
    return {"filing": Measured(persons, cost, {"files": len(files)})}


def _number_of(one: Notice) -> MyNumber:
    number = one.facts["individual_number"]
    assert isinstance(number, MyNumber)
    return number


def _accepted(facts: list[Notice]) -> list[Notice]:
    """Without those the office would refuse: names with rare kanji, or too long for the form."""
    try:
        shfd0006.write(_OFFICE, facts, media_seq=1, created_on=_TODAY, today=_TODAY)
    except FilingRefused as refused:
        wrong = {problem.record for problem in refused.problems}
        return [one for place, one in enumerate(facts, 1) if place not in wrong]
    return facts


def _acquisitions(persons: int) -> list[Notice]:
    return [
        Notice(
            form_code="2200700",
            facts={
                "name_kana": one.employee.kana,
                "name_kanji": one.employee.name,
                "born": one.employee.birth,
                "insured_kind": "1" if one.employee.sex.value == "1" else "2",
                "acquisition_class": "1",
                "acquired": date(2026, 4, 1),
                "individual_number": one.employee.individual_number,
                "has_dependents": "1" if one.family else "0",
                "pay_currency": one.employee.monthly_pay,
                "pay_in_kind": 0,
                "pay_total": one.employee.monthly_pay,
            },
        )
        for one in people(persons, seed=SEED, all_numbered=True)
    ]
