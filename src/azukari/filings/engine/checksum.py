"""Check digits by the name a layout gives them: each says whether a value of digits agrees."""

from collections.abc import Callable
from typing import Final

from azukari.law import corporate_number, number
from azukari.law.number import LENGTH, NumberProblem

# JIS X 0402: five digits weighted, modulus 11.
_AREA_WEIGHTS: Final = (6, 5, 4, 3, 2)


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
    if len(value) != len(_AREA_WEIGHTS) + 1:
        return True
    total = sum(int(d) * w for d, w in zip(value, _AREA_WEIGHTS, strict=False))
    return value[-1] == str((11 - total % 11) % 10)


CHECKSUMS: Final[dict[str, Callable[[str], bool]]] = {
    "individual-number": _individual,
    "individual-number-13": _individual_padded,
    "party-number-13": _party,
    "municipality": _municipality,
}
