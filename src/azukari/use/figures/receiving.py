"""The verbs of a file of figures before it is read: send it, say its columns, give it up."""

import hashlib
from collections.abc import Mapping
from functools import partial
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import State
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import Table, open_known, open_table
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id
from azukari.use import actions, queries, rules
from azukari.use.figures import columns
from azukari.use.figures.queries import WORK, file_of, task_of
from azukari.use.models import FiguresFile, FiguresState, Filing
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from azukari.vault.door import NotDeposited, Reading


def receive(filing: Filing, content: Packed, *, actor: Actor, key: str = "") -> FiguresFile:
    """Keeps the file in the vault; a worker reads it, at once or when its columns are told apart.

    It takes the place of the one before, which is given up where nobody has read it.  `key`: of
    one opening of the page; the same file sent twice from there is one.
    Raises UseRefused or FileRefused.
    """
    actor.require("filing:create")
    locked = actions.locked_changeable(filing)
    file_id = _id_of(locked, content, key)
    before = file_of(locked)
    if before is not None and before.id == file_id:
        return before
    last = progress.of_subject(locked.id)
    if last is not None and not last.is_over:
        raise UseRefused(UseProblem.FIGURES_BEING_READ)
    table = open_table(content)
    found = columns.columns(queries.recipe_of(locked), table)
    if not found:
        raise FileRefused(FileCode.HEADING_MISSING)
    give_up_content(locked)
    if before is not None:
        before.delete()
    is_settled = columns.is_settled(found)
    file = FiguresFile.objects.create(
        id=file_id,
        company_id=locked.company_id,
        filing=locked,
        state=FiguresState.READING if is_settled else FiguresState.MAPPING,
        encoding=table.encoding,
        columns=[] if is_settled else columns.to_stored(found),
        names=_names_stored(dict(columns.settled_names(found))) if is_settled else {},
        sent_by_name=actor.name,
    )
    until = timezone.now() + rules.FIGURES_KEPT
    packed = table.content.packed()
    locked.figures_cell = door.deposit_file(locked.company_id, locked.id, packed, until=until)
    locked.save(update_fields=["figures_cell"])
    if is_settled:
        _enqueue(file, actor)
    return file


def _id_of(filing: Filing, content: Packed, key: str) -> UUID:
    if not key:
        return new_id()
    digest = hashlib.sha256()
    for piece in content.pieces():
        digest.update(piece)
    return uuid5(filing.id, f"{key} {digest.hexdigest()}")


def tell_columns(file: FiguresFile, names: Mapping[int, str], *, actor: Actor) -> None:
    """What each column (by its place) is; kept for every such file to come.

    Once told, or given up, nothing is changed.  Raises UseRefused.
    """
    actor.require("filing:create")
    filing = actions.locked_changeable(file.filing)
    waiting = FiguresFile.objects.filter(id=file.id, state=FiguresState.MAPPING).first()
    if waiting is None:
        return
    found = columns.from_stored(waiting.columns)
    told = {one.heading: names[one.place] for one in found}
    columns.remember(queries.recipe_of(filing), list(told), told, actor=actor)
    waiting.state = FiguresState.READING
    waiting.columns = []
    waiting.names = _names_stored(names)
    waiting.save(update_fields=["state", "columns", "names"])
    _enqueue(waiting, actor)


def _enqueue(file: FiguresFile, actor: Actor) -> None:
    task = progress.plan(WORK, file.filing_id)
    queue.enqueue("filings.take_figures", actor=actor, progress_id=task.id, file_id=file.id)


def _names_stored(names: Mapping[int, str]) -> dict[str, str]:
    return {str(place): name for place, name in names.items()}


def stop(filing: Filing, *, actor: Actor) -> bool:
    """Gives the file up, nothing of it taken; a worker who reads it does so at its next step.

    Whether it is given up already.
    """
    actor.require("filing:create")
    locked = actions.locked_filing(filing.id)
    file = FiguresFile.objects.filter(filing=locked, state__in=FiguresState.open()).first()
    if file is None:
        return True
    task = task_of(locked)
    if task is not None and file.state == FiguresState.READING:
        if task.state == State.RUNNING:
            progress.ask_to_cancel(task.id)
            return False
        if not task.is_over:
            progress.cancelled(task.id)
    end(file, locked, FiguresState.STOPPED)
    return True


# the file in the vault --------------------------------------------------------------------------


def open_waiting(file: FiguresFile, *, actor: Actor) -> Table:
    """The file again, written down; in a scope, read also outside of it.

    Raises UseRefused when its time is over.
    """
    filing = file.filing
    if filing.figures_cell is None:
        raise UseRefused(UseProblem.FIGURES_GONE)
    reading = Reading(Action.SHEET_RECEIVED, form=filing.form, details={"target": str(filing.id)})
    try:
        kept = door.read_file(filing.company_id, filing.figures_cell, reading, actor=actor)
    except NotDeposited:
        raise UseRefused(UseProblem.FIGURES_GONE) from None
    return open_known(Packed.deposited(kept.pieces), file.encoding)


def end(file: FiguresFile, filing: Filing, state: FiguresState, problem: str = "") -> None:
    """The file has given what it had, or is not wanted; with `filing` under lock."""
    file.state, file.problem = state, problem
    file.columns, file.names = [], {}
    file.save()
    give_up_content(filing)


def give_up_content(filing: Filing) -> None:
    if filing.figures_cell is None:
        return
    if not door.gone(filing.company_id, [filing.figures_cell]):
        door.order_destruction(filing.company_id, [filing.figures_cell])
    filing.figures_cell = None
    filing.save(update_fields=["figures_cell"])
    transaction.on_commit(partial(door.finish_destruction, filing.company_id), robust=True)
