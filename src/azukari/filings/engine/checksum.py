"""Check digits by the name a layout gives them: each says whether a value of digits agrees."""

from collections.abc import Callable
from typing import Final

from azukari.law import corporate_number, municipality, number
from azukari.law.number import LENGTH, NumberProblem


def _individual(value: str) -> bool:
    return number.problem_of(value) is not NumberProblem.CHECK_DIGIT


def _individual_padded(value: str) -> bool:
    """An individual number as the tax files write it: thirteen characters, a 0 in front."""
    if len(value) > LENGTH:
        return value[0] == "0" and _individual(value[1:])
    return _individual(value)


def _party(value: str) -> bool:
    """A corporate number, or an individual number with a 0 in front."""
    if len(value) > LENGTH and value[0] != "0":
        return corporate_number.problem_of(value) is None
    return _individual_padded(value)


def _municipality(value: str) -> bool:
    """全国地方公共団体コード of six digits; of five, the check digit is left out."""
    five, check = value[: municipality.LENGTH], value[municipality.LENGTH :]
    return len(check) != 1 or check == municipality.check_digit(five)


CHECKSUMS: Final[dict[str, Callable[[str], bool]]] = {
    "individual-number": _individual,
    "individual-number-13": _individual_padded,
    "party-number-13": _party,
    "municipality": _municipality,
}
