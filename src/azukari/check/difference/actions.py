"""The verbs of 差分チェック: send a file, say its columns, take payroll's value, set aside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.utils import timezone

from azukari.check.difference.comparing import Kind
from azukari.check.difference.facts import Field
from azukari.check.difference.kept_file import open_kept
from azukari.check.difference.models import (
    DifferenceRow,
    DifferenceRun,
    Handling,
    RunState,
    SetAside,
    Source,
)
from azukari.check.difference.payroll_file import Layout, layout_of
from azukari.check.link import snapshot
from azukari.law import kana, name
from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number, mentions_number
from azukari.ledger.record import Record, bodies_for_each
from azukari.products.headings import plain
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register.actions import (
    SomebodyWasFaster,
    change_person,
    leave,
    register_employee,
    register_family_member,
)
from azukari.register.models import Person, PersonKind
from azukari.register.rules import Refused
from azukari.register.sheets import mappings
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.table import Table, open_table
from azukari.tenancy.actor import Actor
from azukari.vault import door

KEPT_UNCOMPARED = timedelta(days=7)
_MAPPABLE = frozenset({FileCode.UNKNOWN_HEADINGS, FileCode.HEADING_MISSING})


class NotNow(Exception):
    """The run or row is not in a state for that."""


# a run ----------------------------------------------------------------------------------------


def start_run(content: bytes, file_name: str, *, actor: Actor) -> DifferenceRun:
    """Deposits the file and has it compared in the background.

    A file nobody is sure about waits for somebody to say what its columns are.  Raises FileRefused
    for what the first lines already show.
    """
    run = keep_file(content, file_name, actor=actor, may_ask=True)
    if run.state == RunState.COMPARING:
        _enqueue(run, actor)
    return run


def start_from_link(*, actor: Actor) -> DifferenceRun:
    """Compares with what the link has told so far.  Raises NotNow when it has told nothing."""
    run = plan_from_link(actor=actor)
    _enqueue(run, actor)
    return run


def plan_from_link(*, actor: Actor) -> DifferenceRun:
    """The run, nothing compared yet.  Raises NotNow."""
    actor.require("difference:create")
    if snapshot.is_empty():
        raise NotNow
    return DifferenceRun.objects.create(
        company_id=actor.company,
        source=Source.LINK,
        asked_by=actor.user_id,
        asked_by_name=actor.name,
    )


def keep_file(
    content: bytes, file_name: str, *, actor: Actor, may_ask: bool = False
) -> DifferenceRun:
    """The run, its file deposited, nothing compared yet.  Raises FileRefused."""
    actor.require("difference:create")
    table = open_table(content)
    mapping = mappings.saved_for(table)
    columns = mappings.columns_shown(table, mapping)
    layout = _layout(table, mapping, may_ask=may_ask and bool(columns))
    run = DifferenceRun(
        company_id=actor.company,
        source=Source.FILE,
        encoding=table.encoding,
        state=RunState.COMPARING if layout else RunState.MAPPING,
        file_name=_plain_name(file_name),
        product=layout.preset.product if layout and layout.preset else "",
        mapping=dict(mapping),
        columns=mappings.to_stored(columns),
        asked_by=actor.user_id,
        asked_by_name=actor.name,
    )
    until = timezone.now() + KEPT_UNCOMPARED
    run.cell = door.deposit_file(actor.company, run.id, table.content.packed(), until=until)
    run.save(force_insert=True)
    return run


def _layout(table: Table, mapping: Mapping[str, str], *, may_ask: bool) -> Layout | None:
    try:
        layout = layout_of(table, mapping)
    except FileRefused as refused:
        if may_ask and refused.code in _MAPPABLE:
            return None
        raise
    return layout if layout.is_sure or not may_ask else None


def map_columns(run: DifferenceRun, fields: Mapping[int, str], *, actor: Actor) -> DifferenceRun:
    """What the company says each column (by its place) is; kept for every such file to come.

    Raises FileRefused when that tells nobody's facts, and NotNow once the run is compared.
    """
    actor.require("difference:create")
    run = DifferenceRun.objects.select_for_update().get(id=run.id)
    if run.state != RunState.MAPPING or run.cell is None:
        raise NotNow
    table = open_kept(run, "差分チェックの列の対応", actor=actor)
    row = mappings.row_of_headings(table, run.mapping)
    said = {plain(row[place]): name for place, name in fields.items() if place < len(row)}
    layout_of(table, said)
    mappings.save_mapping(row, said, actor=actor)
    run.mapping = said
    run.state = RunState.COMPARING
    run.save()
    _enqueue(run, actor)
    return run


def discard_run(run: DifferenceRun, *, actor: Actor) -> None:
    """Gives up a run that was never compared, and its file."""
    actor.require("difference:create")
    run = DifferenceRun.objects.select_for_update().get(id=run.id)
    if run.state not in {RunState.MAPPING, RunState.UNREADABLE}:
        raise NotNow
    if run.cell is not None:
        door.order_destruction(actor.company, [run.cell])
    run.delete()


def files_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: the time of these files is over; nobody has said their columns."""
    DifferenceRun.objects.filter(cell__in=cells).delete()


def plan_work(run: DifferenceRun) -> Progress:
    return progress.plan("difference", run.id)


def _enqueue(run: DifferenceRun, actor: Actor) -> None:
    task = plan_work(run)
    queue.enqueue("difference.compare", actor=actor, progress_id=task.id, run_id=run.id)


def _plain_name(file_name: str) -> str:
    shown = PurePath(file_name.replace("\\", "/")).name[:200]
    return "(個人番号を含むファイル名)" if holds_number(shown) else shown


# what is done about a difference --------------------------------------------------------------


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
            dealt.refuse(row, "unfit")
        except (SomebodyWasFaster, Person.DoesNotExist):
            dealt.refuse(row, "somebody_was_faster")
        else:
            _mark(row, Handling.TAKEN, actor)
            dealt.done += 1
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
            handling=handling, handled_by_name=actor.name, handled_at=timezone.now()
        )
        details = {"run": str(some[0].run_id), "kind": kind, "method": handling.value}
        record = Record.by(actor, Action.DIFFERENCE_HANDLED, count=1, details=details)
        people = [(row.person, None) for row in some if row.person]
        pens.write_many(actor.company, bodies_for_each(record, people))


def _in_order(rows: Iterable[DifferenceRow]) -> list[DifferenceRow]:
    """Employees before their families."""
    return sorted(rows, key=lambda row: (row.employee_code, row.family_code != 0, row.id))


def _mark(row: DifferenceRow, handling: Handling, actor: Actor, *, reason: str = "") -> None:
    row.handling = handling
    row.handled_by_name = actor.name
    row.handled_at = timezone.now()
    row.reason = reason
    row.save(update_fields=["handling", "handled_by_name", "handled_at", "reason"])
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
