"""Pages of one company, as usual and while another company loads a large file."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from azukari.register import queries
from azukari.register.models import PersonKind
from azukari.register.queries import PeopleFilter
from azukari.serve.giving_way import give_way
from azukari.tenancy import scope
from bench.jobs.house import scope_of
from bench.jobs.sheets import one_file
from bench.measure import Cost, Measured, expect, latencies, measuring

_EVERYBODY = PeopleFilter(PersonKind.EMPLOYEE)
_ROUNDS = 5


def watch(
    place: dict[str, str], other: dict[str, str], rows: int, pages: int
) -> dict[str, Measured]:
    """`pages` by `_ROUNDS` pages before, and then as many as there is time for."""
    where = scope_of(place)
    usual: list[float] = []
    for _ in range(_ROUNDS):
        usual += _pages(where, pages)
    meanwhile: list[float] = []
    with TemporaryDirectory() as folder, measuring() as cost:
        out = Path(folder) / "answer.json"
        arguments = json.dumps({"place": other, "folder": folder, "rows": rows})
        command = [sys.executable, "-m", "bench.child", "bench.jobs.neighbours", "load"]
        loading = subprocess.Popen([*command, str(out), arguments])
        while loading.poll() is None:
            meanwhile += _pages(where, 10)
        expect("the other company's file", loading.returncode, 0)
    return {
        "usual": Measured(len(usual), Cost(wall=sum(usual)), latencies(usual)),
        "meanwhile": Measured(len(meanwhile), cost, latencies(meanwhile)),
    }


def load(place: dict[str, str], folder: str, rows: int) -> dict[str, Measured]:
    """As the service's workers do it."""
    give_way(Path(os.environ["AZUKARI_DATA"]) / "postgres")
    return one_file(place, folder, rows)


def _pages(where: scope.Scope, count: int) -> list[float]:
    """From page to page along the list."""
    seconds, after = [], ""
    for _ in range(count):
        start = perf_counter()
        with scope.enter(where):
            page = queries.page_of_people(_EVERYBODY, after=after)
        seconds.append(perf_counter() - start)
        after = page.after
    return seconds
