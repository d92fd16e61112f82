"""Measures speed: `bin/bench [--quick] [--json FILE] [--job NAME]…`; see docs/developer/bench.md.

`--job people-10m [--keep FOLDER]` stands alone: it fills a database with ten million people.

Exit code 0 when every result was right; a goal that is missed prints "no" and does not fail.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter
from typing import Any

from bench import many_rows
from bench.figures import compared, middle, spread
from bench.house import House, house_in
from bench.measure import Cost, Measured, WrongResult
from bench.table import Row, as_text

MEMORY_GOAL = 300  # MB for a file of any length
LEAVES_GOAL = 100_000  # a second
PAGE_GOAL = 50  # ms, p99
BIG = "people-10m"
PAGES_GOAL = 150  # a second of one core
DISPOSAL_GOAL = 20_000  # numbers a second: 100,000 in five seconds
DRAWN_GOAL = 5  # against reportlab with a form XObject
OVERLAID_GOAL = 50  # against overlay and pypdf
BYTES_GOAL = 2_000  # a page, typefaces included
GROWN_GOAL = 5  # MB: 16 bytes a page for the cross-reference table
DIFFERENCE_GOAL = 100_000  # people a second: 250,000 against 250,000 in two and a half
FILING_GOAL = 25_000  # people a second: 100,000 in four seconds


@dataclass(frozen=True)
class Sizes:
    """`employees` bring about one and a half family members each."""

    employees: int
    rounds: int
    readings: int
    leaves: int
    numbers: int
    filed: int
    printed: int
    drawn: int
    overlaid: int
    disposed: int
    pages: int
    asked: int
    large: int  # employees of one file; another is four times as long
    booked: int
    slow: int  # employees given to the peer that takes minutes


QUICK = Sizes(
    employees=2_000,
    rounds=2,
    readings=200,
    leaves=25_000,
    numbers=5_000,
    filed=10_000,
    printed=2_000,
    drawn=500,
    overlaid=50,
    disposed=5_000,
    pages=100,
    asked=100,
    large=2_500,
    booked=5_000,
    slow=100,
)
FULL = Sizes(
    employees=100_000,
    rounds=3,
    readings=4_000,
    leaves=250_000,
    numbers=100_000,
    filed=100_000,
    printed=10_000,
    drawn=10_000,
    overlaid=1_000,
    disposed=100_000,
    pages=400,
    asked=10_000,
    large=250_000,
    booked=100_000,
    slow=1_000,
)


class Bench:
    def __init__(self, house: House, sizes: Sizes) -> None:
        self.house = house
        self.sizes = sizes
        self._registered: dict[str, str] | None = None

    @cached_property
    def files(self) -> tuple[Path, int]:
        """The folder of the people's files, and how many people are in them."""
        return self.house.write_files(self.sizes.employees)

    def jobs(self) -> Mapping[str, Callable[[], Iterator[Row]]]:
        """Those of every run."""
        return {
            "registration": self.registration,
            "resend": partial(many_rows.resend, self),
            "large": partial(many_rows.large, self),
            "first-refused": partial(many_rows.first_refused, self),
            "import-export": partial(many_rows.import_export, self),
            "output": partial(many_rows.output, self),
            "neighbours": partial(many_rows.neighbours, self),
            "reading": self.reading,
            "ledger": self.ledger,
            "vault": self.vault,
            "filings": self.filings,
            "making": self.making,
            "paper": self.paper,
            "disposal": self.disposal,
            "pages": self.pages,
            "collect": self.collect,
            "difference": self.difference,
        }

    def registration(self) -> Iterator[Row]:
        ours, peers = [], []
        files = {"folder": str(self.files[0]), "persons": self.files[1]}
        for _ in range(self.sizes.rounds):
            ours.append(self.register(self.house.open_company())["registration"])
            peers.append(self.peer("bulk_create", "register", **files)["registration"])
        one, peer, ratio = compared(ours, peers)
        per_person = one.cost.cpu / one.count * 1e6
        yield Row(
            f"register {one.count:,} persons",
            one,
            peer,
            ratio,
            f"{per_person:.0f} µs CPU/person (peer {peer.cost.cpu / peer.count * 1e6:.0f})",
            f">= 2x less CPU, <= {MEMORY_GOAL} MB",
            ratio >= 2 and one.cost.peak_mb <= MEMORY_GOAL,
        )

    def reading(self) -> Iterator[Row]:
        found = self.house.measure(
            "bench.jobs.single_reading",
            "read",
            place=self.company(),
            folder=str(self.files[0]),
            readings=self.sizes.readings,
        )
        one, four = found["one reader"], found["four readers"]
        yield Row(
            f"show {one.count:,} numbers",
            one,
            result=spread(one),
            goal="p99 <= 10 ms",
            met=one.figures["p99"] <= 10,
        )
        yield Row(f"show {four.count:,}, 4 threads", four, result=spread(four))

    def ledger(self) -> Iterator[Row]:
        place, leaves = self.house.open_company(), self.sizes.leaves
        ours, peers = [], []
        for _ in range(self.sizes.rounds):
            ours.append(self.ours("ledger", "append_and_verify", place=place, leaves=leaves))
            peers.append(self.peer("hash_chain", "append_and_verify", leaves=leaves))
        for name in ("append", "verify"):
            rounds = [found[name] for found in ours]
            one, peer, ratio = compared(rounds, [found[name] for found in peers])
            best = max(found.per_second for found in rounds)
            yield Row(
                f"ledger {name} {leaves:,}",
                one,
                peer,
                ratio,
                f"{best:,.0f} leaves/s at best, {one.per_cpu_second:,.0f} per CPU-s",
                f">= {LEAVES_GOAL:,}/s",
                best >= LEAVES_GOAL,
            )

    def vault(self) -> Iterator[Row]:
        found = self.ours(
            "vault",
            "seal_open_tick",
            place=self.house.open_company(),
            numbers=self.sizes.numbers,
        )
        for name in ("seal", "open"):
            one = found[name]
            job = f"vault {name} {one.count:,}"
            yield Row(job, one, result=f"{one.per_second:,.0f} numbers/s")
        tick = found["tick"]
        result = f"{tick.cost.wall * 1000:,.0f} ms"
        yield Row(f"vault tick, {tick.count:,} cells", tick, result=result)

    def filings(self) -> Iterator[Row]:
        one = self.ours("filings", "make_files", persons=self.sizes.filed)["filing"]
        yield Row(
            f"file 2200700, {one.count:,} people",
            one,
            result=f"{one.per_second:,.0f} people/s, {one.figures['files']:.0f} files",
            goal=f">= {FILING_GOAL:,}/s",
            met=one.per_second >= FILING_GOAL,
        )
        one = self.ours("reports", "make_report", persons=self.sizes.filed)["report"]
        yield Row(
            f"file 315 for eLTAX, {one.count:,} people",
            one,
            result=f"{one.per_second:,.0f}/s, {one.cost.cpu / one.count * 1e6:.0f} µs CPU each",
            goal=f">= {FILING_GOAL:,}/s",
            met=one.per_second >= FILING_GOAL,
        )

    def making(self) -> Iterator[Row]:
        found = self.ours("making", "make_report", place=self.company())
        for name in ("prepare", "make"):
            one = found[name]
            each = one.cost.cpu / one.count * 1e6
            yield Row(
                f"{name} 315 for {one.count:,} people",
                one,
                result=f"{one.per_second:,.0f} people/s, {each:.0f} µs CPU each",
            )

    def paper(self) -> Iterator[Row]:
        sizes, rounds = self.sizes, self.sizes.rounds
        ours = [self.ours("paper", "print_forms", forms=sizes.printed) for _ in range(rounds)]
        for act, forms, goal in (
            ("form_object", sizes.drawn, DRAWN_GOAL),
            ("overlay", sizes.overlaid, OVERLAID_GOAL),
        ):
            peers = [self.peer("paper_forms", act, forms=forms)["paper"] for _ in range(rounds)]
            one, peer = middle([found["paper"] for found in ours]), middle(peers)
            ratio = one.per_cpu_second / peer.per_cpu_second
            yield Row(
                f"print {one.count:,} forms ({act}: {forms:,})",
                one,
                peer,
                ratio,
                f"{one.per_cpu_second:,.0f} pages per CPU-s (peer {peer.per_cpu_second:,.0f}), "
                f"{one.figures['bytes']:,.0f} B/page (peer {peer.figures['bytes']:,.0f})",
                f">= {goal}x less CPU per page, <= {BYTES_GOAL:,} B/page",
                ratio >= goal and one.figures["bytes"] <= BYTES_GOAL,
            )
        helped = middle([found["helped"] for found in ours])
        result = f"{helped.per_second:,.0f} pages/s, {helped.per_cpu_second:,.0f} per own CPU-s"
        yield Row(f"print {helped.count:,} forms, one helper", helped, result=result)
        many = middle([found["many"] for found in ours])
        grown = many.cost.peak_mb - many.figures["one"]
        yield Row(
            f"print {many.count:,} forms",
            many,
            result=f"{many.per_cpu_second:,.0f} pages per CPU-s, {grown:.1f} MB more than a tenth",
            goal=f"<= {GROWN_GOAL} MB more than a tenth",
            met=grown <= GROWN_GOAL,
        )

    def disposal(self) -> Iterator[Row]:
        place, numbers = self.house.open_company(), self.sizes.disposed
        found = self.ours("disposal", "dispose", place=place, numbers=numbers)
        one = found["propose"]
        yield Row(f"propose {one.count:,} numbers", one, result=f"{one.per_second:,.0f}/s")
        one = found["execute"]
        yield Row(
            f"dispose of {one.count:,} numbers",
            one,
            result=f"{one.per_second:,.0f} numbers/s",
            goal=f">= {DISPOSAL_GOAL:,}/s",
            met=one.per_second >= DISPOSAL_GOAL,
        )

    def pages(self) -> Iterator[Row]:
        found = self.ours(
            "pages",
            "show",
            place=self.company(),
            employees=self.sizes.employees,
            pages=self.sizes.pages,
        )
        for name, one in found.items():
            job = f"{name}, {self.files[1]:,} persons"
            goal, met = f"p99 <= {PAGE_GOAL} ms", one.figures["p99"] <= PAGE_GOAL
            yield Row(job, one, None, None, spread(one), goal, met)

    def collect(self) -> Iterator[Row]:
        """Nothing lost and nothing doubled is checked before a figure is given."""
        place, people = self.house.open_company(), self.sizes.asked
        found = self.ours("collect", "collect", place=place, people=people)
        for name, what in (("ask", "ask"), ("send", "mail"), ("answer", "answer")):
            one = found[name]
            result = f"{one.per_cpu_second:,.0f} per CPU-s"
            if one.figures:
                result = f"{spread(one)}, {result}"
            yield Row(f"{what} {one.count:,} requests", one, result=result)

    def people_10m(self) -> Iterator[Row]:
        """One company of a million people among ten; filled unless the house is already."""
        told = self.house.ask("bench.jobs.people_10m", "find_place")
        if "company" not in told:
            told = self.house.ask("bench.jobs.people_10m", "fill")
            yield _filling(told)
        place = {"contract": told["contract"], "company": told["company"]}
        found = self.ours("people_10m", "show", place=place, pages=self.sizes.pages // 10)
        for name, one in found.items():
            of_core = one.per_cpu_second
            is_list = name.startswith("list")
            yield Row(
                name,
                one,
                result=f"{spread(one)}, {of_core:,.0f} per CPU-s; {_way(one)}",
                goal=f"p99 <= {PAGE_GOAL} ms" + (f", >= {PAGES_GOAL} per CPU-s" if is_list else ""),
                met=one.figures["p99"] <= PAGE_GOAL and (of_core >= PAGES_GOAL or not is_list),
            )

    def difference(self) -> Iterator[Row]:
        place, folder, employees = self.company(), str(self.files[0]), self.sizes.employees
        ours, peers = [], []
        for _ in range(self.sizes.rounds):
            told = {"place": place, "employees": employees, "folder": folder}
            ours.append(self.ours("difference", "compare", **told)["difference"])
            peers.append(self.peer("payroll_pandas", "compare", folder=folder)["difference"])
        one, peer, ratio = compared(ours, peers)
        best = max(found.per_second for found in ours)
        yield Row(
            f"compare {one.count:,} people with payroll",
            one,
            peer,
            ratio,
            f"{best:,.0f}/s at best, {one.per_cpu_second:,.0f} per CPU-s",
            f">= {DIFFERENCE_GOAL:,}/s, exactly what differs",
            best >= DIFFERENCE_GOAL,
        )

    def company(self) -> dict[str, str]:
        """The registered company; registered now when no job has done it."""
        if self._registered is None:
            self.register(self.house.open_company())
        assert self._registered is not None
        return self._registered

    def register(self, place: dict[str, str]) -> dict[str, Measured]:
        found = self.ours(
            "registration",
            "register",
            place=place,
            folder=str(self.files[0]),
            persons=self.files[1],
        )
        self._registered = place
        return found

    def ours(self, module: str, act: str, **arguments: object) -> dict[str, Measured]:
        return self.house.measure(f"bench.jobs.{module}", act, **arguments)

    def peer(self, module: str, act: str, **arguments: object) -> dict[str, Measured]:
        return self.house.measure(f"bench.peers.{module}", act, **arguments)


def _way(one: Measured) -> str:
    people = f"{one.figures['people']:,.0f}{'' if one.figures['exact'] else ' or more'} people"
    steps = f"{one.figures['steps']:.0f} steps"
    return f"{people}, {steps}{' and candidates' if one.figures['candidates'] else ''}"


def _filling(told: dict[str, Any]) -> Row:
    filling = told["filling"]
    one = Measured(filling["count"], Cost(**filling["cost"]), filling["figures"])
    return Row(f"fill {one.count:,} people", one, result=f"{one.per_second:,.0f} people/s")


def _run(house: House, sizes: Sizes, chosen: list[str]) -> Iterator[Row]:
    bench = Bench(house, sizes)
    jobs = {BIG: bench.people_10m} if chosen == [BIG] else bench.jobs()
    for name, job in jobs.items():
        if chosen and name not in chosen:
            continue
        start = perf_counter()
        try:
            yield from job()
        except (WrongResult, RuntimeError) as wrong:
            print(f"{name}: {wrong}", file=sys.stderr)
            yield Row(name, wrong=str(wrong).splitlines()[0])
        print(f"{name}: {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures speed.")
    parser.add_argument("--quick", action="store_true", help="small sizes, under two minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same as JSON")
    parser.add_argument(
        "--job", action="append", default=[], metavar="NAME", help="only this one; repeatable"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help=f"with {BIG}: what is filled stays here"
    )
    asked = parser.parse_args()
    if BIG in asked.job and (len(asked.job) > 1 or asked.quick):
        parser.error(f"{BIG} stands alone")
    if asked.keep and asked.job != [BIG]:
        parser.error(f"--keep goes with --job {BIG}")
    return asked


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the house is taken down
    sizes = QUICK if asked.quick else FULL
    with house_in(asked.keep) as house:
        rows = list(_run(house, sizes, asked.job))
    print(as_text(rows))
    print("\nCPU is of the process and of every process of its PostgreSQL.")
    right = not any(row.wrong for row in rows)
    if asked.json:
        answer = {"quick": asked.quick, "right": right, "rows": [row.as_dict() for row in rows]}
        asked.json.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
