from itertools import count
from json import loads
from pathlib import Path
from typing import Any

import pytest

from azukari.register.models import NumberState, Person
from azukari.register.sheets.codes import Code, FileCode
from azukari.tenancy import contracts, scope
from azukari.tenancy.models import Company
from azukari.web.sheet_words import say
from tests.check.test_outputs import opened
from tests.cli.conftest import CONTRACT, Here
from tests.numbers import valid_number, wrong_check_digit
from tests.register.sheet_files import company_files, employee, of
from tests.register.test_sheet_books import book_of

_codes = count(1)
_seeds = count(7_710_000)
pytestmark = pytest.mark.usefixtures("papers")


def apply(here: Here, file: Path, *more: str, json: bool = True) -> Any:
    return here("sheet", "apply", file, "--contract", CONTRACT, *more, json=json)


def code() -> str:
    return f"K{next(_codes):05d}"


def file_of(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "employees.csv"
    file.write_bytes(of(*rows))
    return file


def the(employee_code: str) -> Person | None:
    contract = contracts.find_contract(CONTRACT)
    assert contract is not None
    with scope.enter(scope.Scope(contract_id=contract.id)):
        company = Company.objects.get()
        with scope.narrow(company_id=company.id):
            return Person.objects.filter(employee_code=employee_code, family_code=0).first()


def test_synthetic_company_is_registered_whole(here: Here, tmp_path: Path) -> None:
    company_files(tmp_path, 12, seed=771, company="001")

    employees = apply(here, tmp_path / "employees.csv")
    families = apply(here, tmp_path / "families.csv")
    again = apply(here, tmp_path / "employees.csv")

    told = employees.answer
    assert (employees.code, families.code, again.code) == (0, 0, 0)
    assert told.pop("sheet")
    assert told == {
        "state": "applied",
        "kind": "employees",
        "encoding": "utf-8-sig",
        "rows": 12,
        "good": 12,
        "refused": 0,
        "repaired": told["repaired"],
        "added": 12,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
        "restored": 0,
        "kept": 0,
        "problems": told["problems"],
    }
    assert families.answer["added"] == families.answer["rows"] > 0
    assert (again.answer["added"], again.answer["unchanged"]) == (0, 12)


def test_refused_row_is_said_and_the_others_are_registered(here: Here, tmp_path: Path) -> None:
    good, bad = code(), code()
    wrong = wrong_check_digit(next(_seeds))
    file = file_of(tmp_path, employee(good, valid_number(next(_seeds))), employee(bad, wrong))

    done = apply(here, file)
    text = apply(here, file, json=False)

    assert (done.code, done.answer["state"], done.answer["added"], done.answer["refused"]) == (
        1, "applied", 1, 1,
    )  # fmt: skip
    [problem] = [one for one in done.answer["problems"] if one["weight"] == "reject"]
    assert (problem["row"], problem["code"]) == (2, "number_check_digit")
    assert text.code == 1
    assert text.stdout.splitlines() == [
        "2行: 新しく登録した人 0、変更した人 0、変わりなし 1、断った行 1",
        "2行目 個人番号 個人番号の検査用数字が合いません。番号確認書類をもう一度確かめてください。",
    ]
    assert wrong not in done.stdout + text.stdout
    registered = the(good)
    assert registered is not None
    assert registered.number_state == NumberState.ACTIVE
    assert the(bad) is None


def test_file_without_a_good_row_registers_nobody(here: Here, tmp_path: Path) -> None:
    file = file_of(tmp_path, employee(code(), wrong_check_digit(next(_seeds))))

    done = apply(here, file, json=False)

    assert done.code == 1
    assert done.stdout.startswith("登録できる行がないため、何も登録していません。1行: ")


def test_file_that_is_none_is_said_in_words(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "letter.csv"
    file.write_text("こんにちは\n")

    done, text = apply(here, file), apply(here, file, json=False)

    assert (done.code, done.answer["state"], text.code) == (1, "unreadable", 1)
    assert text.stdout.endswith("。\n")


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [
        ("--purpose", "XX", "利用目的"),
        ("--number-check", "YY", "確認方法"),
        ("--person-check", "ZZ", "確認方法"),
    ],
)
def test_unknown_codes_are_wrong_use(
    here: Here, tmp_path: Path, option: str, value: str, what: str
) -> None:
    file = file_of(tmp_path, employee(code(), valid_number(next(_seeds))))

    done = apply(here, file, option, value)

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{what}のコード {value} はありません。")


def test_number_in_the_name_of_the_file_is_not_repeated(here: Here, tmp_path: Path) -> None:
    file = tmp_path / f"{valid_number(next(_seeds))}.csv"

    done = apply(here, file)

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == "指定に個人番号と思われる数字があります。除いて実行し直してください。\n"


def test_check_writes_a_line_for_each_problem_and_registers_nobody(
    here: Here, tmp_path: Path
) -> None:
    good, bad = code(), code()
    wrong = wrong_check_digit(next(_seeds))
    file = file_of(
        tmp_path,
        employee(good, valid_number(next(_seeds)), 氏名カナ="たかはし　たろう"),
        employee(bad, wrong),
    )

    done = here("sheet", "check", file, "--contract", CONTRACT, "--kind", "employees")
    text = here("sheet", "check", file, "--contract", CONTRACT, json=False)

    fix, reject, summary = map(loads, done.stdout.splitlines())
    assert done.code == text.code == 1
    assert (fix["row"], fix["code"], fix["class"], fix["became"]) == (
        1, "kana_rewritten", "fix", "タカハシ　タロウ",
    )  # fmt: skip
    assert reject == {
        "row": 2,
        "column": "個人番号",
        "code": "number_check_digit",
        "class": "reject",
        "shown": "",
        "became": "",
        "remedy": say("number_check_digit"),
    }
    assert (summary["summary"], summary["rows"], summary["good"], summary["refused"]) == (
        True, 2, 1, 1,
    )  # fmt: skip
    assert text.stdout.splitlines()[-1] == (
        "2行: 正しい行 1(新しい人 1、変わる人 0、変わりなし 0)、断る行 1"
    )
    assert the(good) is None


def test_check_without_a_finding_ends_well(here: Here, tmp_path: Path) -> None:
    file = file_of(tmp_path, employee(code(), valid_number(next(_seeds))))

    done = here("sheet", "check", file, "--contract", CONTRACT)

    assert (done.code, loads(done.stdout)["good"]) == (0, 1)


def test_check_refuses_another_kind(here: Here, tmp_path: Path) -> None:
    file = file_of(tmp_path, employee(code(), valid_number(next(_seeds))))

    done = here("sheet", "check", file, "--contract", CONTRACT, "--kind", "payees")

    problem, summary = map(loads, done.stdout.splitlines())
    assert (done.code, problem["code"], summary["state"]) == (1, "other_kind", "unreadable")


def test_a_sheet_of_a_book_is_read_by_its_name(here: Here, tmp_path: Path) -> None:
    who, other = code(), code()
    file = tmp_path / "名簿.xlsx"
    file.write_bytes(
        book_of(
            説明=employee(other, valid_number(next(_seeds))),
            新入社員=employee(who, valid_number(next(_seeds))),
        )
    )

    checked = here(
        "sheet", "check", file, "--contract", CONTRACT, "--sheet", "新入社員", json=False
    )
    told = apply(here, file, "--sheet", "新入社員")
    wrong = apply(here, file, "--sheet", "退職者")

    assert (checked.code, told.code, told.answer["added"]) == (0, 0, 1)
    assert the(who) is not None
    assert the(other) is None
    assert (wrong.answer["state"], wrong.answer["code"]) == ("unreadable", "no_such_sheet")


def test_limits_are_stated_in_the_manual_as_on_the_page() -> None:
    from azukari.web.sheet_words import LIMITS

    page = (Path(__file__).parents[2] / "docs/operator/sheets.md").read_text(encoding="utf-8")
    assert "\n".join(f"| {about} | {said} |" for about, said in LIMITS) in page


def test_codes_are_listed_as_the_manual_has_them(here: Here) -> None:
    text, listed = here("sheet", "codes", json=False), here.good("sheet", "codes")

    page = (Path(__file__).parents[2] / "docs/operator/sheet-codes.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + text.stdout)
    assert {one["code"] for one in listed} == {*Code, *FileCode}
    assert {one["class"] for one in listed} == {"reject", "fix", "warn"}


def test_sheet_is_looked_at_and_taken_back(here: Here, tmp_path: Path) -> None:
    who = code()
    file = file_of(tmp_path, employee(who, valid_number(next(_seeds))))
    sheet = apply(here, file).answer["sheet"]

    seen = here.good("sheet", "status", sheet, "--contract", CONTRACT)
    back = here.good("sheet", "undo", sheet, "--contract", CONTRACT)
    twice = here("sheet", "undo", sheet, "--contract", CONTRACT)

    assert (seen["state"], seen["added"]) == ("applied", 1)
    assert (back["state"], back["removed"], back["kept"]) == ("undone", 1, 0)
    assert the(who) is None
    assert (twice.code, twice.answer["state"]) == (0, "undone")


@pytest.mark.parametrize("verb", ["status", "undo"])
def test_unknown_sheet_is_wrong_use(here: Here, verb: str) -> None:
    done = here("sheet", verb, "00000000-0000-0000-0000-000000000000", "--contract", CONTRACT)

    assert (done.code, done.stderr) == (2, "このIDの一括登録ファイルはありません。\n")


def test_key_sends_once(here: Here, tmp_path: Path) -> None:
    file, key = file_of(tmp_path, employee(code(), valid_number(next(_seeds)))), code()

    first, again = (apply(here, file, "--key", key).answer for _ in range(2))
    other = apply(
        here, file_of(tmp_path, employee(code(), valid_number(next(_seeds)))), "--key", key
    )

    assert first == again
    assert (first["added"], other.code) == (1, 2)


def test_nothing_is_registered_when_all_must_be_good(here: Here, tmp_path: Path) -> None:
    good = code()
    file = file_of(
        tmp_path,
        employee(good, valid_number(next(_seeds))),
        employee(code(), wrong_check_digit(next(_seeds))),
    )

    done = apply(here, file, "--all-or-nothing")

    assert (done.code, done.answer["state"]) == (1, "checked")
    assert the(good) is None


def test_export_writes_a_sealed_file_and_its_passphrase_once(here: Here, tmp_path: Path) -> None:
    digits = valid_number(next(_seeds))
    apply(here, file_of(tmp_path, employee(code(), digits, 部署名="出力課")))
    out = tmp_path / "out.zip"
    words = [
        "export", "--contract", CONTRACT, "--kind", "employees", "--content", "numbers",
        "--purpose", "HEALTH_PENSION", "--department", "出力課", "--reason", "確認", "--out", out,
    ]  # fmt: skip

    done = here(*words)
    again = here(*words)

    assert (done.code, done.answer["people"], done.answer["without_number"]) == (0, 1, 0)
    assert out.stat().st_mode & 0o777 == 0o600
    assert digits in opened(out.read_bytes(), done.answer["passphrase"]).decode()
    assert (again.code, again.stdout) == (2, "")
