"""What is done about differences: take payroll's value, set aside, note what others did."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils import timezone

from azukari.check.difference.comparing import Kind
from azukari.check.difference.facts import Field
from azukari.check.difference.models import DifferenceRow, Handling, SetAside
from azukari.law import kana, name
from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number, mentions_number
from azukari.ledger.record import Record, bodies_for_each
from azukari.register import queries as register
from azukari.register.actions import (
    SomebodyWasFaster,
    change_person,
    leave,
    register_employee,
    register_family_member,
)
from azukari.register.models import Person, PersonKind
from azukari.register.rules import Refused
from azukari.tenancy.actor import Actor


class Problem(StrEnum):
    """Why something could not be done about a difference, beside the problems of the register."""

    UNFIT = "unfit"
    SOMEBODY_WAS_FASTER = "somebody_was_faster"
    NO_NUMBER = "no_number"
    STILL_KEPT = "still_kept"


@dataclass
class Dealt:
    """How many rows were dealt with; `refused`: rows that could not be, with the problem."""

    done: int = 0
    refused: dict[UUID, str] | None = None

    def refuse(self, row: DifferenceRow, problem: str) -> None:
        self.refused = {**(self.refused or {}), row.id: problem}


class Unfit(Exception):
    """Payroll's value cannot stand in the register as it is."""


def take_over(rows: Iterable[DifferenceRow], *, actor: Actor) -> Dealt:
    """Payroll's value goes into the register: a fact is changed, an unknown person registered.

    A day of leaving is the act of leaving, so the clocks of the number start.  Rows that are dealt
    with, or about nothing that can be taken over, are passed over.
    """
    actor.require("difference:change")
    dealt = Dealt()
    for row in _in_order(rows):
        if row.handling != Handling.OPEN or not may_take(row):
            continue
        try:
            _take(row, actor)
        except Refused as refused:
            dealt.refuse(row, refused.problem.value)
        except Unfit:
            dealt.refuse(row, Problem.UNFIT)
        except (SomebodyWasFaster, Person.DoesNotExist):
            dealt.refuse(row, Problem.SOMEBODY_WAS_FASTER)
        else:
            _mark(row, Handling.TAKEN, actor)
            dealt.done += 1
    _note_refused(dealt.refused or {})
    return dealt


def may_take(row: DifferenceRow) -> bool:
    return row.kind in {Kind.DIFFERS, Kind.ONLY_THERE}


def set_aside(rows: Iterable[DifferenceRow], reason: str, *, actor: Actor) -> int:
    """Stay out of the list, in this run and in later ones, until anything about them changes."""
    actor.require("difference:change")
    if not reason.strip() or mentions_number(reason):
        raise Unfit
    done = 0
    for row in rows:
        if row.handling != Handling.OPEN:
            continue
        SetAside.objects.update_or_create(
            company_id=actor.company,
            digest=row.digest,
            defaults={"reason": reason.strip()[:200], "by_name": actor.name, "at": timezone.now()},
        )
        _mark(row, Handling.ASIDE, actor, reason=reason.strip()[:200])
        done += 1
    return done


def bring_back(rows: Iterable[DifferenceRow], *, actor: Actor) -> int:
    """What was set aside is looked at again; how many rows."""
    actor.require("difference:change")
    aside = [row for row in rows if row.handling == Handling.ASIDE]
    SetAside.objects.filter(digest__in=[row.digest for row in aside]).delete()
    for row in aside:
        _mark(row, Handling.OPEN, actor)
    return len(aside)


