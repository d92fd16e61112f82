"""Figures of a payroll: what is read, what is refused with which words."""

from datetime import date
from typing import Any

import pytest

from azukari.filings.recipes.recipe import recipes
from azukari.register.sheets.codes import FileRefused
from azukari.use import figures
from tests.numbers import valid_number

REPORT = recipes()["315"]
FAMILY = recipes()["2202700"]


def read(text: str, recipe: Any = REPORT) -> figures.Taken:
    content = text.encode("cp932")
    found = figures.columns(recipe, content, remembered=False)
    return figures.read(recipe, content, dict(figures.settled_names(found)))


def test_figures_are_read_by_the_headings_of_the_form() -> None:
    taken = read(
        "社員番号,氏名,支払金額,源泉徴収税額,控除対象配偶者の有無,普通徴収,居住開始年月日（1回目）\r\n"
        'E1,山田,"4,200,000",８３０００円,主たる給与・有,○,令和元年6月15日\r\n'
    )

    assert taken.problems == []
    assert taken.facts == {
        ("E1", 0): {
            "pay.total": 4_200_000,
            "pay.tax": 83_000,
            "spouse.flag": "1",
            "opt.ordinary": True,
            "loan.start1": date(2019, 6, 15),
        }
    }


def test_names_of_facts_do_as_headings_too() -> None:
    assert read("employee_code,pay.total\r\nE1,1\r\n").facts == {("E1", 0): {"pay.total": 1}}


def test_members_of_a_family_have_rows_of_their_own() -> None:
    taken = read(
        "社員番号,家族連番,異動の別,家族の被扶養者になった日,家族の職業\r\n"
        "E1,,該当,,\r\nE1,2,,2026/9/1,1\r\n",
        FAMILY,
    )

    assert taken.facts == {
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
    taken = read(f"社員番号,支払金額のほか,{heading}\r\nE1,,{cell}\r\n")

    assert taken.problems == [figures.FigureProblem(2, heading, said)]
    assert taken.facts == {("E1", 0): {}}


def test_row_without_a_code_is_told() -> None:
    assert [one.row for one in read("社員番号,支払金額\r\n,1\r\n").problems] == [2]


def test_samples_never_show_a_number() -> None:
    content = f"社員番号,なぞの列\r\nE1,{valid_number(78)}\r\n".encode()

    found = figures.columns(REPORT, content, remembered=False)

    assert [(one.name, one.samples) for one in found] == [
        ("code", ("E1",)),
        ("", ("（表示しません）",)),
    ]


def test_file_that_is_no_table_is_refused() -> None:
    with pytest.raises(FileRefused):
        figures.columns(REPORT, b"PK\x03\x04 nothing", remembered=False)


@pytest.mark.parametrize("recipe", recipes().values(), ids=lambda one: one.code)
def test_template_of_every_form_is_understood_again(recipe: Any) -> None:
    if not recipe.has_people:
        return
    content = ("\t".join(figures.template(recipe)) + "\r\n").encode()

    found = figures.columns(recipe, content, remembered=False)

    assert [one.heading for one in found if not one.name] == []
    names = {one.name for one in found}
    assert {"code", *(one.name for one in recipe.asks)} <= names
    assert {f"member.{one.name}" for one in recipe.member} <= names
