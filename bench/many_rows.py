"""Rows about files of many people, in and out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from bench.figures import compared, spread
from bench.house import House
from bench.measure import Measured
from bench.table import Row

MEMORY_GOAL = 300  # MB for a file of any length
LINEAR_GOAL = 4.8  # times the CPU for four times the rows
FIRST_GOAL = 10  # seconds until the first refused rows can be shown
OUTPUT_GOAL = 62_500  # people a second: 250,000 in four seconds
OUTPUT_MEMORY = 150
NEIGHBOUR_GOAL = 1.5  # times the usual p99


class Sizes(Protocol):
    @property
    def rounds(self) -> int: ...
    @property
    def employees(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def large(self) -> int: ...
    @property
    def booked(self) -> int: ...
    @property
    def slow(self) -> int: ...


class Bench(Protocol):
    @property
    def house(self) -> House: ...
    @property
    def sizes(self) -> Sizes: ...
    @property
    def files(self) -> tuple[Path, int]: ...
    def company(self) -> dict[str, str]: ...
    def register(self, place: dict[str, str]) -> dict[str, Measured]: ...
    def ours(self, module: str, act: str, **arguments: object) -> dict[str, Measured]: ...
    def peer(self, module: str, act: str, **arguments: object) -> dict[str, Measured]: ...


def resend(bench: Bench) -> Iterator[Row]:
    place = bench.house.open_company()
    first = bench.register(place)["registration"]
    files = {"folder": str(bench.files[0]), "persons": bench.files[1]}
    one = bench.ours("sheets", "resend", place=place, **files)["resend"]
    times = first.cost.cpu / one.cost.cpu
    yield Row(
        f"send {one.count:,} again, 5 % changed",
        one,
        result=f"{_per_person(one):.0f} µs CPU/person; {times:.1f}x less than the first time",
        goal="only changed rows are written",
        met=True,  # which is checked: it would be WRONG otherwise
    )


def large(bench: Bench) -> Iterator[Row]:
    found = []
    for rows in (bench.sizes.large, 4 * bench.sizes.large):
        place = bench.house.open_company()
        folder = str(bench.house.folder)
        one = bench.ours("sheets", "one_file", place=place, folder=folder, rows=rows)["one file"]
        found.append(one)
        yield Row(
            f"one file of {rows:,} persons",
            one,
            result=f"{_per_person(one):.0f} µs CPU/person",
            goal=f"<= {MEMORY_GOAL} MB",
            met=one.cost.peak_mb <= MEMORY_GOAL,
        )
    times = found[1].cost.cpu / found[0].cost.cpu
    yield Row(
        "four times the rows",
        result=f"{times:.2f}x the CPU",
        goal=f"<= {LINEAR_GOAL}x",
        met=times <= LINEAR_GOAL,
    )


def first_refused(bench: Bench) -> Iterator[Row]:
    place, rows = bench.house.open_company(), 4 * bench.sizes.large
    one = bench.ours("sheets", "first_refused", place=place, rows=rows)["first refused"]
    seconds = one.figures["seconds"]
    yield Row(
        f"{rows:,} rows sent: first refused",
        one,
        result=f"{seconds:.1f} s",
        goal=f"<= {FIRST_GOAL} s",
        met=seconds <= FIRST_GOAL,
    )


def import_export(bench: Bench) -> Iterator[Row]:
    """Per person, as the peer is given fewer people."""
    folder, persons = bench.house.write_files(bench.sizes.slow, "few")
    del persons
    peer = bench.peer("import_export", "register", folder=str(folder), employees=bench.sizes.slow)[
        "registration"
    ]
    one = bench.register(bench.house.open_company())["registration"]
    ratio = _per_person(peer) / _per_person(one)
    yield Row(
        f"register {one.count:,} persons, django-import-export {peer.count:,}",
        one,
        peer,
        ratio,
        f"{_per_person(one):.0f} µs CPU/person (peer {_per_person(peer):.0f})",
        ">= 50x less CPU per person",
        ratio >= 50,
    )


def output(bench: Bench) -> Iterator[Row]:
    files = {"folder": str(bench.files[0]), "persons": bench.files[1]}
    how = {"csv": "CSV", "xlsx": "XLSX"} if bench.files[1] < 100_000 else {"csv": "CSV"}
    for form, name in how.items():
        one = bench.ours("output", "give_out", place=bench.company(), how=form, **files)["output"]
        is_csv = form == "csv"
        yield Row(
            f"give out {one.count:,} with numbers, {name}",
            one,
            result=f"{one.per_second:,.0f} people/s, {_per_person(one):.0f} µs CPU/person",
            goal=f">= {OUTPUT_GOAL:,}/s, <= {OUTPUT_MEMORY} MB" if is_csv else "",
            met=one.per_second >= OUTPUT_GOAL and one.cost.peak_mb <= OUTPUT_MEMORY
            if is_csv
            else None,
        )
    rows = bench.sizes.booked
    for name, goal in (("xlsxwriter", 2), ("openpyxl", None)):
        ours, peers = [], []
        for _ in range(bench.sizes.rounds):
            ours.append(bench.ours("output", "book", rows=rows)["book"])
            peers.append(bench.peer("books", f"with_{name}", rows=rows)["book"])
        one, peer, ratio = compared(ours, peers)
        yield Row(
            f"book of {rows:,} rows, peer {name}",
            one,
            peer,
            ratio,
            f"{one.per_second:,.0f} rows/s",
            f">= {goal}x less CPU" if goal else "",
            ratio >= goal if goal else None,
        )


def neighbours(bench: Bench) -> Iterator[Row]:
    """Pages of one company while another one loads a file; the clock decides here."""
    found = bench.ours(
        "neighbours",
        "watch",
        place=bench.company(),
        other=bench.house.open_company(),
        rows=4 * bench.sizes.large,
        pages=bench.sizes.pages,
    )
    usual, meanwhile = found["usual"], found["meanwhile"]
    yield Row("pages as usual", usual, result=spread(usual))
    times = meanwhile.figures["p99"] / usual.figures["p99"]
    yield Row(
        f"pages while another loads {4 * bench.sizes.large:,}",
        meanwhile,
        result=f"{spread(meanwhile)}; {times:.2f}x p99",
        goal=f"<= {NEIGHBOUR_GOAL}x the usual p99",
        met=times <= NEIGHBOUR_GOAL,
    )


def _per_person(one: Measured) -> float:
    return one.cost.cpu / one.count * 1e6
