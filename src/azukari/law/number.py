"""個人番号: twelve digits, the last one a check digit.

Sources: 番号法 第2条第5項; 施行令 第8条; check digit 平成26年総務省令第85号 第5条.
A right check digit says "possible", never "issued": one string of twelve digits in ten passes.

>>> parse("１２３４　５６７８　９０１８")
MyNumber(************)
>>> problem_of("123456789012")
<NumberProblem.CHECK_DIGIT: 'check_digit'>
"""

from enum import StrEnum
from hmac import compare_digest
from typing import NoReturn, Self, final

from azukari.law.digits import MAX_TYPED, Repair, is_ascii_digits, is_exponent, tidy

LENGTH = 12
MASK = "*" * LENGTH
_ALL_ZERO = "0" * LENGTH
_NO_REPAIRS: frozenset[Repair] = frozenset()


class NumberProblem(StrEnum):
    """Why a text is not an individual number. Wording is the business of `web`."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    LEADING_ZERO_LOST = "leading_zero_lost"
    CHECK_DIGIT = "check_digit"
    ALL_ZERO = "all_zero"
    SPREADSHEET_EXPONENT = "spreadsheet_exponent"


class NumberRefused(ValueError):
    """Carries the problem only, never the text that was refused."""

    def __init__(self, problem: NumberProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@final
class MyNumber:
    """One checked individual number; only `reveal_digits()` reads it.

    Made by `parse` alone. Prints as a full mask, compares in constant time, cannot be a key of a
    dict or set, and refuses pickling, so that it reaches neither a cache nor a queue by accident.
    """

    __slots__ = ("_digits",)
    _digits: str

    def __new__(cls) -> Self:
        raise TypeError("MyNumber is made by azukari.law.number.parse")

    def reveal_digits(self) -> str:
        """The twelve digits. One search for this name finds every reading in the code."""
        return self._digits

    def __repr__(self) -> str:
        return f"MyNumber({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MyNumber):
            return NotImplemented
        return compare_digest(self._digits, other._digits)

    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("MyNumber cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("MyNumber cannot be changed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getstate__(self) -> NoReturn:
        raise TypeError("MyNumber cannot be serialised")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("MyNumber cannot be serialised")


_make = object.__new__
_put_digits = MyNumber.__dict__["_digits"].__set__

_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def check_digit(eleven: str) -> str:
    """The twelfth digit for eleven leading ones (平成26年総務省令第85号 第5条)."""
    if len(eleven) != LENGTH - 1 or not is_ascii_digits(eleven):
        raise ValueError("eleven digits are needed")
    remainder = sum(int(d) * w for d, w in zip(eleven, _WEIGHTS, strict=True)) % 11
    return "0" if remainder <= 1 else str(11 - remainder)


# Bulk sheets have millions of rows, so the sum is looked up three digits at a time. Texts are the
# keys: anything but three ASCII digits is missing from the table, which checks the alphabet too.
_ENDS_IN_ZERO = 64


def _part(start: int) -> dict[str, int]:
    a, b, c = _WEIGHTS[start : start + 3]
    return {f"{n:03d}": (n // 100 * a + n // 10 % 10 * b + n % 10 * c) % 11 for n in range(1000)}


def _last_part() -> dict[str, int]:
    a, b = _WEIGHTS[9:]
    return {
        f"{n:03d}": (n // 100 * a + n // 10 % 10 * b + n % 10) % 11
        + (0 if n % 10 else _ENDS_IN_ZERO)
        for n in range(1000)
    }


_FIRST, _SECOND, _THIRD, _LAST = _part(0), _part(3), _part(6), _last_part()
# Sum and check digit together are a multiple of 11, or the remainder was 1 and the digit is 0.
_RIGHT = frozenset(
    {n for n in range(_ENDS_IN_ZERO) if n % 11 == 0}
    | {n + _ENDS_IN_ZERO for n in range(_ENDS_IN_ZERO) if n % 11 <= 1}
)


def _is_clean(text: str) -> bool:
    """Whether the text is twelve ASCII digits with a right check digit, not all zero."""
    if len(text) != LENGTH:
        return False
    try:
        total = _FIRST[text[:3]] + _SECOND[text[3:6]] + _THIRD[text[6:9]] + _LAST[text[9:]]
    except KeyError:
        return False
    return total in _RIGHT and text != _ALL_ZERO


def _problem_of_tidied(text: str) -> NumberProblem | None:
    if _is_clean(text):
        return None
    if not text:
        return NumberProblem.EMPTY
    if is_exponent(text):
        return NumberProblem.SPREADSHEET_EXPONENT
    return _problem_of_digits(text) if is_ascii_digits(text) else NumberProblem.NOT_DIGITS


def _problem_of_digits(digits: str) -> NumberProblem:
    if len(digits) == LENGTH:
        return NumberProblem.ALL_ZERO if digits == _ALL_ZERO else NumberProblem.CHECK_DIGIT
    lost = len(digits) == LENGTH - 1 and _is_clean("0" + digits)
    return NumberProblem.LEADING_ZERO_LOST if lost else NumberProblem.LENGTH


def problem_of(text: str) -> NumberProblem | None:
    """What is wrong with a cell, or None when `parse` would take it."""
    if _is_clean(text):
        return None
    if len(text) > MAX_TYPED:
        return NumberProblem.LENGTH
    return _problem_of_tidied(tidy(text)[0])


def parse_plain(text: str) -> MyNumber | None:
    """The number of a cell that is nothing but that; None where there is more to do or to say."""
    return _number_of(text) if _is_clean(text) else None


def parse_with_repairs(text: str) -> tuple[MyNumber, frozenset[Repair]]:
    """The number in a cell and what had to be tidied away to read it.

    Raises NumberRefused.
    """
    repairs = _NO_REPAIRS
    if not _is_clean(text):
        if len(text) > MAX_TYPED:
            raise NumberRefused(NumberProblem.LENGTH)
        text, repairs = tidy(text)
        problem = _problem_of_tidied(text)
        if problem is not None:
            raise NumberRefused(problem)
    return _number_of(text), repairs


def _number_of(clean: str) -> MyNumber:
    number: MyNumber = _make(MyNumber)
    _put_digits(number, clean)
    return number


def parse(text: str) -> MyNumber:
    """The number in a text; widths, spaces and hyphens do not matter. Raises NumberRefused."""
    return _number_of(text) if _is_clean(text) else parse_with_repairs(text)[0]
