"""Dates as people and forms write them: 西暦 and 和暦.

Era starts: 明治 1868-01-25 (by the Gregorian reckoning of 明治元年正月一日), 大正 1912-07-30,
昭和 1926-12-25, 平成 1989-01-08 (昭和64年政令第1号), 令和 2019-05-01 (平成31年政令第143号).
Era digits 1 3 5 7 9: 日本年金機構「電子媒体届書作成仕様書」. The tax office numbers eras
otherwise; that table belongs to its own forms.

>>> parse_date("令和元年５月１日")
datetime.date(2019, 5, 1)
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum

EARLIEST_YEAR = 1868
LATEST_YEAR = 2200
"""Years outside are slips of the key; 9999 is a filler of other systems, not a date."""


class DateProblem(StrEnum):
    EMPTY = "empty"
    NOT_A_DATE = "not_a_date"
    IMPOSSIBLE = "impossible"
    OUTSIDE_ERA = "outside_era"
    OUT_OF_RANGE = "out_of_range"
    SPREADSHEET_SERIAL = "spreadsheet_serial"


class DateRefused(ValueError):
    """Carries the problem only: a birth date is personal too."""

    def __init__(self, problem: DateProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class Era(Enum):
    """Name, letter, digit of the pension forms, first day, last day."""

    MEIJI = ("明治", "M", "1", date(1868, 1, 25), date(1912, 7, 30))
    TAISHO = ("大正", "T", "3", date(1912, 7, 30), date(1926, 12, 25))
    SHOWA = ("昭和", "S", "5", date(1926, 12, 25), date(1989, 1, 7))
    HEISEI = ("平成", "H", "7", date(1989, 1, 8), date(2019, 4, 30))
    REIWA = ("令和", "R", "9", date(2019, 5, 1), date.max)

    # 大正 and 昭和 began in the course of a day: that day bears both names.
    def __init__(self, label: str, letter: str, code: str, first: date, last: date) -> None:
        self.label = label
        self.letter = letter
        self.code = code
        self.first = first
        self.last = last

    def western_year(self, year: int) -> int:
        return self.first.year + year - 1


@dataclass(frozen=True, slots=True)
class EraDate:
    """A day as 和暦; year 1 is written 元."""

    era: Era
    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.era.label}{self.year_text}年{self.month}月{self.day}日"

    @property
    def year_text(self) -> str:
        return "元" if self.year == 1 else str(self.year)

    @property
    def digits(self) -> str:
        """YYMMDD, six digits, as the pension forms want it beside the era's digit."""
        return f"{self.year:02d}{self.month:02d}{self.day:02d}"

    def to_date(self) -> date:
        """The day meant. Raises DateRefused (IMPOSSIBLE, OUTSIDE_ERA)."""
        day = _day(self.era.western_year(self.year), self.month, self.day)
        if self.year < 1 or not self.era.first <= day <= self.era.last:
            raise DateRefused(DateProblem.OUTSIDE_ERA)
        return day


def to_era(day: date) -> EraDate:
    """The 和暦 of a day since 1868-01-25; the later era on a day with two. Raises DateRefused."""
    for era in (Era.REIWA, Era.HEISEI, Era.SHOWA, Era.TAISHO, Era.MEIJI):
        if day >= era.first:
            return EraDate(era, day.year - era.first.year + 1, day.month, day.day)
    raise DateRefused(DateProblem.OUT_OF_RANGE)


def wareki(day: date) -> str:
    """A day as 令和8年11月23日."""
    return str(to_era(day))


def from_era_code(code: str, digits: str) -> date:
    """The day of a pension form's pair: era digit 1 3 5 7 9 and YYMMDD. Raises DateRefused."""
    era = _ERA_BY_CODE.get(code)
    if era is None or len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        raise DateRefused(DateProblem.NOT_A_DATE)
    return EraDate(era, int(digits[:2]), int(digits[2:4]), int(digits[4:])).to_date()


