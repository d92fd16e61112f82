from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azukari.filings import words
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006 import Office, writing
from azukari.filings.engine import charset
from azukari.filings.problems import FilingRefused
from azukari.law.number import parse
from tests.filings.acquisitions import Acquisition, notice
from tests.filings.cast import CREATED, ELDER, HANAKO, OFFICE, TARO, TODAY, as_record, filled, row
from tests.numbers import valid_number

GOLDEN = files(shfd0006) / "2024-12" / "golden" / "acquisition.CSV"


def written(*people: Acquisition, office: Office = OFFICE) -> bytes:
    return shfd0006.write(office, map(notice, people), media_seq=1, created_on=CREATED, today=TODAY)


def refusal(
    *people: Acquisition, office: Office = OFFICE
) -> list[tuple[int | None, int | None, str]]:
    with pytest.raises(FilingRefused) as refused:
        written(*people, office=office)
    return [(p.record, p.item, p.code) for p in refused.value.problems]


def test_file_written_from_facts_is_the_golden_one() -> None:
    assert written(TARO, HANAKO, ELDER) == filled(GOLDEN.read_bytes())


def test_conversions_are_listed_with_before_and_after() -> None:
    _, conversions = as_record(replace(HANAKO, name_kanji="山田 花子"))

    assert [(c.item, c.before, c.after) for c in conversions] == [
        (8, "山田 花子", "山田　花子"),
        (31, "トウキョウトチヨダクカスミガセキ１－２－２", "ﾄｳｷｮｳﾄﾁﾖﾀﾞｸｶｽﾐｶﾞｾｷ1-2-2"),
        (32, "東京都千代田区霞が関1-2-2", "東京都千代田区霞が関１－２－２"),
    ]
    assert conversions[1].item_name == "被保険者住所（カナ）"


def test_capped_pay_and_normalised_note_are_listed() -> None:
    _, conversions = as_record(ELDER)

    assert [(c.item, c.before, c.after) for c in conversions] == [
        (7, "ケンポ　ヨシカズ", "ｹﾝﾎﾟ ﾖｼｶｽﾞ"),
        (21, "12000000", "9999999"),
        (23, "12020000", "9999999"),
        (28, "役員\u2014週３日", "役員\u2015週３日"),
    ]


def test_address_is_left_out_beside_a_number() -> None:
    both = replace(HANAKO, number=parse(valid_number(4)))

    assert row(both)[28:32] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("髙橋　太郎", "「髙」"),
        ("山﨑　太郎", "「﨑」"),
        ("𠮷田　太郎", "「𠮷」"),
        ("山田　①郎", "「①」"),
        ("㈱山田　太郎", "「㈱」"),
    ],
)
def test_rare_name_is_refused_naming_the_character(name: str, named: str) -> None:
    with pytest.raises(FilingRefused) as refused:
        written(HANAKO, replace(TARO, name_kanji=name))

    (problem,) = refused.value.problems
    assert (problem.record, problem.item, problem.code) == (2, 8, "unusable-character")
    assert words.located(problem) == (
        f"2件目 項番8 被保険者氏名（漢字）／届書に使えない文字{named}があります。"
        "使える文字に直してください"
    )


def test_one_bad_row_refuses_the_whole_file_with_all_reasons() -> None:
    late = replace(TARO, acquired_on=date(2026, 9, 9))
    homeless = replace(HANAKO, postcode="", address_kana="")

    found = refusal(HANAKO, late, TARO, homeless)

    assert found == [
        (2, 19, "acq-not-future"),
        (4, 29, "no-mynumber-address"),
        (4, 30, "no-mynumber-address"),
        (4, 31, "no-mynumber-address"),
    ]


@pytest.mark.parametrize("text", ["a,b", "一\r\n二", '一\n"二"'])
def test_separator_inside_a_value_is_refused(text: str) -> None:
    assert refusal(replace(TARO, note=text)) == [(1, 28, "unusable-character")]


def test_contradiction_of_facts_is_seen() -> None:
    assert refusal(replace(TARO, no_residence_reason="1")) == [(1, 14, "mynumber-omits")]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"pay_currency": -1}, [(1, 21, "type"), (1, 23, "type")]),
        ({"born_on": date(1850, 1, 1)}, [(1, 9, "required"), (1, 10, "required")]),
        ({"postcode": "100-858"}, [(1, 30, "too-short")]),
        ({"pension_number": "12345678901"}, [(1, 17, "too-long")]),
    ],
)
def test_facts_that_no_record_can_hold(change: dict[str, Any], found: list[Any]) -> None:
    assert refusal(replace(HANAKO, **change)) == found


