"""保存期間: how long a paper must be kept, and from which day its number may go.

Days are counted as 民法 第140条 and 第143条: the first day is left out, the period ends the day
before the matching day, or on the month's last day when there is none. A number may go when every
rule attached to it has passed and no purpose is left (番号法 第20条).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from azukari.law.purpose import Purpose


class Start(StrEnum):
    """Which event starts the clock, and so which day `last_day` must be given.

    TAX_DUE: the form's due date; counting begins on 11 January of the following year.
    REPORT_DUE: the deadline of a report to the tax office; counting begins the day after.
    COMPLETION: 完結の日; counting begins the day after.
    """

    TAX_DUE = "tax_due"
    REPORT_DUE = "report_due"
    COMPLETION = "completion"


class Certainty(StrEnum):
    """STATUTE: read in the legal text. SECONDARY: told by others. CONFIRM: ask before relying."""

    STATUTE = "statute"
    SECONDARY = "secondary"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; `choice` is what a company may set where the law sets nothing."""

    id: str
    applies_to: str
    article: str
    start: Start
    certainty: Certainty
    years: int = 0
    choice: range | None = None
    choice_in_days: bool = False
    carries_number: bool = True


class ChoiceOutOfRange(ValueError):
    """A company set a period the rule does not leave to it."""


_TAX, _REPORT, _DONE = Start.TAX_DUE, Start.REPORT_DUE, Start.COMPLETION
_LAW, _TOLD, _ASK = Certainty.STATUTE, Certainty.SECONDARY, Certainty.CONFIRM

_TABLE = (
    Rule("R-TAX-01", "扶養控除等申告書・配偶者控除等申告書・保険料控除申告書等",
         "所得税法施行規則第76条の3", _TAX, _LAW, 7),
    Rule("R-TAX-02", "退職所得の受給に関する申告書",
         "所得税法施行規則第77条", _TAX, _LAW, 7),
    Rule("R-TAX-03", "公的年金等の受給者の扶養親族等申告書",
         "所得税法施行規則第77条の3", _TAX, _LAW, 7),
    # The event is the due date of the last form handed in without its numbers.
    Rule("R-TAX-04", "個人番号の記載を省くための帳簿",
         "所得税法施行規則第76条の3、国税庁FAQ 1-3-7", _TAX, _TOLD, 7),
    Rule("R-TAX-05", "源泉徴収簿", "実務上の取扱い（法定調書の提出期限から7年）",
         _TAX, _TOLD, 7, carries_number=False),
    Rule("R-TAX-06", "支払調書・源泉徴収票の控え",
         "法定の保存義務なし（訂正のため最長7年）", _REPORT, _TOLD, choice=range(8)),
    Rule("R-SAV-01", "財形非課税申告書の写し",
         "租税特別措置法施行規則（年数は要確認）", _DONE, _ASK, 5),
    Rule("R-HI-01", "健康保険に関する書類", "健康保険法施行規則第34条", _DONE, _LAW, 2),
    Rule("R-PEN-01", "厚生年金保険に関する書類", "厚生年金保険法施行規則第28条", _DONE, _LAW, 2),
    Rule("R-EI-01", "雇用保険の被保険者に関する書類", "雇用保険法施行規則第143条", _DONE, _LAW, 4),
    Rule("R-EI-02", "雇用保険に関するその他の書類", "雇用保険法施行規則第143条", _DONE, _LAW, 2),
    Rule("R-WC-01", "労災保険に関する書類",
         "労働者災害補償保険法施行規則第51条", _DONE, _LAW, 3),
    Rule("R-LI-01", "労働保険料の徴収に関する書類",
         "労働保険の保険料の徴収等に関する法律施行規則第72条", _DONE, _LAW, 3),
    Rule("R-LI-02", "労働保険事務組合の雇用保険被保険者関係届出事務等処理簿",
         "労働保険の保険料の徴収等に関する法律施行規則第68条第3号、第72条", _DONE, _LAW, 4),
    Rule("R-DOC-01", "本人確認書類の写し", "保存義務なし（確認後すみやかに削除）", _DONE, _TOLD,
         choice=range(31), choice_in_days=True),
    # Longer than the longest rule above, so that the proof outlives what it proves.
    Rule("R-REC-01", "取扱・廃棄・アクセスの記録",
         "法定の期間なし（当サービスの方針）", _DONE, _TOLD, 8, carries_number=False),
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _TABLE})

