"""Files of invented companies, and files written line by line; their numbers are remembered."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from azukari.register.sheets.codes import Problem, Weight
from azukari.register.sheets.reading import Layout, batches, recognise
from azukari.synthetic.csv_files import write_csv
from tests.numbers import remember

TODAY = date(2026, 11, 23)
FILES = ("employees", "families")


@dataclass
class Read:
    """A file gone through: rows that are not blank, and what was found."""

    layout: Layout
    rows: list[int]
    good: list[int]
    facts: dict[int, dict[str, Any]]
    problems: list[Problem]

    def codes(self, row: int) -> set[str]:
        return {one.code.value for one in self.problems if one.row == row}

    def refused(self, row: int) -> set[str]:
        return {
            one.code.value
            for one in self.problems
            if one.row == row and one.weight is Weight.REJECT
        }


def read(content: bytes, *, size: int = 50) -> Read:
    layout = recognise(content)
    found = Read(layout, [], [], {}, [])
    for chunk in chain.from_iterable(
        batch.chunks for batch in batches(layout, today=TODAY, size=size)
    ):
        found.rows += chunk.rows
        found.good += [chunk.rows[place] for place in chunk.good]
        for place, row in enumerate(chunk.rows):
            found.facts[row] = {name: column[place] for name, column in chunk.facts.items()}
            number = chunk.numbers[place]
            found.facts[row]["number"] = number.reveal_digits() if number else None
        found.problems += chunk.problems
    return found


def company_files(folder: Path, employees: int, **how: Any) -> dict[str, bytes]:
    """The two files of an invented company, with truth.jsonl beside them."""
    write_csv(folder, employees, **how)
    files = {name: (folder / f"{name}.csv").read_bytes() for name in FILES}
    for content in files.values():
        remember_numbers(content, how.get("encoding", "utf-8-sig"))
    return files


def remember_numbers(content: bytes, encoding: str) -> None:
    for row in csv.DictReader(io.StringIO(content.decode(encoding), newline="")):
        if row["個人番号"].isascii() and len(row["個人番号"]) == 12:
            remember(row["個人番号"])


def truth(folder: Path, file: str) -> dict[int, dict[str, str]]:
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return {line["row"]: line for line in found if line["file"] == file}


def write(headings: Sequence[str], *rows: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([headings, *rows])
    return text.getvalue().encode()


def employee(code: str, number: str, **facts: str) -> dict[str, str]:
    return {
        "社員番号": code,
        "氏名": "髙橋　太郎",
        "氏名カナ": "タカハシ　タロウ",
        "生年月日": "1980/01/02",
        "性別": "1",
        "個人番号": number,
        **facts,
    }


def family(code: str, place: int, number: str, **facts: str) -> dict[str, str]:
    return {
        "社員番号": code,
        "家族連番": str(place),
        "続柄": "子",
        "氏名": "髙橋　一郎",
        "氏名カナ": "タカハシ　イチロウ",
        "生年月日": "2015/05/05",
        "性別": "1",
        "個人番号": number,
        **facts,
    }


def of(*people: dict[str, str]) -> bytes:
    """A file of these people; the headings are those of the first."""
    headings = list(people[0])
    return write(headings, *([person.get(name, "") for name in headings] for person in people))
