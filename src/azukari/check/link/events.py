"""What payroll may say.  Pure: an item as it came in, its facts or its problem out.

Codes of problems are part of the API: values are added, never renamed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from azukari.filings.recipes import yearly
from azukari.filings.recipes.yearly import FIRST_YEAR
from azukari.law import name as names
from azukari.law.address import ContactRefused, parse_postcode, parse_telephone, tidy_address
from azukari.law.era import DateRefused, parse_date
from azukari.law.kana import is_full_katakana, to_full_katakana
from azukari.law.number import MyNumber, NumberRefused, parse
from azukari.law.purpose import PURPOSES
from azukari.law.relationship import RelationshipRefused, parse_relationship
from azukari.law.sex import Sex, SexUnknown, parse_sex
from azukari.ledger.number_in_text import holds_number


class Event(StrEnum):
    HIRED = "hired"
    CHANGED = "changed"
    LEFT = "left"
    FAMILY_ADDED = "family_added"
    FAMILY_REMOVED = "family_removed"
    FIGURES = "figures"

    @property
    def label(self) -> str:
        return _EVENTS[self]


_EVENTS = {
    Event.HIRED: "入社",
    Event.CHANGED: "変更",
    Event.LEFT: "退職",
    Event.FAMILY_ADDED: "家族追加",
    Event.FAMILY_REMOVED: "家族削除",
    Event.FIGURES: "年間の金額",
}


class About(StrEnum):
    """What a push tells of; each has an operation of the API and a scope of its own."""

    PEOPLE = "people"
    FIGURES = "figures"


class State(StrEnum):
    WAITING = "waiting"
    REFLECTED = "reflected"
    HELD = "held"
    ERROR = "error"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    State.WAITING: "未処理",
    State.REFLECTED: "反映済",
    State.HELD: "保留",
    State.ERROR: "エラー",
    State.DISCARDED: "取りやめ",
}
OPEN: Final = frozenset({State.WAITING, State.HELD, State.ERROR})


class Problem(StrEnum):
    """Why an item cannot be reflected.  `on_receipt` are found when it comes in."""

    EVENT_UNKNOWN = "event_unknown"
    CODE_MISSING = "employee_code_missing"
    CODE_MALFORMED = "employee_code_malformed"
    FAMILY_CODE_MISSING = "family_code_missing"
    FAMILY_CODE_UNEXPECTED = "family_code_unexpected"
    DAY_MISSING = "day_missing"
    VALUE_MALFORMED = "value_malformed"
    NUMBER_IN_TEXT = "number_in_text"
    NUMBER_MALFORMED = "number_malformed"
    PURPOSE_UNKNOWN = "purpose_unknown"
    NAME_MISSING = "name_missing"
    RELATIONSHIP_MISSING = "relationship_missing"
    RELATIONSHIP_UNKNOWN = "relationship_unknown"
    PERSON_UNKNOWN = "person_unknown"
    EMPLOYEE_UNKNOWN = "employee_unknown"
    NUMBER_ALREADY_HELD = "number_already_held"
    NUMBER_REFUSED = "number_refused"
    REGISTER_REFUSED = "register_refused"
    EARLIER_OPEN = "earlier_open"
    YEAR_UNFIT = "year_unfit"
    FIGURES_MISSING = "figures_missing"
    FIGURE_UNKNOWN = "figure_unknown"
    FIGURE_MALFORMED = "figure_malformed"
    FIGURES_DISAGREE = "figures_disagree"


class ItemRefused(Exception):
    """`field` names where; the text itself is never carried on."""

    def __init__(self, problem: Problem, field_name: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.field = field_name


@dataclass(frozen=True)
class Item:
    """An item as the register would take it.

    `facts`: fields of the register, as JSON keeps them, or figures of the `year`; `on`: the last
    day at work or as a dependant; `relationship` as payroll wrote it when nobody knows the word.
    """

    event: Event
    employee_code: str
    family_code: int
    on: date | None
    facts: dict[str, Any]
    relationship: str = ""
    number: MyNumber | None = field(default=None, repr=False)
    purposes: tuple[str, ...] = ()
    number_check: str = ""
    person_check: str = ""
    verified_on: date | None = None
    year: int | None = None


_CODE: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_./-")
_EVENTS_OF_PEOPLE: Final = {one.value: one for one in Event if one is not Event.FIGURES}
_LAST_YEAR: Final = 2100
_FIGURE_PROBLEMS: Final[Mapping[type[yearly.FigureRefused], Problem]] = {
    yearly.Unknown: Problem.FIGURE_UNKNOWN,
    yearly.Malformed: Problem.FIGURE_MALFORMED,
    yearly.Disagreeing: Problem.FIGURES_DISAGREE,
}
_OF_FAMILY: Final = frozenset({Event.FAMILY_ADDED, Event.FAMILY_REMOVED})
_ENDING: Final = frozenset({Event.LEFT, Event.FAMILY_REMOVED})
_LONGEST_RELATIONSHIP: Final = 40


def read(raw: Mapping[str, Any], about: About = About.PEOPLE) -> Item:
    """Raises ItemRefused with the first problem."""
    return _read_figures(raw) if about is About.FIGURES else _read_event(raw)


def _read_event(raw: Mapping[str, Any]) -> Item:
    try:
        event = _EVENTS_OF_PEOPLE[str(raw.get("event", ""))]
    except KeyError:
        raise ItemRefused(Problem.EVENT_UNKNOWN, "event") from None
    facts = raw.get("facts") or {}
    told = {key: text for key, text in facts.items() if text is not None and text != ""}
    read_facts, relationship = _facts(told)
    on = _day(raw.get("on"), "on")
    if event in _ENDING and on is None:
        raise ItemRefused(Problem.DAY_MISSING, "on")
    return Item(
        event=event,
        employee_code=_code(raw.get("employee_code")),
        family_code=_family_code(raw.get("family_code"), event),
        on=on,
        facts=read_facts,
        relationship=relationship,
        number=_number(raw.get("individual_number")),
        purposes=_purposes(raw.get("purposes") or ()),
        number_check=str(raw.get("number_check") or ""),
        person_check=str(raw.get("person_check") or ""),
        verified_on=_day(raw.get("verified_on"), "verified_on"),
    )


def _read_figures(raw: Mapping[str, Any]) -> Item:
    """年間の金額 of an employee, as tax forms ask for them."""
    year = raw.get("year")
    if not isinstance(year, int) or not FIRST_YEAR <= year <= _LAST_YEAR:
        raise ItemRefused(Problem.YEAR_UNFIT, "year")
    code = _code(raw.get("employee_code"))
    told = raw.get("figures") or {}
    if not told:
        raise ItemRefused(Problem.FIGURES_MISSING, "figures")
    try:
        figures = yearly.read(told)
    except yearly.FigureRefused as refused:
        raise ItemRefused(_FIGURE_PROBLEMS[type(refused)], refused.name) from None
    return Item(Event.FIGURES, code, 0, None, figures, year=year)


def _code(raw: Any) -> str:
    code = str(raw or "").strip()
    if not code:
        raise ItemRefused(Problem.CODE_MISSING, "employee_code")
    if len(code) > 20 or not set(code) <= _CODE or holds_number(code):
        raise ItemRefused(Problem.CODE_MALFORMED, "employee_code")
    return code


def _family_code(raw: Any, event: Event) -> int:
    """0 for the employee.  A change may be about either."""
    if raw in {None, "", 0}:
        if event in _OF_FAMILY:
            raise ItemRefused(Problem.FAMILY_CODE_MISSING, "family_code")
        return 0
    if event in {Event.HIRED, Event.LEFT}:
        raise ItemRefused(Problem.FAMILY_CODE_UNEXPECTED, "family_code")
    text = str(raw)
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 1000:
        raise ItemRefused(Problem.VALUE_MALFORMED, "family_code")
    return int(text)


def _number(raw: Any) -> MyNumber | None:
    if raw in {None, ""}:
        return None
    try:
        return parse(str(raw))
    except NumberRefused:
        raise ItemRefused(Problem.NUMBER_MALFORMED, "individual_number") from None


def _purposes(raw: Any) -> tuple[str, ...]:
    if not set(raw) <= PURPOSES.keys():
        raise ItemRefused(Problem.PURPOSE_UNKNOWN, "purposes")
    return tuple(raw)


# facts ----------------------------------------------------------------------------------------


def _facts(told: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """And 続柄 as it was written, where no rule knows the word."""
    facts: dict[str, Any] = {}
    for field_name, raw in told.items():
        if field_name == "relationship":
            continue
        reading = _READINGS.get(field_name)
        if reading is None:
            raise ItemRefused(Problem.VALUE_MALFORMED, field_name)
        facts[field_name] = _read(reading, raw, field_name)
    relationship = told.get("relationship")
    if relationship is None:
        return facts, ""
    word = str(relationship).strip()[:_LONGEST_RELATIONSHIP]
    known = known_relationship(word, facts.get("sex", ""))
    if known is None:
        if holds_number(word):
            raise ItemRefused(Problem.NUMBER_IN_TEXT, "relationship")
        return facts, word
    return {**facts, "relationship": known}, ""


def known_relationship(word: str, sex: str) -> str | None:
    """The code of `law.relationship` for a word or code of anybody's."""
    try:
        return parse_relationship(word, sex=Sex(sex) if sex else None).code
    except RelationshipRefused:
        return None


