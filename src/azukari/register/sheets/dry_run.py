"""A file checked against the register without keeping it: nothing is written anywhere."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from azukari.law.purpose import Purpose
from azukari.register.actions import Verification
from azukari.register.sheets import limits
from azukari.register.sheets.codes import Code, FileCode, FileRefused, Problem, weight_of
from azukari.register.sheets.comparison import compare
from azukari.register.sheets.counting import Counts
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.mappings import Fields, saved_for
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.reading import Layout, batches, recognise
from azukari.register.sheets.table import Table, open_table
from azukari.register.sheets.verifying import Terms, switched_off
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

Line = dict[str, Any]


def check_file(
    content: bytes | Packed,
    purposes: Sequence[Purpose],
    verification: Verification,
    *,
    actor: Actor,
    kind: SheetKind | None = None,
    book_sheet: str = "",
) -> Iterator[Line]:
    """Each problem as soon as it is found, then one line with `summary`; runs outside any scope.

    A problem: row (data rows from 1, 0 for the file or its headings), column, code, class
    (reject, fix or warn), shown, became.  No line holds an individual number.
    """
    actor.require("sheet:create")
    counts = Counts()
    try:
        with scope.enter(scope.of(actor)):
            table = open_table(content, book_sheet)
            mapping = saved_for(table)
            codes = tuple(one.code for one in purposes)
            terms = Terms(codes, verification, by=actor.name, switched_off=switched_off())
        layout = _layout(table, mapping, kind)
        yield from (_of(one) for one in layout.left_aside())
        for batch in batches(layout, today=timezone.localdate(), size=limits.ROWS_PER_CHUNK):
            with scope.enter(scope.of(actor)):
                for chunk in batch.chunks:
                    counts.add(chunk, compare(chunk, actor.company, terms))
            yield from (_of(one) for chunk in batch.chunks for one in chunk.problems)
    except FileRefused as refused:
        yield _line(0, refused.column, refused.code)
        yield {"summary": True, "state": "unreadable", "code": refused.code.value}
        return
    yield _summary(layout, mapping, counts)


def _layout(table: Table, mapping: Fields, kind: SheetKind | None) -> Layout:
    layout = recognise(table, mapping)
    if kind is not None and kind not in layout.columns:
        raise FileRefused(FileCode.OTHER_KIND)
    return layout


def _of(one: Problem) -> Line:
    return _line(one.row, one.column, one.code, one.shown, one.became)


def _line(row: int, column: str, code: Code | FileCode, before: str = "", after: str = "") -> Line:
    return {
        "row": row,
        "column": column,
        "code": code.value,
        "class": weight_of(code).value,
        "shown": before,
        "became": after,
    }


def _summary(layout: Layout, mapping: Fields, counts: Counts) -> Line:
    return {
        "summary": True,
        "state": "checked",
        "kind": layout.kind.value,
        "encoding": layout.encoding,
        "product": layout.product,
        "sure": not layout.is_guess or bool(mapping),
        "rows": counts.rows,
        "good": counts.good,
        "refused": counts.refused,
        "repaired": counts.repaired,
        "added": counts.added,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
    }
