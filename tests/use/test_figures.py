"""Figures of a payroll: what is read, what is refused with which words."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.register.sheets.table import open_table
from azukari.use.figures.columns import columns, settled_names
from azukari.use.figures.reading import MOST_RUNS, Mistake, Mistakes, Whose, read
from azukari.use.figures.template import template
from tests.numbers import valid_number

REPORT = recipes()["315"]
FAMILY = recipes()["2202700"]
Read = tuple[dict[Whose, dict[str, Any]], list[Mistake]]


def read_rows(text: str, recipe: Recipe = REPORT) -> Read:
    table = open_table(text.encode("cp932"))
    found = columns(recipe, table, remembered=False)
    mistakes = Mistakes()
    told: dict[Whose, dict[str, Any]] = {}
    for _, whose, values in read(recipe, table, dict(settled_names(found)), mistakes):
        if whose is not None:
            told.setdefault(whose, {}).update(values)
    return told, list(mistakes)


def test_figures_are_read_by_the_headings_of_the_form() -> None:
    told, mistakes = read_rows(
        "社員番号,氏名,支払金額,源泉徴収税額,控除対象配偶者の有無,普通徴収,居住開始年月日（1回目）\r\n"
        'E1,山田,"4,200,000",８３０００円,主たる給与・有,○,令和元年6月15日\r\n'
    )

    assert mistakes == []
    assert told == {
        ("E1", 0): {
            "pay.total": 4_200_000,
            "pay.tax": 83_000,
            "spouse.flag": "1",
            "opt.ordinary": True,
            "loan.start1": date(2019, 6, 15),
        }
    }


def test_names_of_facts_do_as_headings_too() -> None:
    told, _ = read_rows("employee_code,pay.total\r\nE1,1\r\n")

    assert told == {("E1", 0): {"pay.total": 1}}


def test_members_of_a_family_have_rows_of_their_own() -> None:
    told, _ = read_rows(
        "社員番号,家族連番,異動の別,家族の被扶養者になった日,家族の職業\r\n"
        "E1,,該当,,\r\nE1,2,,2026/9/1,1\r\n",
        FAMILY,
    )

    assert told == {
        ("E1", 0): {"ev.change_kind": "1"},
        ("E1", 2): {"became": date(2026, 9, 1), "occupation": "1"},
    }


@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [
        ("支払金額", "四百万", "金額や数は、1単位の数字で入力してください（例：300000）。"),
        ("支払金額", "-100", "金額や数は、1単位の数字で入力してください（例：300000）。"),
        ("支払金額", "12345678901", "10桁までの数字で入力してください。"),
        (
            "前職を退職した日",
            "2026/13/1",
            "日付は「2026/4/1」「令和8年4月1日」のように入力してください。",
        ),
        ("普通徴収", "たぶん", "該当するときは1、しないときは空か0にしてください。"),
        ("摘要", "あ" * 301, "長すぎます。300文字までにしてください。"),
        ("摘要", valid_number(77), "個人番号と思われる12桁の数字があります。取り除いてください。"),
    ],
)
def test_cell_that_cannot_be_taken_is_told_with_its_row(heading: str, cell: str, said: str) -> None:
    told, mistakes = read_rows(f"社員番号,支払金額のほか,{heading}\r\nE1,,{cell}\r\n")

    assert mistakes == [Mistake(heading, said, 1, [[2, 2]])]
    assert told == {("E1", 0): {}}


def test_row_without_a_code_is_told_and_a_blank_one_passed_over() -> None:
    told, mistakes = read_rows("社員番号,支払金額\r\n,1\r\n,\r\nE1,2\r\n")

    assert [(one.heading, one.rows) for one in mistakes] == [("社員番号", "2")]
    assert told == {("E1", 0): {"pay.total": 2}}


def test_character_that_cannot_be_kept_is_told() -> None:
    told, mistakes = read_rows("社員番号,摘要\r\nE1,a\0b\r\nE\x002,a\r\n")

    assert [(one.heading, one.rows, one.said) for one in mistakes] == [
        ("摘要", "2", "目に見えない制御文字が入っています。入力し直してください。"),
        ("社員番号", "3", "目に見えない制御文字が入っています。入力し直してください。"),
    ]
    assert told == {("E1", 0): {}}


def test_row_that_ends_early_tells_what_it_has() -> None:
    told, mistakes = read_rows("社員番号,支払金額,源泉徴収税額\r\nE1,2\r\nE2\r\n")

    assert told == {("E1", 0): {"pay.total": 2}, ("E2", 0): {}}
    assert mistakes == []


def test_later_row_of_somebody_tells_over_the_one_before() -> None:
    told, _ = read_rows("社員番号,支払金額,源泉徴収税額\r\nE1,1,5\r\nE1,2,\r\n")

    assert told == {("E1", 0): {"pay.total": 2, "pay.tax": 5}}


def test_mistakes_alike_are_told_once_with_their_runs_of_rows() -> None:
    rows = ["E1,x,1", "E2,x,1", "E3,1,x", "E4,x,1"]

    _, mistakes = read_rows("社員番号,支払金額,源泉徴収税額\r\n" + "\r\n".join(rows))

    assert [(one.heading, one.count, one.rows) for one in mistakes] == [
        ("支払金額", 3, "2〜3、5"),
        ("源泉徴収税額", 1, "4"),
    ]


@given(st.sets(st.integers(2, 2000), min_size=1, max_size=400))
def test_runs_of_a_mistake_hold_exactly_its_first_rows(rows: set[int]) -> None:
    one = Mistake("支払金額", "直してください。")

    for row in sorted(rows):
        one.add(row)

    held = [row for first, last in one.runs for row in range(first, last + 1)]
    assert held == sorted(rows)[: len(held)]
    assert one.count == len(rows)
    assert len(one.runs) <= MOST_RUNS
    assert (len(held) < len(rows)) == one.rows.endswith("など")
    assert len(held) == len(rows) or len(one.runs) == MOST_RUNS


def test_samples_never_show_a_number() -> None:
    content = f"社員番号,なぞの列\r\nE1,{valid_number(78)}\r\n".encode()

    found = columns(REPORT, open_table(content), remembered=False)

    assert [(one.name, one.samples) for one in found] == [
        ("code", ("E1",)),
        ("", ("（表示しません）",)),
    ]


def test_heading_that_is_a_number_is_neither_shown_nor_kept() -> None:
    content = f"社員番号,{valid_number(79)}\r\nE1,1\r\n".encode()
    table = open_table(content)
    mistakes = Mistakes()

    found = columns(REPORT, table, remembered=False)
    [*read(REPORT, open_table(content + b"E2,x\r\n"), {0: "code", 1: "pay.total"}, mistakes)]

    assert [one.heading for one in found] == ["社員番号", "（表示しません）"]
    assert [one.heading for one in mistakes] == ["（表示しません）"]


@pytest.mark.parametrize("recipe", recipes().values(), ids=lambda one: one.code)
def test_template_of_every_form_is_understood_again(recipe: Any) -> None:
    if not recipe.has_people:
        return
    content = ("\t".join(template(recipe)) + "\r\n").encode()

    found = columns(recipe, open_table(content), remembered=False)

    assert [one.heading for one in found if not one.name] == []
    names = {one.name for one in found}
    assert {"code", *(one.name for one in recipe.asks)} <= names
    assert {f"member.{one.name}" for one in recipe.member} <= names
