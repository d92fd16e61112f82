"""全国地方公共団体コード: two digits of the prefecture, three of the municipality, a check digit.

Sources: JIS X 0401, JIS X 0402.  Wards of 政令指定都市 (地方自治法 第252条の20) are no
municipalities of their own and levy no 住民税; the 特別区 of Tokyo (第281条) are and do.

>>> parse("13101-6")
'13101'
"""

from enum import StrEnum
from typing import Final

from azukari.law.digits import is_ascii_digits, tidy

LENGTH: Final = 5
_WEIGHTS: Final = (6, 5, 4, 3, 2)
_PREFECTURES: Final = 47
_FIRST_MUNICIPALITY: Final = 100
_TOKYO: Final = "13"
_LAST_WARD: Final = "199"
# 地方自治法第二百五十二条の十九第一項の指定都市の指定に関する政令
_DESIGNATED_CITIES: Final = (
    "01100", "04100", "11100", "12100", "14100", "14130", "14150", "15100", "22100", "22130",
    "23100", "26100", "27100", "27140", "28100", "33100", "34100", "40100", "40130", "43100",
)  # fmt: skip


class MunicipalityProblem(StrEnum):
    LENGTH = "length"
    CHECK_DIGIT = "check_digit"
    NO_MUNICIPALITY = "no_municipality"
    WARD = "ward"


class MunicipalityRefused(ValueError):
    def __init__(self, problem: MunicipalityProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def check_digit(five: str) -> str:
    """The sixth digit: five weighted digits, modulus 11."""
    total = sum(int(digit) * weight for digit, weight in zip(five, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def parse(text: str) -> str:
    """Five digits of a municipality, typed with its check digit or without.

    Raises MunicipalityRefused.
    """
    code, _ = tidy(text)
    if not is_ascii_digits(code) or len(code) not in {LENGTH, LENGTH + 1}:
        raise MunicipalityRefused(MunicipalityProblem.LENGTH)
    five = code[:LENGTH]
    if code != five and code[LENGTH:] != check_digit(five):
        raise MunicipalityRefused(MunicipalityProblem.CHECK_DIGIT)
    if not 1 <= int(five[:2]) <= _PREFECTURES or int(five[2:]) < _FIRST_MUNICIPALITY:
        raise MunicipalityRefused(MunicipalityProblem.NO_MUNICIPALITY)
    if levying(five) != five:
        raise MunicipalityRefused(MunicipalityProblem.WARD)
    return five


def levying(code: str) -> str:
    """The municipality that levies 住民税, five digits: of a ward of 政令指定都市, its city."""
    five = code[:LENGTH]
    if five.startswith(_TOKYO) or five[2:] > _LAST_WARD:
        return five
    cities = [one for one in _DESIGNATED_CITIES if one[:2] == five[:2] and one <= five]
    return cities[-1] if cities else five
