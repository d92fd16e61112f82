"""What happened to one person's data: changes of the register and the ledger's records."""

from dataclasses import dataclass
from datetime import datetime

from azukari.dispose.rules import Reason
from azukari.law.purpose import PURPOSES, Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.register import queries
from azukari.register.actions import FIELDS
from azukari.register.actions.changes import ENDINGS
from azukari.register.models import Person, PersonChange
from azukari.web.components.parts import Moment, Tone
from azukari.web.operator import person_words

SHOWN = 30
_TONES: dict[Action, Tone] = {
    Action.NUMBER_RECORDED: "success",
    Action.NUMBER_REVEALED: "warning",
    Action.NUMBER_OPENED: "warning",
    Action.NUMBER_DISPOSED: "error",
}
# Leaves that tell what a change of the register tells better, field by field.
_TOLD_BY_CHANGES = frozenset(
    {Action.PERSON_CHANGED, Action.PERSON_RETURNED, *(one.action for one in ENDINGS.values())}
)
_REASONS = {reason.value: reason.label for reason in Reason}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a change, in words."""

    label: str
    before: str
    after: str


def of_person(person: Person) -> list[Moment]:
    """Newest first, as many as a page bears.

    A change stands here by its fields, so the ledger's own records of it are left out.
    """
    page = ledger.records(person.company_id, ledger.Filter(subject=person.id), limit=SHOWN)
    told = [entry.record for entry in page.entries]
    moments = [_of_record(one) for one in told if one.action not in _TOLD_BY_CHANGES]
    moments += [_of_change(person, one) for one in queries.changes_of(person)[:SHOWN]]
    return sorted(moments, key=_when, reverse=True)[:SHOWN]


def _when(moment: Moment) -> datetime:
    return moment.when


def _of_record(record: Record) -> Moment:
    refused = "" if record.result is Result.DONE else f"（{record.result.label}）"
    return Moment(
        when=record.at,
        what=f"{record.action.label}{refused}",
        who=_who(record),
        why=why(record),
        tone=_TONES.get(record.action, "neutral"),
    )


def _who(record: Record) -> str:
    return f"{record.actor_name}（{record.role}）" if record.role else record.actor_name


def purposes(record: Record) -> list[Purpose]:
    return [PURPOSES[code] for code in record.purpose.split(",") if code in PURPOSES]


def why(record: Record, *, short: bool = False) -> str:
    """Purposes and reason in words."""
    labels = [one.short if short else one.label for one in purposes(record)]
    return "　".join(part for part in ("、".join(labels), reason(record)) if part)


def reason(record: Record) -> str:
    return _REASONS.get(record.reason, record.reason)


def _of_change(person: Person, change: PersonChange) -> Moment:
    parts = [f"{one.label}：{one.before} → {one.after}" for one in fields(person, change)]
    return Moment(
        when=change.at,
        what=f"{title(change)}（{'、'.join(parts)}）",
        who=change.actor_name,
        url=f"{person_words.url_of(person, 'history')}?version={change.version}",
    )


def title(change: PersonChange) -> str:
    """An act with a day by its name, anything else as a change."""
    for name, (ended, taken_back) in person_words.ENDED.items():
        if name in change.changes:
            return taken_back if change.changes[name][1] is None else ended
    return "基本情報の変更"


def fields(person: Person, change: PersonChange) -> list[Field]:
    """In the order of the forms; the column keeps none."""
    changed = sorted(change.changes.items(), key=lambda one: _place(one[0]))
    return [
        Field(person_words.label(name, person.kind), _shown(name, before), _shown(name, after))
        for name, (before, after) in changed
    ]


def _place(name: str) -> int:
    return FIELDS.index(name) if name in FIELDS else len(FIELDS)


def _shown(name: str, value: object) -> str:
    return person_words.text(name, value) or "（なし）"
