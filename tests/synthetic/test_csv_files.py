import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from azukari.law.era import DateRefused, from_spreadsheet_serial, parse_date
from azukari.law.kana import is_kana, to_full_katakana
from azukari.law.name import problem_of as name_problem
from azukari.law.name import tidy_name
from azukari.law.number import parse as parse_number
from azukari.law.number import problem_of
from azukari.synthetic.__main__ import main
from azukari.synthetic.csv_files import ENCODINGS, write_csv
from azukari.synthetic.csv_layout import EMPLOYEE_HEADINGS, FAMILY_HEADINGS, DateStyle
from azukari.synthetic.generator import TODAY, people
from azukari.synthetic.mistakes import KINDS, Outcome

Truth = list[dict[str, str]]


def _rows(path: Path, encoding: str) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream))


def _truth(folder: Path) -> Truth:
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("style", DateStyle)
def test_files_hold_the_people(tmp_path: Path, encoding: str, style: DateStyle) -> None:
    written = write_csv(tmp_path, 60, seed=4, encoding=encoding, date_style=style)

    employees = _rows(tmp_path / "employees.csv", encoding)
    families = _rows(tmp_path / "families.csv", encoding)
    expected = list(people(60, seed=4, all_numbered=True))
    assert (tuple(employees[0]), tuple(families[0])) == (EMPLOYEE_HEADINGS, FAMILY_HEADINGS)
    assert (len(employees) - 1, len(families) - 1) == (written.employees, written.families)
    assert [parse_date(row[4]) for row in employees[1:]] == [h.employee.birth for h in expected]
    assert [parse_number(row[14]) for row in employees[1:]] == [
        h.employee.individual_number for h in expected
    ]
    assert _truth(tmp_path) == []


def test_truth_tells_every_change(tmp_path: Path) -> None:
    write_csv(tmp_path / "good", 1500, seed=5)
    written = write_csv(tmp_path / "bad", 1500, seed=5, error_rate=0.5)

    told = _truth(tmp_path / "bad")
    for name in ("employees", "families"):
        good = _rows(tmp_path / "good" / f"{name}.csv", "utf-8-sig")
        bad = _rows(tmp_path / "bad" / f"{name}.csv", "utf-8-sig")
        for line in (line for line in told if line["file"] == name):
            column = good[0].index(line["field"])
            row = int(line["row"])
            assert (good[row][column], bad[row][column]) == (line["original"], line["written"])
            good[row][column] = line["written"]
        assert good == bad
    assert written.mistakes.total() == len(told)
    assert set(written.mistakes) == set(KINDS)


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    folder = tmp_path_factory.mktemp("mistakes")
    write_csv(folder, 3000, seed=6, error_rate=0.6)
    return _truth(folder)


def _date_is_fine(text: str) -> bool:
    try:
        return parse_date(text) <= TODAY
    except DateRefused:
        return text.isdigit() and from_spreadsheet_serial(text) <= TODAY


@pytest.mark.parametrize(
    ("field", "is_fine", "seen_elsewhere"),
    [
        ("個人番号", lambda t: problem_of(t) is None, {"duplicate_number"}),
        ("生年月日", _date_is_fine, set()),
        ("氏名カナ", is_kana, set()),
        ("氏名", lambda t: name_problem(t) is None, set()),
    ],
)
def test_rules_of_law_judge_each_mistake_right(
    mistakes: Truth, field: str, is_fine: Callable[[str], bool], seen_elsewhere: set[str]
) -> None:
    judged = [m for m in mistakes if m["field"] == field and m["kind"] not in seen_elsewhere]

    assert judged
    assert [m for m in judged if is_fine(m["written"]) is not (m["class"] == "fix")] == []


def test_rules_of_law_repair_each_fix(mistakes: Truth) -> None:
    repair: dict[str, Callable[[str], object]] = {
        "fullwidth_number": lambda t: parse_number(t).reveal_digits(),
        "hyphen_number": lambda t: parse_number(t).reveal_digits(),
        "space_number": lambda t: parse_number(t).reveal_digits(),
        "apostrophe_number": lambda t: parse_number(t).reveal_digits(),
        "halfwidth_kana": to_full_katakana,
        "hiragana_kana": to_full_katakana,
        "name_half_space": tidy_name,
        "wareki_date": lambda t: parse_date(t).strftime("%Y/%m/%d"),
        "wareki_short": lambda t: parse_date(t).strftime("%Y/%m/%d"),
        "date_no_zero": lambda t: parse_date(t).strftime("%Y/%m/%d"),
        "excel_serial": lambda t: from_spreadsheet_serial(t).strftime("%Y/%m/%d"),
    }

    fixes = [m for m in mistakes if m["kind"] in repair]

    assert {m["kind"] for m in fixes} == set(repair)
    assert [m for m in fixes if repair[m["kind"]](m["written"]) != m["original"]] == []


def test_kinds_are_thirty_seven() -> None:
    rejected = {kind.name for kind in KINDS.values() if kind.outcome is Outcome.REJECT}

    assert (len(KINDS), len(rejected)) == (37, 23)


def test_cp932_has_no_mistake_it_cannot_write(tmp_path: Path) -> None:
    written = write_csv(tmp_path, 1500, seed=5, error_rate=0.5, encoding="cp932")

    assert "outside_cp932" not in written.mistakes


def test_command_writes_the_files(tmp_path: Path) -> None:
    out = tmp_path / "company"

    told = CliRunner().invoke(
        main, ["--employees", "5", "--seed", "2", "--out", str(out), "--kinds", "letters"]
    )

    assert told.exit_code == 0, told.output
    assert sorted(p.name for p in out.iterdir()) == [
        "employees.csv",
        "families.csv",
        "truth.jsonl",
    ]


def test_command_refuses_an_unknown_kind(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--out", str(tmp_path), "--kinds", "nothing"])

    assert told.exit_code == 2
    assert "--list-kinds" in told.output


def test_command_lists_the_kinds() -> None:
    told = CliRunner().invoke(main, ["--list-kinds"])

    assert [line.split()[0] for line in told.output.splitlines()] == list(KINDS)
