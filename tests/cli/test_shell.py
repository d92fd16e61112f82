"""The life of an installation from the shell, each step a process of its own."""

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import pkcs12

from tests.cli.conftest import Shell
from tests.numbers import valid_number
from tests.register.sheet_files import company_files


def test_an_installation_from_its_contract_to_the_exported_ledger(
    shell: Shell, opened: dict[str, Any], tmp_path: Path
) -> None:
    store = Path(opened["certificate"]).read_bytes()
    assert pkcs12.load_pkcs12(store, opened["import_password"].encode()).cert is not None
    user = shell.good("user", "create", "--id", "u1", "--name", "利用 一郎", "--role", "operator")
    assert user["setup_link"].startswith("https://localhost:8443/setup/")

    company_files(tmp_path, 8, seed=991, company="001")
    applied = shell.good("sheet", "apply", tmp_path / "employees.csv")
    assert (applied["state"], applied["added"]) == ("applied", 8)
    people = shell.good("person", "find", "--kind", "employee")["people"]
    assert [one["number"] for one in people] == ["active"] * 8

    assert shell.good("vault", "tick") == {"generation": 1, "ticked": False}
    assert shell.good("ledger", "verify")["good"]
    exported = shell.good("ledger", "export", "--out", tmp_path / "ledger.jsonl")
    assert exported["lines"] > 8


def test_bare_installation_is_not_for_deploying(shell: Shell) -> None:
    done = shell("check", "--deploy")

    assert (done.code, done.answer["ok"]) == (1, False)
    assert [one["id"] for one in done.answer["findings"]] == [
        "azukari.E008", "azukari.W003", "azukari.W004", "azukari.W007", "azukari.W012",
        "azukari.W013",
    ]  # fmt: skip


def test_number_among_the_words_is_refused_before_anything_starts(shell: Shell) -> None:
    typed = valid_number(7_730_001)

    done = shell("contract", "create", "--company", typed, "--data", "/no/such/place")

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == "指定に個人番号と思われる数字があります。除いて実行し直してください。\n"


def test_help_needs_no_installation(tmp_path: Path) -> None:
    nowhere = Shell(tmp_path / "none")

    done = nowhere("--help", json=False)

    assert (done.code, done.stderr, (tmp_path / "none").exists()) == (0, "", False)
    assert "contract" in done.stdout
