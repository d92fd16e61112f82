"""Why a number is still kept, and from which day it may go.

番号法 第20条: only while a purpose lives or a rule of retention (law.retention) runs.  Pure: facts
in, an explanation out.  Nothing depends on the day of asking, so that an answer stays true until
a fact changes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from azukari.law.purpose import PersonKind, Purpose
from azukari.law.retention import (
    RULES,
    RULES_OF_PURPOSE,
    Rule,
    event_of,
    first_day,
    last_day,
)

LEDGER_RULE = "R-TAX-04"


class Because(StrEnum):
    """Why a purpose lives: the relation it comes from has no end yet."""

    EMPLOYED = "employed"
    DEPENDENT = "dependent"
    CONTRACTED = "contracted"

    @property
    def label(self) -> str:
        return _BECAUSE[self]


_BECAUSE = {
    Because.EMPLOYED: "在職中",
    Because.DEPENDENT: "扶養中",
    Because.CONTRACTED: "契約中",
}
_RELATION = {
    PersonKind.EMPLOYEE: Because.EMPLOYED,
    PersonKind.FAMILY: Because.DEPENDENT,
    PersonKind.PAYEE: Because.CONTRACTED,
}


class Event(StrEnum):
    """What set a rule running."""

    LEFT = "left"
    HOST_LEFT = "host_left"
    NOT_DEPENDENT = "not_dependent"
    CONTRACT_ENDED = "contract_ended"
    LAST_PAID = "last_paid"
    SUPERSEDED = "superseded"
    USED = "used"
    DECLARED = "declared"

    @property
    def label(self) -> str:
        return _EVENTS[self]


_EVENTS = {
    Event.LEFT: "退職",
    Event.HOST_LEFT: "社員の退職",
    Event.NOT_DEPENDENT: "扶養から外れた日",
    Event.CONTRACT_ENDED: "契約の終了",
    Event.LAST_PAID: "契約終了後の最後の支払い",
    Event.SUPERSEDED: "番号の変更",
    Event.USED: "最後の届出",
    Event.DECLARED: "番号の記載を省略した最後の申告書",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register knows of one number that is kept.

    `left_on` of a family member is the employee's.  `last_paid_on`: of a payee, also after the
    contract.  `no_longer`: purposes of a family member whose flag (税扶養, 健保扶養, 第3号) was
    taken back, and when.  `uses`: last completion by purpose.  `declared_in`: the year of the last
    declaration that came without the number (帳簿).  `choices`: what the company chose, by rule.
    """

    kind: PersonKind
    purposes: tuple[Purpose, ...]
    recorded_on: date
    superseded_on: date | None = None
    left_on: date | None = None
    dependent_until: date | None = None
    contract_to: date | None = None
    last_paid_on: date | None = None
    no_longer: Mapping[Purpose, date] = field(default_factory=dict)
    uses: Mapping[Purpose, date] = field(default_factory=dict)
    declared_in: int | None = None
    choices: Mapping[str, int] = field(default_factory=dict)
    on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Living:
    """A purpose without an end: as long as it lives no day can be named."""

    purpose: Purpose
    because: Because


@dataclass(frozen=True, slots=True)
class Running:
    """A rule that runs, ran or will run: from an event, first and last day counted.

    `purpose` is None for the rule of the 帳簿, which no purpose brings.  `since` is what happened,
    `happened_on` when; `event` the day the rule counts from, which may be a deadline later on.
    """

    rule: Rule
    purpose: Purpose | None
    since: Event
    happened_on: date
    event: date
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Keeping:
    """`due_on`: the first day on which law asks no more for the number; None while a purpose lives.

    `kept_by`: the rule with the latest last day.  A hold stops the disposal, not the clock.
    """

    living: tuple[Living, ...]
    running: tuple[Running, ...]
    on_hold: bool
    due_on: date | None
    kept_by: str

    @property
    def may_go_from(self) -> date | None:
        return None if self.on_hold else self.due_on


def why_kept(facts: Facts) -> Keeping:
    """Every purpose that lives, every rule that runs, and what follows from them."""
    ends = {purpose: _end(facts, purpose) for purpose in facts.purposes}
    living = tuple(
        Living(purpose, _RELATION[facts.kind]) for purpose, end in ends.items() if end is None
    )
    running = tuple(_running(facts, ends))
    due_on, kept_by = (None, "") if living else _due(facts, running)
    return Keeping(living, running, facts.on_hold, due_on, kept_by)


