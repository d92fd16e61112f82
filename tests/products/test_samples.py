"""One sample file per product: recognised as what it is, and read as it means."""

import csv
import io
from pathlib import Path

import pytest
import yaml

from azukari.products.preset import presets
from azukari.products.recognition import recognise
from azukari.products.rows import Row, read_rows

_HERE = Path(__file__).parent
EXPECTED = yaml.safe_load((_HERE / "expected.yaml").read_text(encoding="utf-8"))


def rows_of(name: str) -> list[list[str]]:
    text = (_HERE / "samples" / name).read_bytes().decode(EXPECTED[name]["encoding"])
    return list(csv.reader(io.StringIO(text), delimiter="\t" if name.endswith(".txt") else ","))


def said(row: Row, fact: str) -> object:
    if fact == "people":
        return row.people
    about, _, name = fact.rpartition(".")
    if about.isdecimal():
        return row.family[int(about) - 1][name]
    return row.other[fact] if about else row.employee[name]


def test_every_sample_is_expected_something_of():
    samples = {path.name for path in (_HERE / "samples").iterdir() if path.suffix != ".xlsx"}

    assert samples == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sample_is_taken_by_its_own_preset(name):
    known = recognise(rows_of(name)[:20])

    assert known is not None
    assert (known.preset and known.preset.id) == EXPECTED[name]["preset"]
    assert known.is_sure is EXPECTED[name].get("is_sure", True)
    assert list(known.not_taken) == EXPECTED[name].get("not_taken", []) or not known.is_sure
    assert list(known.dropped) == EXPECTED[name].get("dropped", [])


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sample_is_read_as_it_means(name):
    rows = rows_of(name)
    known = recognise(rows[:20])

    read = list(read_rows(rows, known))

    for row, facts in zip(read, EXPECTED[name]["rows"], strict=False):
        assert {fact: said(row, fact) for fact in facts} == facts
    assert len(read) >= len(EXPECTED[name]["rows"])


def test_every_preset_names_its_sources_or_says_that_it_is_general():
    folder = Path(__import__("azukari.products.preset", fromlist=["x"]).__file__).parent / "presets"
    without = {
        path.stem
        for path in folder.glob("*.yaml")
        if not yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    }
    assert without == set()


def test_no_preset_takes_a_bank_account():
    taken = {
        column.heading
        for preset in presets()
        for column in preset.columns
        if column.field != "ignore" and column.heading in {"口座番号", "銀行コード", "支店コード"}
    }
    assert taken == set()
