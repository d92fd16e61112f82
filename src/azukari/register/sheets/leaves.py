"""What the ledger is told of a chunk: one leaf for each person something was done for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from azukari.ledger.actions import Action
from azukari.ledger.record import Body, Record, bodies_for_each
from azukari.register.models import NumberRecord, Sheet
from azukari.register.number_rules import ChangeReason
from azukari.register.sheets.comparison import Given, Plan
from azukari.tenancy.actor import Actor


class _Handled(NamedTuple):
    """One person of the chunk for whom something was done, for the ledger."""

    person: UUID
    given: Given | None
    handle: UUID | None
    change: str  # "added", or the names of the fields that changed

    @property
    def alike(self) -> tuple[Any, ...]:
        """What the leaf says; neither the number nor who verified is a part of it."""
        if self.given is None:
            return None, self.change
        return self.given.purposes, self.given.verified[:4], self.given.why, self.change


def leaves_of(
    plan: Plan,
    added: Sequence[UUID],
    handles: Mapping[UUID, UUID],
    superseded: Mapping[UUID, NumberRecord],
    sheet: Sheet,
    actor: Actor,
) -> Iterator[Body]:
    """One leaf per person; people with the same to tell share the making of it."""
    now = datetime.now(UTC)
    alike: dict[tuple[Any, ...], list[_Handled]] = defaultdict(list)
    for one in _handled(plan, added, handles):
        if one.given is not None and one.given.why is not None:
            # Both numbers stand in the leaf of a change.
            old = superseded[one.person]
            record = _record(one, sheet, actor, now)
            yield replace(
                record, subjects=(one.person,), handles=(old.cell, handles[one.person])
            ).to_bytes()
        else:
            alike[one.alike].append(one)
    for people in alike.values():
        record = _record(people[0], sheet, actor, now)
        yield from bodies_for_each(record, [(one.person, one.handle) for one in people])


def _handled(plan: Plan, added: Sequence[UUID], handles: Mapping[UUID, UUID]) -> Iterator[_Handled]:
    for person, new in zip(added, plan.new, strict=True):
        yield _Handled(person, new.given, handles.get(person), "added")
    for change in plan.changes:
        names = " ".join(
            name
            for name, old, new_value in zip(
                plan.fields, change.known.values, change.values, strict=True
            )
            if old != new_value
        )
        yield _Handled(change.known.id, change.given, handles.get(change.known.id), names)


def _record(one: _Handled, sheet: Sheet, actor: Actor, now: datetime) -> Record:
    given = one.given
    return Record.by(
        actor,
        _action(one),
        at=now,
        purpose=",".join(given.purposes) if given else "",
        reason=given.why.label if given and given.why else "",
        count=1,
        details=_details(one, sheet),
    )


def _action(one: _Handled) -> Action:
    if one.given is None:
        return Action.PERSON_REGISTERED if one.change == "added" else Action.PERSON_CHANGED
    if one.given.why is None:
        return Action.NUMBER_RECORDED
    is_correction = one.given.why is ChangeReason.CORRECTION
    return Action.NUMBER_CORRECTED if is_correction else Action.NUMBER_SUPERSEDED


def _details(one: _Handled, sheet: Sheet) -> dict[str, str | int | bool]:
    details = {"run": str(sheet.id), "channel": "sheet"}
    if one.change == "added":
        details["kind"] = "added"
    else:
        details["changed"] = one.change
    if one.given is not None:
        verified = one.given.verified
        details |= {
            "relation": verified.provision,
            "number_check": verified.number_check,
            "identity_check": verified.person_check,
            "authority_check": verified.authority_check,
        }
    return {key: value for key, value in details.items() if value}
