"""The verbs of an incident.  Each locks its row, asks the rule, and writes down what it did."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record, bodies_for_each
from azukari.oversee.incidents import queries, rules
from azukari.oversee.incidents.models import Incident, IncidentPerson, IncidentStep
from azukari.oversee.incidents.rules import (
    OPEN,
    IncidentProblem,
    IncidentRefused,
    Source,
    Step,
)
from azukari.tenancy.actor import Actor
from azukari.tenancy.running_codes import next_code

FACTS: Final = (
    "title", "harm", "suspected", "happened_on", "noticed_on", "noticed_by", "outline", "items",
    "medium", "cause", "cause_told", "contractor", "malicious", "public", "protected",
    "people_told", "many_on", "damage", "remark",
)  # fmt: skip
"""What people state about an incident."""


def record_incident(facts: Mapping[str, Any], *, actor: Actor) -> Incident:
    """Raises IncidentRefused when its days cannot be."""
    actor.require("incident:create")
    _check(facts)
    incident = Incident.objects.create(
        company_id=actor.company,
        code=next_code(Incident.objects.all(), f"{timezone.localdate().year}-", digits=4),
        recorded_by=actor.user_id,
        recorded_by_name=actor.name,
        **{name: facts[name] for name in FACTS},
    )
    _write_down(Action.INCIDENT_RECORDED, incident, actor, reason=incident.title)
    return incident


def change_incident(
    incident: Incident, facts: Mapping[str, Any], *, version: int, actor: Actor
) -> Incident:
    """Raises IncidentRefused, also when somebody was faster."""
    actor.require("incident:change")
    _check(facts)
    locked = _open(incident)
    if locked.version != version:
        raise IncidentRefused(IncidentProblem.SOMEBODY_WAS_FASTER)
    changed = [name for name in FACTS if getattr(locked, name) != facts[name]]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, facts[name])
    locked.version += 1
    locked.save(update_fields=[*changed, "version"])
    labels = "、".join(label_of(name) for name in changed)
    _write_down(Action.INCIDENT_CHANGED, locked, actor, after=f"変更した項目：{labels}")
    return locked


def label_of(name: str) -> str:
    return str(Incident._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001


def _check(facts: Mapping[str, Any]) -> None:
    problem = rules.may_state(
        noticed_on=facts["noticed_on"],
        happened_on=facts["happened_on"],
        many_on=facts["many_on"],
        today=timezone.localdate(),
    )
    if problem is not None:
        raise IncidentRefused(problem)


# what was done ----------------------------------------------------------------------------------


def take_step(incident: Incident, step: Step, on: date, note: str, *, actor: Actor) -> Incident:
    """Records it and moves the incident on.  Raises IncidentRefused."""
    actor.require("incident:change")
    locked = _locked(incident)
    standing = queries.standing_of(locked)
    problem = rules.may_take(step, standing, on=on, note=note, today=timezone.localdate())
    if problem is not None:
        raise IncidentRefused(problem)
    IncidentStep.objects.create(
        company_id=actor.company,
        incident=locked,
        step=step.value,
        on=on,
        note=note.strip(),
        by=actor.user_id,
        by_name=actor.name,
    )
    locked.state = rules.after(step, standing).value
    locked.save(update_fields=["state"])
    _write_down(
        Action.INCIDENT_STEP_TAKEN, locked, actor, reason=note.strip(), after=step.label,
        kind=step.value, period=on.isoformat(),
    )  # fmt: skip
    return locked


# whom it is about -------------------------------------------------------------------------------


def add_people(
    incident: Incident, people: Collection[UUID], source: Source, known_by: str, *, actor: Actor
) -> int:
    """How many came in; those who are in it already stay as they are, excluded ones come back.

    One leaf for each, so that it stands in what is told about them.
    """
    actor.require("incident:change")
    locked = _open(incident)
    there = IncidentPerson.objects.filter(incident=locked, person_id__in=people)
    back = list(there.exclude(excluded_because="").values_list("person_id", flat=True))
    new = set(people) - set(there.values_list("person_id", flat=True))
    there.filter(person_id__in=back).update(excluded_because="")
    IncidentPerson.objects.bulk_create(
        IncidentPerson(
            company_id=actor.company,
            incident=locked,
            person_id=one,
            source=source.value,
            known_by=known_by[:200],
            added_by_name=actor.name,
        )
        for one in new
    )
    coming = [*new, *back]
    if not coming:
        return 0
    _count(locked)
    _write_each(Action.INCIDENT_PERSON_ADDED, locked, coming, actor, reason=known_by[:200])
    return len(coming)


def exclude_people(
    incident: Incident, chosen: Sequence[UUID], because: str, *, actor: Actor
) -> int:
    """Takes rows out again, with a reason that stays.  Raises IncidentRefused."""
    actor.require("incident:change")
    locked = _open(incident)
    rows = queries.among(IncidentPerson.objects.filter(incident=locked, id__in=chosen))
    people = list(rows.values_list("person_id", flat=True))
    if not people:
        raise IncidentRefused(IncidentProblem.NOBODY_CHOSEN)
    if not because.strip():
        raise IncidentRefused(IncidentProblem.NOTE_MISSING)
    rows.update(excluded_because=because.strip())
    _count(locked)
    _write_each(Action.INCIDENT_PERSON_EXCLUDED, locked, people, actor, reason=because.strip())
    return len(people)


def note_notified(
    incident: Incident, chosen: Sequence[UUID] | None, on: date, how: str, *, actor: Actor
) -> int:
    """That these rows, or with None everybody not told yet, were told (番号法 第29条の4第2項)."""
    actor.require("incident:change")
    locked = _open(incident)
    if not how.strip():
        raise IncidentRefused(IncidentProblem.NOTE_MISSING)
    if on > timezone.localdate():
        raise IncidentRefused(IncidentProblem.STEP_AHEAD)
    if on < locked.noticed_on:
        raise IncidentRefused(IncidentProblem.STEP_BEFORE_NOTICED)
    rows = queries.among(IncidentPerson.objects.filter(incident=locked, notified_on__isnull=True))
    if chosen is not None:
        rows = rows.filter(id__in=chosen)
    people = list(rows.values_list("person_id", flat=True))
    if not people:
        raise IncidentRefused(IncidentProblem.NOBODY_CHOSEN)
    rows.update(notified_on=on)
    _write_each(
        Action.INCIDENT_PERSON_NOTIFIED, locked, people, actor, reason=how.strip(),
        period=on.isoformat(),
    )  # fmt: skip
    return len(people)


def write_draft(incident: Incident, kind: str, *, actor: Actor) -> None:
    """That a draft of the report was made; `kind`: text or pdf."""
    actor.require("incident:output")
    _write_down(Action.INCIDENT_DRAFTED, incident, actor, format=kind, count=incident.affected)


# ------------------------------------------------------------------------------------------------


def _locked(incident: Incident) -> Incident:
    return Incident.objects.select_for_update().get(id=incident.id)


def _open(incident: Incident) -> Incident:
    locked = _locked(incident)
    if locked.state not in OPEN:
        raise IncidentRefused(IncidentProblem.NOT_IN_THIS_STATE)
    return locked


def _count(incident: Incident) -> None:
    found = IncidentPerson.objects.filter(incident=incident)
    incident.affected = queries.among(found).count()
    incident.save(update_fields=["affected"])


def _write_down(
    action: Action, incident: Incident, actor: Actor, *, reason: str = "", count: int = 0,
    **details: str,
) -> None:  # fmt: skip
    pens.write(_record(action, incident, actor, reason, count, details), actor.company)


def _write_each(
    action: Action, incident: Incident, people: Sequence[UUID], actor: Actor, *, reason: str,
    **details: str,
) -> None:  # fmt: skip
    record = _record(action, incident, actor, reason, 1, details)
    pens.write_many(actor.company, bodies_for_each(record, ((one, None) for one in people)))


def _record(
    action: Action, incident: Incident, actor: Actor, reason: str, count: int,
    details: Mapping[str, str],
) -> Record:  # fmt: skip
    told = {"target": str(incident.id), "batch": incident.code, **details}
    return Record.by(actor, action, reason=reason, count=count, details=told)
