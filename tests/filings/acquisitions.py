"""People who become insured, for the tests of 2200700 and of whole files."""

from dataclasses import dataclass
from datetime import date

from azukari.filings.catalog.social_insurance.shfd0006 import Notice
from azukari.law.number import MyNumber


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


def notice(facts: Acquisition) -> Notice:
    """By the ids of the layout; with a number the address is left out, as the form demands."""
    by_number = facts.number is not None
    return Notice(
        form_code="2200700",
        facts={
            "insured_no": facts.insured_number,
            "name_kana": facts.name_kana,
            "name_kanji": facts.name_kanji,
            "born": facts.born_on,
            "insured_kind": facts.insured_kind,
            "acquisition_class": facts.acquisition_class,
            "individual_number": facts.number,
            "no_residence_reason": facts.no_residence_reason,
            "individual_number_note": facts.no_number_note,
            "pension_no": facts.pension_number.replace("-", "") or None,
            "acquired": facts.acquired_on,
            "has_dependents": "1" if facts.has_dependents else "0",
            "pay_currency": facts.pay_currency,
            "pay_in_kind": facts.pay_in_kind,
            "pay_total": facts.pay_currency + facts.pay_in_kind,
            "note1_over70": facts.over_70,
            "note2_multi_office": facts.several_offices,
            "note3_short_time": facts.short_time,
            "note4_rehired": facts.rehired,
            "note": facts.note,
            "postcode": None if by_number else facts.postcode or None,
            "address_kana": "" if by_number else facts.address_kana,
            "address_kanji": "" if by_number else facts.address_kanji,
            "over70_only": facts.over_70_only,
            "certificate_needed": facts.certificate_needed,
        },
    )
