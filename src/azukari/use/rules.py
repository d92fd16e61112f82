"""Decisions about filings: what may happen next, until when a file is kept.  Plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from azukari.filings.recipes.recipe import Recipe
from azukari.law import retention
from azukari.law.purpose import PersonKind, Purpose, allows
from azukari.law.retention import Start

KEPT_UNLESS_DOWNLOADED = timedelta(hours=24)
"""How long a made file can be fetched; each time it is made again as long anew."""

FIGURES_KEPT = timedelta(hours=24)
"""How long a file of figures waits for its columns to be told apart, and for a worker."""

MOST_IN_ZIP = 5_000
"""People with a PDF of their own in one zip: each bears its typefaces, some 55 kB."""

_LAST_MEDIA_NUMBER = 999
_SEASON_BEGINS = 11  # 年末調整


SAME_FILING: Final = (
    ("2200700", "shutoku_todoke"),
    ("2201700", "soshitsu_todoke"),
    ("10101", "koyo_shutoku_todoke"),
    ("10191", "koyo_soshitsu_todoke"),
    ("315", "kyuyo_shiharai_hokokusho"),
    ("316", "taishoku_gensen_tax_office"),
    ("375", "gensen_kyuyo_tax_office"),
    ("309", "shiharai_chosho_309"),
    ("313", "shiharai_chosho_313"),
    ("314", "shiharai_chosho_314"),
    ("376", "shiharai_chosho_376"),
)
"""Forms that tell one office one thing, as data and on paper: either will do."""


PAYEES_OF: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "309": frozenset({"lecturer", "professional", "other", ""}),
        "313": frozenset({"landlord"}),
        "359": frozenset({"shareholder"}),
    }
)
"""Kinds of payee (`register.models.PayeeKind`) whom a payment report is about, by its number among
the 法定調書; of other forms no kind tells."""


class UseProblem(StrEnum):
    FORM_NOT_SUPPORTED = "form_not_supported"
    YEAR_NOT_SUPPORTED = "year_not_supported"
    NOBODY_CHOSEN = "nobody_chosen"
    TOO_MANY = "too_many"
    TOO_MANY_FOR_ZIP = "too_many_for_zip"
    NOT_EMPLOYEES = "not_employees"
    NOT_PAYEES = "not_payees"
    NOT_ON_FILING = "not_on_filing"
    CANNOT_BE_CHANGED = "cannot_be_changed"  # being made, or made
    CANNOT_BE_MADE = "cannot_be_made"
    NUMBER_IN_NOTE = "number_in_note"
    NO_FILE = "no_file"  # not made yet, or destroyed
    EXPIRED = "expired"
    ALREADY_SHOWN = "already_shown"
    NOT_KEPT = "not_kept"
    NO_CORRECTION = "no_correction"
    FIGURES_BEING_READ = "figures_being_read"
    FIGURES_GONE = "figures_gone"


class UseRefused(Exception):
    def __init__(self, problem: UseProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class NumberUse(StrEnum):
    """Whether the individual number of a person may go onto a form."""

    USABLE = "usable"
    OTHER_PURPOSE = "other_purpose"  # held, but not for what this form serves
    NOT_HELD = "not_held"


@dataclass(frozen=True, slots=True)
class Affair:
    """What an office waits for now: the form that is offered for it, of which year (0: of none),
    and by when it is wanted.
    """

    label: str
    form: str
    year: int
    wanted: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when a made file is kept; `rule` says why, empty when nothing asks to."""

    until: date
    rule: str


def same_filing(form: str) -> tuple[str, ...]:
    """The form and those that take its place."""
    return next((forms for forms in SAME_FILING if form in forms), (form,))


def payees_of(form: str) -> frozenset[str]:
    """Kinds of payee whom the form is about; none where kinds do not tell."""
    number = form.removeprefix("shiharai_chosho_").removesuffix("_payee")
    return PAYEES_OF.get(number, frozenset())


