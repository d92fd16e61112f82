"""The verbs of a comparison: send a file, say its columns, compare, discard."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import PurePath
from uuid import UUID

from django.utils import timezone

from azukari.check.difference.kept_file import open_kept
from azukari.check.difference.models import (
    DifferenceRun,
    RunState,
    Source,
)
from azukari.check.difference.payroll_file import Layout, layout_of
from azukari.check.link import snapshot
from azukari.ledger.number_in_text import holds_number
from azukari.products.headings import plain
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register.sheets import mappings
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.findings import names_shown
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import Table, open_table
from azukari.tenancy.actor import Actor
from azukari.vault import door

KEPT_UNCOMPARED = timedelta(days=7)
_MAPPABLE = frozenset({FileCode.UNKNOWN_HEADINGS, FileCode.HEADING_MISSING})


class NotNow(Exception):
    """The run or row is not in a state for that."""


# a run ----------------------------------------------------------------------------------------


def start_run(
    content: bytes | Packed, file_name: str, *, actor: Actor, book_sheet: str = ""
) -> DifferenceRun:
    """Deposits the file and has it compared in the background.

    A file nobody is sure about waits for somebody to say what its columns are.  `book_sheet`:
    which one of a book is read, the first where it says nothing.  Raises FileRefused for what the
    first lines already show.
    """
    run = keep_file(content, file_name, actor=actor, book_sheet=book_sheet, may_ask=True)
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
    content: bytes | Packed,
    file_name: str,
    *,
    actor: Actor,
    book_sheet: str = "",
    may_ask: bool = False,
) -> DifferenceRun:
    """The run, its file deposited, nothing compared yet.  Raises FileRefused."""
    actor.require("difference:create")
    table = open_table(content, book_sheet)
    mapping = mappings.saved_for(table)
    columns = mappings.columns_shown(table, mapping)
    layout = _layout(table, mapping, may_ask=may_ask and bool(columns))
    run = DifferenceRun(
        company_id=actor.company,
        source=Source.FILE,
        encoding=table.encoding,
        book_sheet=table.sheet,
        not_read=names_shown(table.not_read()),
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
    return "（個人番号を含むファイル名）" if holds_number(shown) else shown
