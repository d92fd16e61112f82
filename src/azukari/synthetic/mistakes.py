"""Mistakes as people and spreadsheets make them, each put into one cell of a row.

Every kind says what a reader of the file should do: FIX (repair, perhaps with a notice) or REJECT
(refuse the row and say why). Numbers spoilt here are invented ones of this room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from azukari.law.era import DateRefused, parse_date, to_era, wareki
from azukari.law.kana import is_full_katakana, to_half_katakana
from azukari.law.number import problem_of
from azukari.synthetic.csv_layout import EMPLOYEE_HEADINGS, FAMILY_HEADINGS
from azukari.synthetic.generator import TODAY


class Outcome(StrEnum):
    FIX = "fix"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell to spoil and what a mistake may look at; `row` and `previous` by heading."""

    text: str
    row: Mapping[str, str]
    previous: Mapping[str, str] | None
    random: Random


Spoil = Callable[[Cell], str | None]
"""The mistaken text, or None where the mistake cannot happen to this cell."""


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    outcome: Outcome
    field: str
    spoil: Spoil
    headings: tuple[tuple[str, ...], ...] = (EMPLOYEE_HEADINGS, FAMILY_HEADINGS)

    def applies_to(self, headings: tuple[str, ...]) -> bool:
        return headings in self.headings


def _wrong_check_digit(cell: Cell) -> str:
    last = (int(cell.text[-1]) + cell.random.randint(1, 9)) % 10
    return f"{cell.text[:-1]}{last}"


def _swapped_neighbours(cell: Cell) -> str | None:
    text = cell.text
    swaps = (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))
    noticed = [swap for swap in swaps if problem_of(swap)]
    return cell.random.choice(noticed) if noticed else None


def _digit_left_out(cell: Cell) -> str:
    place = cell.random.randrange(len(cell.text))
    return cell.text[:place] + cell.text[place + 1 :]


def _letter_for_digit(cell: Cell) -> str | None:
    for digit, letter in (("0", "O"), ("1", "l"), ("5", "S"), ("8", "B")):
        if digit in cell.text:
            return cell.text.replace(digit, letter, 1)
    return None


def _leading_zero_lost(cell: Cell) -> str | None:
    return cell.text.lstrip("0") if cell.text.startswith("0") else None


def _exponent(cell: Cell) -> str:
    return f"{int(cell.text):.5E}"


def _emptied(_cell: Cell) -> str:
    return ""


def _as_row_above(field: str) -> Spoil:
    def spoil(cell: Cell) -> str | None:
        above = cell.previous[field] if cell.previous else ""
        clean = above and above.isascii() and above.isalnum()
        return above if clean and (field != "個人番号" or not problem_of(above)) else None

    return spoil


def _grouped(mark: str) -> Spoil:
    return lambda cell: mark.join((cell.text[:4], cell.text[4:8], cell.text[8:]))


_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_TO_HIRAGANA = {code: chr(code - 0x60) for code in range(ord("ァ"), ord("ヶ") + 1)}


def _kanji_for_kana(cell: Cell) -> str | None:
    return None if is_full_katakana(cell.row["氏名"]) else cell.row["氏名"]


def _impossible_date(cell: Cell) -> str:
    year = cell.random.randint(1950, 2009)
    if cell.random.random() < 0.5:
        return f"{year | 1}/02/29"
    return f"{year}/{cell.random.choice(('04', '06', '09', '11'))}/31"


def _impossible_wareki(cell: Cell) -> str:
    return cell.random.choice(
        ("令和5年2月29日", "平成13年4月31日", "昭和52年2月30日", "昭和47年13月1日")
    )


def _outside_era(cell: Cell) -> str:
    draw = cell.random
    return f"昭和{draw.randint(65, 74)}年{draw.randint(1, 12)}月{draw.randint(1, 28)}日"


def _born_in_future(cell: Cell) -> str:
    return f"{TODAY.year + cell.random.randint(2, 40)}/01/{cell.random.randint(1, 28):02d}"


def _redated(write: Callable[[date], str]) -> Spoil:
    def spoil(cell: Cell) -> str | None:
        try:
            return write(parse_date(cell.text))
        except DateRefused:
            return None

    return spoil


def _era_letters(day: date) -> str:
    era = to_era(day)
    return f"{era.era.letter}{era.year}.{era.month}.{era.day}"


def _spreadsheet_serial(day: date) -> str:
    return str((day - date(1899, 12, 30)).days)


