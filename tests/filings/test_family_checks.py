"""2202700 (被扶養者（異動）届): written from facts about families; each rule broken once."""

from dataclasses import replace
from datetime import date

import pytest

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006 import FamilyChange, editions
from azukari.filings.problems import FilingRefused
from tests.filings import mutations
from tests.filings.acquisitions import notice
from tests.filings.cast import CREATED, OFFICE, TARO, TODAY, changed, found_in, vector
from tests.filings.families import CHANGING, CHILD, JOINING, LEAVING, SECOND, SPOUSE
from tests.filings.mutations import Mutation
from tests.numbers import valid_number

LAYOUT = editions()[-1].records["2202700"]
(EXAMPLE,) = shfd0006.read(vector("rk__2202700_official_example.CSV")).records
FIRST, LAST = (record for record, _ in shfd0006.to_records(OFFICE, JOINING))
((LEFT, _),) = shfd0006.to_records(OFFICE, LEAVING)
((NEW_NAME, _),) = shfd0006.to_records(OFFICE, CHANGING)

SPOUSE_NAMES = [24, 25, 27, 28]
CHILD_NAMES, SECOND_NAMES = [71, 72, 74, 76], [104, 105, 107, 109]

RULES = [
    ("received-not-future", FIRST, {7: "080909"}, 7),
    ("someone", FIRST, dict.fromkeys(SPOUSE_NAMES + CHILD_NAMES + SECOND_NAMES, ""), 24),
    ("dep-order", FIRST, dict.fromkeys(CHILD_NAMES, ""), 71),
    ("sp-on", FIRST, {48: ""}, 48),
    ("sp-base", LEFT, {37: ""}, 37),
    ("sp-died", LEFT, {54: "", 55: ""}, 54),
    ("d1-addr", FIRST, {82: ""}, 82),
    ("d1-chg", NEW_NAME, {101: ""}, 101),
    ("d2-on", FIRST, {123: "", 124: ""}, 123),
    ("id", LEFT, {18: "", 19: ""}, 18),
    ("id-omit", FIRST, {20: "東京都"}, 20),
    ("number-in-text", NEW_NAME, {101: f"番号 {valid_number(5)}"}, 101),
]
MUTATIONS = [
    *mutations.of_items(LAYOUT),
    *mutations.of_dates(LAYOUT),
    *mutations.of_plain_checks(LAYOUT, FIRST),
]


@pytest.mark.parametrize("record", [FIRST, LAST, LEFT, NEW_NAME])
def test_good_row_has_no_problem(record: list[str]) -> None:
    assert found_in(record) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_rule_broken(mutation: Mutation) -> None:
    assert mutation.is_told(found_in(changed(FIRST, mutation.changes)))


@pytest.mark.parametrize(("code", "record", "changes", "item"), RULES)
def test_check_broken(code: str, record: list[str], changes: dict[int, str], item: int) -> None:
    assert (1, item, code) in found_in(changed(record, changes))


def test_every_check_of_the_layout_is_broken_once() -> None:
    broken = {mutation.code for mutation in MUTATIONS} | {code for code, *_ in RULES}

    assert {check.id for check in LAYOUT.checks} <= broken


def test_official_example_is_made_from_facts() -> None:
    facts = FamilyChange(
        name_kana="ﾈﾝｷﾝ ﾏｻｱｷ",
        name_kanji="年金　正明",
        born=date(1980, 10, 10),
        sex="1",
        change_kind="1",
        insured_no="10",
        received=date(2019, 7, 8),
        income=3_200_000,
        spouse=replace(
            SPOUSE,
            name_kana="ﾈﾝｷﾝ ｸﾐ",
            name_kanji="年金　久美",
            born=date(1981, 3, 26),
            reported=date(2019, 7, 8),
            postcode="120-8580",
            address_kanji="東京都杉並区高井戸西３－５－２４",
            tel_kind="1",
            became=date(2019, 7, 7),
            individual_number=None,
            certificate_needed=False,
        ),
    )

    ((made, _),) = shfd0006.to_records(OFFICE, facts)

    assert changed(made, {14: "", 29: ""}) == changed(EXAMPLE, {14: "", 29: ""})


def test_third_dependent_stands_on_a_second_record_without_the_spouse() -> None:
    assert [FIRST[70], FIRST[103]] == ["ｹﾝﾎﾟ ｲﾁﾛｳ", "ｹﾝﾎﾟ ﾌﾀﾊﾞ"]
    assert [LAST[70], LAST[103]] == ["ｹﾝﾎﾟ ﾐﾂﾊ", ""]
    assert (FIRST[23], LAST[23]) == ("ｹﾝﾎﾟ ﾊﾅ", "")
    assert FIRST[:21] == LAST[:21]


def test_number_of_the_insured_leaves_out_the_address() -> None:
    moved = replace(JOINING, postcode="1008580", address_kanji="東京都千代田区")

    assert shfd0006.to_records(OFFICE, moved)[0][0] == FIRST


def test_families_and_newcomers_in_one_file() -> None:
    people = [JOINING, notice(TARO), LEAVING]

    data = shfd0006.write(OFFICE, people, media_seq=7, created_on=CREATED, today=TODAY)

    records = shfd0006.read(data).records
    assert [record[0] for record in records] == ["2202700", "2202700", "2200700", "2202700"]
    assert shfd0006.check(data, today=TODAY) == []


def test_problem_is_told_at_the_place_of_the_person() -> None:
    unknown = replace(LEAVING, others=(replace(CHILD, name_kanji="髙橋　一郎"), SECOND))

    with pytest.raises(FilingRefused) as refused:
        shfd0006.write(OFFICE, [JOINING, unknown], media_seq=7, created_on=CREATED, today=TODAY)

    assert {(p.record, p.item) for p in refused.value.problems} >= {(2, 72)}
    assert {p.record for p in refused.value.problems} == {2}
