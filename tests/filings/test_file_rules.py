from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from azukari.filings.catalog import SHFD0006, forms, recognise
from azukari.filings.catalog.employment_insurance import FORMAT
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.problems import FilingRefused
from azukari.law.purpose import FORM_PURPOSE, Purpose
from tests.filings.cast import HANAKO, TARO, TODAY, document, row, vector


def codes(data: bytes) -> list[str]:
    return [p.code for p in shfd0006.check(data, today=TODAY)]


def refused(data: bytes) -> list[str]:
    with pytest.raises(FilingRefused) as refusal:
        shfd0006.read(data)
    return [p.code for p in refusal.value.problems]


GOOD = vector("own__2200700_2201700.CSV")
DATA_LINE = b"\r\n[data]\r\n"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (GOOD.replace(b"\r\n", b"\n"), ["line-ending", "last-line-end"]),
        (GOOD.replace(b"\r\n", b"\n", 1), ["line-ending"]),
        (GOOD.replace(b"\r\n", b"\r", 1), ["line-ending"]),
        (GOOD.removesuffix(b"\r\n"), ["last-line-end"]),
        (GOOD.decode("cp932").encode(), ["encoding"]),
        (b"\xef\xbb\xbf" + GOOD, ["encoding"]),
        (GOOD.replace(b"[kanri]", b"[KANRI]"), ["head-line"]),
        (GOOD.replace(DATA_LINE, b"\r\n"), ["head-line"]),
        (b"", ["last-line-end", "head-line"]),
    ],
    ids=["lf", "one-lf", "one-cr", "no-end", "utf-8", "bom", "kanri", "data", "empty"],
)
def test_broken_frame_is_told_and_not_read(data: bytes, found: list[Any]) -> None:
    told = [code for code in found if code != "last-line-end"] if "line-ending" in found else found

    assert codes(data) == told
    assert refused(data) == told


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (b",22223\r\n", b",22007\r\n", ["code-not-listed"]),
        (b",001,20260905", b",000,20260905", ["forbidden-value"]),
        (b",001,20260905", b",1,20260905", ["too-short"]),
        (b",20260905,", b",20260931,", ["created-on"]),
        (b"21,01,\xb9\xb2\xc4,001", b",01,\xb9\xb2\xc4,001", ["required"]),
        (b"\r\n,001\r\n", b"\r\n,002\r\n", ["office-count"]),
        (b"\r\n,001\r\n", b"\r\n,1\r\n", []),
        (b"21,01", b"13,01", ["code-not-listed"] * 2 + ["code-not-listed"] * 4),
    ],
    ids=[
        "code",
        "seq",
        "short-seq",
        "created",
        "half-consultant",
        "count",
        "count-1",
        "jis-prefecture",
    ],
)
def test_constants_of_the_head(old: bytes, new: bytes, found: list[Any]) -> None:
    assert codes(GOOD.replace(old, new)) == found


def test_head_names_the_line_of_an_item() -> None:
    data = GOOD.replace(b",22223\r\n", b",22007\r\n")

    (problem,) = shfd0006.check(data, today=TODAY)

    assert problem.item_name == "媒体管理レコード（年金事務所提出） 代表届書コード"


def test_second_office_in_a_file() -> None:
    good = shfd0006.read(GOOD)
    second = replace(good, count=["", "002"], offices=good.offices * 2)

    assert codes(shfd0006.render(second)) == ["several-offices"]


def test_media_line_of_another_office() -> None:
    good = shfd0006.read(GOOD)
    other = replace(good, media=["31", *good.media[1:]])

    assert codes(shfd0006.render(other)) == ["other-office"]


def test_file_without_records() -> None:
    assert codes(shfd0006.render(document())) == ["no-records"]


def test_size_limit_is_the_first_size_refused() -> None:
    short = replace(HANAKO, pension_number="", note="")
    line = len(",".join(row(short)).encode("cp932")) + 2
    head = len(shfd0006.render(document()))
    count, rest = divmod(4_500_000 - head, line)
    padded = row(short)
    padded[27] = "a" * (rest % 70)
    fillers = [row(replace(short, note="a" * 70))] * (rest // 70)
    rows = [row(short)] * (count - 1 - len(fillers)) + fillers
    missing = 4_500_000 - head - sum(len(",".join(r).encode("cp932")) + 2 for r in rows)
    last = [row(replace(short, note="a" * (part - line))) for part in _parts(missing, line)]

    at_limit = shfd0006.render(document(*rows, *last))
    below = shfd0006.render(document(*rows, *last[:-1]))

    assert len(at_limit) == 4_500_000
    assert codes(at_limit) == ["too-large"]
    assert codes(below) == []


def _parts(missing: int, line: int) -> list[int]:
    """`missing` bytes as rows of `line` to `line` + 75 bytes."""
    count = missing // line
    base, longer = divmod(missing, count)
    return [base + 1] * longer + [base] * (count - longer)


def test_day_before_the_first_edition() -> None:
    assert [p.code for p in shfd0006.check(GOOD, today=date(2024, 11, 30))] == ["edition-none"]


@pytest.mark.parametrize(
    ("data", "filename", "format_"),
    [
        (GOOD, None, SHFD0006),
        (GOOD, "other.csv", SHFD0006),
        (b"", "SHFD0006.CSV", SHFD0006),
        (b"", "/tmp/shfd0006.csv", SHFD0006),
        (b"a,b,c\r\n", "people.csv", None),
        ("郡市区符号,事業所記号\r\n".encode("cp932"), "10101-shutoku.csv", FORMAT),
    ],
    ids=["head", "head-first", "name", "path", "stranger", "employment"],
)
def test_recognise(data: bytes, filename: str | None, format_: str | None) -> None:
    assert recognise(data, filename) == format_


def test_forms_of_the_catalogue() -> None:
    found = [(f.format, f.code, f.valid_from) for f in forms()]

    codes_of = ["2200700", "2201700", "2202700", "2221700", "2225700", "2265700"]
    pension = [one for one in found if one[0] == SHFD0006]
    assert pension == [(SHFD0006, code, date(2024, 12, 1)) for code in codes_of]
    assert {(f.code, Purpose[f.purpose]) for f in forms()} == {
        (f.code, FORM_PURPOSE[f.code]) for f in forms()
    }


def test_document_shows_no_record() -> None:
    assert repr(document(row(TARO))) == "Document(1 office(s), 1 record(s))"
