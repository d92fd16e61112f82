"""Decisions about filings: which facts are missing, what may happen next.  Plain values only."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from azukari.filings.catalog import Form, forms
from azukari.law.purpose import Purpose
from azukari.law.sex import Sex

ACQUISITION = "2200700"
SUPPORTED = frozenset({ACQUISITION})
"""Forms that this room can fill in from the register; the catalogue can check more."""

MOST_PEOPLE = 2000
"""On one file.  年金機構 takes less than 4.5 MB, some 15,000 people; other products stop here."""

KEPT_UNLESS_DOWNLOADED = timedelta(hours=24)
KEPT_AFTER_DOWNLOAD = timedelta(hours=1)

_LAST_MEDIA_NUMBER = 999
# 厚生年金保険法 第9条 (until 70); 高齢者の医療の確保に関する法律 第50条 (from 75).
_PENSION_ENDS, _HEALTH_INSURANCE_ENDS = 70, 75


class UseProblem(StrEnum):
    FORM_NOT_SUPPORTED = "form_not_supported"
    NOBODY_CHOSEN = "nobody_chosen"
    TOO_MANY = "too_many"
    NOT_EMPLOYEES = "not_employees"
    NOT_ON_FILING = "not_on_filing"
    CANNOT_BE_CHANGED = "cannot_be_changed"  # being made, or made
    CANNOT_BE_MADE = "cannot_be_made"
    NUMBER_IN_NOTE = "number_in_note"
    NO_FILE = "no_file"  # not made yet, or destroyed
    ALREADY_DOWNLOADED = "already_downloaded"
    EXPIRED = "expired"


class UseRefused(Exception):
    def __init__(self, problem: UseProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class NumberUse(StrEnum):
    """Whether the individual number of a person may go onto a form."""

    USABLE = "usable"
    OTHER_PURPOSE = "other_purpose"  # held, but not for what this form serves
    NOT_HELD = "not_held"


class Lack(StrEnum):
    """A fact without which the notice of a person cannot be made."""

    KANA = "kana"
    BIRTH_DATE = "birth_date"
    INSURED_KIND = "insured_kind"
    ACQUIRED_ON = "acquired_on"
    PAY = "pay"
    NUMBER = "number"
    PURPOSE = "purpose"
    POSTCODE = "postcode"
    ADDRESS_KANA = "address_kana"

    @property
    def label(self) -> str:
        return _LACK_LABELS[self]


_LACK_LABELS = {
    Lack.KANA: "氏名カナ",
    Lack.BIRTH_DATE: "生年月日",
    Lack.INSURED_KIND: "性別",
    Lack.ACQUIRED_ON: "入社年月日",
    Lack.PAY: "報酬月額",
    Lack.NUMBER: "個人番号",
    Lack.PURPOSE: "個人番号の利用目的",
    Lack.POSTCODE: "郵便番号",
    Lack.ADDRESS_KANA: "住所カナ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the register says about an employee, as far as this form asks."""

    name: str
    kana: str = ""
    birth_date: date | None = None
    sex: str = ""
    hired_on: date | None = None
    postcode: str = ""
    address: str = ""
    address_kana: str = ""
    pension_number: str = ""
    insured_number: str = ""
    has_dependents: bool = False
    number: NumberUse = NumberUse.NOT_HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquisitionFacts:
    """What 2200700 asks beyond the register.  Pay in whole yen a month; codes of the layout."""

    acquired_on: date | None = None
    insured_kind: str = ""
    acquisition_class: str = "1"
    has_dependents: bool = False
    pay_currency: int | None = None
    pay_in_kind: int = 0
    insured_number: str = ""
    no_residence_reason: str = ""
    no_number_note: str = ""
    over_70: bool = False
    over_70_only: bool = False
    several_offices: bool = False
    short_time: bool = False
    rehired: bool = False
    certificate_needed: bool = False
    note: str = ""


def supported_forms() -> list[Form]:
    return [form for form in forms() if form.code in SUPPORTED]


def number_use(*, held_for: list[str] | None, purpose: Purpose) -> NumberUse:
    """番号法 第9条, 第20条: only for a purpose it is held for.  None: no number is held."""
    if held_for is None:
        return NumberUse.NOT_HELD
    return NumberUse.USABLE if purpose.code in held_for else NumberUse.OTHER_PURPOSE


def default_facts(known: Known) -> AcquisitionFacts:
    """What is most likely: insured from the day of joining, kind by sex, class 1."""
    over_70 = _reached(known, _PENSION_ENDS)
    over_70_only = _reached(known, _HEALTH_INSURANCE_ENDS)
    kind = {Sex.MALE.value: "1", Sex.FEMALE.value: "2"}.get(known.sex, "")
    return AcquisitionFacts(
        acquired_on=known.hired_on,
        insured_kind="" if over_70_only else kind,
        acquisition_class="" if over_70_only else "1",
        has_dependents=known.has_dependents,
        insured_number=known.insured_number,
        over_70=over_70,
        over_70_only=over_70_only,
    )


def _reached(known: Known, years: int) -> bool:
    """Whether somebody is so old on joining; an age is reached on the eve of the birthday.

    年齢計算ニ関スル法律.
    """
    if known.birth_date is None or known.hired_on is None:
        return False
    day = known.hired_on + timedelta(days=1)
    born = known.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) >= years


def lacks_of(known: Known, facts: AcquisitionFacts) -> tuple[Lack, ...]:
    """Everything without which the notice cannot be made."""
    return (
        *lacks_of_register(known, facts),
        *((Lack.PAY,) if facts.pay_currency is None else ()),
    )


def lacks_of_register(known: Known, facts: AcquisitionFacts) -> tuple[Lack, ...]:
    """What is missing apart from pay, which no register knows."""
    missing = {
        Lack.KANA: not known.kana,
        Lack.BIRTH_DATE: known.birth_date is None,
        Lack.INSURED_KIND: not (facts.insured_kind or facts.over_70_only),
        Lack.ACQUIRED_ON: facts.acquired_on is None,
    }
    return (*(lack for lack, lacks in missing.items() if lacks), *_lacks_of_identity(known, facts))


def _lacks_of_identity(known: Known, facts: AcquisitionFacts) -> tuple[Lack, ...]:
    """個人番号, or else 基礎年金番号 with postcode and 住所カナ (項番13 to 17, 29 to 31).

    Who has neither a number nor an address in Japan gives a reason (項番14) instead.
    """
    if known.number is NumberUse.USABLE:
        return ()
    if not (known.pension_number or facts.no_residence_reason):
        other = known.number is NumberUse.OTHER_PURPOSE
        return (Lack.PURPOSE if other else Lack.NUMBER,)
    missing = {Lack.POSTCODE: not known.postcode, Lack.ADDRESS_KANA: not known.address_kana}
    return tuple(lack for lack, lacks in missing.items() if lacks)


def next_media_number(last: int) -> int:
    """媒体通番: 001 to 999 for each office, then 001 again."""
    return last % _LAST_MEDIA_NUMBER + 1


def may_download(*, made: bool, downloaded: bool, expired: bool) -> UseProblem | None:
    """Once, and only while it is kept."""
    if downloaded:
        return UseProblem.ALREADY_DOWNLOADED
    if not made:
        return UseProblem.NO_FILE
    return UseProblem.EXPIRED if expired else None
