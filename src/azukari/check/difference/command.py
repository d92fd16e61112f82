"""One comparison from the command line: compared in this process, then told line by line."""

from collections.abc import Iterator
from typing import Any

from azukari.check.difference import actions, queries, work
from azukari.check.difference.models import DifferenceRow, DifferenceRun
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor


def compare_file(
    content: bytes, file_name: str, *, actor: Actor, book_sheet: str = ""
) -> DifferenceRun:
    """The run, compared or unreadable; runs outside any scope.  Raises FileRefused."""
    place = scope.of(actor)
    with scope.enter(place):
        run = actions.keep_file(content, file_name, actor=actor, book_sheet=book_sheet)
        task = actions.plan_work(run)
    work.compare(actor, task.id, run.id)
    with scope.enter(place):
        return DifferenceRun.objects.get(id=run.id)


def compare_link(*, actor: Actor) -> DifferenceRun:
    """The same against what the link has told; runs outside any scope.  Raises NotNow."""
    place = scope.of(actor)
    with scope.enter(place):
        run = actions.plan_from_link(actor=actor)
        task = actions.plan_work(run)
    work.compare(actor, task.id, run.id)
    with scope.enter(place):
        return DifferenceRun.objects.get(id=run.id)


def told(run: DifferenceRun, wanted: queries.Wanted, *, actor: Actor) -> Iterator[dict[str, Any]]:
    """Each difference as plain values, in the order of the people."""
    actor.require("difference:view")
    with scope.enter(scope.of(actor)):
        found = queries.find(run, wanted).order_by("employee_code", "family_code", "id")
        yield from map(_line, found)


def _line(row: DifferenceRow) -> dict[str, Any]:
    return {
        "person": row.employee_code,
        "family": row.family_code,
        "kind": row.kind,
        "field": row.field,
        "there": row.there,
        "here": row.here,
        "handling": row.handling,
        "spelling_only": row.spelling_only,
        "ended": row.ended,
        "new": row.is_new,
    }
