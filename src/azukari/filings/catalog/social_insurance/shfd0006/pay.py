"""2225700 算定基礎届, 2221700 月額変更届, 2265700 賞与支払届: from payroll figures to the record.

The individual number belongs on these forms for employees of 70 and over only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.catalog.social_insurance.shfd0006.office import Office
from azukari.filings.engine.entry import Fact, fill
from azukari.filings.engine.notation import Conversion


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Pay:
    """One person's figures for one of the three forms.

    `figures` are keyed by the ids of the layout's items, dates and splits (`name_kana`, `born`,
    `currency_apr` …); a figure that is missing is told by the check, with its item.
    """

    form_code: str
    figures: Mapping[str, Fact]


def to_record(office: Office, facts: Pay) -> tuple[list[str], list[Conversion]]:
    """The items of one person, and what was converted on the way. Checks nothing."""
    head = {
        "pref_code": office.prefecture_code,
        "district_code": office.district_code,
        "office_symbol": office.symbol,
    }
    return fill(editions()[-1].records[facts.form_code], head | dict(facts.figures))
