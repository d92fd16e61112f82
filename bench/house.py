"""The installation that lives as long as the run, and the processes that work in it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from azukari.serve.installation import opened
from bench.child import WRONG
from bench.measure import Cost, Measured, WrongResult

_MEMORY = Path("/dev/shm")


@dataclass
class House:
    """`folder` holds answers and the people's files: in memory where there is such a place."""

    folder: Path

    def __post_init__(self) -> None:
        self._answers = count(1)
        self._codes = count(1)

    def ask(self, module: str, act: str, **arguments: Any) -> Any:
        """What `act` answers in a process of its own.

        Raises WrongResult, and RuntimeError with the end of its output when it broke down.
        """
        out = self.folder / f"answer-{next(self._answers)}.json"
        command = [
            sys.executable,
            "-m",
            "bench.child",
            module,
            act,
            str(out),
            json.dumps(arguments),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == WRONG:
            raise WrongResult(done.stderr.strip().splitlines()[-1])
        if done.returncode:
            raise RuntimeError(f"{module}.{act} broke down:\n{done.stderr[-3000:]}")
        return json.loads(out.read_text(encoding="utf-8"))

    def measure(self, module: str, act: str, **arguments: Any) -> dict[str, Measured]:
        answers = self.ask(module, act, **arguments)
        return {
            name: Measured(one["count"], Cost(**one["cost"]), one["figures"])
            for name, one in answers.items()
        }

    def open_company(self) -> dict[str, str]:
        place: dict[str, str] = self.ask(
            "bench.jobs.house", "open_company", code=f"{next(self._codes):08d}"
        )
        return place

    def write_files(self, employees: int, name: str = "people") -> tuple[Path, int]:
        """The folder of employees.csv and families.csv, and how many people are in them."""
        folder = self.folder / name
        written = self.ask(
            "bench.jobs.house", "write_files", folder=str(folder), employees=employees
        )
        return folder, int(written["persons"])


@contextmanager
def house_in(kept: Path | None) -> Iterator[House]:
    """An installation of its own, with a PostgreSQL of its own.

    In the folder `kept` it stays, and is found again by the next run; otherwise nothing remains.
    """
    # Never somebody's real database, whatever this shell is set up for.
    for name in [name for name in os.environ if name.startswith("AZUKARI_")]:
        del os.environ[name]
    os.environ["AZUKARI_MODE"] = "demo"
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with ExitStack() as stack:
        data = kept or Path(stack.enter_context(TemporaryDirectory(prefix="azukari-bench-")))
        folder = stack.enter_context(TemporaryDirectory(prefix="azukari-bench-", dir=memory))
        stack.enter_context(opened(data))
        yield House(Path(folder))
