"""法人番号: thirteen digits, the first one a check digit 1–9. Public, no restriction on use.

Sources: 番号法 第39条; check digit 平成26年財務省令第70号 第2条, the remainder taken after
summing. An exchange of 0 and 9 goes unnoticed (the sum is taken modulo 9).

>>> parse("7000-0120-5000-2")
'7000012050002'
"""

from enum import StrEnum
from typing import NewType

from azukari.law.digits import MAX_TYPED, Repair, is_ascii_digits, is_exponent, tidy

LENGTH = 13

CorporateNumber = NewType("CorporateNumber", str)


class CorporateNumberProblem(StrEnum):
    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    CHECK_DIGIT = "check_digit"
    ALL_ZERO = "all_zero"
    SPREADSHEET_EXPONENT = "spreadsheet_exponent"


class CorporateNumberRefused(ValueError):
    def __init__(self, problem: CorporateNumberProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def check_digit(twelve: str) -> str:
    """The leading digit for twelve base digits (平成26年財務省令第70号 第2条)."""
    if len(twelve) != LENGTH - 1 or not is_ascii_digits(twelve):
        raise ValueError("twelve digits are needed")
    total = sum(int(d) * (1 + n % 2) for n, d in enumerate(reversed(twelve)))
    return str(9 - total % 9)


def _problem_of_tidied(text: str) -> CorporateNumberProblem | None:
    if not text:
        return CorporateNumberProblem.EMPTY
    if is_exponent(text):
        return CorporateNumberProblem.SPREADSHEET_EXPONENT
    if not is_ascii_digits(text):
        return CorporateNumberProblem.NOT_DIGITS
    if len(text) != LENGTH:
        return CorporateNumberProblem.LENGTH
    # 9000000000000 satisfies the formula, but its base number is nobody's.
    if not text[1:].strip("0"):
        return CorporateNumberProblem.ALL_ZERO
    return None if text[0] == check_digit(text[1:]) else CorporateNumberProblem.CHECK_DIGIT


def problem_of(text: str) -> CorporateNumberProblem | None:
    """What is wrong with a text, or None when `parse` would take it."""
    if len(text) > MAX_TYPED:
        return CorporateNumberProblem.LENGTH
    return _problem_of_tidied(tidy(text)[0])


def parse_with_repairs(text: str) -> tuple[CorporateNumber, frozenset[Repair]]:
    """The number and what had to be tidied away. Raises CorporateNumberRefused."""
    if len(text) > MAX_TYPED:
        raise CorporateNumberRefused(CorporateNumberProblem.LENGTH)
    tidied, repairs = tidy(text)
    problem = _problem_of_tidied(tidied)
    if problem is not None:
        raise CorporateNumberRefused(problem)
    return CorporateNumber(tidied), repairs


def parse(text: str) -> CorporateNumber:
    """The thirteen digits; widths, spaces and hyphens do not matter.

    Raises CorporateNumberRefused.
    """
    return parse_with_repairs(text)[0]
