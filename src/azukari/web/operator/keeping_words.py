"""Why a number is kept, in words: one table per number, and the same as bars of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from azukari.law.purpose import PersonKind
from azukari.register import holds
from azukari.register.keeping import Event, Keeping, Living, Running
from azukari.register.keeping_facts import Kept, kept_numbers
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.web.components.parts import Span, Tone
from azukari.web.operator.person_words import day


@dataclass(frozen=True, slots=True)
class Line:
    """A purpose that lives, or a rule that runs."""

    what: str
    rule: str
    article: str
    since: str
    until: str
    state: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Explained:
    """One number: what it is, from when it may go, and every reason why it is here."""

    title: str
    answer: str
    tone: Tone
    lines: list[Line]
    spans: list[Span]
    plot_id: str


def of_person(person: Person, actor: Actor) -> dict[str, Any]:
    """What `operator/people/_keeping.html` needs."""
    today = timezone.localdate()
    hold = holds.open_hold(person.id)
    may_hold = actor.may("disposal:change")
    return {
        "numbers": [explain(kept, today) for kept in kept_numbers([person.id])],
        "today": today,
        "hold": hold,
        "is_past_review": hold is not None and hold.review_on <= today,
        "hold_url": reverse("hold-new", kwargs={"person_id": person.id})
        if may_hold and hold is None
        else "",
        "review_url": reverse("hold", kwargs={"hold_id": hold.id}) if may_hold and hold else "",
    }


def explain(kept: Kept, today: date) -> Explained:
    keeping = kept.keeping
    return Explained(
        title="いまの個人番号" if kept.is_active else "変更前の個人番号",
        answer=_answer(keeping, today),
        tone=_tone(keeping, today),
        lines=[
            *(_living(one, kept.facts.kind) for one in keeping.living),
            *(_running(one, today) for one in keeping.running),
        ],
        spans=[] if keeping.living else _spans(keeping.running),
        plot_id=f"keeping-{kept.record}",
    )


def _answer(keeping: Keeping, today: date) -> str:
    due_on = keeping.due_on
    if due_on is None:
        return "利用目的が続いているため、廃棄できる日はまだ決まっていません。"
    when = (
        f"{day(due_on)}から廃棄できるようになっています。"
        if due_on <= today
        else f"{day(due_on)}から廃棄できます。"
    )
    if not keeping.on_hold:
        return when
    if due_on <= today:
        return (
            f"保存期間は{day(due_on - timedelta(days=1))}に終わりましたが、廃棄を保留しています。"
        )
    return f"{when}ただし、廃棄を保留しているあいだは廃棄できません。"


def _tone(keeping: Keeping, today: date) -> Tone:
    if keeping.on_hold:
        return "warning"
    is_over = keeping.due_on is not None and keeping.due_on <= today
    return "warning" if is_over else "info"


def _living(one: Living, kind: PersonKind) -> Line:
    ends = {
        PersonKind.EMPLOYEE: "退職するまで",
        PersonKind.FAMILY: "扶養から外れるか、社員が退職するまで",
        PersonKind.PAYEE: "契約が終わるまで",
    }
    return Line(
        what=one.purpose.label,
        rule="利用目的が続いています",
        article=one.purpose.basis,
        since=one.because.label,
        until=ends[kind],
        state="利用中",
        tone="success",
    )


def _running(one: Running, today: date) -> Line:
    is_over, is_ahead = one.last < today, one.happened_on > today
    kept = f"{day(one.first)}から{day(one.last)}まで" if one.first <= one.last else "保存しません"
    return Line(
        what=one.purpose.label if one.purpose else "番号の記載を省くための帳簿",
        rule=one.rule.applies_to,
        article=one.rule.article,
        since=since(one, today),
        until=kept,
        state="満了" if is_over else "予定" if is_ahead else "保存中",
        tone="neutral" if is_over else "info",
    )


def since(one: Running, today: date) -> str:
    """2026年3月31日（令和8年）の退職; a deadline that counts instead stands behind it."""
    if one.since is Event.DECLARED:
        return f"{one.happened_on.year}年分の申告書（番号の記載を省いた最後のもの）"
    told = f"{day(one.happened_on)}　{one.since.label}"
    if one.happened_on > today:
        told += "（予定）"
    if one.event != one.happened_on:
        told += f"（提出期限：{day(one.event)}）"
    return told


def _spans(running: Iterable[Running]) -> list[Span]:
    """The longest of each rule; a period of nothing has no bar."""
    longest: dict[str, Running] = {}
    for one in running:
        known = longest.get(one.rule.id)
        if one.first <= one.last and (known is None or one.last > known.last):
            longest[one.rule.id] = one
    return [Span(one.rule.applies_to, one.first, one.last) for one in longest.values()]
