import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from azukari.cli.payroll_client import Client, Item
from tests.cli.conftest import CONTRACT, Here
from tests.register.sheet_files import of
from tests.register.test_sheet_books import book_of

pytestmark = pytest.mark.usefixtures("papers")


def test_differences_one_line_each_and_a_summary(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "payroll.csv"
    someone = {"家族連番": "0", "続柄": "本人", "氏名": "差分　花子", "氏名カナ": "サブン　ハナコ"}
    file.write_bytes(of({"社員番号": "PAY1", **someone}))

    done = here("payroll", "diff", file, "--contract", CONTRACT)
    again = here("payroll", "diff", "--contract", CONTRACT, json=False)

    *lines, summary = map(json.loads, done.stdout.splitlines())
    [mine] = [line for line in lines if line["person"] == "PAY1"]
    assert (done.code, again.code) == (1, 1)
    assert (mine["kind"], mine["field"], mine["there"], mine["here"]) == (
        "only_there", "", "差分　花子", "",
    )  # fmt: skip
    assert (summary["summary"], summary["there"]) == (True, 1)
    assert "PAY1 給与のみ 差分　花子" in again.stdout


def test_a_sheet_of_a_book_is_compared_by_its_name(here: Here, tmp_path: Path) -> None:
    someone = {"家族連番": "0", "続柄": "本人", "氏名": "差分　花子"}
    file = tmp_path / "給与.xlsx"
    file.write_bytes(
        book_of(**{"1月": {"社員番号": "JAN", **someone}, "5月": {"社員番号": "MAY", **someone}})
    )
    diff = ("payroll", "diff", "--contract", CONTRACT)

    done = here(*diff, file, "--sheet", "５月")
    said = here(*diff, json=False)
    missing = here(*diff, file, "--sheet", "6月", json=False)
    alone = here(*diff, "--sheet", "5月", json=False)

    *lines, summary = map(json.loads, done.stdout.splitlines())
    people = {line["person"] for line in lines}
    assert (done.code, missing.code, alone.code) == (1, 2, 2)
    assert ("MAY" in people, "JAN" in people) == (True, False)
    assert (summary["book_sheet"], summary["not_read"]) == ("5月", ["1月"])
    assert "比べていないシート: 1月" in said.stdout
    assert "「6月」: この名前のシートは、ブックにありません。" in missing.stderr
    assert "--sheet は、給与のファイルと一緒に" in alone.stderr


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """Key and employee codes of each push, none of which leaves this machine."""
    sent: list[tuple[str, list[str]]] = []

    def take(items: Sequence[Item], key: str) -> dict[str, Any]:
        sent.append((key, [one["employee_code"] for one in items]))
        return {"push": key, "items": len(items), "refused": 0, "is_new": True, "problems": []}

    monkeypatch.setattr(Client, "push", lambda _self, items, key: take(items, key))
    monkeypatch.setattr(Client, "push_figures", lambda _self, _year, items, key: take(items, key))
    return sent


def test_a_sheet_of_a_book_is_pushed_by_its_name_and_the_others_are_told(
    here: Here, tmp_path: Path, pushed: list[tuple[str, list[str]]]
) -> None:
    someone = {"家族連番": "0", "続柄": "本人", "氏名": "差分　花子"}
    file = tmp_path / "給与.xlsx"
    file.write_bytes(
        book_of(**{
            "1月": {"社員番号": "JAN", **someone},
            "5月": {"社員番号": "MAY", **someone},
            "金額": {"社員番号": "MAY", "支払金額": "5000000"},
            "空": {},
        })
    )  # fmt: skip
    token = tmp_path / "token"
    token.write_text("x")
    push = ("payroll", "push", file, "--url", "https://localhost/api/v1/", "--token-file", token)

    first = here(*push, json=False)
    named = here(*push, "--sheet", "５月")
    wrong = here(*push, "--sheet", "金額", json=False)
    figures = here(*push, "--sheet", "金額", "--figures", "2026")
    elsewhere = here(*push, "--figures", "2026", json=False)
    missing = here(*push, "--sheet", "6月", json=False)

    assert [codes for _, codes in pushed] == [["JAN"], ["MAY"], ["MAY"]]
    assert len({key for key, _ in pushed}) == 3
    assert "送っていないシート: 5月、金額" in first.stdout
    assert (named.answer["book_sheet"], named.answer["not_read"]) == ("5月", ["1月", "金額"])
    assert (figures.answer["items"], figures.answer["not_read"]) == (1, ["1月", "5月"])
    assert (wrong.code, elsewhere.code, missing.code) == (2, 2, 2)
    assert "送っていないシート: 1月、5月(--sheet で選べます)" in wrong.stderr
    assert "送っていないシート: 5月、金額(--sheet で選べます)" in elsewhere.stderr
    assert "「6月」: この名前のシートは、ブックにありません。" in missing.stderr


def test_file_that_is_no_payroll(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("甲\r\n1\r\n")

    done = here("payroll", "diff", file, "--contract", CONTRACT, json=False)

    assert done.code == 2
    assert "見出し" in done.stderr