def number_use(*, held_for: list[str] | None, purposes: tuple[Purpose, ...]) -> NumberUse:
    """番号法 第9条, 第20条: only for a purpose it is held for.  None: no number is held."""
    if held_for is None:
        return NumberUse.NOT_HELD
    fits = any(purpose.code in held_for for purpose in purposes)
    return NumberUse.USABLE if fits else NumberUse.OTHER_PURPOSE


def purposes_of(recipe: Recipe, kind: PersonKind, *, category3: bool) -> tuple[Purpose, ...]:
    """What the number of such a person serves on the form.

    2202700 is two filings on one sheet: a spouse stands on it as 第3号被保険者 as well.
    """
    own = Purpose[recipe.purpose]
    found = (own, Purpose.CATEGORY3) if recipe.writer == "family" and category3 else (own,)
    return tuple(purpose for purpose in found if allows(purpose, kind)) or (own,)


def affairs_on(today: date) -> list[Affair]:
    """Filings of the season.  Of the year that ends from November until its reports are due;
    of those who join or leave, the whole year (健康保険法施行規則 第24条, 第29条,
    雇用保険法施行規則 第6条, 第7条).
    """
    yearly = []
    year = today.year if today.month >= _SEASON_BEGINS else today.year - 1
    end = retention.report_deadline(date(year, 12, 31))
    if today <= end:
        told = f"{end.year}年{end.month}月{end.day}日まで"
        yearly = [
            Affair(f"給与支払報告書（{year}年分）", "315", year, told),
            Affair(
                f"源泉徴収票（{year}年分、本人に渡すもの）", "gensen_kyuyo_recipient", year, told
            ),
            Affair(f"報酬・料金などの支払調書（{year}年分）", "309", year, told),
            Affair(f"不動産の使用料などの支払調書（{year}年分）", "313", year, told),
        ]
    return [
        *yearly,
        Affair("社会保険の資格取得届", "2200700", 0, "入社から5日以内"),
        Affair("社会保険の資格喪失届", "2201700", 0, "退職の翌日から5日以内"),
        Affair("雇用保険の資格取得届", "10101", 0, "入社した月の翌月10日まで"),
        Affair("雇用保険の資格喪失届", "10191", 0, "退職の翌々日から10日以内"),
    ]


def completed_on(recipe: Recipe, *, year: int | None, today: date) -> date:
    """完結の日 of the affairs of a form made today.

    What is told of a year is completed with the day by which it is told (所得税法 第225条,
    第226条); a declaration belongs to the year it is handed in for.
    """
    rules = [retention.RULES[one] for one in retention.RULES_OF_PURPOSE[Purpose[recipe.purpose]]]
    if year and any(rule.start is Start.REPORT_DUE for rule in rules):
        return max(today, retention.report_deadline(date(year, 12, 31)))
    if year and any(rule.start is Start.TAX_DUE for rule in rules):
        return max(today, date(year, 1, 1))
    return today


def keeping_of(recipe: Recipe, completed: date, *, chosen: int | None) -> Kept | None:
    """How long the copy of what was filed is kept; None for what is only fetched."""
    if not recipe.rule:
        return None
    rule = retention.RULES[recipe.rule]
    years = (chosen or 0) if rule.choice is not None else None
    return Kept(retention.disposable_from(rule, completed, chosen=years), recipe.rule)


def next_media_number(last: int) -> int:
    """媒体通番: 001 to 999 for each office, then 001 again."""
    return last % _LAST_MEDIA_NUMBER + 1


def has_media_number(recipe: Recipe) -> bool:
    return recipe.writer in {"shfd", "family", "renki"}


def can_be_cancelled(recipe: Recipe) -> bool:
    """Whether the format has a record that cancels another (訂正表示, 提出区分)."""
    return recipe.writer == "tax"


def may_download(*, made: bool, expired: bool) -> UseProblem | None:
    """Only while it is kept for fetching; each click is counted."""
    if not made:
        return UseProblem.NO_FILE
    return UseProblem.EXPIRED if expired else None


def rule_told(recipe: Recipe) -> str:
    """Why the copy of a file is kept, as people read it; empty when it is not."""
    if not recipe.rule:
        return ""
    rule = retention.RULES[recipe.rule]
    return f"{rule.applies_to}（{rule.article}）"
