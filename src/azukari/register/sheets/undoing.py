"""一括登録の取消: a whole sheet taken back, chunk by chunk from its end, until it is closed.

Each chunk is one transaction: people removed or as before, deposits ordered to be destroyed,
leaves, and the mark that it is done; after `kill -9` the next run goes on with the others.  The
keys go after the commit, and only then it is written down that the numbers are gone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from psycopg import sql

from azukari.law.name import search_key
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Body, Record, bodies_for_each
from azukari.progress import actions as progress
from azukari.register import clocks
from azukari.register.models import (
    NumberRecord,
    NumberState,
    Person,
    PersonChange,
    RecordState,
    Sheet,
    SheetState,
)
from azukari.register.sheets.actions import (
    NotApplicable,
    enqueue,
    is_at_work,
    sheet_for_update,
    write_down,
)
from azukari.register.sheets.comparison import KIND_OF_PERSON
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.shutting import (
    REASON,
    may_undo,
    shut,
    steps_of,
    write_down_destroyed,
)
from azukari.register.sheets.taking_back import Obstacle, Plan, plain, plan_step
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.crash import crash_point

_KEPT_SHOWN = 50
# So many chunks are looked at while somebody waits for the page.
_STEPS_FORESEEN = 15


class Foreseen:
    """What taking a sheet back would do; `kept` counts people, of whom some are named.

    `rows_left`: rows of the file beyond those looked at, when it is a large one.
    """

    def __init__(self) -> None:
        self.rows_left = 0
        self.removed = 0
        self.restored = 0
        self.destroyed = 0
        self.kept = 0
        self.reasons: dict[Obstacle, int] = defaultdict(int)
        self.named: list[tuple[Person, Obstacle]] = []

    def add(self, plan: Plan) -> None:
        self.removed += len(plan.removed)
        self.restored += len({person.id for person, _ in plan.restored})
        self.destroyed += len(plan.removed_records) + len(plan.ended)
        self.kept += len(plan.kept)
        for person, obstacle in plan.kept.values():
            self.reasons[obstacle] += 1
            if len(self.named) < _KEPT_SHOWN:
                self.named.append((person, obstacle))


def foresee(sheet: Sheet) -> Foreseen:
    """Said before anybody decides.  What happens in between is looked at again when it is done."""
    foreseen = Foreseen()
    for at, step in enumerate(_steps(sheet)[: _STEPS_FORESEEN + 1]):
        if at == _STEPS_FORESEEN:
            foreseen.rows_left = step.through
        else:
            foreseen.add(plan_step(step))
    return foreseen


# verbs ----------------------------------------------------------------------------------------


def undo_sheet(sheet: Sheet, *, actor: Actor) -> Sheet:
    """Lets the sheet be taken back in the background; a second call changes nothing.

    Raises NotApplicable, or NotPermitted without the right to delete such people.
    """
    sheet, is_due = start_undoing(sheet, actor=actor)
    if is_due:
        enqueue("undo", sheet, actor)
    return sheet


def start_undoing(sheet: Sheet, *, actor: Actor) -> tuple[Sheet, bool]:
    """The sheet in the state of being taken back, and whether somebody now has to do it."""
    _require(sheet, actor)
    sheet = sheet_for_update(sheet.id)
    if sheet.state == SheetState.UNDONE or (
        sheet.state == SheetState.UNDOING and is_at_work(sheet)
    ):
        return sheet, False
    if not may_undo(sheet):
        raise NotApplicable
    sheet.state = SheetState.UNDOING
    sheet.save(update_fields=["state"])
    return sheet, True


def _require(sheet: Sheet, actor: Actor) -> None:
    actor.require("sheet:create")
    kind = SheetKind(sheet.kind)
    mixed = (SheetKind.EMPLOYEES, SheetKind.FAMILIES)
    for one in mixed if kind is SheetKind.MIXED else (kind,):
        actor.require(f"{KIND_OF_PERSON[one].value}:delete")


# work -----------------------------------------------------------------------------------------


def undo(actor: Actor, progress_id: UUID, sheet_id: UUID) -> None:
    """Takes back chunk by chunk, the last one first; runs outside any scope."""
    with scope.enter(scope.of(actor)):
        sheet = Sheet.objects.get(id=sheet_id)
        _require(sheet, actor)
        progress.begin(progress_id, total=sheet.applied_through)
    while sheet.state == SheetState.UNDOING:
        with scope.enter(scope.of(actor)):
            left = _undo_last(sheet_id, actor)
            is_stopped = _advance(progress_id, sheet.applied_through - left)
        crash_point("sheet:step-undone")
        with scope.enter(scope.of(actor)):
            door.finish_destruction(actor.company)
            write_down_destroyed(actor.company)
        if is_stopped and left:
            raise progress.Cancelled
        if not left:
            break
    with scope.enter(scope.of(actor)):
        _finish(sheet_for_update(sheet_id), actor)
        progress.finish(progress_id)
    with scope.enter(scope.of(actor)):
        door.finish_destruction(actor.company)


def _undo_last(sheet_id: UUID, actor: Actor) -> int:
    """One chunk; answers through which row there is something left."""
    sheet = sheet_for_update(sheet_id)
    steps = list(_steps(sheet)[:2])
    if sheet.state != SheetState.UNDOING or not steps:
        return 0
    step = steps[0]
    plan = plan_step(step, lock=True)
    leaves = list(_take_back(plan, sheet, actor))
    step.cells = [row.cell for row in [*plan.removed_records, *plan.ended]]
    step.undone_at = timezone.now()
    step.added, step.changes = [], []
    step.records = [row.person_id for row in [*plan.removed_records, *plan.ended]]
    step.save()
    sheet.removed += len(plan.removed)
    sheet.restored += len({person.id for person, _ in plan.restored})
    sheet.kept += len(plan.kept)
    sheet.save(update_fields=["removed", "restored", "kept"])
    if leaves:
        pens.write_many(actor.company, leaves)
    return steps[1].through if len(steps) > 1 else 0


def _advance(progress_id: UUID, done: int) -> bool:
    try:
        progress.advance(progress_id, done)
    except progress.Cancelled:
        return True
    return False


def _take_back(plan: Plan, sheet: Sheet, actor: Actor) -> Iterator[Body]:
    """Does it, and gives a leaf for each person."""
    records = [*plan.removed_records, *plan.ended]
    door.order_destruction(actor.company, [row.cell for row in records])
    _end(plan)
    _restore(plan, actor)
    _remove(plan)
    with_number = {row.person_id: row.cell for row in records}
    bare = [one.id for one in plan.removed if one.id not in with_number]
    yield from _leaves(Action.DISPOSAL_ORDERED, sheet, actor, list(with_number.items()))
    yield from _leaves(Action.SHEET_UNDONE, sheet, actor, [(one, None) for one in bare])
    back = [(person, row.cell) for person, row in plan.revived.items()]
    yield from _leaves(Action.NUMBER_CORRECTED, sheet, actor, back)
    for person, before in plan.restored:
        changed = " ".join(sorted(before))
        yield from _leaves(
            Action.PERSON_CHANGED, sheet, actor, [(person.id, None)], changed=changed
        )


def _leaves(
    action: Action,
    sheet: Sheet,
    actor: Actor,
    people: Sequence[tuple[UUID, UUID | None]],
    **details: str,
) -> Iterator[Body]:
    if not people:
        return iter(())
    said = {"run": str(sheet.id), "channel": "sheet", "kind": "undone", **details}
    record = Record.by(actor, action, reason=REASON, count=1, details=said)
    return bodies_for_each(record, people)


def _end(plan: Plan) -> None:
    """Numbers of people who stay: as if it had not come.  The one before it holds again, or the
    number will be asked for again.
    """
    people = [row.person_id for row in plan.ended]
    ended = [row.id for row in plan.ended]
    now = timezone.now()
    NumberRecord.objects.filter(id__in=ended).update(state=RecordState.DISPOSED, ended_at=now)
    NumberRecord.objects.filter(id__in=[row.id for row in plan.revived.values()]).update(
        state=RecordState.ACTIVE, superseded_at=None, superseded_because=""
    )
    disposed = set(
        NumberRecord.objects.filter(person_id__in=people, state=RecordState.DISPOSED)
        .exclude(id__in=ended)
        .values_list("person_id", flat=True)
    )
    rows = list(Person.objects.filter(id__in=people))
    for person in rows:
        was = NumberState.DISPOSED if person.id in disposed else NumberState.NONE
        person.number_state = NumberState.ACTIVE if person.id in plan.revived else was
        person.version += 1
        person.updated_at = now
    Person.objects.bulk_update(rows, ["number_state", "version", "updated_at"], batch_size=500)
    clocks.recount(plan.revived)


def _restore(plan: Plan, actor: Actor) -> None:
    if not plan.restored:
        return
    now = timezone.now()
    ids = [person.id for person, _ in plan.restored]
    people = {one.id: one for one in Person.objects.filter(id__in=ids)}
    history = []
    names: set[str] = {"search_key", "version", "updated_at"}
    for old, before in plan.restored:
        person = people[old.id]
        changes = {name: [plain(getattr(person, name)), plain(v)] for name, v in before.items()}
        for name, value in before.items():
            setattr(person, name, value)
        person.search_key = f"{search_key(person.name)} {search_key(person.kana)}"
        person.version += 1
        person.updated_at = now
        names |= before.keys()
        history.append(_change_of(person, changes, actor))
    Person.objects.bulk_update(people.values(), sorted(names), batch_size=500)
    PersonChange.objects.bulk_create(history, batch_size=500)
    clocks.recount(ids)


def _change_of(person: Person, changes: dict[str, Any], actor: Actor) -> PersonChange:
    return PersonChange(
        company_id=person.company_id,
        person=person,
        version=person.version,
        actor=actor.user_id,
        actor_name=actor.name,
        changes=changes,
    )


def _remove(plan: Plan) -> None:
    # Straight in the database, which refuses what anything else still points to.
    with connection.cursor() as cursor:
        for table, rows in (
            ("register_number_record", [row.id for row in plan.removed_records]),
            ("register_person", [one.id for one in plan.removed]),
        ):
            cursor.execute(
                sql.SQL("DELETE FROM {} WHERE company_id = %s AND id = ANY(%s)").format(
                    sql.Identifier(table)
                ),
                [scope.company_id(), rows],
            )


def _finish(sheet: Sheet, actor: Actor) -> None:
    if sheet.state != SheetState.UNDOING:
        return
    sheet.state = SheetState.UNDONE
    shut(sheet)
    write_down(
        sheet, Action.SHEET_UNDONE, actor, count=sheet.removed + sheet.restored, after=sheet.kept
    )


def _steps(sheet: Sheet) -> Any:
    """What is not taken back yet, the last chunk first: families go before their employees."""
    return steps_of(sheet).filter(undone_at__isnull=True).order_by("-through")
