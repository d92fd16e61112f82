"""The long part: checking a file and applying it, chunk by chunk.

Both run outside any transaction and make one per chunk.  Rows, history, sealed numbers, records,
ledger leaves, the cursor `applied_through` and the progress count of a chunk commit together, so
that after `kill -9` the next run goes on exactly where the tables say.  Keys of the vault come
first; those of a chunk that never committed open nothing and are swept.
"""

from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.ledger.record import Body
from azukari.progress import actions as progress
from azukari.progress.uncollected import uncollected
from azukari.register.models import Sheet, SheetProblem, SheetState
from azukari.register.sheets import limits
from azukari.register.sheets.actions import (
    CLOSES_AFTER,
    close_sheet,
    sheet_for_update,
    write_down,
)
from azukari.register.sheets.codes import FileRefused, Problem, weight_of
from azukari.register.sheets.comparison import compare
from azukari.register.sheets.counting import Counts
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.preview import Preview
from azukari.register.sheets.queries import find_problems
from azukari.register.sheets.reading import Batch, Layout, batches, recognise
from azukari.register.sheets.results import refused_rows
from azukari.register.sheets.sent_file import table_of
from azukari.register.sheets.statements import Columns, execute, rows_from
from azukari.register.sheets.storing import Stored, store, write_leaves
from azukari.register.sheets.verifying import terms_of
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.crash import crash_point
from azukari.vault.door import Reading

# check ----------------------------------------------------------------------------------------


@uncollected()
def check(actor: Actor, progress_id: UUID, sheet_id: UUID) -> None:
    """Reads the file from the vault, checks every row, stores figures and problems.

    Begins anew when it is run again.  A file that turns out to be unreadable is destroyed.
    """
    content = _begin(actor, progress_id, sheet_id, SheetState.CHECKING, "一括登録の内容の確認")
    if content is None:
        return
    try:
        counts, preview = _check_rows(actor, progress_id, sheet_id, content)
    except FileRefused as refused:
        _end_unreadable(actor, progress_id, sheet_id, refused)
        return
    except progress.Cancelled:
        with scope.enter(scope.of(actor)):
            sheet = sheet_for_update(sheet_id)
            close_sheet(sheet, SheetState.DISCARDED)
            write_down(sheet, Action.SHEET_DISCARDED, actor)
        _destroy(actor)
        raise
    with scope.enter(scope.of(actor)):
        sheet = sheet_for_update(sheet_id)
        _put_into(sheet, counts)
        sheet.preview = preview.to_stored()
        sheet.state = SheetState.CHECKED
        sheet.save()
        progress.advance(progress_id, counts.rows)
        progress.finish(progress_id)


def _check_rows(
    actor: Actor, progress_id: UUID, sheet_id: UUID, content: Packed
) -> tuple[Counts, Preview]:
    counts, preview = Counts(), Preview()
    with scope.enter(scope.of(actor)):
        sheet = Sheet.objects.get(id=sheet_id)
        layout = recognise(table_of(sheet, content), sheet.mapping)
        terms = terms_of(sheet)
        SheetProblem.objects.filter(sheet=sheet).delete()
        _store_problems(sheet, layout.left_aside())
    for batch in _batches(layout):
        with scope.enter(scope.of(actor)):
            for chunk in batch.chunks:
                plan = compare(chunk, actor.company, terms)
                counts.add(chunk, plan)
                preview.add(plan)
                _store_problems(sheet, chunk.problems)
            progress.advance(progress_id, batch.through)
        crash_point("sheet:chunk-checked")
    return counts, preview


def _put_into(sheet: Sheet, counts: Counts) -> None:
    sheet.rows, sheet.good, sheet.refused = counts.rows, counts.good, counts.refused
    sheet.repaired, sheet.added = counts.repaired, counts.added
    sheet.changed, sheet.unchanged = counts.changed, counts.unchanged


def _end_unreadable(actor: Actor, progress_id: UUID, sheet_id: UUID, refused: FileRefused) -> None:
    with scope.enter(scope.of(actor)):
        sheet = sheet_for_update(sheet_id)
        SheetProblem.objects.filter(sheet=sheet).delete()
        SheetProblem.objects.create(
            company_id=actor.company,
            sheet=sheet,
            row=0,
            column=refused.column,
            code=refused.code.value,
            weight=weight_of(refused.code).value,
        )
        close_sheet(sheet, SheetState.UNREADABLE)
        write_down(sheet, Action.SHEET_DISCARDED, actor)
        progress.finish(progress_id)
    _destroy(actor)


# apply ----------------------------------------------------------------------------------------


