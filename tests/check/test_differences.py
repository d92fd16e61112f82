"""差分チェック against the truth of invented payrolls: all that differs and nothing else."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from azukari.check.difference import actions, dealing, queries
from azukari.check.difference.command import compare_file, told
from azukari.check.difference.comparing import Kind
from azukari.check.difference.facts import Field
from azukari.check.difference.models import DifferenceRow, DifferenceRun, Handling, RunState
from azukari.check.difference.queries import Wanted
from azukari.check.difference.work import compare
from azukari.register.models import NumberRecord, Person
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.command import register_file
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.synthetic.csv_files import write_csv
from azukari.synthetic.payroll import write_payroll
from azukari.tenancy.actor import NotPermitted
from tests.cast import Cast, Side, make_side
from tests.numbers import valid_number
from tests.register.sheet_files import employee, family, of, remember_numbers
from tests.register.test_sheet_work import CHECKED, PURPOSES

EMPLOYEES = 60
_LABELS = {one.label: one for one in Field}
_KINDS = {"missing_in_payroll": Kind.ONLY_HERE, "missing_in_registry": Kind.ONLY_THERE}
ALL = Wanted(with_ended=True)

Found = tuple[str, int, str, str]


def registered(side: Side, folder: Path, seed: int, encoding: str = "utf-8-sig") -> None:
    write_csv(folder, EMPLOYEES, seed=seed, encoding=encoding)
    for name in ("employees", "families"):
        content = (folder / f"{name}.csv").read_bytes()
        remember_numbers(content, encoding)
        facts = register_file(content, f"{name}.csv", PURPOSES, CHECKED, actor=side.operator)
        assert facts["refused"] == 0, facts


def compared(side: Side, content: bytes) -> list[dict[str, Any]]:
    run = compare_file(content, "payroll.csv", actor=side.operator)
    assert (run.state, run.cell) == (RunState.COMPARED, None)
    return list(told(run, ALL, actor=side.operator))


def about_people(lines: list[dict[str, Any]]) -> set[Found]:
    """Without what is said of numbers."""
    kinds = {Kind.DIFFERS, Kind.ONLY_HERE, Kind.ONLY_THERE}
    return {
        (one["person"], one["family"], one["kind"], one["field"])
        for one in lines
        if one["kind"] in kinds
    }


def truth(folder: Path) -> set[Found]:
    lines = (folder / "diff_truth.jsonl").read_text(encoding="utf-8").splitlines()
    return {
        (
            one["社員番号"],
            int(one["家族連番"]),
            _KINDS.get(one["kind"], Kind.DIFFERS).value,
            _LABELS[one["field"]].value if "field" in one else "",
        )
        for one in map(json.loads, lines)
    }


@pytest.mark.parametrize(("seed", "encoding"), [(1, "utf-8-sig"), (2, "cp932"), (3, "utf-16")])
def test_all_that_differs_and_nothing_else_is_found(
    database: DatabaseUrls, tmp_path: Path, seed: int, encoding: str
) -> None:
    side = make_side("D")
    registered(side, tmp_path, seed, encoding)
    write_payroll(
        tmp_path, EMPLOYEES, seed=seed, encoding=encoding, diff_rate=0.2, spelling_rate=0.2
    )

    lines = compared(side, (tmp_path / "payroll.csv").read_bytes())

    assert about_people(lines) == truth(tmp_path)


@pytest.fixture(scope="module")
def side(database: DatabaseUrls) -> Side:
    """A company nobody else writes into: a run compares everybody."""
    return make_side("P")


def payroll(*people: dict[str, str]) -> bytes:
    return of(*({"続柄": "本人", "家族連番": "0", **one} for one in people))


def lines_about(lines: list[dict[str, Any]], code: str) -> list[tuple[str, str, str, str]]:
    return [
        (one["kind"], one["field"], one["there"], one["here"])
        for one in lines
        if one["person"] == code
    ]


def without_number(person: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in person.items() if name != "個人番号"}


def rows(side: Side, content: bytes) -> tuple[DifferenceRun, list[DifferenceRow]]:
    run = compare_file(content, "payroll.csv", actor=side.operator)
    with side.scope():
        return run, list(queries.find(run, ALL).order_by("employee_code", "family_code", "id"))


def test_writing_only_is_told_apart(side: Side) -> None:
    register_file(
        of(employee("W1", valid_number(81_000_001), 住所="東京都千代田区霞が関一丁目２番３号")),
        "e.csv", PURPOSES, CHECKED, actor=side.operator,
    )  # fmt: skip
    said = {"氏名": "高橋 太郎", "氏名カナ": "ﾀｶﾊｼ ﾀﾛｳ", "住所": "東京都千代田区霞が関1-2-3"}

    run = compare_file(payroll({"社員番号": "W1", **said}), "p.csv", actor=side.operator)
    plain = list(told(run, ALL, actor=side.operator))
    all_of_it = list(told(run, replace(ALL, with_spelling=True), actor=side.operator))

    assert lines_about(plain, "W1") == []
    assert {(one["field"], one["spelling_only"]) for one in all_of_it} == {
        ("name", True), ("address", True),
    }  # fmt: skip


def test_payrolls_value_is_taken_over_and_a_leaver_starts_the_clock(side: Side) -> None:
    register_file(
        of(employee("T1", valid_number(81_000_002)), employee("T2", valid_number(81_000_003))),
        "e.csv", PURPOSES, CHECKED, actor=side.operator,
    )  # fmt: skip
    own = without_number(employee("T1", ""))
    content = payroll(
        {**own, "氏名": "髙橋　花子", "退職年月日": ""},
        {**own, "社員番号": "T2", "退職年月日": "2026/03/31"},
        {**own, "社員番号": "T3", "氏名": "鈴木　新", "氏名カナ": "スズキ　アラタ"},
        {**own, "社員番号": "T3", "家族連番": "2", "続柄": "子", "氏名": "鈴木　子"},
        {**own, "社員番号": "T4", "氏名": "誤り", "氏名カナ": "誤り"},
    )
    _run, found = rows(side, content)
    mine = [row for row in found if row.employee_code.startswith("T")]

    with side.scope():
        dealt = dealing.take_over(mine, actor=side.operator)
        people = {
            (one.employee_code, one.family_code): one
            for one in Person.objects.filter(employee_code__startswith="T")
        }
        left = people["T2", 0]
        clock = NumberRecord.objects.get(person=left)

    assert people["T1", 0].name == "髙橋　花子"
    assert left.left_on == date(2026, 3, 31)
    assert clock.due_on is not None
    assert people["T3", 2].host_id == people["T3", 0].id
    assert list((dealt.refused or {}).values()) == ["unfit"]
    assert lines_about(compared(side, content), "T1") == []


def test_what_is_set_aside_stays_so_until_it_changes(side: Side) -> None:
    register_file(
        of(employee("A1", valid_number(81_000_004))), "e.csv", PURPOSES, CHECKED,
        actor=side.operator,
    )  # fmt: skip
    own = without_number(employee("A1", ""))
    once = payroll({**own, "性別": "2"})
    _run, found = rows(side, once)
    with side.scope():
        mine = [row for row in found if row.employee_code == "A1"]
        assert dealing.set_aside(mine, "戸籍を確認中", actor=side.operator) == 1

    again = compared(side, once)
    changed = compared(side, payroll({**own, "性別": "2", "生年月日": "1980/01/03"}))

    assert [one["handling"] for one in again if one["person"] == "A1"] == []
    assert lines_about(changed, "A1") == [("differs", "birth_date", "1980-01-03", "1980-01-02")]
    with side.scope():
        [row] = DifferenceRow.objects.filter(
            employee_code="A1", handling=Handling.ASIDE, reason="戸籍を確認中"
        ).order_by("-id")[:1]
        dealing.bring_back([row], actor=side.operator)
    assert ("differs", "sex", "2", "1") in lines_about(compared(side, once), "A1")


def test_numbers_without_need_and_needs_without_number(side: Side) -> None:
    no_number = without_number(employee("N1", ""))
    register_file(of(no_number), "e.csv", PURPOSES, CHECKED, actor=side.operator)
    register_file(
        of(employee("N2", valid_number(81_000_005), 退職年月日="2020/03/31")), "e.csv", PURPOSES,
        CHECKED, actor=side.operator,
    )  # fmt: skip
    register_file(
        of(family("N1", 1, valid_number(81_000_006), 扶養区分="1")), "f.csv", PURPOSES, CHECKED,
        actor=side.operator,
    )  # fmt: skip
    child = without_number(family("N1", 1, "", 扶養区分="0"))

    lines = compared(
        side, of({**no_number, "家族連番": "0", "続柄": "本人", "扶養区分": ""}, child)
    )

    assert {(kind, field) for kind, field, *_ in lines_about(lines, "N1")} == {
        ("no_number", ""),
        ("differs", "tax_dependent"),
        ("not_dependent_with_number", ""),
    }
    assert {kind for kind, *_ in lines_about(lines, "N2")} == {"only_here", "left_with_number"}


def test_families_without_numbers_of_their_own_are_known_by_name_or_birthday(side: Side) -> None:
    register_file(
        of(employee("F1", valid_number(81_000_007))), "e.csv", PURPOSES, CHECKED,
        actor=side.operator,
    )  # fmt: skip
    register_file(
        of(family("F1", 3, valid_number(81_000_008)), family("F1", 4, valid_number(81_000_009),
           氏名="髙橋　二郎", 生年月日="2018/01/01")),
        "f.csv", PURPOSES, CHECKED, actor=side.operator,
    )  # fmt: skip
    facts = {"社員番号": "F1", "性別": "1", "続柄": "子", "氏名カナ": "タカハシ　イチロウ"}

    lines = compared(
        side,
        of(
            {**facts, "氏名": "高橋　一郎", "生年月日": "2015/05/06"},
            {**facts, "氏名": "髙橋　次郎", "生年月日": "2018/01/01"},
            {**facts, "氏名": "髙橋　三郎", "生年月日": "2020/01/01"},
        ),
    )

    assert lines_about(lines, "F1") == [
        ("only_there", "", "髙橋　三郎", ""),
        ("differs", "birth_date", "2015-05-06", "2015-05-05"),
        ("differs", "name", "髙橋　次郎", "髙橋　二郎"),
    ]


def test_number_in_a_payroll_file_is_kept_nowhere(side: Side) -> None:
    digits = valid_number(81_000_010)
    own = without_number(employee("L1", ""))

    _run, found = rows(side, payroll({**own, "個人番号": digits, "住所": f"番号は{digits}"}))

    [row] = [row for row in found if row.employee_code == "L1"]
    assert digits not in json.dumps(row.facts)


def test_unreadable_and_unknown_files(side: Side) -> None:
    with pytest.raises(FileRefused):
        compare_file(b"\x00\x01\x02", "x.csv", actor=side.operator)
    with pytest.raises(FileRefused):
        compare_file("甲,乙\r\n1,2\r\n".encode(), "x.csv", actor=side.operator)
    with pytest.raises(NotPermitted):
        compare_file(payroll({"社員番号": "1"}), "x.csv", actor=side.auditor)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_run_of_an_earlier_release_finds_its_encoding_again(side: Side, encoding: str) -> None:
    content = payroll({"社員番号": "Y1", "氏名": "前版　花子"}).decode("utf-8-sig").encode(encoding)
    with side.scope():
        run = actions.keep_file(content, "p.csv", actor=side.operator)
        assert run.encoding == encoding
        DifferenceRun.objects.filter(id=run.id).update(encoding="")
        task = actions.plan_work(run)

    compare(side.operator, task.id, run.id)

    with side.scope():
        [row] = queries.find(DifferenceRun.objects.get(id=run.id), ALL).filter(employee_code="Y1")
        assert row.name == "前版　花子"


def test_companies_never_see_each_other(side: Side, cast: Cast) -> None:
    run = compare_file(payroll({"社員番号": "X1", "氏名": "他社"}), "p.csv", actor=side.operator)

    with cast.b.scope():
        assert not DifferenceRun.objects.filter(id=run.id).exists()
        assert not DifferenceRow.objects.filter(run_id=run.id).exists()
