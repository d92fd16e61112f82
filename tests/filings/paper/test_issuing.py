"""The way a form is issued: which edition, what it needs, what stands in the way, its pages."""

from datetime import date

import pytest

from azukari.filings.catalog import paper
from azukari.filings.paper import words
from azukari.filings.paper.examination import Flaw, draft_slip
from azukari.filings.paper.facts import Source
from azukari.filings.paper.fill import NotOpened
from azukari.filings.paper.form import Period
from azukari.filings.paper.needs import number_places
from azukari.filings.paper.pdf import print_each, print_slips
from azukari.filings.paper.slip import Slip
from azukari.filings.paper.svg import previews
from tests.filings.paper.cast import (
    EDITIONS,
    FAMILY,
    SALARY_OFFICE,
    SALARY_RECIPIENT,
    my_number,
    sample,
    words_of,
)
from tests.numbers import valid_number

OFFICE = ("gensen_kyuyo_tax_office", "2025")
PAID = {
    "doc": {"year": "7"},
    "emp": {
        "name": "山田　太郎",
        "kana": "ヤマダ　タロウ",
        "birth": date(1985, 12, 28),
        "address": "東京都港区芝公園四丁目",
    },
    "pay": {"kind": "給料・賞与", "total": 7_812_345, "tax": 152_300},
    "co": {"name": "株式会社青空製作所", "address": "東京都中央区", "number": "7000012050002"},
}


def flaws(values, held=("emp.mynumber",), edition=OFFICE):
    return [(one.flaw, one.path, one.detail) for one in paper.examine(*edition, values, held)]


def told(values, held=("emp.mynumber",), edition=OFFICE):
    found = paper.examine(*edition, values, held)
    return [words.problem(one, paper.disclosure()) for one in found]


def changed(path, value):
    head, _, last = path.rpartition(".")
    return {**PAID, head: {**PAID[head], last: value}} if head else {**PAID, last: value}


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_every_edition_has_boxes_for_what_its_form_requires(form, edition):
    boxes = {need.fact.name for need in paper.needs(form, edition)}

    asked = {name for one in paper.form(form).required for name in one.names}
    assert {name for name in asked if not name.endswith("[]")} <= boxes


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_nothing_stops_the_sample_and_everything_is_told_of_an_empty_slip(form, edition):
    slip = sample(form, edition)

    assert [
        one for one in paper.examine(form, edition, slip.values, slip.numbers) if one.stops
    ] == []
    missing = {one.path for one in paper.examine(form, edition, {}) if one.stops}
    assert missing == {
        one.names[0].removesuffix("[]")
        for one in paper.form(form).required
        if "[]." not in one.names[0]
    }


@pytest.mark.parametrize("code", [form.code for form in paper.forms()])
def test_the_edition_in_force_is_found_by_year_or_by_day(code):
    for layout in paper.editions_of(code):
        first = date.fromisoformat(layout.raw["applies"]["from"])
        when = {"year": first.year} if paper.form(code).period is Period.YEAR else {"day": first}
        assert paper.edition_for(code, **when) == layout.edition

    assert paper.edition_for(code, day=date(2009, 1, 1)) is None


def test_an_edition_is_asked_for_by_year_or_day_not_both():
    with pytest.raises(ValueError, match="either"):
        paper.edition_for(OFFICE[0], year=2025, day=date(2025, 1, 1))


def test_needs_tell_whence_each_fact_comes():
    needs = {need.fact.name: need for need in paper.needs(*OFFICE)}

    assert (needs["emp.address"].required, needs["emp.address"].fact.source) == (
        True,
        Source.PERSON,
    )
    assert needs["pay.total"].fact.source is Source.FIGURES
    assert needs["emp.mynumber"].fact.source is Source.VAULT
    assert not needs["spouse.name"].required


def test_a_slip_that_lacks_nothing_has_no_problem():
    assert flaws(PAID) == []


