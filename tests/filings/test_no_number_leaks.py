"""An individual number typed into any wrong place shows in no problem, wording, error or repr."""

from dataclasses import fields, replace
from typing import Any

import pytest

from azukari.filings import words
from azukari.filings.catalog import employment_insurance as renki
from azukari.filings.catalog import tax
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.problems import FilingProblem, FilingRefused
from tests.filings.acquisitions import Acquisition, notice
from tests.filings.cast import (
    CREATED,
    HANAKO,
    OFFICE,
    TARO,
    TODAY,
    as_record,
    changed,
    document,
    row,
)
from tests.filings.payers import ON_FILING, ROWS
from tests.filings.test_employment_insurance import DOCUMENTS
from tests.numbers import valid_number

NUMBER = valid_number(7)
WIDE = NUMBER.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
GROUPS = f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}"
CIRCLED = "".join(chr(0x2460 + (int(d) - 1) % 10) for d in NUMBER)
SPELLINGS = {"half": NUMBER, "wide": WIDE, "groups": GROUPS, "circled": CIRCLED}
PARTS = 6


def shows(text: str) -> bool:
    """Whether a piece of the number can be read in a text, whatever its width."""
    plain = text.translate({code + 0xFEE0: code for code in range(0x30, 0x3A)})
    pieces = {NUMBER[at : at + PARTS] for at in range(12 - PARTS + 1)}
    circled = {CIRCLED[at : at + PARTS] for at in range(12 - PARTS + 1)}
    bare = "".join(c for c in plain if c not in "-「」ー ・")
    return any(piece in bare for piece in pieces | circled)


def told(problems: list[FilingProblem]) -> str:
    return " ".join(f"{p!r} {words.located(p)}" for p in problems)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("item", range(1, 35))
@pytest.mark.parametrize("person", [TARO, HANAKO], ids=["with-number", "with-address"])
def test_number_in_any_item(person: Acquisition, item: int, spelling: str) -> None:
    record = changed(row(person), {item: SPELLINGS[spelling]})

    problems = shfd0006.check(shfd0006.render(document(record)), today=TODAY)

    assert not shows(told(problems))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("line", "items"), [(0, 6), (1, 1), (2, 2), (3, 12), (4, 1)])
def test_number_in_any_item_of_the_head(line: int, items: int, spelling: str) -> None:
    lines = shfd0006.render(document(row(TARO))).decode("cp932").split("\r\n")
    for item in range(items):
        values = lines[line].split(",")
        values[item] = SPELLINGS[spelling]
        data = "\r\n".join([*lines[:line], ",".join(values), *lines[line + 1 :]])

        problems = shfd0006.check(data.encode("cp932"), today=TODAY)

        assert not shows(told(problems))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("key", ROWS, ids=str)
def test_number_in_any_item_of_a_tax_file(key: tuple[str, int], spelling: str) -> None:
    for item in range(1, len(ROWS[key]) + 1):
        record = changed(ROWS[key], {item: SPELLINGS[spelling]})

        problems = tax.check(tax.render([record]), today=ON_FILING)

        assert not shows(told(problems))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_number_in_any_item_of_an_employment_file(kind: str, spelling: str) -> None:
    good = DOCUMENTS[kind]
    for item in range(1, len(good.records[0]) + 1):
        record = changed(good.records[0], {item: SPELLINGS[spelling]})

        problems = renki.check(renki.render(replace(good, records=[record])), today=TODAY)

        assert not shows(told(problems))


TEXTS = [field.name for field in fields(HANAKO) if isinstance(getattr(HANAKO, field.name), str)]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", TEXTS)
def test_number_in_any_fact(name: str, spelling: str) -> None:
    change: dict[str, Any] = {name: SPELLINGS[spelling]}
    facts = replace(HANAKO, **change)

    _, conversions = as_record(facts)
    try:
        shfd0006.write(OFFICE, [notice(facts)], media_seq=1, created_on=CREATED, today=TODAY)
        shown = ""
    except FilingRefused as refusal:
        shown = f"{refusal} {refusal!r} {told(refusal.problems)}"

    assert not shows(f"{shown} {conversions}")


@pytest.mark.parametrize(
    "data",
    [
        NUMBER.encode(),
        f"[kanri]\r\n{NUMBER}\r\n".encode(),
        NUMBER.encode() + b"\x80\xff\r\n",
    ],
    ids=["bare", "shifted", "not-cp932"],
)
def test_number_in_a_file_that_is_none(data: bytes) -> None:
    with pytest.raises(FilingRefused) as refused:
        shfd0006.read(data)

    problems = shfd0006.check(data, today=TODAY)

    assert not shows(f"{refused.value!r} {told(refused.value.problems)} {told(problems)}")
    assert refused.value.__cause__ is None


def test_unencodable_text_is_not_carried_by_the_error() -> None:
    record = changed(row(TARO), {8: "𠮷田　太郎"})

    with pytest.raises(ValueError, match="CP932") as error:
        shfd0006.render(document(record))

    assert error.value.__cause__ is None
    assert not shows(str(error.value))


def test_facts_show_a_mask() -> None:
    assert not shows(repr(replace(TARO, number=TARO.number)))
    assert "************" in repr(TARO)
