"""A push comes in: once per key, every item kept with its problem, numbers into the vault."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from azukari.check.link import snapshot
from azukari.check.link.events import About, Event, Item, ItemRefused, Problem, State, read
from azukari.check.link.models import LinkSetting, Push, PushedRecord, RelationshipWord
from azukari.law.number import MyNumber
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id
from azukari.vault import door

MOST_ITEMS = 100_000
NUMBER_WAITS = timedelta(days=30)
"""How long a number of a record that nobody reflects is kept."""

_PER_STATEMENT = 2_000
_PERMISSIONS = {About.PEOPLE: "link:push", About.FIGURES: "link:figures"}


class LinkIsOff(Exception):
    """The company takes nothing from payroll."""


class KeyUsed(Exception):
    """The key came before with another body; a key stands for one push."""


class TooManyItems(Exception):
    """More than `MOST_ITEMS`."""


@dataclass(frozen=True)
class Received:
    """`is_new` is False when the same push came before."""

    push: Push
    is_new: bool
    task: Progress | None = None


def receive(
    items: Sequence[Mapping[str, Any]],
    key: str,
    *,
    about: About = About.PEOPLE,
    token_id: UUID | None = None,
    token_name: str = "",
    actor: Actor,
) -> Received:
    """Keeps the push and lets the automatic part be reflected in the background.

    The same key with the same items again does nothing and answers for the first time.  Raises
    LinkIsOff, KeyUsed and TooManyItems; nothing is kept then.
    """
    actor.require(_PERMISSIONS[about])
    if len(items) > MOST_ITEMS:
        raise TooManyItems
    setting = LinkSetting.objects.first()
    if setting is None or not setting.is_on:
        raise LinkIsOff
    digest = _digest(items, actor)
    if (before := _same_key(key, digest)) is not None:
        return Received(before, is_new=False)
    push = Push(
        company_id=actor.company,
        token=token_id,
        token_name=token_name[:60],
        about=about.value,
        key=key,
        digest=digest,
        records=len(items),
    )
    try:
        with transaction.atomic():
            push.save(force_insert=True)
    except IntegrityError:
        # The same push twice at the same moment.
        return Received(Push.objects.get(key=key, digest=digest), is_new=False)
    push.refused = _keep(push, items, actor)
    push.save(update_fields=["refused"])
    _write(push, actor)
    task = plan_work(push)
    queue.enqueue("link.reflect", actor=actor, progress_id=task.id, push_id=push.id)
    return Received(push, is_new=True, task=task)


def plan_work(push: Push) -> Progress:
    return progress.plan("link", push.id, total=push.records)


def problems_of(push: Push) -> list[PushedRecord]:
    """What was refused when it came in, in the order of the push."""
    found = PushedRecord.objects.filter(push=push, state=State.ERROR.value)
    return list(found.order_by("place"))


def _same_key(key: str, digest: str) -> Push | None:
    before = Push.objects.filter(key=key).first()
    if before is not None and not constant_time_compare(before.digest, digest):
        raise KeyUsed
    return before


def _digest(items: Sequence[Mapping[str, Any]], actor: Actor) -> str:
    """Keyed: a hash in clear would let the numbers of a short push be guessed one by one."""
    body = json.dumps(items, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return salted_hmac(f"push:{actor.company}", body, algorithm="sha256").hexdigest()


def _keep(push: Push, items: Sequence[Mapping[str, Any]], actor: Actor) -> int:
    """Every item as a record; how many of them have a problem already."""
    known = dict(RelationshipWord.objects.values_list("word", "relationship"))
    # Ids made within a millisecond come in any order; those of a push must follow its places.
    ids = sorted(new_id() for _ in items)
    refused = 0
    for start, some in _steps(items):
        rows = [
            _record(push, (ids[place], place), raw, known) for place, raw in enumerate(some, start)
        ]
        waiting = [(row, number) for row, number in rows if number is not None]
        cells = door.deposit_all_waiting(
            actor.company,
            [(row.id, number) for row, number in waiting],
            until=timezone.now() + NUMBER_WAITS,
        )
        for (row, _number), cell in zip(waiting, cells, strict=True):
            row.cell = cell
        records = [row for row, _number in rows]
        PushedRecord.objects.bulk_create(records)
        snapshot.tell(records)
        refused += sum(row.state == State.ERROR for row in records)
    return refused


def _record(
    push: Push, where: tuple[UUID, int], raw: Mapping[str, Any], known: Mapping[str, str]
) -> tuple[PushedRecord, MyNumber | None]:
    row_id, place = where
    row = PushedRecord(id=row_id, company_id=push.company_id, push=push, place=place)
    about = About(push.about)
    try:
        item = read(raw, about)
    except ItemRefused as refused:
        row.state = State.ERROR.value
        row.problem, row.detail = refused.problem.value, refused.field[:40]
        row.event = _event(raw, about)
        row.employee_code = _harmless(raw.get("employee_code"))
        return row, None
    _fill(row, item, known)
    return row, item.number


def _fill(row: PushedRecord, item: Item, known: Mapping[str, str]) -> None:
    row.event = item.event.value
    row.employee_code = item.employee_code
    row.family_code = item.family_code
    row.name = item.facts.get("name", "")
    row.on = item.on
    row.year = item.year
    row.facts = item.facts
    row.purposes = list(item.purposes)
    row.number_check, row.person_check = item.number_check[:24], item.person_check[:24]
    row.verified_on = item.verified_on
    if item.relationship in known:
        row.facts = {**item.facts, "relationship": known[item.relationship]}
    elif item.relationship:
        row.relationship = item.relationship
        row.state = State.ERROR.value
        row.problem, row.detail = Problem.RELATIONSHIP_UNKNOWN.value, "relationship"


def _event(raw: Mapping[str, Any], about: About) -> str:
    """Of an item that was refused; empty when nobody knows it."""
    if about is About.FIGURES:
        return Event.FIGURES.value
    told = raw.get("event")
    return told if told in set(Event) - {Event.FIGURES} else ""


def _harmless(raw: Any) -> str:
    """A code that may stand in a list although the item was refused."""
    code = str(raw or "").strip()
    fits = len(code) <= 10 and code.isascii() and code.replace("-", "").isalnum()
    return code if fits else ""


def _steps(
    items: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[int, list[Mapping[str, Any]]]]:
    rest, start = iter(items), 0
    while some := list(islice(rest, _PER_STATEMENT)):
        yield start, some
        start += len(some)


def _write(push: Push, actor: Actor) -> None:
    pens.write(
        Record.by(
            actor,
            Action.PUSH_RECEIVED,
            count=push.records,
            details={"run": str(push.id), "size": push.refused},
        ),
        actor.company,
    )