@uncollected()
def apply(actor: Actor, progress_id: UUID, sheet_id: UUID) -> None:
    """Writes the good rows, and destroys the file when all of them are done."""
    content = _begin(actor, progress_id, sheet_id, SheetState.APPLYING, "一括登録の反映")
    if content is None:
        return
    with scope.enter(scope.of(actor)):
        sheet = Sheet.objects.get(id=sheet_id)
        layout = recognise(table_of(sheet, content), sheet.mapping)
    for batch in _batches(layout):
        is_stopped = _apply_batch(batch, actor, progress_id, sheet_id)
        if is_stopped:
            raise progress.Cancelled
    with scope.enter(scope.of(actor)):
        sheet = sheet_for_update(sheet_id)
        if sheet.state == SheetState.APPLYING and find_problems(sheet, weight="reject").exists():
            until = sheet.sent_at + CLOSES_AFTER
            rest = Packed.of(refused_rows(sheet, content)).packed()
            sheet.rest_cell = door.deposit_file(actor.company, sheet.id, rest, until=until)
        _finish(sheet, actor, progress_id)
    crash_point("sheet:before-destruction")
    _destroy(actor)


def _apply_batch(batch: Batch, actor: Actor, progress_id: UUID, sheet_id: UUID) -> bool:
    """One transaction.  Answers whether somebody asked to stop; the chunk stands all the same."""
    with scope.enter(scope.of(actor)):
        sheet = sheet_for_update(sheet_id)
        if sheet.state != SheetState.APPLYING or sheet.applied_through >= batch.through:
            return False
        # The register may have changed since the check, and so may what speaks against a row.
        SheetProblem.objects.filter(
            sheet=sheet, row__gt=sheet.applied_through, row__lte=batch.through
        ).delete()
        leaves: list[Body] = []
        done: list[Stored] = []
        terms = terms_of(sheet)
        for chunk in batch.chunks:
            plan = compare(chunk, actor.company, terms, lock=True)
            _store_problems(sheet, chunk.problems)
            stored = store(plan, sheet, actor=actor)
            leaves += stored.leaves
            done.append(stored)
            sheet.added += len(plan.new)
            sheet.changed += len(plan.changes)
            sheet.unchanged += plan.unchanged
        _store_step(sheet, batch.through, done)
        sheet.applied_through = batch.through
        sheet.save()
        is_stopped = _advance(progress_id, batch.through)
        write_leaves(actor.company, leaves)
        crash_point("sheet:before-commit")
    crash_point("sheet:chunk-applied")
    return is_stopped


def _store_step(sheet: Sheet, through: int, done: list[Stored]) -> None:
    """What `undoing` takes back."""
    kinds = ([one.added, one.changes, one.records, one.superseded] for one in done)
    found = [[one for ids in of_kind for one in ids] for of_kind in zip(*kinds, strict=True)]
    if any(found):
        execute(
            "INSERT INTO register_sheet_step (company_id, sheet_id, through, cells,"
            " added, changes, records, superseded)"
            " VALUES (%s, %s, %s, '{}', %s, %s, %s, %s)",
            [sheet.company_id, sheet.id, through, *found],
        )


def _advance(progress_id: UUID, done: int) -> bool:
    try:
        progress.advance(progress_id, done)
    except progress.Cancelled:
        return True
    return False


def _finish(sheet: Sheet, actor: Actor, progress_id: UUID) -> None:
    if sheet.state != SheetState.APPLYING:
        return
    sheet.good = sheet.added + sheet.changed + sheet.unchanged
    sheet.refused = sheet.rows - sheet.good
    sheet.applied_at = timezone.now()
    close_sheet(sheet, SheetState.APPLIED)
    write_down(sheet, Action.SHEET_APPLIED, actor, count=sheet.added + sheet.changed)
    progress.finish(progress_id)


# both -----------------------------------------------------------------------------------------


def _begin(
    actor: Actor, progress_id: UUID, sheet_id: UUID, state: SheetState, reason: str
) -> Packed | None:
    """The file, its reading written down; None when another run has already done the work."""
    actor.require("sheet:create")
    with scope.enter(scope.of(actor)):
        sheet = Sheet.objects.get(id=sheet_id)
        if sheet.state != state or sheet.cell is None:
            progress.finish(progress_id)
            return None
        reading = Reading(Action.SHEET_RECEIVED, reason=reason, details={"run": str(sheet_id)})
        file = door.read_file(actor.company, sheet.cell, reading, actor=actor)
        content = Packed.deposited(file.pieces)
        progress.begin(progress_id, total=sheet.rows or content.lines)
    return content


def _batches(layout: Layout) -> Iterator[Batch]:
    return batches(layout, today=timezone.localdate(), size=limits.ROWS_PER_CHUNK)


def _destroy(actor: Actor) -> None:
    with scope.enter(scope.of(actor)):
        door.finish_destruction(actor.company)


def _store_problems(sheet: Sheet, problems: list[Problem]) -> None:
    if not problems:
        return
    columns: Columns = {
        "place": ("int4", [one.row for one in problems]),
        "heading": ("text", [one.column for one in problems]),
        "code": ("text", [one.code.value for one in problems]),
        "weight": ("text", [one.weight.value for one in problems]),
        "shown": ("text", [one.shown for one in problems]),
        "became": ("text", [one.became for one in problems]),
    }
    rows = rows_from(columns, never_null="place")
    execute(
        "INSERT INTO register_sheet_problem"  # noqa: S608  our own column names
        ' (company_id, sheet_id, "row", "column", code, weight, shown, became)'
        f" SELECT %s, %s, {', '.join(columns)} FROM {rows.text}",
        [sheet.company_id, sheet.id, *rows.values],
    )
