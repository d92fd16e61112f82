"""2201700 被保険者資格喪失届／70歳以上被用者不該当届: from facts about one person to the record."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.catalog.social_insurance.shfd0006.office import Office
from azukari.filings.engine import era_date
from azukari.filings.engine.notation import Conversion, Preview, flag
from azukari.law.digits import tidy
from azukari.law.number import MyNumber

FORM_CODE: Final = "2201700"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One person who is insured no longer.

    `reason` 喪失（不該当）原因 is a code of the layout. `lost_on` is the day after leaving or
    death, None where `over_70_only` is set; `left_or_died_on` belongs to the reasons 4 and 5 only.
    `over_70_off_on` 不該当年月日 is the day of leaving or death itself. Without a `number` the
    `pension_number` (ten digits) is needed. `certificates_…` count 資格確認書.
    """

    name_kana: str
    name_kanji: str
    born_on: date
    number: MyNumber | None
    lost_on: date | None
    reason: str
    left_or_died_on: date | None = None
    insured_number: str = ""
    pension_number: str = ""
    several_offices: bool = False
    rehired: bool = False
    note: str = ""
    certificates_attached: int = 0
    certificates_unreturnable: int = 0
    over_70_off_on: date | None = None
    over_70_only: bool = False


def to_record(office: Office, facts: Loss) -> tuple[list[str], list[Conversion]]:
    """The 27 items of one person, and what was converted on the way. Checks nothing."""
    preview = Preview(editions()[-1].records[FORM_CODE])
    pension = tidy(facts.pension_number)[0]
    record = [
        FORM_CODE,
        office.prefecture_code,
        office.district_code,
        office.symbol,
        office.number,
        facts.insured_number,
        preview.half(7, facts.name_kana),
        preview.full(8, facts.name_kanji),
        *era_date.render(facts.born_on),
        "" if facts.number is None else facts.number.reveal_digits(),
        pension[:4],
        pension[4:],
        *_day(facts.lost_on),
        facts.reason,
        *_day(facts.left_or_died_on),
        flag(facts.several_offices),
        flag(facts.rehired),
        preview.mixed(21, facts.note),
        _count(facts.certificates_attached),
        _count(facts.certificates_unreturnable),
        flag(facts.over_70_off_on is not None),
        *_day(facts.over_70_off_on),
        flag(facts.over_70_only),
    ]
    return record, preview.conversions


def _day(day: date | None) -> tuple[str, str]:
    return ("", "") if day is None else era_date.render(day)


def _count(copies: int) -> str:
    return str(copies) if copies else ""