RULES_OF_PURPOSE: Mapping[Purpose, tuple[str, ...]] = MappingProxyType(
    {
        Purpose.TAX_WITHHOLDING: ("R-TAX-06",),
        Purpose.TAX_DEDUCTION_FORMS: ("R-TAX-01",),
        Purpose.RESIDENT_TAX: ("R-TAX-06",),
        Purpose.HEALTH_PENSION: ("R-HI-01", "R-PEN-01"),
        Purpose.CATEGORY3: ("R-PEN-01",),
        Purpose.EMPLOYMENT_INS: ("R-EI-01",),
        Purpose.WORKERS_COMP: ("R-WC-01",),
        Purpose.PAYMENT_REPORT: ("R-TAX-06",),
        Purpose.ASSET_SAVINGS: ("R-SAV-01",),
        # No period of its own is known here: treated like the copy of a report.
        Purpose.SHAREHOLDING: ("R-TAX-06",),
    }
)
"""Rules that use for a purpose sets running; a form may add its own (R-TAX-02, R-TAX-04)."""


def report_deadline(on: date) -> date:
    """The day by which what was paid in the year of `on` is reported to the tax office.

    所得税法 第225条第1項, 第226条第1項: 31 January of the following year.  A leaver's own slip is
    due a month after leaving; the one for the tax office is not.
    """
    return date(on.year + 1, 1, 31)


def event_of(rule: Rule, *, ended: date | None, used: date | None) -> date | None:
    """The starting event of affairs that ended on a day (退職, 扶養から外れた, 契約終了, 番号変更).

    `used` is the last day on which something was completed with the number; the later of the two
    counts.  TAX_DUE: the last form was due in the year in which the affairs ended.  None when
    there was neither.
    """
    if ended is not None and rule.start is Start.REPORT_DUE:
        ended = report_deadline(ended)
    return max((day for day in (ended, used) if day is not None), default=None)


def first_day(rule: Rule, event: date) -> date:
    """The first day counted (起算日) after the starting event."""
    if rule.start is Start.TAX_DUE:
        return date(event.year + 1, 1, 11)
    return event + timedelta(days=1)


def last_day(rule: Rule, event: date, *, chosen: int | None = None) -> date:
    """The last day the paper must be kept.

    `event` is what `rule.start` names; `chosen` the company's years (days for R-DOC-01) where the
    rule leaves it a choice, 0 when it has said nothing. Raises ChoiceOutOfRange.
    """
    begin = first_day(rule, event)
    if rule.choice is None:
        if chosen is not None:
            raise ChoiceOutOfRange(rule.id)
        return end_of_years(begin, rule.years)
    length = chosen or 0
    if length not in rule.choice:
        raise ChoiceOutOfRange(rule.id)
    if rule.choice_in_days:
        return begin + timedelta(days=length - 1)
    return end_of_years(begin, length)


def disposable_from(rule: Rule, event: date, *, chosen: int | None = None) -> date:
    """The first day on which the rule no longer asks to keep it."""
    return last_day(rule, event, chosen=chosen) + timedelta(days=1)


def latest(last_days: Iterable[date]) -> date | None:
    """The last day when several rules hold one number: the longest wins; None when none does."""
    return max(last_days, default=None)


def end_of_years(begin: date, years: int) -> date:
    """The last day of a period of years that begins with `begin` (民法 第143条第2項)."""
    try:
        return begin.replace(year=begin.year + years) - timedelta(days=1)
    except ValueError:
        # Begun on 29 February, no matching day: the month's last day ends the period.
        return date(begin.year + years, 2, 28)
