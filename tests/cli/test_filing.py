import json
import os
import stat
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from azukari.cli import filing as verb
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.use.models import Filing, FilingState
from tests.cast import Cast, Side
from tests.filings.cast import HANAKO, TARO, TODAY, changed, document, row, vector
from tests.use.cast import joined, numbers

SRC = Path(__file__).parent.parent.parent / "src"


# check ------------------------------------------------------------------------------------------


def file_with(folder: Path, *records: list[str]) -> Path:
    file = folder / "SHFD0006.CSV"
    file.write_bytes(shfd0006.render(document(*records)))
    return file


def check(*arguments: object) -> subprocess.CompletedProcess[str]:
    """In a process of its own, with neither a database nor settings."""
    return subprocess.run(
        [sys.executable, "-c", "from azukari.cli import main; main()", "filing", "check",
         *map(str, arguments)],
        env={"PYTHONPATH": str(SRC), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def test_check_of_a_good_file(tmp_path: Path) -> None:
    done = check(file_with(tmp_path, row(TARO), row(HANAKO)), "--today", TODAY)

    assert (done.returncode, done.stdout) == (0, "問題は見つかりませんでした。\n")


def test_check_names_record_item_and_code(tmp_path: Path) -> None:
    file = file_with(tmp_path, row(TARO), changed(row(HANAKO), {7: "ﾔﾏﾀﾞﾊﾅｺ"}))

    done = check(file, "--today", "令和8年9月8日")

    assert done.returncode == 1
    assert done.stdout == (
        "2件目 項番7 被保険者氏名（カナ）／姓と名のあいだに空白を一つ入れてください"
        " [name-separator]\n"
    )


def test_check_as_json(tmp_path: Path) -> None:
    file = file_with(tmp_path, changed(row(TARO), {13: "1" * 11 + "2"}))

    done = check(file, "--today", TODAY, "--json")

    answer = json.loads(done.stdout)
    assert answer["format"] == "social_insurance/shfd0006"
    [problem] = answer["problems"]
    assert (problem["record"], problem["item"], problem["item_name"], problem["code"]) == (
        1, 13, "個人番号", "check-digit",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("rk__2202700_official_example.CSV", "social_insurance/shfd0006"),
        ("309dat01.txt", "tax/nta"),
        ("eltax_unified_1line.csv", "tax/eltax"),
    ],
)
def test_check_recognises_every_format(tmp_path: Path, name: str, format_: str) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(vector(name))

    done = check(file, "--today", "2027-01-20", "--json")

    assert json.loads(done.stdout) == {"format": format_, "preview": False, "problems": []}


def test_check_digits_are_left_alone_when_asked(tmp_path: Path) -> None:
    file = file_with(tmp_path, changed(row(TARO), {13: "1" * 11 + "2"}))

    done = check(file, "--today", TODAY, "--no-check-digits")

    assert (done.returncode, done.stdout) == (0, "問題は見つかりませんでした。\n")


def test_check_of_a_preview_says_so(tmp_path: Path) -> None:
    file = tmp_path / "10101-shutoku.csv"
    file.write_bytes(vector("nt__10101-shutoku_header_lines.csv"))

    done = check(file, "--today", TODAY)

    assert done.returncode == 1
    assert done.stdout.splitlines()[1].startswith("この様式は確認用です。")


def test_check_of_a_stranger_is_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("a,b\n1,2\n")

    done = check(file)

    assert (done.returncode, done.stdout) == (2, "")
    assert "点検できる帳票のファイルではありません" in done.stderr


def test_check_on_a_day_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    done = check(file_with(tmp_path, row(TARO)), "--today", "きのう")

    assert done.returncode == 2


# make -------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def open_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verb, "installation", nullcontext)


def make(side: Side, out: Path, *arguments: object, form: str = "2200700") -> Result:
    return CliRunner().invoke(
        verb.filing,
        ["make", form, "--contract", side.contract.code, "--out", str(out), *map(str, arguments)],
    )


def facts_file(folder: Path, rows: dict[str, dict[str, Any]]) -> Path:
    file = folder / "facts.json"
    file.write_text(json.dumps(rows, ensure_ascii=False))
    return file


def test_make_writes_the_file_for_its_user_only(cast: Cast, tmp_path: Path) -> None:
    digits = numbers(2)
    people = [joined(cast.a, one) for one in digits]
    facts = facts_file(tmp_path, {one.employee_code: {"ev.pay_currency": 300000} for one in people})

    done = make(cast.a, tmp_path / "out", "--figures", facts, "--json")

    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    file = tmp_path / "out" / "SHFD0006.CSV"
    records = shfd0006.read(file.read_bytes()).records
    assert (answer["made"], answer["people"], answer["file"]) == (True, 2, str(file))
    assert [record[12] == one for record, one in zip(records, digits, strict=True)] == [True] * 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with cast.a.scope():
        filing = Filing.objects.get(id=answer["filing"])
        assert (filing.state, filing.started_by_name) == (FilingState.MADE, "サーバ管理コマンド")
        assert filing.downloaded_at is not None
    file.unlink()


def test_make_takes_facts_from_csv_with_japanese_heads(cast: Cast, tmp_path: Path) -> None:
    person = joined(cast.a)
    csv = tmp_path / "facts.csv"
    csv.write_bytes(
        "社員番号,報酬月額（通貨）,資格取得年月日,被扶養者,短時間労働者,備考\r\n"
        f'{person.employee_code},"280,000",令和8年4月2日,有,1,週３日\r\n'.encode("cp932")
    )

    done = make(cast.a, tmp_path / "out", "--people", person.employee_code, "--figures", csv)

    assert done.exit_code == 0, done.output
    file = tmp_path / "out" / "SHFD0006.CSV"
    [record] = shfd0006.read(file.read_bytes()).records
    assert (record[18], record[19], record[20], record[25], record[27]) == (
        "080402", "1", "0280000", "1", "週３日",
    )  # fmt: skip
    file.unlink()


def test_make_under_a_passphrase_tells_it_once(cast: Cast, tmp_path: Path) -> None:
    person = joined(cast.a, None, postcode="1000013", address="東京都千代田区")
    figures = {person.employee_code: {"pay.total": 3_600_000, "pay.tax": 52_000}}
    facts = facts_file(tmp_path, figures)
    form = "gensen_kyuyo_recipient"
    asked = ["--figures", facts, "--year", 2025, "--locked", "--json"]

    done = make(cast.a, tmp_path / "out", *asked, form=form)

    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    content = Path(answer["file"]).read_bytes()
    assert len(pypdfium2.PdfDocument(content, password=answer["passphrase"])) == 1
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(content)
    with cast.a.scope():
        assert Filing.objects.get(id=answer["filing"]).secret_cell is None


def test_make_of_a_data_file_under_a_passphrase_says_what_can(cast: Cast, tmp_path: Path) -> None:
    done = make(cast.a, tmp_path / "out", "--people", "all", "--locked")

    assert done.exit_code == 2
    assert "紙の様式" in done.output


def test_make_refused_writes_nothing_and_names_the_person(cast: Cast, tmp_path: Path) -> None:
    good, bad = joined(cast.a), joined(cast.a, name="髙橋　太郎")
    facts = facts_file(
        tmp_path, {one.employee_code: {"ev.pay_currency": "300000"} for one in (good, bad)}
    )

    done = make(cast.a, tmp_path / "out", "--figures", facts, "--json")

    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["made"]) == (1, False)
    assert [(one["employee_code"], one["item"], one["code"]) for one in answer["problems"]] == [
        (bad.employee_code, 8, "unusable-character")
    ]
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--people", "NOBODY"], "社員番号 NOBODY の人はいません。"),
        (["--people", "all", "--hired-from", "いつか"], "日付を読み取れません"),
        (["--people", "all", "--set", "x=1"], "x はこの様式に1回だけ書く項目ではありません"),
        (["--people", "all", "--hired-from", "2199-01-01"], "1人も選ばれていません。"),
        (["--office", "999", "--people", "all"], "事業所コードを --office で指定してください。"),
    ],
)
def test_make_used_wrongly(cast: Cast, tmp_path: Path, arguments: list[str], said: str) -> None:
    joined(cast.a)

    done = make(cast.a, tmp_path / "out", *arguments)

    assert done.exit_code == 2
    assert said in done.stderr


