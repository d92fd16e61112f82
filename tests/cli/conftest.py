"""Commands in two ways: `shell` as a person starts them, `here` the same without a new process.

`shell` has an installation of its own: a data folder whose PostgreSQL is kept running, searched
for numbers at the end like the house's (tests/conftest.py).  `here` goes through the same entry
point, but into the database of this run, since starting a process takes a second.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from azukari.cli import main
from azukari.serve.installation import Installation
from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import DatabaseUrls
from tests.house.leaks import files_with_numbers, numbers_in
from tests.numbers import HANDED_OUT
from tests.service import clean_environment

CONTRACT = "K100001"
COMPANY = "株式会社コマンド"


@dataclass
class Done:
    """What a finished command left: exit code and both outputs."""

    code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> Any:
        """The one JSON document on the standard output."""
        return json.loads(self.stdout)

    def checked(self, asked: object) -> "Done":
        said = self.stdout + self.stderr
        assert not numbers_in(said.encode(), HANDED_OUT), f"a number was shown by {asked}"
        assert "Traceback" not in said, said
        return self


class _Good:
    def good(self: Any, *words: object, **environment: str) -> Any:
        """The answer of a command that must succeed."""
        done = self(*words, **environment)
        assert done.code == 0, done.stdout + done.stderr
        return done.answer


@dataclass
class Shell(_Good):
    """`python -m azukari …` on the data folder."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=clean_environment)

    def __call__(self, *words: object, json: bool = True, **environment: str) -> Done:
        asked = [*map(str, words), *(["--json"] if json else [])]
        done = subprocess.run(
            [sys.executable, "-m", "azukari", *asked],
            env={**self.environment, "AZUKARI_DATA": str(self.data), **environment},
            cwd=self.data.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Done(done.returncode, done.stdout, done.stderr).checked(asked[:2])


@dataclass
class Here(_Good):
    """The entry point in this process, on the database of this run."""

    data: Path

    def __call__(self, *words: object, json: bool = True, **environment: str) -> Done:
        asked = [*map(str, words), *(["--json"] if json else [])]

        @contextmanager
        def opened(_folder: Path, *, migrate: bool = True) -> Iterator[Installation]:
            yield Installation(self.data, None, environment)

        with (
            patch("azukari.serve.installation.opened", opened),
            patch("azukari.cli.session._leave_orderly_on_sigterm"),
        ):
            done = CliRunner().invoke(main, asked, env=environment)
        return Done(done.exit_code, done.stdout, done.stderr).checked(asked[:2])


@pytest.fixture(scope="session")
def here(database: DatabaseUrls, data_folder: Path) -> Here:
    return Here(data_folder)


@pytest.fixture(scope="session")
def papers(here: Here, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `contract create` answered; the contract is there for all commands of `here`."""
    answer: dict[str, Any] = here.good(
        "contract", "create", "--code", CONTRACT, "--company", COMPANY,
        "--url", "https://azukari.example.jp", "--out", tmp_path_factory.mktemp("papers"),
    )  # fmt: skip
    return answer


@pytest.fixture(scope="session")
def shell() -> Iterator[Shell]:
    folder = Path(tempfile.mkdtemp(prefix="azukari-cli-"))
    with Cluster(folder / "data").in_use():
        yield Shell(folder / "data")
    # The tables are searched with those of the house; here it is what commands write beside them.
    beside = [folder / "data" / name for name in ("log", "keys", "ring")]
    leaked = files_with_numbers(beside, HANDED_OUT)
    assert leaked == {}, "individual numbers of this run stand in clear in these files"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def opened(shell: Shell) -> dict[str, Any]:
    """What `contract create` answered for the one contract of `shell`."""
    answer: dict[str, Any] = shell.good(
        "contract", "create", "--code", "S1", "--company", "一社目",
        "--out", shell.data.parent / "papers",
    )  # fmt: skip
    return answer
