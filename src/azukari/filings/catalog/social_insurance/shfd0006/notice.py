"""A notice about one person as the ids of its layout tell it: every record but that of families."""

from collections.abc import Mapping
from dataclasses import dataclass

from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.catalog.social_insurance.shfd0006.office import Office
from azukari.filings.engine.entry import Fact, fill
from azukari.filings.engine.notation import Conversion


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Notice:
    """One person on one form.

    `facts` are keyed by the ids of the layout's items, dates and splits (`name_kana`, `born`,
    `currency_apr` …); what is missing is told by the check, with its item.
    """

    form_code: str
    facts: Mapping[str, Fact]


def to_record(office: Office, notice: Notice) -> tuple[list[str], list[Conversion]]:
    """The items of one person, and what was converted on the way. Checks nothing."""
    layout = editions()[-1].records[notice.form_code]
    head: dict[str, Fact] = {
        "pref_code": office.prefecture_code,
        "district_code": office.district_code,
        "office_symbol": office.symbol,
    }
    if any(item.id == "office_no" for item in layout.items):
        head["office_no"] = office.number
    return fill(layout, head | dict(notice.facts))