def from_spreadsheet_serial(text: str, *, from_1904: bool = False) -> date:
    """The day of a bare serial number (29222 → 1980-01-02); only for a cell known to be one.

    Takes 367 (1901) and later, so before that day the spreadsheet's false 1900-02-29 plays no
    part; with `from_1904` the count of old Macintosh workbooks. Raises DateRefused.
    """
    match = _SERIAL.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None or not 367 <= int(match[1]) < 110_000:
        raise DateRefused(DateProblem.NOT_A_DATE)
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    return start + timedelta(days=int(match[1]))


def parse_date(text: str) -> date:
    """The day a text means, 西暦 or 和暦, in any usual notation.

    A weekday, a midnight time and 生 at the end are dropped. Raises DateRefused; a bare
    spreadsheet serial is refused, because only the sheet knows where its count begins.
    """
    if len(text) == 10 and text[4] == text[7] and text[4] in "-/":
        try:
            return _within_range(date.fromisoformat(text.replace("/", "-")))
        except ValueError as problem:
            if isinstance(problem, DateRefused):
                raise
    return _parse_loosely(text)


_ERA_BY_CODE = {era.code: era for era in Era}
_ERA_BY_WORD = {
    word: era
    for era, words in {
        Era.MEIJI: ("明治", "明", "M", "メイジ", "めいじ"),
        Era.TAISHO: ("大正", "大", "T", "タイショウ", "たいしょう"),
        Era.SHOWA: ("昭和", "昭", "S", "ショウワ", "しょうわ"),
        Era.HEISEI: ("平成", "平", "H", "ヘイセイ", "へいせい"),
        Era.REIWA: ("令和", "令", "R", "レイワ", "れいわ"),
    }.items()
    for word in words
}
_LONGEST = 40
_SERIAL = re.compile(r"(\d{1,6})(?:\.0+)?")
_WORDS = "|".join(sorted(_ERA_BY_WORD, key=len, reverse=True))
_MIDNIGHT = re.compile(r"(?:\s+|(?<=\d)T)00?:00(?::00(?:\.0+)?)?Z?$")
# Joined, "1 1" would become another day, so a gap between digits is never closed.
_GAP = re.compile(r"\d\s+\d")
_TAIL = re.compile(r"(?:\([月火水木金土日]曜?日?\)|[月火水木金土日]曜日?)?(?:生まれ|生)?$")
_SEPARATED = r"(?:年|[/.\-・])(\d{1,2})(?:月|[/.\-・])(\d{1,2})日?"
_WESTERN = re.compile(rf"(?:西暦)?(\d{{4}}){_SEPARATED}")
_WESTERN_COMPACT = re.compile(r"(?:西暦)?(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(rf"({_WORDS})[.・]?(元|\d{{1,2}}){_SEPARATED}")
_ERA_COMPACT = re.compile(rf"({_WORDS})(\d{{2}})(\d{{2}})(\d{{2}})")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")


def _parse_loosely(text: str) -> date:
    if len(text) > _LONGEST:
        raise DateRefused(DateProblem.NOT_A_DATE)
    # NFKC also opens the one-character eras (U+32FF and its elders) and half-width kana.
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    if not plain:
        raise DateRefused(DateProblem.EMPTY)
    bare = _bare(plain)
    western = _WESTERN.fullmatch(bare) or _WESTERN_COMPACT.fullmatch(bare)
    if western:
        return _within_range(_day(*map(int, western.groups())))
    era = _ERA.fullmatch(bare) or _ERA_COMPACT.fullmatch(bare)
    if era:
        word, year, month, day = era.groups()
        number = 1 if year == "元" else int(year)
        return EraDate(_ERA_BY_WORD[word], number, int(month), int(day)).to_date()
    serial = _SERIAL.fullmatch(bare) is not None
    raise DateRefused(DateProblem.SPREADSHEET_SERIAL if serial else DateProblem.NOT_A_DATE)


def _bare(plain: str) -> str:
    """The date alone: no apostrophe, midnight, weekday, 生 or spaces."""
    day = _MIDNIGHT.sub("", plain.removeprefix("'"), count=1)
    if _GAP.search(day):
        raise DateRefused(DateProblem.NOT_A_DATE)
    return _TAIL.sub("", "".join(day.split()), count=1)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateRefused(DateProblem.IMPOSSIBLE) from None


def _within_range(day: date) -> date:
    if EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return day
    raise DateRefused(DateProblem.OUT_OF_RANGE)
