"""漏えい等: what has to be reported to the 個人情報保護委員会, and until when.

番号法 第29条の4; the rule of the commission under it (番号法第29条の4第1項及び第2項に基づく
特定個人情報の漏えい等に関する報告等に関する規則, here 規則); 特定個人情報ガイドライン(事業者編)
別添2, in the revision of June 2025.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from azukari.law import holiday
from azukari.law.labelled import Labelled

IN_FORCE: Final = date(2022, 4, 1)
"""From when the duty to report is as it stands here."""

MANY: Final = 100
QUICK_DAYS: Final = (3, 5)
_FULL_DAYS: Final = 30
_FULL_DAYS_MALICIOUS: Final = 60


class Harm(Labelled):
    """別添2 1 A–C; MISUSE is what 規則 第2条第2号ロ・ハ, 第4号ロ・ハ add."""

    LEAK = "leak", "漏えい"
    LOSS = "loss", "滅失"
    DAMAGE = "damage", "毀損"
    MISUSE = "misuse", "番号法に反する利用・提供"


class Ground(Labelled):
    """Why a report is due. 第2条第1号 is about authorities, not about employers."""

    MALICIOUS = "malicious", "不正の目的をもって行われたおそれがある（規則第2条第2号）"
    PUBLIC = "public", "不特定多数の者に電磁的方法で閲覧されるおそれがある（規則第2条第3号）"
    MANY = "many", "本人の数が100人を超える（規則第2条第4号）"


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of an incident.

    `noticed_on`: when any department came to know of it; `people`: the most it may be about;
    `many_on`: when it was found to be about more than 100, if later; `protected`: by strong
    encryption or the like.
    """

    noticed_on: date
    people: int = 0
    malicious: bool = False
    public: bool = False
    protected: bool = False
    many_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """速報 as a rule from `quick_from` to `quick_until`; 確報 until `full_until`.

    `days`: 30 or 60; `counted_to`: their last day, which `full_until` follows when authorities
    are closed on it; `since`: the day that counts as the first.
    """

    since: date
    quick_from: date
    quick_until: date
    days: int
    counted_to: date
    full_until: date


def grounds(situation: Situation) -> tuple[Ground, ...]:
    """Each one that makes a report due; none where strong encryption protected what it is about
    (規則 第2条第1号 括弧書).
    """
    if situation.protected:
        return ()
    met = (
        (Ground.MALICIOUS, situation.malicious),
        (Ground.PUBLIC, situation.public),
        (Ground.MANY, situation.people > MANY),
    )
    return tuple(ground for ground, is_met in met if is_met)


def deadlines(situation: Situation) -> Deadlines | None:
    """None where no report is due.

    規則 第3条第1項: 速やかに, by 別添2 3D about three to five days from knowing; the day of knowing
    is counted as the first, which is the earlier reading.  第3条第2項: 30 days, 60 for malice, also
    where another item is met; 別添2 3E (※2): the day of knowing is the first, every day counts, and
    a last day on which authorities are closed gives way to the next that is open.
    """
    found = grounds(situation)
    if not found:
        return None
    since = situation.noticed_on
    if found == (Ground.MANY,) and situation.many_on is not None:
        since = max(since, situation.many_on)
    days = _FULL_DAYS_MALICIOUS if Ground.MALICIOUS in found else _FULL_DAYS
    last = _day(since, days)
    until = last
    while holiday.is_closed(until):
        until += timedelta(days=1)
    first, second = QUICK_DAYS
    return Deadlines(since, _day(since, first), _day(since, second), days, last, until)


def _day(since: date, count: int) -> date:
    return since + timedelta(days=count - 1)
