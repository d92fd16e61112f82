"""Whoever has no row is printed elsewhere or refused, never dropped."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.filings.catalog import paper
from azukari.filings.paper import words
from azukari.filings.paper.continuation import sheets_of
from azukari.filings.paper.examination import Flaw, PaperProblem
from azukari.filings.paper.fill import revealed
from azukari.filings.paper.sample import longer
from azukari.filings.paper.slip import Slip, TooMany, entries
from tests.filings.paper.cast import (
    EDITIONS,
    FAMILY,
    SALARY_OFFICE,
    SALARY_RECIPIENT,
    my_number,
    sample,
)


def people(count):
    return [{"name": f"家族　{n}号"} for n in range(1, count + 1)]


def numbers(listed, count):
    return {f"{listed}.{n}.mynumber": my_number(n) for n in range(count)}


@settings(max_examples=25)
@given(deps=st.integers(0, 13), kids=st.integers(0, 7))
def test_everybody_is_on_some_sheet_with_the_own_number(deps, kids):
    given_numbers = numbers("deps", deps) | numbers("kids", kids)
    slip = Slip({"deps": people(deps), "kids": people(kids)}, given_numbers)

    sheets = sheets_of(FAMILY, slip)

    for listed, rows, count in (("deps", 4, deps), ("kids", 2, kids)):
        shown = [
            (entry["name"], sheet.numbers[f"{listed}.{n}.mynumber"])
            for sheet in sheets
            for n, entry in enumerate(sheet.values[listed])
        ]
        assert shown == [
            (f"家族　{n + 1}号", given_numbers[f"{listed}.{n}.mynumber"]) for n in range(count)
        ]
        assert all(len(sheet.values[listed]) <= rows for sheet in sheets)


def test_further_sheets_keep_the_head_and_say_which_they_are():
    slip = Slip({"emp": {"name": "山田　太郎"}, "deps": people(9)})

    sheets = sheets_of(FAMILY, slip)

    assert [sheet.values["sheet"]["text"] for sheet in sheets] == [
        "3枚中 1枚目", "3枚中 2枚目", "3枚中 3枚目",
    ]  # fmt: skip
    assert {sheet.values["emp"]["name"] for sheet in sheets} == {"山田　太郎"}


def test_the_fifth_dependant_goes_to_the_remarks_and_the_number_beside_it():
    slip = Slip({"deps": people(6), "remarks": "前職あり"}, numbers("deps", 6))

    [sheet] = sheets_of(SALARY_OFFICE, slip)

    assert sheet.values["remarks"] == "前職あり　（1）家族　5号　（2）家族　6号"
    fifth, sixth = my_number(4).reveal_digits(), my_number(5).reveal_digits()
    assert revealed(sheet.numbers["notes.deps_numbers"]) == f"（1）{fifth}\n（2）{sixth}"
    assert "deps.4.mynumber" not in sheet.numbers


def test_on_the_recipients_copy_only_the_name_goes_to_the_remarks():
    slip = Slip({"deps": people(5), "kids": people(5)}, numbers("deps", 5))

    [sheet] = sheets_of(SALARY_RECIPIENT, slip)

    assert sheet.values["remarks"] == "（1）家族　5号　（1）家族　5号（年少）"
    assert "notes.deps_numbers" not in sheet.numbers


def test_a_list_without_a_rule_is_refused():
    plan = replace(FAMILY, overflow={})

    with pytest.raises(TooMany) as refused:
        sheets_of(plan, Slip({"deps": people(5)}))

    assert (refused.value.listed, refused.value.rows) == ("deps", 4)


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_every_list_without_a_rule_can_be_told(form, edition):
    plan = paper.plan(form, edition)

    for listed, rows in plan.repeats.items():
        if listed not in plan.overflow:
            with pytest.raises(TooMany) as refused:
                sheets_of(plan, Slip({listed: [{"name": "家族　一号"}] * (rows + 1)}))
            problem = PaperProblem(Flaw.TOO_MANY, refused.value.listed, str(rows))
            assert f"{rows}件までです" in words.problem(problem, paper.disclosure())
            assert listed not in words.problem(problem, paper.disclosure())


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_longer_sample_has_an_entry_beyond_each_row(form, edition):
    plan, slip = paper.plan(form, edition), sample(form, edition)

    more = longer(slip, plan.repeats)

    lists = {name: rows for name, rows in plan.repeats.items() if rows}
    if more is None:
        assert all(len(entries(slip.values, name)) > rows for name, rows in lists.items())
        return
    assert all(len(entries(more.values, name)) > rows for name, rows in lists.items())
    pages = len(sheets_of(plan, more))
    assert (pages > 1) is ("next_sheet" in plan.overflow.values())
