import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import COMPANY, CONTRACT, Here
from tests.numbers import valid_number

ROLES = ["steward", "operator", "officer", "auditor"]


def test_create_answers_with_everything_the_customer_receives(
    papers: dict[str, Any],
) -> None:
    told = dict(papers)
    folder = Path(told["certificate"]).parent
    links = told.pop("setup_links")

    assert told.pop("import_password")
    assert told == {
        "contract": CONTRACT,
        "company": "001",
        "company_name": COMPANY,
        "certificate": str(folder / f"MNS_{CONTRACT}cert.p12"),
        "access_sheet": str(folder / f"アクセス情報シート_{CONTRACT}.pdf"),
    }
    assert list(links) == ROLES
    assert {link.rpartition("/")[0] for link in links.values()} == {
        "https://azukari.example.jp/setup"
    }


def test_create_writes_papers_for_their_owner_only(
    papers: dict[str, Any],
) -> None:
    written = {file.name: file for file in Path(papers["certificate"]).parent.iterdir()}

    assert set(written) == {f"MNS_{CONTRACT}cert.p12", f"アクセス情報シート_{CONTRACT}.pdf"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in written.values()} == {0o600}
    assert written[f"アクセス情報シート_{CONTRACT}.pdf"].read_bytes().startswith(b"%PDF-")


def test_create_as_text_says_the_same(here: Here, tmp_path: Path) -> None:
    done = here(
        "contract", "create", "--code", "K2", "--company", "二社目", "--out", tmp_path, json=False
    )

    assert done.code == 0
    assert done.stdout.splitlines()[:2] == [
        "契約番号: K2",
        f"クライアント証明書: {tmp_path}/MNS_K2cert.p12",
    ]


def test_list_knows_every_contract(here: Here) -> None:
    listed = {row["code"]: row for row in here.good("contract", "list")}

    assert listed[CONTRACT] == {
        "code": CONTRACT,
        "name": COMPANY,
        "web_collection": False,
        "totp_required": False,
        "suspended": False,
    }


def test_create_with_a_number_that_is_taken_makes_nothing(here: Here, tmp_path: Path) -> None:
    done = here("contract", "create", "--code", CONTRACT, "--company", "別", "--out", tmp_path)

    assert (done.code, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert done.stderr == (
        f"契約番号 {CONTRACT} はすでに使われています。別の番号を指定してください。\n"
    )


def test_create_does_not_write_over_the_papers_of_somebody(here: Here, tmp_path: Path) -> None:
    before = tmp_path / "MNS_K3cert.p12"
    before.write_bytes(b"mine")

    done = here("contract", "create", "--code", "K3", "--company", "三社目", "--out", tmp_path)

    assert (done.code, before.read_bytes()) == (2, b"mine")
    assert "すでにあります" in done.stderr
    assert "K3" not in {row["code"] for row in here.good("contract", "list")}


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--code", "契約一", "英数字で16文字まで"),
        ("--code", "../x", "英数字で16文字まで"),
        ("--code", "A" * 17, "英数字で16文字まで"),
        ("--company", "  ", "1文字以上120文字以内"),
        ("--company", "改\n行", "1文字以上120文字以内"),
        ("--url", "http://azukari.example.jp/", "https:// で始まるURL"),
    ],
)
def test_create_refuses_what_cannot_stand_there(
    here: Here, tmp_path: Path, option: str, value: str, said: str
) -> None:
    wanted = {"--code": "K4", "--company": "四社目", "--out": str(tmp_path), option: value}

    done = here("contract", "create", *(word for pair in wanted.items() for word in pair))

    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("form", ["{}", "社員{}さん", "full", "grouped"])
def test_number_among_the_arguments_is_refused_and_not_repeated(
    here: Here, tmp_path: Path, form: str
) -> None:
    digits = valid_number(7_700_001)
    full = digits.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    written = {"full": full, "grouped": f"{digits[:4]}-{digits[4:8]} {digits[8:]}"}.get(
        form, form.format(digits)
    )

    done = here("contract", "create", "--code", "K5", "--company", written, "--out", tmp_path)

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == "指定に個人番号と思われる数字があります。除いて実行し直してください。\n"
    assert written not in done.stderr


def test_number_in_the_place_of_a_command_is_not_repeated(here: Here) -> None:
    done = here(valid_number(7_700_002))

    assert (done.code, done.stderr) == (
        2,
        "指定に個人番号と思われる数字があります。除いて実行し直してください。\n",
    )


def test_wrong_use_names_what_is_missing(here: Here) -> None:
    done = here("contract", "create")

    assert done.code == 2
    assert done.stderr.startswith("--code を指定してください。")


def test_create_into_a_place_that_is_no_folder(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    done = here(
        "contract", "create", "--code", "K6", "--company", "六社目", "--out", file / "papers"
    )

    assert (done.code, done.stderr) == (
        2,
        f"フォルダ {file}/papers に書き込めません。別のフォルダを指定してください。\n",
    )
