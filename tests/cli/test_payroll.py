import json
from pathlib import Path

import pytest

from tests.cli.conftest import CONTRACT, Here
from tests.register.sheet_files import of

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


def test_file_that_is_no_payroll(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("甲\r\n1\r\n")

    done = here("payroll", "diff", file, "--contract", CONTRACT, json=False)

    assert done.code == 2
    assert "見出し" in done.stderr
