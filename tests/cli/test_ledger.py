import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from azukari.ledger.actions import Action
from azukari.ledger.standalone import verify_ledger
from azukari.serve.postgres_roles import DatabaseUrls
from tests.cli.conftest import CONTRACT, Done, Here

WHERE = ("--contract", CONTRACT)
pytestmark = pytest.mark.usefixtures("papers")


def verified(here: Here, *more: str) -> Done:
    return here("ledger", "verify", *WHERE, *more)


def stand_alone(file: Path) -> subprocess.CompletedProcess[str]:
    """As a stranger would: the one file, nothing of ours beside it."""
    return subprocess.run(
        [sys.executable, "-I", str(Path(verify_ledger.__file__)), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def altered(database: DatabaseUrls, realm: str) -> Iterator[None]:
    """The first record of the realm says another time, until the end of the block."""
    with psycopg.connect(database["superuser"], autocommit=True) as connection:
        where = 'WHERE realm = %s AND "index" = 0'
        found = connection.execute(f"SELECT body FROM ledger_leaf {where}", [realm]).fetchone()
        assert found is not None
        change = f"UPDATE ledger_leaf SET body = %s {where}"
        connection.execute(change, [found[0].replace('"at":"2', '"at":"1', 1), realm])
        try:
            yield
        finally:
            connection.execute(change, [found[0], realm])


def test_verify_finds_nothing_in_contract_and_company(here: Here, papers: dict[str, Any]) -> None:
    done = verified(here)
    realms = done.answer["realms"]

    assert (done.code, done.answer["good"]) == (0, True)
    assert [(one["of"], one["contract"], one["company"], one["good"], one["findings"])
            for one in realms] == [
        ("contract", CONTRACT, None, True, []),
        ("company", CONTRACT, "001", True, []),
    ]  # fmt: skip
    assert realms[0]["size"] > 0


def test_verify_as_text_says_it_in_words(here: Here) -> None:
    done = here("ledger", "verify", *WHERE, "--company", "001", json=False)

    assert done.code == 0
    assert done.stdout.splitlines()[0].startswith(f"契約 {CONTRACT}: ")
    assert done.stdout.splitlines()[1].startswith(f"契約 {CONTRACT} 会社 001: ")
    assert all(line.endswith("正しい") for line in done.stdout.splitlines())


def test_verify_of_an_altered_record_finds_it(here: Here, database: DatabaseUrls) -> None:
    realm = verified(here).answer["realms"][0]["realm"]

    with altered(database, realm):
        done = verified(here)
        text = here("ledger", "verify", *WHERE, json=False)

    assert (done.code, done.answer["good"]) == (1, False)
    assert done.answer["realms"][0]["findings"][0] == {
        "fault": "leaf_changed",
        "number": 0,
        "message": "0番の記録の内容が、書かれたときと違います。",
    }
    assert (text.code, "  0番の記録の内容が、書かれたときと違います。" in text.stdout) == (1, True)
    assert verified(here).code == 0


@pytest.mark.parametrize("of", ["contract", "company"])
def test_export_is_accepted_by_the_stand_alone_verifier(
    here: Here, tmp_path: Path, of: str
) -> None:
    file = tmp_path / "ledger.jsonl"

    answer = here.good("ledger", "export", *WHERE, "--of", of, "--out", file)

    lines = file.read_text().splitlines()
    checked = stand_alone(file)
    assert (answer["file"], answer["lines"]) == (str(file), len(lines))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (checked.returncode, checked.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.jsonl"]


def test_altered_export_is_refused_by_the_stand_alone_verifier(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    here.good("ledger", "export", *WHERE, "--of", "contract", "--out", file)
    text = file.read_text()
    assert stand_alone(file).returncode == 0

    file.write_text(text.replace("サーバ管理コマンド", "だれか", 1))

    assert stand_alone(file).returncode == 1


def test_export_itself_is_recorded(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    mark = Action.LEDGER_EXPORTED.value
    here.good("ledger", "export", *WHERE, "--out", tmp_path / "before")

    here.good("ledger", "export", *WHERE, "--out", file)

    assert file.read_text().count(mark) == (tmp_path / "before").read_text().count(mark) + 1


def test_export_does_not_write_over_a_file(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.write_text("mine")

    done = here("ledger", "export", *WHERE, "--out", file)
    nowhere = here("ledger", "export", *WHERE, "--out", tmp_path / "no" / "folder")

    assert (done.code, nowhere.code, file.read_text()) == (2, 2, "mine")
    assert done.stderr == (
        f"{file} を新しく作れません。まだないファイルを --out に指定してください。\n"
    )


def test_unknown_company_is_wrong_use(here: Here) -> None:
    done = verified(here, "--company", "999")

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == "会社コード 999 の会社は、この契約にありません。\n"
