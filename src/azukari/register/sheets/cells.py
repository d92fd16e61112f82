"""The columns of a file: each takes the cells of a chunk and gives what they mean.

A column function answers one value per cell, `None` (or an empty text) where there is nothing or
where the cell was refused, and notes its findings.  Whole columns at a time, since a file has
millions of cells and a call for each of them would cost more than the check itself.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from azukari.law.digits import Repair
from azukari.law.era import DateProblem, DateRefused, from_spreadsheet_serial, parse_date
from azukari.law.number import (
    MyNumber,
    NumberProblem,
    NumberRefused,
    parse_plain,
    parse_with_repairs,
)
from azukari.law.relationship import (
    Relationship,
    RelationshipProblem,
    RelationshipRefused,
    parse_relationship,
)
from azukari.law.sex import Sex, SexUnknown, parse_sex
from azukari.ledger.number_in_text import holds_number
from azukari.register.sheets.codes import Code
from azukari.register.sheets.findings import Findings
from azukari.register.sheets.text_cells import bad_text

Cells = Sequence[str]

_NUMBER_CODES: Mapping[NumberProblem, Code] = {
    NumberProblem.EMPTY: Code.NUMBER_MISSING,
    NumberProblem.NOT_DIGITS: Code.NUMBER_NOT_DIGITS,
    NumberProblem.LENGTH: Code.NUMBER_LENGTH,
    NumberProblem.LEADING_ZERO_LOST: Code.NUMBER_LEADING_ZERO_LOST,
    NumberProblem.CHECK_DIGIT: Code.NUMBER_CHECK_DIGIT,
    NumberProblem.ALL_ZERO: Code.NUMBER_ALL_ZERO,
    NumberProblem.SPREADSHEET_EXPONENT: Code.NUMBER_SPREADSHEET_EXPONENT,
}
_REPAIR_CODES: Mapping[Repair, Code] = {
    Repair.FULL_WIDTH: Code.NUMBER_FULL_WIDTH,
    Repair.SPACES: Code.NUMBER_SPACES,
    Repair.HYPHENS: Code.NUMBER_HYPHENS,
    Repair.APOSTROPHE: Code.NUMBER_APOSTROPHE,
    Repair.TEXT_FORMULA: Code.NUMBER_TEXT_FORMULA,
}
_DATE_CODES: Mapping[DateProblem, Code] = {
    DateProblem.NOT_A_DATE: Code.DATE_WRONG,
    DateProblem.IMPOSSIBLE: Code.DATE_IMPOSSIBLE,
    DateProblem.OUTSIDE_ERA: Code.DATE_OUTSIDE_ERA,
    DateProblem.OUT_OF_RANGE: Code.DATE_OUT_OF_RANGE,
    DateProblem.SPREADSHEET_SERIAL: Code.DATE_WRONG,
}
_RELATIONSHIP_CODES: Mapping[RelationshipProblem, Code] = {
    RelationshipProblem.EMPTY: Code.RELATIONSHIP_MISSING,
    RelationshipProblem.UNKNOWN: Code.RELATIONSHIP_UNKNOWN,
    RelationshipProblem.NEEDS_SEX: Code.RELATIONSHIP_NEEDS_SEX,
}

# Twelve digits, however far apart people write them; a quick look before the thorough one.
_TWELVE = re.compile(
    r"[\d〇零一二三四五六七八九](?:[^\d〇零一二三四五六七八九\x1f]{0,4}+[\d〇零一二三四五六七八九]){11}"
)
# A quicker one for columns in ASCII: nothing but how many digits a cell has.
_DIGITS_ONLY = dict.fromkeys(range(128)) | dict.fromkeys(range(48, 58), "0") | {31: "\x1f"}
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_./-]{0,19}")
# What nearly every cell is; whatever is not goes the long way round.
_PLAIN_FAMILY_CODES = frozenset(map(str, range(1, 100)))
_PLAIN_FLAGS = {"1": True, "0": False, "": None}
_YES = frozenset(
    [
        "1",
        "○",
        "〇",
        "有",
        "あり",
        "はい",
        "対象",
        "該当",
        "同居",
        "扶養",
        "扶養あり",
        "true",
        "yes",
        "y",
    ]
)
_NO = frozenset(
    ["0", "×", "無", "なし", "いいえ", "対象外", "非該当", "別居", "扶養なし", "false", "no", "n"]
)


# 個人番号 -------------------------------------------------------------------------------------


def numbers(
    cells: Cells, column: str, found: Findings, *, may_lack: bool = False
) -> list[MyNumber | None]:
    values = list(map(parse_plain, cells))
    for place, number in enumerate(values):
        if number is None and (cells[place] or not may_lack):
            values[place] = _mended_number(place, cells[place], column, found)
    return values


def _mended_number(place: int, cell: str, column: str, found: Findings) -> MyNumber | None:
    try:
        number, repairs = parse_with_repairs(cell)
    except NumberRefused as refused:
        found.add(place, column, _NUMBER_CODES[refused.problem])
        return None
    for repair in sorted(repairs):
        found.add(place, column, _REPAIR_CODES[repair])
    return number


def refuse_numbers_in_text(values: list[str], column: str, found: Findings) -> None:
    """A number in a column that is kept in clear is refused, whoever it belongs to."""
    whole = "\x1f".join(values)
    if whole.isascii() and "0" * 12 not in whole.translate(_DIGITS_ONLY):
        return
    if not _TWELVE.search(whole):
        return
    for place, text in enumerate(values):
        if _TWELVE.search(text) and holds_number(text):
            found.add(place, column, Code.NUMBER_IN_TEXT)
            values[place] = ""


# 社員番号, 家族連番 -----------------------------------------------------------------------------


def employee_codes(cells: Cells, column: str, found: Findings) -> list[str]:
    return [
        cell if _CODE.fullmatch(cell) else _mended_code(place, cell, column, found)
        for place, cell in enumerate(cells)
    ]


def _mended_code(place: int, cell: str, column: str, found: Findings) -> str:
    text = cell.strip(" \t\u3000\xa0")
    if not text:
        found.add(place, column, Code.EMPLOYEE_CODE_MISSING)
        return ""
    narrow = unicodedata.normalize("NFKC", text).removeprefix("'")
    if not _CODE.fullmatch(narrow):
        found.add(place, column, bad_text(text) or Code.EMPLOYEE_CODE_WRONG, cell)
        return ""
    if text != cell:
        found.add(place, column, Code.SPACES_TRIMMED, cell, text)
    if narrow != text:
        found.add(place, column, Code.WIDTH_CHANGED, cell, narrow)
    return narrow


def family_codes(cells: Cells, column: str, found: Findings) -> list[int | None]:
    return [
        int(cell) if cell in _PLAIN_FAMILY_CODES else _family_code(place, cell, column, found)
        for place, cell in enumerate(cells)
    ]


def _family_code(place: int, cell: str, column: str, found: Findings) -> int | None:
    plain = unicodedata.normalize("NFKC", cell).strip()
    if not plain:
        found.add(place, column, Code.FAMILY_CODE_MISSING)
        return None
    if not (plain.isascii() and plain.isdigit() and 0 < int(plain[:4]) <= 999 and len(plain) < 5):
        found.add(place, column, Code.FAMILY_CODE_WRONG, cell)
        return None
    return int(plain)


# dates ----------------------------------------------------------------------------------------


class _Days(dict[str, date | None]):
    """The same days come again and again; what is refused is not kept.  As quick as a dict, of
    which `lru_cache` takes twice the time.
    """

    def __missing__(self, cell: str) -> date | None:
        day = parse_date(cell) if cell else None
        if len(self) > _MOST_DAYS:
            self.clear()
        self[cell] = day
        return day


_MOST_DAYS = 65_536
_day = _Days().__getitem__


def dates(cells: Cells, column: str, found: Findings) -> list[date | None]:
    try:
        return list(map(_day, cells))
    except DateRefused:
        return [_mended_date(place, cell, column, found) for place, cell in enumerate(cells)]


def _mended_date(place: int, cell: str, column: str, found: Findings) -> date | None:
    try:
        return _day(cell)
    except DateRefused as refused:
        problem = refused.problem
    if problem is DateProblem.EMPTY:
        return None
    if problem is DateProblem.SPREADSHEET_SERIAL:
        try:
            day = from_spreadsheet_serial(cell)
        except DateRefused:
            pass
        else:
            found.add(place, column, Code.DATE_FROM_SERIAL, cell, day.isoformat())
            return day
    found.add(place, column, _DATE_CODES[problem], cell)
    return None


# other columns --------------------------------------------------------------------------------


def sexes(cells: Cells, column: str, found: Findings) -> list[str]:
    values = []
    for place, cell in enumerate(cells):
        try:
            values.append(_sex(cell))
        except SexUnknown:
            found.add(place, column, Code.SEX_UNKNOWN, cell)
            values.append("")
    return values


@lru_cache(maxsize=256)
def _sex(cell: str) -> str:
    return parse_sex(cell).value if cell.strip() else ""


def relationships(cells: Cells, column: str, found: Findings, sex_of: Sequence[str]) -> list[str]:
    """Codes of `law.relationship`; 本人 is no family member."""
    values = []
    for place, (cell, sex) in enumerate(zip(cells, sex_of, strict=True)):
        known = _relationship(cell, sex)
        if isinstance(known, Code):
            found.add(place, column, known, cell)
        values.append("" if isinstance(known, Code) else known)
    return values


@lru_cache(maxsize=4096)
def _relationship(cell: str, sex: str) -> str | Code:
    try:
        relationship = parse_relationship(cell, sex=Sex(sex) if sex else None)
    except RelationshipRefused as refused:
        return _RELATIONSHIP_CODES[refused.problem]
    return Code.RELATIONSHIP_UNKNOWN if relationship is Relationship.SELF else relationship.code


def flags(cells: Cells, column: str, found: Findings) -> list[bool | None]:
    """Yes, no, or nothing said; 2 is a no beside 1 (同居 1, 別居 2)."""
    return [
        _PLAIN_FLAGS[cell] if cell in _PLAIN_FLAGS else _flag(place, cell, column, found)
        for place, cell in enumerate(cells)
    ]


def _flag(place: int, cell: str, column: str, found: Findings) -> bool | None:
    plain = unicodedata.normalize("NFKC", cell).strip().casefold()
    if not plain:
        return None
    if plain in _YES:
        return True
    if plain in _NO or (plain == "2" and column == "同居区分"):
        return False
    found.add(place, column, Code.FLAG_WRONG, cell)
    return None


def digits(cells: Cells, column: str, found: Findings, shortest: int, longest: int) -> list[str]:
    """Digits only, hyphens and widths aside (基礎年金番号 1234-567890)."""
    values = []
    for place, cell in enumerate(cells):
        text = unicodedata.normalize("NFKC", cell).replace("-", "").strip()
        fits = text.isascii() and text.isdigit() and shortest <= len(text) <= longest
        if text and not fits:
            found.add(place, column, Code.DIGITS_WRONG)
        values.append(text if fits else "")
    return values
