"""2200700 資格取得届 from the register and the facts: checks and preview without the number.

Pure.  The number itself comes in at the very end, in `to_acquisition`.
"""

from dataclasses import replace
from datetime import date

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006.acquisition import missing_facts
from azukari.filings.catalog.social_insurance.shfd0006.edition import (
    checks_of,
    edition_on,
    editions,
)
from azukari.filings.engine.notation import Conversion
from azukari.filings.problems import FilingProblem
from azukari.law.number import MyNumber
from azukari.use.rules import ACQUISITION, AcquisitionFacts, Known, Lack, NumberUse, lacks_of

# The head of the file says these too, and `office_problems` tells them once.
_OFFICE_ITEMS = frozenset(range(1, 6))
# With a number these stay empty, so what would be wrong with them does not matter.
_ITEMS_WITHOUT_NUMBER = frozenset({13, 14, 15, 29, 30, 31, 32})
# 項番12 取得区分 3 (共済出向) and 4 (船保任継) leave the pension number out.
_CLASSES_WITHOUT_PENSION_NUMBER = frozenset({"3", "4"})

_ITEM_OF = {
    Lack.KANA: 7,
    Lack.BIRTH_DATE: 10,
    Lack.INSURED_KIND: 11,
    Lack.NUMBER: 13,
    Lack.PURPOSE: 13,
    Lack.ACQUIRED_ON: 19,
    Lack.PAY: 21,
    Lack.POSTCODE: 29,
    Lack.ADDRESS_KANA: 31,
}
_SAID = {
    Lack.NUMBER: (
        "number-missing",
        (
            "個人番号も基礎年金番号も登録されていません。個人番号を登録するか、"
            "基礎年金番号・郵便番号・住所カナを登録してください"
        ),
    ),
    Lack.PURPOSE: (
        "purpose-missing",
        (
            "登録したときの利用目的に「健康保険・厚生年金保険届出事務」がないため、"
            "個人番号を使えません。基礎年金番号・郵便番号・住所カナを登録すると、"
            "個人番号なしで届け出られます"
        ),
    ),
}


def to_acquisition(
    known: Known, facts: AcquisitionFacts, number: MyNumber | None
) -> shfd0006.Acquisition:
    """One person as the engine wants it.  Birth date, day and pay must be there (`lacks_of`)."""
    if known.birth_date is None or facts.acquired_on is None or facts.pay_currency is None:
        raise ValueError("facts are missing: ask lacks_of first")
    by_number = number is not None or known.number is NumberUse.USABLE
    without_pension = by_number or facts.acquisition_class in _CLASSES_WITHOUT_PENSION_NUMBER
    return shfd0006.Acquisition(
        name_kana=known.kana,
        name_kanji=known.name,
        born_on=known.birth_date,
        insured_kind="" if facts.over_70_only else facts.insured_kind,
        acquisition_class="" if facts.over_70_only else facts.acquisition_class,
        acquired_on=facts.acquired_on,
        number=number,
        has_dependents=facts.has_dependents,
        pay_currency=facts.pay_currency,
        pay_in_kind=facts.pay_in_kind,
        insured_number=facts.insured_number,
        pension_number="" if without_pension else known.pension_number,
        no_residence_reason="" if by_number else facts.no_residence_reason,
        no_number_note="" if by_number else facts.no_number_note,
        over_70=facts.over_70,
        over_70_only=facts.over_70_only,
        several_offices=facts.several_offices,
        short_time=facts.short_time,
        rehired=facts.rehired,
        certificate_needed=facts.certificate_needed,
        note=facts.note,
        postcode=known.postcode,
        address_kana=known.address_kana,
        address_kanji=known.address,
    )


def problems_of(
    office: shfd0006.Office, known: Known, facts: AcquisitionFacts, *, today: date, place: int
) -> list[FilingProblem]:
    """Everything wrong with one person as far as it can be told without opening the number."""
    lacks = lacks_of(known, facts)
    told = [_said(lack, place) for lack in lacks]
    if lacks:
        return told
    edition = edition_on(today)
    if edition is None:
        return [FilingProblem(None, None, "ファイル", "edition-none")]
    person = to_acquisition(known, facts, None)
    values, _ = shfd0006.to_record(office, person)
    record = checks_of(edition).records[ACQUISITION]
    found = [
        *missing_facts(person, record=place),
        *record.problems(values, number=place, today=today),
    ]
    return [problem for problem in found if problem.item not in _unseen(known)]


def conversions_of(
    office: shfd0006.Office, known: Known, facts: AcquisitionFacts
) -> list[Conversion]:
    """What will be written otherwise than it stands in the register; nothing while facts lack."""
    if known.birth_date is None or facts.acquired_on is None:
        return []
    priced = replace(facts, pay_currency=facts.pay_currency or 0)
    _, found = shfd0006.to_record(office, to_acquisition(known, priced, None))
    return [one for one in found if one.item not in _unseen(known)]


def _unseen(known: Known) -> frozenset[int]:
    with_number = known.number is NumberUse.USABLE
    return _OFFICE_ITEMS | _ITEMS_WITHOUT_NUMBER if with_number else _OFFICE_ITEMS


def _said(lack: Lack, place: int) -> FilingProblem:
    item = _ITEM_OF[lack]
    name = editions()[-1].records[ACQUISITION].items[item - 1].name_ja
    code, detail = _SAID.get(lack, ("required", ""))
    return FilingProblem(place, item, name, code, detail)
