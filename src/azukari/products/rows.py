"""The rows of a recognised file in our words: who, which employee's family, what is said of them.

Values stay text: dates as ISO, 男 or 女, "1" or "0" for flags ("" where the product says unknown),
amounts in yen as digits.  A value nobody here understands is left as it stands, for the check of
whoever takes the row to refuse with a word.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from azukari.law.era import DateRefused, from_era_code, from_spreadsheet_serial, parse_date
from azukari.law.sex import SexUnknown, parse_sex
from azukari.products.preset import Kind, Preset
from azukari.products.recognition import Recognised

Facts = dict[str, str]

_DATES = frozenset(
    {
        "birth_date", "hired_on", "left_on", "health_dep_from", "health_dep_to", "tax_dep_from",
        "tax_dep_to", "name_changed_on", "health_lost_on", "pension_lost_on", "pay_date",
        "disability_certificate_date",
    }
)  # fmt: skip
_FLAGS = frozenset({"health_dependent", "tax_dependent", "tax_excluded", "lives_together"})
_YES = frozenset(
    [
        "1",
        "あり",
        "有",
        "対象",
        "はい",
        "yes",
        "y",
        "true",
        "○",
        "〇",
        "◯",
        "レ",
        "✓",
        "該当",
        "同居",
    ]
)
_NO = frozenset(
    ["0", "なし", "無", "対象外", "いいえ", "no", "n", "false", "×", "-", "非該当", "別居"]
)
_UNKNOWN = frozenset(["99", "不明"])
# Fillers that products write where there is no date.
_NO_DATE = frozenset({"-", "0", "0000/00/00", "9999/12/31", "99999999"})
_SIGNS = str.maketrans("", "", ",円¥￥ ")
_HOURS = re.compile(r"(\d+):([0-5]\d)")
_YEN = frozenset({"payroll", "withholding"})
_NO_YEN = frozenset({"remarks", "payer_phone", "pay_date", "work_days", "paid_leave_days"})
_HOMES = ("", "resident_")
_LAND = ("prefecture", "city", "street", "address_1", "address_2")


@dataclass
class Row:
    """One row of the file: an employee, maybe some of the family, maybe a number.

    `number` belongs to the only family member of the row, if there is one, else to the employee.
    """

    number_of_row: int
    employee: Facts = field(default_factory=dict)
    family: list[Facts] = field(default_factory=list)
    other: Facts = field(default_factory=dict)  # payroll.…, withholding.…, purpose.…
    number: str = field(default="", repr=False)
    number_again: str | None = field(default=None, repr=False)

    @property
    def people(self) -> int:
        return 1 + len(self.family)


def read_rows(rows: Iterable[Sequence[str]], known: Recognised) -> Iterator[Row]:
    """Every row below the headings that is not blank.  Rows are counted from 1, headings aside."""
    for number, cells in enumerate(rows, -known.heading_row):
        if number > 0 and any(cell.strip() for cell in cells):
            yield _row(number, cells, known)


def facts_of(known: Recognised) -> tuple[frozenset[str], frozenset[str]]:
    """Which facts the rows can say of an employee, and of each family member."""
    about: dict[str, Facts] = {"employee": {}, "family": {}}
    for place in known.places:
        whom, _, name = place.field.partition(".")
        whom = "employee" if whom in {"person", "payee"} else whom
        if whom in about:
            about[whom][name] = ""
    employee, family = (frozenset(_joined(facts)) for facts in about.values())
    return employee, family


def _row(number: int, cells: Sequence[str], known: Recognised) -> Row:
    row = Row(number)
    members: dict[int, Facts] = {}
    for place in known.places:
        cell = cells[place.at].strip() if place.at < len(cells) else ""
        about, _, name = place.field.partition(".")
        if about == "number":
            row.number = cell
        elif about == "number_again":
            row.number_again = cell
        elif about == "family":
            members.setdefault(place.member, {})[name] = value_of(about, name, cell, known.preset)
        elif about in {"employee", "person", "payee"}:
            row.employee[name] = value_of(about, name, cell, known.preset)
        else:
            row.other[place.field] = value_of(about, name, cell, known.preset)
    family = [_joined(members[member]) for member in sorted(members)]
    row.employee = _joined(row.employee)
    row.family = [one for one in family if _is_somebody(one)]
    if known.preset is not None:
        _settle(row, known.preset)
    return row


def _settle(row: Row, preset: Preset) -> None:
    code = row.employee.get("employee_code", "")
    if code.isdecimal() and preset.code_length:
        row.employee["employee_code"] = code.zfill(preset.code_length)
    # Files of numbers list the employee and the family alike, told apart by 続柄.
    if preset.kind is Kind.MY_NUMBER and row.family and "name" in row.employee:
        [member] = row.family
        if member.get("relationship") == "本人":
            row.family = []
        else:
            member.setdefault("name", row.employee.pop("name"))


def _is_somebody(member: Mapping[str, str]) -> bool:
    """A block is filled when it names somebody; a lone 続柄 names a kind of person at least."""
    wanted = ("name", "name_unspaced", "relationship")
    return any(member.get(name) for name in wanted)


# values ---------------------------------------------------------------------------------------


def value_of(about: str, name: str, cell: str, preset: Preset | None) -> str:
    """What a cell says in our words; `about` and `name` are the two halves of its field."""
    if preset is not None:
        words = preset.values.get("purpose" if about == "purpose" else name)
        plain = unicodedata.normalize("NFKC", cell)
        if words is not None and (cell in words or plain in words):
            return words[cell if cell in words else plain]
    reading = reading_of(about, name)
    return reading(cell) if reading else cell


def reading_of(about: str, name: str) -> Callable[[str], str] | None:
    """How a cell of the field is read where no preset has a word for it; None: as it stands."""
    if about in _YEN and name not in _NO_YEN:
        return _amount
    return next((read for names, read in _READINGS if name in names), None)


def _date(cell: str) -> str:
    if cell in _NO_DATE:
        return ""
    for read in (parse_date, from_spreadsheet_serial):
        try:
            return read(cell).isoformat()
        except DateRefused:
            continue
    return cell


def _sex(cell: str) -> str:
    # A digit alone means a man in one product and a woman in another.
    if unicodedata.normalize("NFKC", cell).isdecimal():
        return cell
    try:
        return parse_sex(cell).label
    except SexUnknown:
        return cell


def _flag(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).casefold()
    if plain in _UNKNOWN:
        return ""
    if plain in _YES:
        return "1"
    return "0" if plain in _NO else cell


def _kana(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell)


def _amount(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).translate(_SIGNS)
    if hours := _HOURS.fullmatch(plain):
        return f"{int(hours[1]) + int(hours[2]) / 60:g}"
    return f"-{plain[1:]}" if plain[:1] in {"△", "▲", "−"} else plain


_READINGS: tuple[tuple[frozenset[str], Callable[[str], str]], ...] = (
    (_DATES, _date),
    (frozenset({"sex"}), _sex),
    (_FLAGS, _flag),
    (frozenset({"kana", "family_kana", "given_kana", "address_kana"}), _kana),
)


# parts put together ---------------------------------------------------------------------------


def _joined(facts: Facts) -> Facts:
    """Names, postcodes, addresses and dates that a product keeps in parts, as one each."""
    _join_names(facts)
    for home in _HOMES:
        _join_home(facts, home)
    if "birth_era" in facts and "birth_digits" in facts:
        facts["birth_date"] = _from_era(facts.pop("birth_era"), facts.pop("birth_digits"))
    if "tax_excluded" in facts:
        excluded = facts.pop("tax_excluded")
        facts["tax_dependent"] = {"1": "0", "0": "1", "": "1"}.get(excluded, excluded)
    if "dependence" in facts:
        # Words of the presets: 税, 健, both, or なし.
        said = facts.pop("dependence")
        facts["tax_dependent"] = "1" if "税" in said else "0"
        facts["health_dependent"] = "1" if "健" in said else "0"
    return facts


def _join_names(facts: Facts) -> None:
    for whole, parts in (
        ("name", ("family_name", "given_name")),
        ("kana", ("family_kana", "given_kana")),
    ):
        found = [facts.pop(part) for part in parts if part in facts]
        if found and not facts.get(whole):
            facts[whole] = "\u3000".join(filter(None, found))


def _join_home(facts: Facts, home: str) -> None:
    halves = [facts.pop(name) for half in (1, 2) if (name := f"{home}postcode_{half}") in facts]
    if halves:
        facts[f"{home}postcode"] = "-".join(halves) if any(halves) else ""
    land = [facts.pop(name) for part in _LAND if (name := f"{home}{part}") in facts]
    building = facts.pop(f"{home}building", "")
    if land and not facts.get(f"{home}address"):
        facts[f"{home}address"] = "\u3000".join(filter(None, ["".join(land), building]))


def _from_era(era: str, digits: str) -> str:
    try:
        return from_era_code(era, digits).isoformat()
    except DateRefused:
        return digits