def _read(reading: Callable[[Any], Any], raw: Any, field_name: str) -> Any:
    try:
        value = reading(raw)
    except (ValueError, TypeError, DateRefused, ContactRefused, SexUnknown):
        raise ItemRefused(Problem.VALUE_MALFORMED, field_name) from None
    if isinstance(value, str) and holds_number(value):
        raise ItemRefused(Problem.NUMBER_IN_TEXT, field_name)
    return value


def _day(raw: Any, field_name: str) -> date | None:
    if raw in {None, ""}:
        return None
    try:
        return parse_date(str(raw))
    except DateRefused:
        raise ItemRefused(Problem.VALUE_MALFORMED, field_name) from None


def _iso(raw: Any) -> str:
    return parse_date(str(raw)).isoformat()


def _name(raw: Any) -> str:
    text = names.tidy_name(str(raw))
    if names.problem_of(text, longest=80) is not None:
        raise ValueError
    return text


def _kana(raw: Any) -> str:
    text = names.tidy_name(to_full_katakana(str(raw).strip()))
    if not is_full_katakana(text) or len(text) > 120:
        raise ValueError
    return text


def _address(raw: Any) -> str:
    text = tidy_address(str(raw))
    if names.problem_of(text, longest=200) is not None:
        raise ValueError
    return text


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    return {"1": True, "0": False, "true": True, "false": False}[str(raw).lower()]


