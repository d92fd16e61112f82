import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.jp import cn as oracle

from azukari.law.corporate_number import (
    CorporateNumberProblem,
    CorporateNumberRefused,
    check_digit,
    parse,
    parse_with_repairs,
    problem_of,
)
from azukari.law.digits import Repair


@pytest.mark.parametrize(
    "digits",
    [
        "7000012050002",
        "7010705000725",
        "5010401089998",
        "7123456789012",
        "8000020130001",
        "7010705900725",
    ],
)
def test_parse_valid_vector(digits: str) -> None:
    assert parse(digits) == digits


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("7000012050003", CorporateNumberProblem.CHECK_DIGIT),
        ("0000012050002", CorporateNumberProblem.CHECK_DIGIT),
        ("1010705000725", CorporateNumberProblem.CHECK_DIGIT),
        ("701070500072", CorporateNumberProblem.LENGTH),
        ("9000000000000", CorporateNumberProblem.ALL_ZERO),
        ("", CorporateNumberProblem.EMPTY),
        ("7.01071E+12", CorporateNumberProblem.SPREADSHEET_EXPONENT),
        ("T7000012050002", CorporateNumberProblem.NOT_DIGITS),
        ("7" * 100, CorporateNumberProblem.LENGTH),
    ],
)
def test_problem_of_invalid(text: str, problem: CorporateNumberProblem) -> None:
    with pytest.raises(CorporateNumberRefused) as refusal:
        parse(text)

    assert refusal.value.problem is problem is problem_of(text)


def test_parse_with_repairs_tells_what_was_tidied() -> None:
    number, repairs = parse_with_repairs("７-0000-1205-0002")

    assert number == "7000012050002"
    assert repairs == {Repair.FULL_WIDTH, Repair.HYPHENS}


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_check_digit_agrees_with_stdnum(base: int) -> None:
    twelve = f"{base:012d}"

    digits = check_digit(twelve) + twelve

    assert oracle.is_valid(digits)
    assert problem_of(digits) is None


def test_check_digit_needs_twelve_digits() -> None:
    with pytest.raises(ValueError):
        check_digit("123")
