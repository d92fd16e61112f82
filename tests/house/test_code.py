"""Rules about the code itself."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "azukari"
PYTHON = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)

# Where a number may be read.  Everything else handles it masked.
MAY_REVEAL = {
    "law/number.py",
    "vault/depositing.py",
    "vault/opening.py",  # to compare
    "check/lines.py",  # into the sealed file of an output
    "check/number_book.py",  # the same, of 記載省略の帳簿
    "filings/engine/entry.py",  # the one way from a fact to the text of a filing
    "filings/paper/fill.py",
    "register/sheets/reading.py",  # to see the same number twice in a file
    "synthetic/csv_layout.py",
    "use/gathering.py",  # into the sealed piece of a filing that is being made
    "web/operator/number.py",
}


def relative(path):
    return path.relative_to(SOURCE).as_posix()


def test_floors_are_kept():
    result = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
    )

    assert result.returncode == 0, result.stdout


def test_numbers_are_read_in_named_places_only():
    readers = {relative(path) for path in PYTHON if ".reveal_digits" in path.read_text("utf-8")}

    assert readers <= MAY_REVEAL, readers - MAY_REVEAL


def test_moments_of_files_are_written_in_one_place():
    """Spreadsheets and programs read what `register/spreadsheet.py` writes; pages say it in words."""
    shape = re.compile(r"%[mb][-/.]%d[ T]%H|%d[ T]%H:%M")
    rooms = ("check", "register", "use", "web")

    writers = {
        relative(path)
        for path in PYTHON
        if relative(path).startswith(rooms) and shape.search(path.read_text("utf-8"))
    }

    assert writers == {"register/spreadsheet.py"}


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_files_are_named_by_noun_or_act(path):
    assert path.stem not in {"utils", "helpers", "manager", "misc", "common", "data"}


def test_raw_sql_is_written_in_listed_modules_only():
    """Raw SQL passes the scoped managers; each module with some is known and looked at."""
    listed = {
        "ledger", "vault", "tenancy/scope.py", "tenancy/grants.py", "tenancy/rls.py",
        "serve/schema.py", "serve/postgres_roles.py", "register/sheets", "register/clocks.py",
        "register/keeping_facts.py", "register/actions/purposes.py", "web/health.py",
        "serve/postgres.py", "serve/backup",
        "register/search/statements.py", "register/actions/ending.py",
        "dispose/batches.py", "dispose/running.py", "dispose/finishing.py",
        "dispose/after_restore.py", "check/binding.py", "check/difference/here.py",
        "cli/payroll_simulator.py",  # a database of its own
        "check/people.py", "progress/whole_joins.py",
    }  # fmt: skip

    strays = {
        relative(path)
        for path in PYTHON
        if _executes_sql(path) and not relative(path).startswith(tuple(listed))
    }

    assert strays == set()


def _executes_sql(path):
    tree = ast.parse(path.read_text("utf-8"))
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"execute", "executemany", "raw", "extra"}
        for node in ast.walk(tree)
    )


def test_no_address_of_a_registry_or_machine_stands_in_the_project():
    import re

    hosts = re.compile(r"py" + r"pi\.org|python" + r"hosted|npm" + r"js\.|deb\.deb" + r"ian")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    if not tracked:
        pytest.skip("not a git checkout")

    found = []
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".txt", ".in", ".toml", ".md", ".html", ""}:
            if hosts.search(path.read_text("utf-8", errors="ignore")):
                found.append(name)

    assert found == []