def test_make_refuses_facts_it_does_not_know(cast: Cast, tmp_path: Path) -> None:
    person = joined(cast.a)
    facts = facts_file(tmp_path, {person.employee_code: {"salary": 1}})

    done = make(cast.a, tmp_path / "out", "--figures", facts)

    assert (done.exit_code, "salary は帳票の項目ではありません。" in done.stderr) == (2, True)


def test_make_does_not_overwrite(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "SHFD0006.CSV").write_text("kept")

    done = make(cast.a, tmp_path, "--people", "all")

    assert done.exit_code == 2
    assert (tmp_path / "SHFD0006.CSV").read_text() == "kept"


def test_make_for_one_company_takes_nobody_of_another(cast: Cast, tmp_path: Path) -> None:
    person = joined(cast.a)

    done = make(cast.b, tmp_path / "out", "--people", person.employee_code)

    assert done.exit_code == 2


def test_make_of_an_unknown_form_says_so(cast: Cast, tmp_path: Path) -> None:
    done = make(cast.a, tmp_path / "out", "--people", "all", form="9999999")

    assert (done.exit_code, "この様式は作成できません。" in done.stderr) == (2, True)


def test_make_of_a_yearly_form_asks_for_its_year(cast: Cast, tmp_path: Path) -> None:
    joined(cast.a)

    done = make(cast.a, tmp_path / "out", "--people", "all", form="315")

    assert (done.exit_code, "この年分の様式はありません。" in done.stderr) == (2, True)


def test_list_names_every_form_without_a_database() -> None:
    done = CliRunner().invoke(verb.filing, ["list", "--json"])

    found = {one["form"]: one for one in json.loads(done.stdout)["forms"]}
    assert {"2200700", "2202700", "315", "309", "10101", "gensen_kyuyo_recipient"} <= found.keys()
    assert (found["10101"]["preview"], found["315"]["yearly"]) == (True, True)
    assert "pay.total" in found["315"]["figures"]
