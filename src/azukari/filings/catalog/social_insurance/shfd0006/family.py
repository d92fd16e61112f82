"""2202700 被扶養者（異動）届: from facts about a family to its records.

One record holds the insured person, a spouse and two other dependents; further dependents go on
further records with the insured person repeated and no spouse.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.catalog.social_insurance.shfd0006.office import Office
from azukari.filings.engine.entry import fill
from azukari.filings.engine.notation import Conversion
from azukari.law.number import MyNumber

FORM_CODE: Final = "2202700"

_BESIDE: Final = ("d1_", "d2_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spouse:
    """The spouse. Codes are those of the layout (`codes/`); kana and addresses of any width.

    The address is needed whatever `lives_together` says. Fields bear the ids of the layout.
    """

    name_kana: str
    name_kanji: str
    born: date
    relation: str
    postcode: str
    address_kanji: str
    individual_number: MyNumber | None = None
    pension_no: str = ""
    lives_together: str = ""
    reported: date | None = None
    nationality: str = ""
    alias_kana: str = ""
    alias_kanji: str = ""
    address_pref: str = ""
    tel_kind: str = ""
    tel: str = ""
    became: date | None = None
    became_reason: str = ""
    became_other: str = ""
    occupation: str = ""
    income: int | None = None
    ceased: date | None = None
    ceased_reason: str = ""
    ceased_other: str = ""
    died: date | None = None
    note: str = ""
    relation_checked: bool = False
    abroad: str = ""
    abroad_on: date | None = None
    abroad_on_reason: str = ""
    abroad_on_other: str = ""
    abroad_off: date | None = None
    abroad_off_reason: str = ""
    abroad_off_other: str = ""
    moved_in: date | None = None
    certificate_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Another dependent. `relation` is the two-digit code (01 child … 03 parents … 10 other)."""

    name_kana: str
    name_kanji: str
    born: date
    sex: str
    relation: str
    relation_other: str = ""
    individual_number: MyNumber | None = None
    lives_together: str = ""
    postcode: str = ""
    address_kanji: str = ""
    abroad: str = ""
    abroad_on_reason: str = ""
    abroad_on_other: str = ""
    abroad_off_reason: str = ""
    abroad_off_other: str = ""
    moved_in: date | None = None
    became: date | None = None
    occupation: str = ""
    address_pref: str = ""
    income: int | None = None
    became_reason: str = ""
    became_other: str = ""
    ceased: date | None = None
    ceased_reason: str = ""
    ceased_other: str = ""
    note: str = ""
    relation_checked: bool = False
    certificate_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyChange:
    """A change in the family of one insured person, all of one 異動の別 (`change_kind`).

    1 joins, 2 leaves, 3 changes. `employer_confirmed` is 1 where the employer has seen the income.
    With a `individual_number` the address of the insured person is left out, as the form demands.
    `spouse_yearly_income` is told where only other dependents are reported.
    """

    name_kana: str
    name_kanji: str
    born: date
    sex: str
    change_kind: str
    employer_confirmed: str = "1"
    individual_number: MyNumber | None = None
    pension_no: str = ""
    insured_no: str = ""
    received: date | None = None
    income: int | None = None
    postcode: str = ""
    address_kanji: str = ""
    spouse: Spouse | None = None
    spouse_yearly_income: int | None = None
    others: Sequence[Dependent] = field(default=())


def to_records(office: Office, facts: FamilyChange) -> list[tuple[list[str], list[Conversion]]]:
    """The records of one family, each with what was converted on the way. Checks nothing."""
    layout = editions()[-1].records[FORM_CODE]
    insured = _insured(office, facts)
    sheets = [facts.others[at : at + 2] for at in range(0, len(facts.others), 2)] or [()]
    records = []
    for number, others in enumerate(sheets):
        entries = dict(insured)
        if number == 0 and facts.spouse is not None:
            entries |= _prefixed("sp_", facts.spouse)
        for prefix, other in zip(_BESIDE, others, strict=False):
            entries |= _prefixed(prefix, other)
        records.append(fill(layout, entries))
    return records


def _insured(office: Office, facts: FamilyChange) -> dict[str, Any]:
    own = {one.name: getattr(facts, one.name) for one in fields(facts)}
    del own["spouse"], own["others"]
    if facts.individual_number is not None:
        del own["postcode"], own["address_kanji"]
    return {
        "pref_code": office.prefecture_code,
        "district_code": office.district_code,
        "office_symbol": office.symbol,
        **own,
    }


def _prefixed(prefix: str, facts: Spouse | Dependent) -> dict[str, Any]:
    return {prefix + one.name: getattr(facts, one.name) for one in fields(facts)}
