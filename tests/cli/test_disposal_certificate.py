"""`azukari certificate verify` and the program handed to auditors say the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from azukari.cli.certificate import certificate
from azukari.ledger import sequencer
from azukari.ledger.checkpoint import fingerprint
from azukari.ledger.export import export_ledger
from azukari.ledger.standalone import verify_ledger
from azukari.tenancy.signing import ledger_signer
from tests.cast import Cast
from tests.dispose.certified import batch_of, disposed, issued


def azukari(*arguments: str | Path) -> Result:
    return CliRunner().invoke(certificate, ["verify", *map(str, arguments)])


def alone(*arguments: str | Path) -> tuple[int, str]:
    """As a stranger runs it: the file alone, an empty environment, no site packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify_ledger.__file__, *map(str, arguments)],
        capture_output=True, check=False, env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.returncode, done.stdout.decode()


@pytest.fixture(scope="module")
def folder(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "one.json").write_bytes(issued(cast.a, disposed(cast.a)).document)
    (folder / "batch.json").write_bytes(issued(cast.a, batch_of(cast.a, 21)).document)
    genuine = (folder / "one.json").read_text("utf-8")
    (folder / "altered.json").write_text(genuine.replace("商事", "商会"), "utf-8")
    realm = cast.a.company.id
    sequencer.checkpoint_now(realm, ledger_signer())
    with (folder / "ledger.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(export_ledger(realm, ledger_signer().public_key))
    (folder / "other.json").write_text("{}", "utf-8")
    return folder


def test_genuine_certificate_is_accepted(folder: Path) -> None:
    printed = fingerprint(ledger_signer().public_key)

    for file, more in (
        ("one.json", []),
        ("batch.json", ["--ledger-export", folder / "ledger.jsonl"]),
    ):
        ours = azukari(folder / file, "--key", printed, *more)
        code, text = alone(folder / file, "--key", printed, *more)

        assert (ours.exit_code, code) == (0, 0)
        assert ours.output == text
        assert text.splitlines()[-1] == "本物です。 / genuine"
        assert f"検証鍵の指紋 / fingerprint: {printed}" in text


def test_without_a_key_nobody_is_called_genuine(folder: Path) -> None:
    result = azukari(folder / "one.json")

    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "書き換えはありません。 / not altered"


def test_altered_certificate_is_refused(folder: Path) -> None:
    ours = azukari(folder / "altered.json", "--json")
    code, text = alone(folder / "altered.json", "--json")

    assert (ours.exit_code, code) == (1, 1)
    document = json.loads(ours.output)
    assert document == json.loads(text)
    assert document["good"] is False
    wrong = [step["check"] for step in document["steps"] if step["good"] is False]
    assert wrong == ["unchanged"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["other.json"], 2), (["missing.json"], 2), (["one.json", "--key", "nonsense"], 2)],
)
def test_wrong_use_is_told_apart(folder: Path, arguments: list[str], code: int) -> None:
    file, *more = arguments

    assert azukari(folder / file, *more).exit_code == code
    assert alone(folder / file, *more)[0] == code
