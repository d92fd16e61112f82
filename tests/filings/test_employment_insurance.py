"""雇用保険 連記式 CSV: vectors, writing, each rule broken once."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from azukari.filings import catalog
from azukari.filings.catalog import employment_insurance as renki
from azukari.filings.problems import FilingRefused
from azukari.law.number import parse
from tests.filings import mutations
from tests.filings.cast import CREATED, TODAY, VECTORS, changed
from tests.filings.mutations import Mutation
from tests.numbers import valid_number

HEADS = {
    "10101": "nt__10101-shutoku_header_lines.csv",
    "10191": "nt__10191-soshitsu_header_lines.csv",
}
OFFICE: dict[str, Any] = {
    "district_code": "01",
    "office_symbol": "ABCD",
    "office_no": "00001",
    "postcode": "100-8580",
    "address": "東京都千代田区霞が関１－２－２",
    "office_name": "株式会社テスト",
    "owner_name": "年金　正明",
    "tel": "03-3456-7890",
    "koyo_office": "1301-123456-7",
}
HIRED: dict[str, Any] = {
    "individual_number": parse(valid_number(1)),
    "insured_no": "1234-567890-1",
    "acquisition_kind": "1",
    "name": "山田　太郎",
    "name_kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
    "sex": "1",
    "born": date(1985, 5, 15),
    "acquired": date(2026, 9, 1),
    "cause": "2",
    "contract_term": "1",
    "contract_from": date(2026, 9, 1),
    "contract_to": date(2027, 8, 31),
    "week_hours": 40,
}
GONE: dict[str, Any] = {
    "individual_number": parse(valid_number(1)),
    "insured_no": "1234-567890-1",
    "acquired": date(2016, 4, 1),
    "left": date(2026, 8, 31),
    "loss_reason": "2",
    "wants_separation_slip": "2",
    "name": "山田　太郎",
    "name_kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
    "sex": "1",
    "born": date(1985, 5, 15),
}
PEOPLE = {"10101": HIRED, "10191": GONE}


def written(kind: str, *people: dict[str, Any], office: dict[str, Any] = OFFICE) -> bytes:
    return renki.write(kind, office, people, media_seq=1, created_on=CREATED, today=TODAY)


DOCUMENTS = {kind: renki.read(written(kind, one)) for kind, one in PEOPLE.items()}
ROWS = {kind: document.records[0] for kind, document in DOCUMENTS.items()}


def found_in(kind: str, record: list[str]) -> list[tuple[int | None, int | None, str]]:
    data = renki.render(replace(DOCUMENTS[kind], records=[record]))
    return [(p.record, p.item, p.code) for p in renki.check(data, today=TODAY)]


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in renki.check(data, today=TODAY)]


@pytest.mark.parametrize(("kind", "name"), HEADS.items())
def test_stored_head_is_recognised_and_read_back(kind: str, name: str) -> None:
    data = (VECTORS / name).read_bytes()

    assert catalog.recognise(data) == renki.FORMAT
    assert renki.read(data).kind == kind
    assert renki.render(renki.read(data)) == data
    assert codes(data) == ["no-records"]


@pytest.mark.parametrize("kind", PEOPLE)
def test_written_file_stands_under_the_stored_head(kind: str) -> None:
    head = (VECTORS / HEADS[kind]).read_bytes().replace(b",20260901,", b",20260905,")
    data = written(kind, PEOPLE[kind])

    assert data.startswith(head)
    assert catalog.check(renki.FORMAT, data, today=TODAY) == []


@pytest.mark.parametrize("kind", PEOPLE)
def test_era_by_name_and_office_of_the_head(kind: str) -> None:
    layout = renki.edition().records[kind]
    born = layout.dates["born"].positions
    office = layout.splits["office"]

    assert [ROWS[kind][pos - 1] for pos in born] == ["昭和", "60", "05", "15"]
    assert [ROWS[kind][pos - 1] for pos in office] == ["1301", "123456", "7"]


RULES = [
    ("10101", "acquired-not-future", {22: "09", 23: "09"}, 23),
    ("10101", "acquired-after-birth", {13: "令和", 14: "08", 15: "09", 16: "01"}, 23),
    ("10101", "contract-order", {39: "令和", 40: "08", 41: "08", 42: "31"}, 42),
    ("10101", "number-in-text", {55: f"番号{valid_number(2)}"}, 55),
    ("10191", "acquired-not-future", {10: "令和", 11: "08", 12: "12"}, 13),
    ("10191", "acquired-after-birth", {27: "令和", 28: "08"}, 13),
    ("10191", "left-not-future", {16: "09", 17: "09"}, 17),
    ("10191", "left-order", {14: "平成", 15: "28", 16: "03", 17: "31"}, 17),
    ("10191", "number-in-text", {31: f"番号{valid_number(2)}"}, 31),
]
MUTATIONS = [
    pytest.param(kind, mutation, id=f"{kind}-{mutation}")
    for kind, row in ROWS.items()
    for mutation in [
        *mutations.of_items(renki.edition().records[kind]),
        *mutations.of_dates(renki.edition().records[kind]),
        *mutations.of_plain_checks(renki.edition().records[kind], row),
    ]
]


@pytest.mark.parametrize(("kind", "mutation"), MUTATIONS)
def test_rule_broken(kind: str, mutation: Mutation) -> None:
    assert mutation.is_told(found_in(kind, changed(ROWS[kind], mutation.changes)))


@pytest.mark.parametrize(("kind", "code", "changes", "item"), RULES)
def test_check_broken(kind: str, code: str, changes: dict[int, str], item: int) -> None:
    assert (1, item, code) in found_in(kind, changed(ROWS[kind], changes))


@pytest.mark.parametrize("kind", PEOPLE)
def test_every_check_of_the_layout_is_broken_once(kind: str) -> None:
    layout = renki.edition().records[kind]
    broken = {one.code for one in mutations.of_plain_checks(layout, ROWS[kind])}
    broken |= {code for one, code, *_ in RULES if one == kind}

    assert {check.id for check in layout.checks} <= broken


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("22223,05", "22223,03", ["code-not-listed"]),
        ("22223,05", "22007,05", ["code-not-listed"]),
        ("20260905", "20260931", ["created-on"]),
        ("\r\n,001\r\n", "\r\n,002\r\n", ["office-count"]),
        ("7890,1301", "7890,1302", ["other-office"]),
        ("[kanri]", "[data]", ["head-line"]),
        ("郡市区符号,事業所記号,ＦＤ通番", "都市区符号,事業所記号,ＦＤ通番", ["head-line"]),
        ("確認通知年月日（日）\r\n", "確認通知年月日\r\n", ["head-line"]),
        ("10101,,", "10102,,", ["code-not-listed"]),
    ],
)
def test_broken_head(old: str, new: str, found: list[str]) -> None:
    text = written("10101", HIRED).decode("cp932")

    assert codes(text.replace(old, new, 1).encode("cp932")) == found


def test_wrong_person_is_told_and_nothing_written() -> None:
    with pytest.raises(FilingRefused) as refused:
        written("10101", HIRED, HIRED | {"name": "髙橋　太郎"})

    assert [(p.record, p.item, p.code) for p in refused.value.problems] == [
        (2, 8, "unusable-character")
    ]


def test_forms_are_previews() -> None:
    previews = {form.code for form in catalog.forms() if form.preview}

    assert previews == {"10101", "10191"}
