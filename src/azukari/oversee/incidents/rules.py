"""Decisions about incidents: plain values in, a problem or nothing out.

What has to be done follows 特定個人情報ガイドライン(事業者編) 別添2 2 A–E and 3, 4.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from azukari.law.incident import IN_FORCE
from azukari.law.labelled import Labelled


class IncidentState(Labelled):
    INVESTIGATING = "investigating", "調査中"
    QUICK_REPORTED = "quick_reported", "速報済"
    FULL_REPORTED = "full_reported", "確報済"
    CLOSED = "closed", "対応完了"
    WITHDRAWN = "withdrawn", "取下げ"


OPEN: Final = (
    IncidentState.INVESTIGATING,
    IncidentState.QUICK_REPORTED,
    IncidentState.FULL_REPORTED,
)


class Step(Labelled):
    """別添2 2 A (contain), D (prevent), 3 D and E (reports), 4 (notify); then its end."""

    CONTAIN = "contain", "被害の拡大防止"
    QUICK_REPORT = "quick-report", "委員会への速報"
    NOTIFY = "notify", "本人への通知"
    ANNOUNCE = "announce", "公表"
    PREVENT = "prevent", "再発防止策"
    FULL_REPORT = "full-report", "委員会への確報"
    CLOSE = "close", "対応の完了"
    WITHDRAW = "withdraw", "取下げ"
    REOPEN = "reopen", "対応の再開"


class Cause(Labelled):
    UNKNOWN = "unknown", "調査中"
    WRONG_DELIVERY = "wrong_delivery", "誤送付・誤交付"
    WRONG_MAIL = "wrong_mail", "メール等の誤送信"
    LOST = "lost", "紛失"
    THEFT = "theft", "盗難"
    INTRUSION = "intrusion", "不正アクセス"
    INSIDER = "insider", "内部の者による持ち出し・目的外の利用"
    SETTING = "setting", "設定の誤り"
    WRONG_DISPOSAL = "wrong_disposal", "誤った廃棄・消去"
    OTHER = "other", "その他"


class Item(Labelled):
    """特定個人情報の項目 (規則 第3条第1項第2号), as far as the register knows them."""

    NUMBER = "number", "個人番号"
    NAME = "name", "氏名"
    BORN = "born", "生年月日"
    SEX = "sex", "性別"
    ADDRESS = "address", "住所"
    CONTACT = "contact", "電話番号・メールアドレス"
    FAMILY = "family", "続柄・扶養の区分"
    MONEY = "money", "給与・報酬・税の金額"
    INSURANCE = "insurance", "被保険者番号・基礎年金番号"
    PAPERS = "papers", "本人確認書類の画像"


class Source(Labelled):
    """How it is known that somebody is affected."""

    PERSON = "person", "対象者を指定"
    USER = "user", "利用者の操作から"
    FILE = "file", "出力・帳票のファイルから"


class IncidentProblem(StrEnum):
    NOTICED_AHEAD = "noticed_ahead"
    NOTICED_BEFORE_LAW = "noticed_before_law"
    HAPPENED_LATER = "happened_later"
    MANY_BEFORE_NOTICED = "many_before_noticed"
    NOT_IN_THIS_STATE = "not_in_this_state"
    STEP_AHEAD = "step_ahead"
    STEP_BEFORE_NOTICED = "step_before_noticed"
    NOTE_MISSING = "note_missing"
    REPORT_MISSING = "report_missing"
    NOTIFICATION_MISSING = "notification_missing"
    PREVENTION_MISSING = "prevention_missing"
    NOBODY_CHOSEN = "nobody_chosen"
    SOMEBODY_WAS_FASTER = "somebody_was_faster"


class IncidentRefused(Exception):
    """Carries which problem."""

    def __init__(self, problem: IncidentProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


_ANY: Final = frozenset(OPEN)
_FROM: Final[Mapping[Step, frozenset[IncidentState]]] = MappingProxyType(
    {
        Step.CONTAIN: _ANY,
        Step.QUICK_REPORT: frozenset({IncidentState.INVESTIGATING}),
        Step.NOTIFY: _ANY,
        Step.ANNOUNCE: _ANY,
        Step.PREVENT: _ANY,
        # One report may be both (別添2 3E ※1); what was not known yet is told later.
        Step.FULL_REPORT: _ANY,
        Step.CLOSE: _ANY,
        Step.WITHDRAW: frozenset({IncidentState.INVESTIGATING}),
        Step.REOPEN: frozenset({IncidentState.CLOSED, IncidentState.WITHDRAWN}),
    }
)
_TO: Final[Mapping[Step, IncidentState]] = MappingProxyType(
    {
        Step.QUICK_REPORT: IncidentState.QUICK_REPORTED,
        Step.FULL_REPORT: IncidentState.FULL_REPORTED,
        Step.CLOSE: IncidentState.CLOSED,
        Step.WITHDRAW: IncidentState.WITHDRAWN,
    }
)


def may_state(
    *, noticed_on: date, happened_on: date | None, many_on: date | None, today: date
) -> IncidentProblem | None:
    """Whether these days can be those of an incident."""
    if noticed_on > today:
        return IncidentProblem.NOTICED_AHEAD
    if noticed_on < IN_FORCE:
        return IncidentProblem.NOTICED_BEFORE_LAW
    if happened_on is not None and happened_on > noticed_on:
        return IncidentProblem.HAPPENED_LATER
    if many_on is not None and many_on < noticed_on:
        return IncidentProblem.MANY_BEFORE_NOTICED
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an incident stands: its state, the steps done, whether a report is due by law."""

    state: IncidentState
    done: Collection[Step]
    must_report: bool
    noticed_on: date


def is_possible(step: Step, state: IncidentState) -> bool:
    """Whether the step can be taken from there at all."""
    return state in _FROM[step]


def may_take(
    step: Step, standing: Standing, *, on: date, note: str, today: date
) -> IncidentProblem | None:
    """Whether the step may be recorded as taken on that day."""
    if not is_possible(step, standing.state):
        return IncidentProblem.NOT_IN_THIS_STATE
    if on > today:
        return IncidentProblem.STEP_AHEAD
    if on < standing.noticed_on:
        return IncidentProblem.STEP_BEFORE_NOTICED
    if not note.strip():
        return IncidentProblem.NOTE_MISSING
    return _may_close(standing) if step is Step.CLOSE else None


def _may_close(standing: Standing) -> IncidentProblem | None:
    if standing.must_report and Step.FULL_REPORT not in standing.done:
        return IncidentProblem.REPORT_MISSING
    if standing.must_report and Step.NOTIFY not in standing.done:
        return IncidentProblem.NOTIFICATION_MISSING
    if Step.PREVENT not in standing.done:
        return IncidentProblem.PREVENTION_MISSING
    return None


def after(step: Step, standing: Standing) -> IncidentState:
    """The state a step leads to; one taken up again stands where its reports had brought it."""
    if step is not Step.REOPEN:
        return _TO.get(step, standing.state)
    if Step.FULL_REPORT in standing.done:
        return IncidentState.FULL_REPORTED
    if Step.QUICK_REPORT in standing.done:
        return IncidentState.QUICK_REPORTED
    return IncidentState.INVESTIGATING
