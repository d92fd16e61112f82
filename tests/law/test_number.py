import copy
import json
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.jp import in_ as oracle

from azukari.law.digits import Repair
from azukari.law.number import (
    MASK,
    MyNumber,
    NumberProblem,
    NumberRefused,
    check_digit,
    parse,
    parse_with_repairs,
    problem_of,
)
from tests.numbers import valid_number, wrong_check_digit

VALID = [
    "123456789018",
    "987654321093",
    "111111111118",
    "555555555557",
    "999999999996",
    "314159265352",
    "271828182840",
    "012345678911",
    "200000000018",
    "100000000005",
]
WRONG = [
    "123456789012",
    "123456789010",
    "111111111111",
    "555555555555",
    "987654321098",
    "314159265350",
    "271828182841",
    "012345678910",
    "213456789018",
    "123456789081",
]

seeds = st.integers(min_value=1, max_value=10**9)


@pytest.mark.parametrize("digits", VALID)
def test_parse_valid_vector(digits: str) -> None:
    assert parse(digits).reveal_digits() == digits


@pytest.mark.parametrize("digits", WRONG)
def test_problem_of_wrong_vector(digits: str) -> None:
    assert problem_of(digits) is NumberProblem.CHECK_DIGIT


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", NumberProblem.EMPTY),
        ("　 ", NumberProblem.EMPTY),
        ("12345678901", NumberProblem.LENGTH),
        ("1234567890181", NumberProblem.LENGTH),
        ("9" * 1000, NumberProblem.LENGTH),
        ("12345678911", NumberProblem.LEADING_ZERO_LOST),
        ("000000000000", NumberProblem.ALL_ZERO),
        ("００００００００００００", NumberProblem.ALL_ZERO),
        ("1.23E+11", NumberProblem.SPREADSHEET_EXPONENT),
        ("1.23457E+11", NumberProblem.SPREADSHEET_EXPONENT),
        ("１．２３Ｅ＋１１", NumberProblem.SPREADSHEET_EXPONENT),
        ("12345678901O", NumberProblem.NOT_DIGITS),
        ("なし", NumberProblem.NOT_DIGITS),
        ("-123456789018", NumberProblem.NOT_DIGITS),
        ("١٢٣٤٥٦٧٨٩٠١٨", NumberProblem.NOT_DIGITS),
        ("²23456789018", NumberProblem.NOT_DIGITS),
    ],
)
def test_problem_of_unreadable(text: str, problem: NumberProblem) -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse(text)

    assert problem_of(text) is problem
    assert refusal.value.problem is problem


@pytest.mark.parametrize(
    ("text", "repairs"),
    [
        ("123456789018", set()),
        (" 123456789018\r\n", set()),
        ("１２３４５６７８９０１８", {Repair.FULL_WIDTH}),
        ("1234 5678 9018", {Repair.SPACES}),
        ("1234　5678　9018", {Repair.SPACES}),
        ("1234-5678-9018", {Repair.HYPHENS}),
        ("１２３４ー５６７８−９０１８", {Repair.FULL_WIDTH, Repair.HYPHENS}),
        ("1234‐5678–9018", {Repair.HYPHENS}),
        ("'123456789018", {Repair.APOSTROPHE}),
        ('="123456789018"', {Repair.TEXT_FORMULA}),
    ],
)
def test_parse_with_repairs_tells_what_was_tidied(text: str, repairs: set[Repair]) -> None:
    number, found = parse_with_repairs(text)

    assert number.reveal_digits() == "123456789018"
    assert found == repairs


@given(seeds)
def test_check_digit_agrees_with_oracles(seed: int) -> None:
    digits = valid_number(seed)

    assert check_digit(digits[:11]) == digits[11]
    assert oracle.calc_check_digit(digits[:11]) == digits[11]


@given(st.text(alphabet="0123456789", min_size=12, max_size=12).filter(lambda t: t.strip("0")))
def test_problem_of_agrees_with_stdnum(digits: str) -> None:
    assert (problem_of(digits) is None) == oracle.is_valid(digits)


@given(st.text(max_size=20))
def test_problem_of_agrees_with_parse_for_any_text(text: str) -> None:
    problem = problem_of(text)

    if problem is None:
        assert len(parse(text).reveal_digits()) == 12
    else:
        with pytest.raises(NumberRefused, match=f"^{problem}$"):
            parse(text)


@pytest.mark.parametrize("eleven", ["", "1234567890", "1234567890x", "１２３４５６７８９０１"])
def test_check_digit_needs_eleven_digits(eleven: str) -> None:
    with pytest.raises(ValueError):
        check_digit(eleven)


def test_my_number_prints_masked() -> None:
    number = parse(valid_number(1))

    assert str(number) == MASK
    assert f"{number}" == f"{number:>20}" == MASK
    assert f"{number!r}" == f"MyNumber({MASK})"
    assert "".join(map(str, [number])) == MASK


def test_my_number_refuses_to_be_serialised() -> None:
    number = parse(valid_number(2))

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(number, protocol)
    with pytest.raises(TypeError):
        json.dumps({"number": number})
    with pytest.raises(TypeError):
        vars(number)


def test_my_number_refuses_to_be_made_changed_or_hashed() -> None:
    number = parse(valid_number(3))

    with pytest.raises(TypeError):
        MyNumber()
    with pytest.raises(AttributeError):
        number._digits = valid_number(4)
    with pytest.raises(AttributeError):
        del number._digits
    with pytest.raises(TypeError):
        hash(number)


def test_my_number_equality() -> None:
    number = parse(valid_number(5))

    assert number == parse(valid_number(5))
    assert number != parse(valid_number(6))
    assert number != valid_number(5)
    assert copy.deepcopy(number) is copy.copy(number) is number


def test_refusal_does_not_carry_the_text() -> None:
    wrong = wrong_check_digit(7)

    with pytest.raises(NumberRefused) as refusal:
        parse(wrong)

    told = "".join(traceback.format_exception(refusal.value)) + repr(vars(refusal.value))
    assert wrong not in told
    assert refusal.value.__context__ is None
