"""Decisions about families, payees, leaving and returning, without any table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.relationship import SPOUSES, Relationship
from azukari.register.rules import (
    FilingNote,
    RegisterProblem,
    contract_fits,
    dependence_fits,
    family_fits,
    filing_notes,
    home_fits,
    may_leave,
    may_return,
)

DAYS = st.dates(date(1950, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize("relationship", list(Relationship))
def test_specific_relative_is_no_spouse(relationship: Relationship) -> None:
    problem = family_fits(relationship=relationship.code, category3=False, specific_relative=True)

    fits = relationship not in SPOUSES
    assert problem == (None if fits else RegisterProblem.SPECIFIC_RELATIVE_IS_SPOUSE)


@pytest.mark.parametrize(
    ("together", "address", "problem"),
    [
        (False, "東京都", RegisterProblem.APART_AT_SAME_ADDRESS),
        (False, "大阪府", None),
        (False, "", None),
        (True, "東京都", None),
        (None, "東京都", None),
    ],
)
def test_who_lives_apart_has_another_address(
    together: bool | None, address: str, problem: RegisterProblem | None
) -> None:
    assert home_fits(together=together, address=address, of_employee="東京都") is problem


@given(DAYS, DAYS)
def test_nothing_ends_before_it_began(begin: date, end: date) -> None:
    fits = end >= begin

    assert (contract_fits(start=begin, end=end) is None) is fits
    assert (dependence_fits(born=begin, until=end) is None) is fits


@given(st.none() | DAYS)
def test_a_day_that_is_not_known_fits(day: date | None) -> None:
    assert contract_fits(start=day, end=None) is None
    assert contract_fits(start=None, end=day) is None
    assert dependence_fits(born=day, until=None) is None


@given(st.none() | DAYS, st.none() | DAYS)
def test_leaving_and_returning_take_turns(ended: date | None, again: date | None) -> None:
    leaving, returning = may_leave(ended=ended), may_return(ended=ended, again=again)

    assert (leaving is None) is (ended is None)
    if ended is None:
        assert returning is RegisterProblem.NOT_LEFT
    elif again is None or again > ended:
        assert returning is None
    else:
        assert returning is RegisterProblem.RETURNED_BEFORE_LEAVING


@given(DAYS)
def test_the_day_after_the_last_is_the_first_to_return(ended: date) -> None:
    assert may_return(ended=ended, again=ended + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("kana", "address", "address_kana", "notes"),
    [
        ("ヤマダ　ハナコ", "", "", []),
        ("ヤマダ", "", "", [FilingNote.KANA_IN_ONE_PIECE]),
        ("ア　" + "イ" * 23, "", "", []),
        ("ア　" + "イ" * 24, "", "", [FilingNote.KANA_TOO_LONG]),
        # A voiced mark is a byte of its own.
        ("ガ　" + "イ" * 23, "", "", [FilingNote.KANA_TOO_LONG]),
        ("ア　イ", "東京都", "", [FilingNote.ADDRESS_WITHOUT_KANA]),
        ("ア　イ", "東京都", "ア" * 75, []),
        ("ア　イ", "東京都", "ア" * 76, [FilingNote.ADDRESS_KANA_TOO_LONG]),
    ],
)
def test_notes_about_filings(
    kana: str, address: str, address_kana: str, notes: list[FilingNote]
) -> None:
    assert filing_notes(kana=kana, address=address, address_kana=address_kana) == notes