def note_handled(rows: Iterable[DifferenceRow], handling: Handling, *, actor: Actor) -> None:
    """What another room has done about their people, all at once: their disposal was proposed."""
    actor.require("difference:change")
    by_kind: dict[str, list[DifferenceRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for kind, some in by_kind.items():
        DifferenceRow.objects.filter(id__in=[row.id for row in some]).update(
            handling=handling, handled_by_name=actor.name, handled_at=timezone.now(), problem=""
        )
        details = {"run": str(some[0].run_id), "kind": kind, "method": handling.value}
        record = Record.by(actor, Action.DIFFERENCE_HANDLED, count=1, details=details)
        people = [(row.person, None) for row in some if row.person]
        pens.write_many(actor.company, bodies_for_each(record, people))


def note_proposed(
    rows: Collection[DifferenceRow], proposed: Collection[UUID], *, actor: Actor
) -> int:
    """The disposal of these people's numbers was proposed; how many rows it could not be of."""
    note_handled([row for row in rows if row.person in proposed], Handling.PROPOSED, actor=actor)
    left = [row for row in rows if row.person not in proposed]
    held = register.active_records([row.person for row in left if row.person])
    _note_refused(
        {row.id: Problem.STILL_KEPT if row.person in held else Problem.NO_NUMBER for row in left}
    )
    return len(left)


def _note_refused(problems: Mapping[UUID, str]) -> None:
    by_problem: dict[str, list[UUID]] = {}
    for row, problem in problems.items():
        by_problem.setdefault(problem, []).append(row)
    for problem, rows in by_problem.items():
        DifferenceRow.objects.filter(id__in=rows).update(problem=problem)


def _in_order(rows: Iterable[DifferenceRow]) -> list[DifferenceRow]:
    """Employees before their families."""
    return sorted(rows, key=lambda row: (row.employee_code, row.family_code != 0, row.id))


def _mark(row: DifferenceRow, handling: Handling, actor: Actor, *, reason: str = "") -> None:
    row.handling = handling
    row.handled_by_name = actor.name
    row.handled_at = timezone.now()
    row.reason, row.problem = reason, ""
    row.save(update_fields=["handling", "handled_by_name", "handled_at", "reason", "problem"])
    pens.write(
        Record.by(
            actor,
            Action.DIFFERENCE_HANDLED,
            subjects=(row.person,) if row.person else (),
            reason=reason,
            count=1,
            details={"run": str(row.run_id), "kind": row.kind, "method": handling.value},
        ),
        row.company_id,
    )


def _take(row: DifferenceRow, actor: Actor) -> None:
    if row.kind == Kind.ONLY_THERE:
        row.person = _register(row, actor).id
        row.save(update_fields=["person"])
        return
    assert row.person is not None, "what differs is about somebody of the register"
    person = Person.objects.get(id=row.person)
    field = Field(row.field)
    value = _value(field, row.there)
    if field is Field.ENDED:
        leave(person, value, version=person.version, actor=actor)
    else:
        change_person(person, {field.value: value}, version=person.version, actor=actor)


def _register(row: DifferenceRow, actor: Actor) -> Person:
    said = {Field(one): text for one, text in row.facts.items()}
    ended = said.pop(Field.ENDED, "")
    facts: dict[str, Any] = {one.value: _value(one, text) for one, text in said.items()}
    if not {"name", "kana"} <= facts.keys():
        raise Unfit
    if not row.family_code:
        facts.pop("relationship", None)
        for flag in _FLAGS:
            facts.pop(flag.value, None)
        facts |= {"employee_code": row.employee_code}
        if ended:
            facts["left_on"] = _value(Field.ENDED, ended)
        return register_employee(facts, actor=actor)
    host = Person.objects.get(kind=PersonKind.EMPLOYEE, employee_code=row.employee_code)
    if ended:
        facts["dependent_until"] = _value(Field.ENDED, ended)
    if "relationship" not in facts:
        raise Unfit
    wanted = row.family_code if row.family_code > 0 else None
    return register_family_member(host, facts, family_code=wanted, actor=actor)


def _value(field: Field, text: str) -> Any:
    """As the register keeps it.  Raises Unfit."""
    if not _FITS[field](text) or holds_number(text):
        raise Unfit
    if field in {Field.BIRTH, Field.ENDED}:
        return date.fromisoformat(text)
    return text == "1" if field in _FLAGS else text


def _is_flag(text: str) -> bool:
    return text in {"0", "1"}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_FLAGS = frozenset({Field.TAX, Field.HEALTH, Field.CATEGORY3})
_RELATIONSHIPS = frozenset(one.code for one in Relationship)
_FITS: Mapping[Field, Callable[[str], bool]] = {
    Field.NAME: lambda text: name.problem_of(text, longest=80) is None,
    Field.KANA: lambda text: kana.is_full_katakana(text) and len(text) <= 120,
    Field.BIRTH: _is_day,
    Field.SEX: lambda text: text in set(Sex),
    Field.RELATIONSHIP: lambda text: text in _RELATIONSHIPS,
    Field.TAX: _is_flag,
    Field.HEALTH: _is_flag,
    Field.CATEGORY3: _is_flag,
    Field.POSTCODE: lambda text: len(text) == 7 and text.isascii() and text.isdecimal(),
    Field.ADDRESS: lambda text: name.problem_of(text, longest=200) is None,
    Field.ENDED: _is_day,
}
