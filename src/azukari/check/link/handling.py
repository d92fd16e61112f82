"""What people do about pushed records: reflect, hold, discard, say what a word for 続柄 means."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from azukari.check.link.events import OPEN, Problem, State
from azukari.check.link.models import PushedRecord, RelationshipWord
from azukari.check.link.reflecting import Done, reflect
from azukari.law.relationship import Relationship
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import mentions_number
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.vault import door


class ReasonMissing(Exception):
    """Discarding wants a reason, and no number in it."""


def reflect_now(ids: Sequence[UUID], *, actor: Actor) -> Done:
    """By hand: also what was held or had failed, in the order in which it came."""
    actor.require("link:change")
    rows = PushedRecord.objects.select_for_update().filter(id__in=ids)
    return reflect(rows.order_by("id"), actor=actor)


def hold(ids: Sequence[UUID], reason: str, *, actor: Actor) -> int:
    """Stay as they are until somebody reflects or discards them; later ones of the person wait."""
    return _set_state(ids, State.HELD, reason, actor)


def discard(ids: Sequence[UUID], reason: str, *, actor: Actor) -> int:
    """Never go into the register; their numbers are destroyed.  Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    return _set_state(ids, State.DISCARDED, reason, actor)


def _set_state(ids: Sequence[UUID], state: State, reason: str, actor: Actor) -> int:
    actor.require("link:change")
    if mentions_number(reason):
        raise ReasonMissing
    rows = list(PushedRecord.objects.select_for_update().filter(id__in=ids).order_by("id"))
    done = 0
    for row in rows:
        if row.state not in OPEN or row.state == state:
            continue
        row.state = state.value
        row.reason = reason.strip()[:200]
        row.handled_by_name = actor.name
        row.handled_at = timezone.now()
        if state is State.DISCARDED and row.cell is not None:
            door.order_destruction(actor.company, [row.cell])
            row.cell = None
        row.save()
        _write(row, actor)
        done += 1
    if state is State.DISCARDED:
        transaction.on_commit(partial(door.finish_destruction, actor.company), robust=True)
    return done


def name_relationship(word: str, relationship: Relationship, *, actor: Actor) -> int:
    """What a word of payroll's means, from now on; how many records it mends.

    They wait again, to be reflected by itself or by hand.
    """
    actor.require("link:change")
    RelationshipWord.objects.update_or_create(
        company_id=actor.company,
        word=word,
        defaults={
            "relationship": relationship.code, "by_name": actor.name, "at": timezone.now(),
        },
    )  # fmt: skip
    rows = PushedRecord.objects.select_for_update().filter(
        relationship=word, state__in=[state.value for state in OPEN]
    )
    mended = 0
    for row in rows:
        row.facts = {**row.facts, "relationship": relationship.code}
        row.relationship = row.problem = row.detail = ""
        row.state = State.WAITING.value
        row.save(update_fields=["facts", "relationship", "problem", "detail", "state"])
        mended += 1
    pens.write(
        Record.by(
            actor,
            Action.SETTINGS_CHANGED,
            count=mended,
            details={"changed": "続柄の対応", "relation": relationship.code},
        ),
        actor.company,
    )
    return mended


def numbers_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: numbers that waited too long; what is left of a record goes on."""
    PushedRecord.objects.filter(cell__in=cells).update(
        cell=None, problem=Problem.NUMBER_REFUSED.value, detail="waited_too_long"
    )


def _write(row: PushedRecord, actor: Actor) -> None:
    pens.write(
        Record.by(
            actor,
            Action.PUSHED_HANDLED,
            subjects=(row.person,) if row.person else (),
            reason=row.reason,
            count=1,
            details={"run": str(row.push_id), "kind": row.event, "method": row.state},
        ),
        actor.company,
    )