class HoldProblem(StrEnum):
    """Why a disposal is not held back, or a hold is not changed."""

    ALREADY_HELD = "already_held"
    REASON_MISSING = "reason_missing"
    REVIEW_NOT_AHEAD = "review_not_ahead"
    REVIEW_TOO_FAR = "review_too_far"
    RELEASED = "released"


LONGEST_REVIEW = timedelta(days=366)
"""A hold keeps numbers beyond what 番号法 第20条 allows, so somebody looks at it every year."""


def may_hold(*, is_held: bool, reason: str, review_on: date, today: date) -> HoldProblem | None:
    """Whether a disposal may be held back: for a reason, and not for ever."""
    if is_held:
        return HoldProblem.ALREADY_HELD
    return may_review(reason=reason, review_on=review_on, today=today)


def may_review(*, reason: str, review_on: date, today: date) -> HoldProblem | None:
    if not reason.strip():
        return HoldProblem.REASON_MISSING
    if review_on <= today:
        return HoldProblem.REVIEW_NOT_AHEAD
    if review_on > today + LONGEST_REVIEW:
        return HoldProblem.REVIEW_TOO_FAR
    return None


_End = tuple[date, Event]


def _end(facts: Facts, purpose: Purpose) -> _End | None:
    """The first event that ended the purpose for this number; None while there is none."""
    return min(_ends(facts, purpose), default=None)


def _ends(facts: Facts, purpose: Purpose) -> Iterator[_End]:
    if facts.superseded_on is not None:
        yield facts.superseded_on, Event.SUPERSEDED
    if facts.kind is PersonKind.PAYEE:
        if facts.contract_to is None:
            return
        # 所得税法 第225条第1項: reported is what was paid in a year, not what was agreed in it.
        if facts.last_paid_on is not None and facts.last_paid_on > facts.contract_to:
            yield facts.last_paid_on, Event.LAST_PAID
        else:
            yield facts.contract_to, Event.CONTRACT_ENDED
        return
    is_family = facts.kind is PersonKind.FAMILY
    if facts.left_on is not None:
        yield facts.left_on, Event.HOST_LEFT if is_family else Event.LEFT
    if is_family:
        if facts.dependent_until is not None:
            yield facts.dependent_until, Event.NOT_DEPENDENT
        if purpose in facts.no_longer:
            yield facts.no_longer[purpose], Event.NOT_DEPENDENT


def _running(facts: Facts, ends: Mapping[Purpose, _End | None]) -> Iterator[Running]:
    for purpose in Purpose:
        # A purpose that was taken off the number leaves the papers made for it.
        if ends.get(purpose) is not None or (purpose not in ends and purpose in facts.uses):
            end = ends.get(purpose)
            for rule in RULES_OF_PURPOSE[purpose]:
                yield _run(facts, RULES[rule], purpose, end)
    if facts.declared_in is not None:
        # The rule asks for the year alone (first_day).
        declared = date(facts.declared_in, 12, 31), Event.DECLARED
        yield _run(facts, RULES[LEDGER_RULE], None, declared)


def _run(facts: Facts, rule: Rule, purpose: Purpose | None, end: _End | None) -> Running:
    ended, since = end or (None, Event.USED)
    used = facts.uses.get(purpose) if purpose is not None else None
    event = event_of(rule, ended=ended, used=used)
    if event is None:
        raise ValueError("a rule without a starting event")
    happened = ended or event
    if used is not None and event == used and used > happened:
        happened, since = used, Event.USED
    chosen = facts.choices.get(rule.id) if rule.choice is not None else None
    return Running(
        rule=rule,
        purpose=purpose,
        since=since,
        happened_on=happened,
        event=event,
        first=first_day(rule, event),
        last=last_day(rule, event, chosen=chosen),
    )


def _due(facts: Facts, running: tuple[Running, ...]) -> tuple[date, str]:
    """Nothing ever asked for a number without a rule: it may go since it was recorded."""
    latest = max(running, key=lambda one: one.last, default=None)
    if latest is None:
        return facts.recorded_on, ""
    return latest.last + timedelta(days=1), latest.rule.id
