import pytest

from azukari.filings import words
from azukari.filings.catalog import recognise
from azukari.filings.catalog.social_insurance import shfd0006
from tests.filings.cast import TODAY, VECTORS, vector

HALF_WIDTH_ADDRESS = (None, 7, "type")

EXPECTED = {
    "own__2200700_2201700.CSV": [],
    "own__2225700_2265700.CSV": [],
    "rk__2202700_official_example.CSV": [],
    "kirico__2221700.CSV": [HALF_WIDTH_ADDRESS],
    "kirico__2225700.CSV": [HALF_WIDTH_ADDRESS, (1, 40, "mynumber-only-70")],
    "kirico__2265700.CSV": [HALF_WIDTH_ADDRESS, (1, 15, "mynumber-only-70")],
    "kirico__2265700_10million.CSV": [
        HALF_WIDTH_ADDRESS,
        (1, 14, "total"),
        (1, 15, "mynumber-only-70"),
    ],
    "kirico__data_record22187041_SHFD0006.CSV": [(None, None, "old-generation")],
    "kirico__data_record22257041_SHFD0006.CSV": [(None, None, "old-generation")],
    "kirico__sr_header_22187041.CSV": [HALF_WIDTH_ADDRESS, (1, None, "record-retired")],
}


def test_expectation_for_every_stored_file() -> None:
    stored = {path.name for path in VECTORS.glob("*.CSV")}

    assert stored == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_check_of_a_stored_file(name: str) -> None:
    problems = shfd0006.check(vector(name), today=TODAY)

    assert [(p.record, p.item, p.code) for p in problems] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_reading_and_rendering_gives_the_same_bytes(name: str) -> None:
    data = vector(name)

    assert shfd0006.render(shfd0006.read(data)) == data


@pytest.mark.parametrize("name", EXPECTED)
def test_stored_file_is_recognised_by_its_head(name: str) -> None:
    assert recognise(vector(name)) == "social_insurance/shfd0006"


def test_number_of_someone_below_seventy_is_told_with_its_item() -> None:
    *_, problem = shfd0006.check(vector("kirico__2225700.CSV"), today=TODAY)

    assert words.located(problem) == (
        "1件目 項番40 個人番号／個人番号は70歳以上被用者のときだけ記入します。空にしてください"
    )


def test_wrong_check_digits_pass_when_the_rule_is_off() -> None:
    data = vector("own__2200700_2201700.CSV")
    lines = data.split(b"\r\n")
    items = lines[5].split(b",")
    items[12] = items[12][:-1] + str((int(items[12][-1:]) + 1) % 10).encode()
    lines[5] = b",".join(items)
    spoilt = b"\r\n".join(lines)

    strict = shfd0006.check(spoilt, today=TODAY)
    as_the_office = shfd0006.check(spoilt, today=TODAY, check_digits=False)

    assert [(p.record, p.item, p.code) for p in strict] == [(1, 13, "check-digit")]
    assert as_the_office == []