def _text(longest: int) -> Callable[[Any], str]:
    def read_text(raw: Any) -> str:
        text = str(raw).strip()
        if len(text) > longest or not text.isprintable() or text[:1] in "=+-@":
            raise ValueError
        return text

    return read_text


def _digits(shortest: int, longest: int) -> Callable[[Any], str]:
    def read_digits(raw: Any) -> str:
        text = str(raw).strip().replace("-", "")
        if not (text.isascii() and text.isdecimal() and shortest <= len(text) <= longest):
            raise ValueError
        return text

    return read_digits


def _mail(raw: Any) -> str:
    text = str(raw).strip()
    local, at, host = text.rpartition("@")
    if not (local and at and "." in host and text.isascii() and len(text) <= 254) or " " in text:
        raise ValueError
    return text


def _employment_class(raw: Any) -> str:
    text = str(raw)
    if text not in {"regular", "contract", "part_time", "director", "seconded", "other"}:
        raise ValueError
    return text


_READINGS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "name": _name,
    "kana": _kana,
    "birth_date": _iso,
    "sex": lambda raw: parse_sex(str(raw)).value,
    "postcode": lambda raw: parse_postcode(str(raw)),
    "address": _address,
    "address_kana": _text(200),
    "telephone": lambda raw: parse_telephone(str(raw)),
    "mail": _mail,
    "hired_on": _iso,
    "employment_class": _employment_class,
    "department_code": _text(20),
    "department": _text(80),
    "pension_number": _digits(10, 10),
    "insured_number": _digits(1, 6),
    "employment_insurance_number": _digits(11, 11),
    "lives_together": _flag,
    "tax_dependent": _flag,
    "health_dependent": _flag,
    "category3": _flag,
    "specific_relative": _flag,
    "disabled": _flag,
    "nonresident": _flag,
}
DAYS: Final = frozenset({"birth_date", "hired_on"})
FACTS: Final = frozenset({*_READINGS, "relationship"})
OF_EMPLOYEES: Final = frozenset(
    {
        "address_kana", "telephone", "mail", "hired_on", "employment_class", "department_code",
        "department", "pension_number", "insured_number", "employment_insurance_number",
    }
)  # fmt: skip
OF_FAMILY: Final = frozenset(
    {
        "relationship", "lives_together", "tax_dependent", "health_dependent", "category3",
        "specific_relative", "disabled", "nonresident",
    }
)  # fmt: skip