@pytest.mark.parametrize(
    ("path", "value", "problem", "said"),
    [
        ("emp.address", "", (Flaw.MISSING, "emp.address", ""), "本人の登録に入れてください"),
        ("pay.total", None, (Flaw.MISSING, "pay.total", ""), "金額データに入れてください"),
        ("pay.total", "7,812", (Flaw.WRONG_TYPE, "pay.total", ""), "円単位の整数で入れてください"),
        ("emp.birth", "1985-12-28", (Flaw.WRONG_TYPE, "emp.birth", ""), "日付で入れてください"),
        ("emp.nickname", "太郎", (Flaw.UNKNOWN, "emp.nickname", ""), "という項目はありません"),
        ("emp.name", "渡邉\U000e01ef", (Flaw.GLYPH_DOWNGRADED, "emp.name", "邉\U000e01ef"), "基本の漢字"),
        ("emp.name", "\U0002f800", (Flaw.GLYPH_MISSING, "emp.name", "\U0002f800"), "「〓」"),
        ("emp.kana", "ア" * 200, (Flaw.DOES_NOT_FIT, "emp.kana", ""), "短くしてください"),
    ],
)  # fmt: skip
def test_each_problem_is_told_with_its_place(path, value, problem, said):
    assert flaws(changed(path, value)) == [problem]
    assert said in told(changed(path, value))[0]


def test_an_entry_of_a_list_is_counted_from_one():
    values = {**PAID, "deps": [{"name": "山田　一郎"}, {"kana": "ヤマダ　ジロウ"}]}

    assert told(values, ["emp.mynumber", "deps.0.mynumber", "deps.1.mynumber"]) == [
        "扶養親族の氏名（2件目）がありません。家族の登録に入れてください。"
    ]


def test_one_of_several_facts_is_enough():
    slip = sample("shutoku_todoke", "2024-12").values
    person = {k: v for k, v in slip["persons"][0].items() if k not in {"address", "pay"}}
    edition = ("shutoku_todoke", "2024-12")
    values = {**slip, "persons": [{**person, "over70_only": "on"}]}

    assert flaws(values, ["persons.0.mynumber"], edition) == []
    assert told(values, [], edition) == [
        "被保険者の個人番号（1件目）か被保険者の基礎年金番号か被保険者の住所がありません。個人番号を登録してください。"
    ]


def test_a_number_in_the_words_is_told_without_repeating_it():
    digits = valid_number(7)

    [said] = told(changed("remarks", f"扶養の番号は{digits}"))

    assert said.startswith("摘要に個人番号と思われる数字があります。")
    assert digits not in said


def test_only_numbers_the_copy_prints_are_asked_for():
    values = {
        **PAID,
        "spouse": {"name": "山田　花子"},
        "deps": [{"name": f"山田　{n}"} for n in range(6)],
        "kids": [{"name": "山田　七海"}],
    }

    assert number_places(SALARY_RECIPIENT, values) == []
    assert number_places(SALARY_OFFICE, values) == [
        "emp.mynumber",
        "spouse.mynumber",
        *(f"deps.{n}.mynumber" for n in range(6)),
    ]
    assert "co.number" in number_places(SALARY_OFFICE, {**values, "co": {"name": "山田商店"}})


def test_a_number_that_is_not_held_is_told_and_does_not_stop():
    [problem] = paper.examine(*OFFICE, PAID, held=())

    assert (problem.flaw, problem.path, problem.stops) == (
        Flaw.NUMBER_MISSING,
        "emp.mynumber",
        False,
    )


def test_the_preview_shows_masks_for_what_is_held_and_cannot_be_printed():
    slip = draft_slip({**PAID, "deps": [{"name": "家族　一号"}] * 9}, ["emp.mynumber"])

    pages = previews(FAMILY, slip)

    assert len(pages) == 3
    assert all("************" in page for page in pages)
    with pytest.raises(NotOpened):
        list(print_slips(FAMILY, [slip]))


def test_what_is_wrong_on_a_further_sheet_is_told_with_its_place_in_the_whole():
    values = {**PAID, "deps": [*[{"name": "家族　一号"}] * 5, {"name": "\U0002f800"}]}

    problems = paper.examine("fuyo_kojo", "2026", values)

    assert [(one.path, one.detail) for one in problems if one.flaw is Flaw.GLYPH_MISSING] == [
        ("deps.5.name", "\U0002f800")
    ]


def test_one_file_for_each_person():
    slips = [(f"{n}.pdf", Slip(PAID, {"emp.mynumber": my_number(n)})) for n in range(2)]

    files = dict(print_each(SALARY_OFFICE, slips))

    assert list(files) == ["0.pdf", "1.pdf"]
    assert all(valid_number(n) in words_of(files[f"{n}.pdf"]) for n in range(2))