def _left_before_hired(cell: Cell) -> str | None:
    try:
        hired = parse_date(cell.row["入社年月日"])
    except DateRefused:
        return None
    return (hired - timedelta(days=cell.random.randint(1, 400))).isoformat().replace("-", "/")


def _trailing_space(cell: Cell) -> str:
    return cell.text + cell.random.choice(("　", "  "))


def _broken_line(cell: Cell) -> str:
    return f"{cell.text[:8]}\n{cell.text[8:]}"


_EMP, _FAM = (EMPLOYEE_HEADINGS,), (FAMILY_HEADINGS,)
_NUMBER, _KANA, _NAME, _BIRTH, _EMPLOYEE_NO = (
    "個人番号",
    "氏名カナ",
    "氏名",
    "生年月日",
    "社員番号",
)
_FIX, _REJECT = Outcome.FIX, Outcome.REJECT

_TABLE = (
    Kind("bad_check_digit", _REJECT, _NUMBER, _wrong_check_digit),
    Kind("transposed_digits", _REJECT, _NUMBER, _swapped_neighbours),
    Kind("eleven_digits", _REJECT, _NUMBER, _digit_left_out),
    Kind("leading_zero_lost", _REJECT, _NUMBER, _leading_zero_lost),
    Kind("scientific", _REJECT, _NUMBER, _exponent),
    Kind("letters", _REJECT, _NUMBER, _letter_for_digit),
    Kind("missing_number", _REJECT, _NUMBER, _emptied),
    Kind("duplicate_number", _REJECT, _NUMBER, _as_row_above(_NUMBER)),
    Kind("fullwidth_number", _FIX, _NUMBER, lambda cell: cell.text.translate(_WIDE_DIGITS)),
    Kind("hyphen_number", _FIX, _NUMBER, _grouped("-")),
    Kind("space_number", _FIX, _NUMBER, _grouped(" ")),
    Kind("apostrophe_number", _FIX, _NUMBER, lambda cell: f"'{cell.text}"),
    Kind("halfwidth_kana", _FIX, _KANA, lambda cell: to_half_katakana(cell.text)),
    Kind("hiragana_kana", _FIX, _KANA, lambda cell: cell.text.translate(_TO_HIRAGANA)),
    Kind("kanji_in_kana", _REJECT, _KANA, _kanji_for_kana),
    Kind("missing_kana", _REJECT, _KANA, _emptied),
    Kind("missing_name", _REJECT, _NAME, _emptied),
    Kind("name_half_space", _FIX, _NAME, lambda cell: cell.text.replace("　", " ")),
    Kind("impossible_date", _REJECT, _BIRTH, _impossible_date),
    Kind("impossible_wareki", _REJECT, _BIRTH, _impossible_wareki),
    Kind("era_out_of_range", _REJECT, _BIRTH, _outside_era),
    Kind("future_birth", _REJECT, _BIRTH, _born_in_future),
    Kind("wareki_date", _FIX, _BIRTH, _redated(wareki)),
    Kind("wareki_short", _FIX, _BIRTH, _redated(_era_letters)),
    Kind("excel_serial", _FIX, _BIRTH, _redated(_spreadsheet_serial)),
    Kind("date_no_zero", _FIX, _BIRTH, _redated(lambda d: f"{d.year}/{d.month}/{d.day}")),
    Kind("duplicate_employee", _REJECT, _EMPLOYEE_NO, _as_row_above(_EMPLOYEE_NO), _EMP),
    Kind("missing_employee_no", _REJECT, _EMPLOYEE_NO, _emptied),
    Kind("orphan_family", _REJECT, _EMPLOYEE_NO, lambda cell: f"Z{cell.text[1:]}", _FAM),
    Kind("unknown_relation", _REJECT, "続柄", lambda _: "友人", _FAM),
    Kind("unknown_gender", _REJECT, "性別", lambda _: "9"),
    Kind("retire_before_join", _REJECT, "退職年月日", _left_before_hired, _EMP),
    Kind("trailing_space", _FIX, _EMPLOYEE_NO, _trailing_space),
    Kind("embedded_newline", _FIX, "住所", _broken_line, _EMP),
    Kind("control_char", _REJECT, _NAME, lambda cell: f"{cell.text}\x0b"),
    Kind("formula_cell", _REJECT, _NAME, lambda cell: f'=HYPERLINK("//x.invalid","{cell.text}")'),
    Kind("outside_cp932", _FIX, _NAME, lambda cell: f"𠮷{cell.text[1:]}"),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _TABLE}
