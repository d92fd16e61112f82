"""2200700 被保険者資格取得届／70歳以上被用者該当届: from facts about one person to the record."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.catalog.social_insurance.shfd0006.office import Office, split_postcode
from azukari.filings.engine import era_date
from azukari.filings.engine.notation import Conversion, Preview, flag
from azukari.filings.problems import FilingProblem
from azukari.law.digits import tidy
from azukari.law.number import MyNumber

FORM_CODE: Final = "2200700"

# 報酬月額 of ten million yen and more is written as seven nines.
_PAY_CAP: Final = 9_999_999
_CLASS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """One person who became insured. Kana and addresses may be of any width.

    `insured_kind` 種別 and `acquisition_class` 取得区分 are codes of the layout, "" only where
    `over_70_only` is set. `pension_number` 基礎年金番号: ten digits, hyphen or not. Pay in whole
    yen. With a `number` the address is left out of the record, as the form demands; the reason
    and note about a missing address (項番14, 15) are not, so that a contradiction is seen.
    """

    name_kana: str
    name_kanji: str
    born_on: date
    insured_kind: str
    acquisition_class: str
    acquired_on: date
    number: MyNumber | None
    has_dependents: bool
    pay_currency: int
    pay_in_kind: int = 0
    insured_number: str = ""
    pension_number: str = ""
    no_residence_reason: str = ""
    no_number_note: str = ""
    over_70: bool = False
    several_offices: bool = False
    short_time: bool = False
    rehired: bool = False
    note: str = ""
    postcode: str = ""
    address_kana: str = ""
    address_kanji: str = ""
    over_70_only: bool = False
    certificate_needed: bool = False


def to_record(office: Office, facts: Acquisition) -> tuple[list[str], list[Conversion]]:
    """The 34 items of one person, and what was converted on the way. Checks nothing."""
    preview = Preview(editions()[-1].records[FORM_CODE])
    pension = tidy(facts.pension_number)[0]
    total = facts.pay_currency + facts.pay_in_kind
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
        facts.insured_kind,
        facts.acquisition_class,
        "" if facts.number is None else facts.number.reveal_digits(),
        facts.no_residence_reason,
        preview.mixed(15, facts.no_number_note),
        pension[:4],
        pension[4:],
        *era_date.render(facts.acquired_on),
        "1" if facts.has_dependents else "0",
        preview.yen(21, facts.pay_currency, cap=_PAY_CAP),
        preview.yen(22, facts.pay_in_kind, cap=_PAY_CAP),
        preview.yen(23, total, cap=_PAY_CAP),
        flag(facts.over_70),
        flag(facts.several_offices),
        flag(facts.short_time),
        flag(facts.rehired),
        preview.mixed(28, facts.note),
        *_address(facts, preview),
        flag(facts.over_70_only),
        flag(facts.certificate_needed),
    ]
    return record, preview.conversions


def missing_facts(facts: Acquisition, *, record: int) -> list[FilingProblem]:
    """What no check of the office demands but no honest notice lacks: 取得区分."""
    if facts.acquisition_class or facts.over_70_only:
        return []
    name = editions()[-1].records[FORM_CODE].items[_CLASS - 1].name_ja
    return [FilingProblem(record, _CLASS, name, "required")]


def _address(facts: Acquisition, preview: Preview) -> list[str]:
    if facts.number is not None:
        return [""] * 4
    return [
        *split_postcode(facts.postcode),
        preview.half(31, facts.address_kana),
        preview.full(32, facts.address_kanji),
    ]
