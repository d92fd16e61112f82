"""保存期間 that the law leaves to the company: choosing one, and what that moves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from azukari.law.retention import RULES, RULES_OF_PURPOSE, ChoiceOutOfRange
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register import clocks
from azukari.register.keeping_facts import chosen_periods, kept_numbers
from azukari.register.models import NumberRecord, RecordState, RetentionChoice
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

# Rules that numbers wait for; R-DOC-01 is about copies of documents.
_OF_NUMBERS = frozenset(rule for rules in RULES_OF_PURPOSE.values() for rule in rules)
_CHUNK = 2_000
COUNTED_AT_MOST = 20_000
"""A preview looks at no more people than this; the page then says that there are more."""


@dataclass(frozen=True)
class Moved:
    """How many numbers a period would move.  `is_all`: everybody was looked at."""

    later: int
    earlier: int
    is_all: bool

    @property
    def count(self) -> int:
        return self.later + self.earlier


def choose_period(rule_id: str, length: int, *, actor: Actor) -> Progress | None:
    """Sets the years (days for R-DOC-01) and lets the days be counted anew in the background.

    None when nothing changes, or no number depends on it.  Raises ChoiceOutOfRange.
    """
    actor.require("disposal:change")
    before = chosen_periods().get(rule_id, 0)
    rule = RULES[rule_id]
    if rule.choice is None or length not in rule.choice:
        raise ChoiceOutOfRange(rule_id)
    if length == before:
        return None
    choice, _ = RetentionChoice.objects.update_or_create(
        company_id=actor.company,
        rule=rule_id,
        defaults={
            "length": length,
            "changed_at": timezone.now(),
            "changed_by_name": actor.name,
        },
    )
    pens.write(
        Record.by(
            actor,
            Action.RETENTION_CHANGED,
            details={"rule": rule_id, "before": before, "after": length},
        ),
        actor.company,
    )
    return _count_anew(choice, actor) if rule_id in _OF_NUMBERS else None


def would_move(rule_id: str, length: int) -> Moved:
    """How many numbers get another day if the company chose this; nothing is changed."""
    wanted: Mapping[str, int] = chosen_periods() | {rule_id: length}
    later = earlier = seen = 0
    for people in _people_with_days():
        for kept in kept_numbers(people, choices=wanted):
            due_on = kept.keeping.due_on
            if kept.due_on is not None and due_on is not None:
                later += due_on > kept.due_on
                earlier += due_on < kept.due_on
        seen += len(people)
        if seen >= COUNTED_AT_MOST:
            return Moved(later, earlier, is_all=False)
    return Moved(later, earlier, is_all=True)


def count_company(actor: Actor, progress_id: UUID) -> None:
    """Counts every day of the company anew, so many people at a time; a rerun begins anew."""
    place = scope.of(actor)
    with scope.enter(place):
        actor.require("disposal:change")
        total = _with_days().values("person_id").distinct().count()
        progress.begin(progress_id, total=total)
    done, after = 0, None
    while True:
        with scope.enter(place):
            people = _next_people(after)
            if not people:
                progress.finish(progress_id)
                return
            clocks.recount(people)
            done, after = done + len(people), people[-1]
            progress.advance(progress_id, done)


def _count_anew(choice: RetentionChoice, actor: Actor) -> Progress:
    task = progress.plan("keeping", choice.id)
    queue.enqueue("keeping.recount", actor=actor, progress_id=task.id)
    return task


def _people_with_days() -> Iterator[list[UUID]]:
    after = None
    while people := _next_people(after):
        yield people
        after = people[-1]


def _next_people(after: UUID | None) -> list[UUID]:
    """Those whose number has a day: no period moves what a purpose still keeps alive."""
    found = _with_days()
    if after is not None:
        found = found.filter(person_id__gt=after)
    return list(found.order_by("person_id").values_list("person_id", flat=True).distinct()[:_CHUNK])


def _with_days() -> QuerySet[NumberRecord]:
    return NumberRecord.objects.filter(due_on__isnull=False).exclude(state=RecordState.DISPOSED)
