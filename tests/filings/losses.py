"""People who are insured no longer, for the tests of 2201700."""

from dataclasses import dataclass
from datetime import date

from azukari.filings.catalog.social_insurance.shfd0006 import Notice
from azukari.law.number import MyNumber


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


def notice(facts: Loss) -> Notice:
    """By the ids of the layout."""
    return Notice(
        form_code="2201700",
        facts={
            "insured_no": facts.insured_number,
            "name_kana": facts.name_kana,
            "name_kanji": facts.name_kanji,
            "born": facts.born_on,
            "individual_number": facts.number,
            "pension_no": facts.pension_number.replace("-", "") or None,
            "lost": facts.lost_on,
            "loss_reason": facts.reason,
            "left_or_died": facts.left_or_died_on,
            "note1_multi_office": facts.several_offices,
            "note2_rehired": facts.rehired,
            "note": facts.note,
            "cards_attached": facts.certificates_attached or None,
            "cards_unreturnable": facts.certificates_unreturnable or None,
            "over70_off": facts.over_70_off_on is not None,
            "over70_off_on": facts.over_70_off_on,
            "over70_only": facts.over_70_only,
        },
    )
