"""法定調書 and 給与支払報告書: each rule of each layout broken once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.filings.catalog.tax import edition_of
from azukari.filings.catalog.tax.document import in_record, in_records
from azukari.filings.catalog.tax.edition import checks_of
from azukari.filings.problems import FilingProblem
from tests.filings import mutations
from tests.filings.cast import changed
from tests.filings.mutations import Mutation
from tests.filings.payers import ON_FILING, ROWS, found_in, layout_of
from tests.numbers import valid_number

WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x30, 0x3A)})


def _rules(key: tuple[str, int]) -> list[Mutation]:
    """The rules that the mutations of plain checks leave out, by what they compare."""
    found: list[Mutation] = []
    for check in layout_of(*key).checks:
        must: dict[str, Any] = check.must
        rule = must.get("rule")
        if rule == "not_more_than":
            changes = {must["part"]: "2", must["whole"]: "1"}
            found.append(Mutation(changes, must["part"], check.id))
        if rule == "exactly_one":
            first, second, _ = must["items"]
            found.append(Mutation({first: "", first + 1: ""}, first, check.id))
            found.append(Mutation({first: "1", second: "1"}, second, check.id))
        if rule == "no_number":
            found += [Mutation({pos: _number(key, pos)}, pos, check.id) for pos in must["items"]]
    return found


def _number(key: tuple[str, int], pos: int) -> str:
    """A number typed into free text, the smallest way it fits there."""
    item = layout_of(*key).items[pos - 1]
    number = valid_number(41)
    return number.translate(WIDE) if item.type == "Z" else number


MUTATIONS = [
    pytest.param(key, mutation, id=f"{key[0]}-{key[1]}-{mutation}")
    for key, row in ROWS.items()
    for mutation in [
        *mutations.of_items(layout_of(*key)),
        *mutations.of_dates(layout_of(*key)),
        *mutations.of_plain_checks(layout_of(*key), row),
        *_rules(key),
    ]
]
FITS = 12


@pytest.mark.parametrize("key", ROWS, ids=str)
def test_good_record_has_no_problem(key: tuple[str, int]) -> None:
    assert found_in(ROWS[key]) == []


@pytest.mark.parametrize(("key", "mutation"), MUTATIONS)
def test_rule_broken(key: tuple[str, int], mutation: Mutation) -> None:
    assert mutation.is_told(found_in(changed(ROWS[key], mutation.changes)))


@pytest.mark.parametrize("key", ROWS, ids=str)
def test_every_check_of_the_layout_is_broken_once(key: tuple[str, int]) -> None:
    layout = layout_of(*key)
    plain = mutations.of_plain_checks(layout, ROWS[key])

    assert {check.id for check in layout.checks} == {one.code for one in [*plain, *_rules(key)]}


def test_joint_filing_ends_with_the_eighth_year() -> None:
    seventh, eighth = ROWS["315", 2025], ROWS["315", 2026]

    assert found_in(changed(seventh, {147: "2"})) == []
    assert found_in(changed(eighth, {147: "2"})) == [(1, 147, "local-only")]


def test_bracket_of_specific_relatives_is_of_the_seventh_year() -> None:
    assert found_in(changed(ROWS["315", 2025], {102: "91"})) == []
    assert found_in(changed(ROWS["315", 2024], {102: "91"})) == [(1, 102, "code-not-listed")]


@pytest.mark.parametrize(("code", "found"), [("131032", []), ("13103", []), ("131033", [139])])
def test_municipality(code: str, found: list[int]) -> None:
    problems = found_in(changed(ROWS["315", 2025], {139: code}))

    assert problems == [(1, item, "check-digit") for item in found]


# many records at once ---------------------------------------------------------------------------


def _one_by_one(rows: list[list[str]]) -> list[FilingProblem]:
    kind = rows[0][0]
    return [
        problem
        for number, row in enumerate(rows, 1)
        for problem in in_record(number, row, kind, today=ON_FILING)
    ]


def _together(rows: list[list[str]]) -> list[FilingProblem]:
    return list(in_records(1, rows, rows[0][0], today=ON_FILING))


@pytest.mark.parametrize("key", ROWS, ids=str)
def test_good_records_are_told_good_by_their_columns(key: tuple[str, int]) -> None:
    checks = checks_of(edition_of(*key), check_digits=True)

    assert checks.are_good([ROWS[key]] * 3, today=ON_FILING)


@pytest.mark.parametrize("key", ROWS, ids=str)
def test_each_broken_rule_is_found_among_good_records(key: tuple[str, int]) -> None:
    good = ROWS[key]
    for mutation in _mutations(key):
        rows = [good, changed(good, mutation), good]
        assert _together(rows) == _one_by_one(rows)
        assert _together(rows) != []


def _mutations(key: tuple[str, int]) -> list[dict[int, str]]:
    return [one.values[1].changes for one in MUTATIONS if one.values[0] == key]


@given(
    st.sampled_from(sorted(ROWS)),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 400),
            st.sampled_from(["", "0", "1", "2", "99", "x", "亜", "髙", "亜　亜", " ", ",", "12"])
            | st.text(st.characters(codec="utf-8"), max_size=8),
        ),
        max_size=4,
    ),
)
@settings(deadline=None)
def test_looking_at_many_finds_what_looking_at_each_finds(
    key: tuple[str, int], changes: list[tuple[int, int, str]]
) -> None:
    rows = [list(ROWS[key]) for _ in range(3)]
    for row, at, value in changes:
        rows[row][at % len(rows[row])] = value

    assert _together(rows) == _one_by_one(rows)


def test_records_of_another_length_or_year_are_looked_at_one_by_one() -> None:
    rows = [ROWS["315", 2026], ROWS["315", 2025], ROWS["315", 2026][:-1]]

    assert _together(rows) == _one_by_one(rows)
    assert {one.record for one in _together(rows)} == {3}