def test_bytes_that_read_back_otherwise_are_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = shfd0006.render
    monkeypatch.setattr(writing, "render", lambda doc: honest(doc).replace(b"300000", b"300001"))

    assert refusal(TARO) == [(None, None, "read-back")]


def test_nobody_to_write_about() -> None:
    assert refusal() == [(None, None, "no-records")]


def test_media_number_out_of_range() -> None:
    with pytest.raises(FilingRefused) as refused:
        shfd0006.write(OFFICE, [notice(TARO)], media_seq=1000, created_on=CREATED, today=TODAY)

    assert [p.code for p in refused.value.problems] == ["too-long"]


def test_office_of_good_facts() -> None:
    assert shfd0006.office_problems(OFFICE) == []


@pytest.mark.parametrize(
    ("change", "item", "code"),
    [
        ({"prefecture_code": "13"}, 1, "code-not-listed"),
        ({"district_code": "99"}, 2, "forbidden-value"),
        ({"symbol": "ケ"}, 3, "type"),
        ({"number": "0"}, 4, "forbidden-value"),
        ({"postcode": "000-0000"}, 5, "forbidden-value"),
        ({"address": "東京都港区1-2"}, 7, "type"),
        ({"name": "㈱テスト"}, 8, "unusable-character"),
        ({"owner_name": "年金　　正明"}, 9, "double-space"),
        ({"telephone": ("0", "3456", "7890")}, 10, "too-short"),
    ],
)
def test_office_refused_before_any_file(change: dict[str, Any], item: int, code: str) -> None:
    problems = shfd0006.office_problems(replace(OFFICE, **change))

    assert [(p.item, p.code) for p in problems] == [(item, code)]


@pytest.mark.parametrize("text", ["０１－ケイト", "01-ｹｲﾄ", "０１ケイト", "01−ケイト"])
def test_reference_as_printed_is_split(text: str) -> None:
    assert shfd0006.split_reference(text) == ("01", "ｹｲﾄ")


HALF_NAMES = st.text(st.sampled_from(sorted(charset.HALF_KANA)), min_size=1, max_size=12)
FULL_NAMES = st.text(st.sampled_from(sorted(charset.TWO_BYTE - {"\u3000"})), min_size=1, max_size=5)
MIXED = st.text(st.sampled_from(sorted(charset.USABLE)), max_size=37)


@st.composite
def acquisitions(draw: st.DrawFn) -> Acquisition:
    with_number = draw(st.booleans())
    person = TARO if with_number else HANAKO
    return replace(
        person,
        name_kana=f"{draw(HALF_NAMES)} {draw(HALF_NAMES)}",
        name_kanji=f"{draw(FULL_NAMES)}　{draw(FULL_NAMES)}",
        born_on=draw(st.dates(date(1930, 1, 1), date(2010, 12, 31))),
        acquired_on=draw(st.dates(date(1989, 1, 8), TODAY)),
        number=parse(valid_number(draw(st.integers(0, 10**6)))) if with_number else None,
        insured_kind=draw(st.sampled_from("123567")),
        acquisition_class=draw(st.sampled_from("167")),
        pay_currency=draw(st.integers(1000, 20_000_000)),
        pay_in_kind=draw(st.integers(0, 20_000_000)),
        note=draw(MIXED),
        rehired=draw(st.booleans()),
    )


# Drawing the first characters takes seconds where many things run at once.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(acquisitions(), min_size=1, max_size=3))
def test_accepted_records_are_read_back_as_written(people: list[Acquisition]) -> None:
    data = written(*people)

    assert shfd0006.read(data).records == [row(person) for person in people]
    assert shfd0006.check(data, today=TODAY) == []


@given(st.binary(max_size=300), st.integers(0, 600), st.booleans())
def test_no_bytes_break_the_checker(noise: bytes, place: int, keep: bool) -> None:
    good = written(TARO, HANAKO)
    data = good[:place] + noise + (good[place:] if keep else b"")

    problems = shfd0006.check(data, today=TODAY)

    assert all(words.located(problem) for problem in problems)
