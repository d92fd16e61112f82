"""Refused rows put right on the screen, and sent again as a sheet of their own.

A row is shown under our columns, whatever product the file came from; the number in it is never
shown.  Before the file is applied its number can stay as it is in the file; afterwards only the
row without its number is left (`results.refused_rows`), and the number is typed anew.  What is
put right goes the way of any other file: received, checked by the same rules, applied.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from azukari.law.purpose import Purpose
from azukari.products.headings import plain
from azukari.products.preset import IGNORED
from azukari.register.models import Sheet, SheetProblem, SheetState
from azukari.register.sheets import actions, mappings, queries
from azukari.register.sheets.codes import Code, Weight
from azukari.register.sheets.findings import shown, visible
from azukari.register.sheets.foreign import Line
from azukari.register.sheets.headings import (
    EMPLOYEE_NAME,
    NEEDED_FOR_NEW,
    REQUIRED,
    SheetKind,
    headings,
    label_of,
)
from azukari.register.sheets.limits import ROWS_PER_CHUNK
from azukari.register.sheets.reading import Layout, lines_of, recognise
from azukari.register.sheets.receiving import Sending, receive_sheet
from azukari.register.sheets.sent_file import table_of
from azukari.register.sheets.verifying import verification_of
from azukari.register.spreadsheet import as_text
from azukari.tenancy.actor import Actor

ROWS_PER_PAGE = 10
_ROW = "元の行"
# Another company's people are not put right but taken out (番号法 第19条).
_NOT_HERE = frozenset({Code.OTHER_COMPANY.value})


@dataclass(frozen=True)
class RefusedPerson:
    """One person of a refused row.  `cells`: field → text as it can be seen, never a number;
    `problems`: pairs of the field to blame ("" for the row) and a code; `number` is the one in
    the file.
    """

    row: int
    place: int  # among the people of the row
    kind: SheetKind
    cells: Mapping[str, str]
    problems: tuple[tuple[str, str], ...]
    is_foreign: bool
    takes_number: bool
    number: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """Unlike that of anybody else in the file."""
        return f"{self.row}-{self.place}"


@dataclass(frozen=True)
class Corrected:
    """What is sent in place of the cells; an empty `number` keeps the one of the file."""

    person: RefusedPerson
    cells: Mapping[str, str]
    number: str = field(default="", repr=False)


def may_correct(sheet: Sheet) -> bool:
    has_rows = sheet.cell is not None or sheet.rest_cell is not None
    return (
        sheet.state in {SheetState.CHECKED, SheetState.APPLIED} and sheet.refused > 0 and has_rows
    )


def rows_to_correct(sheet: Sheet, after: int = 0, size: int = ROWS_PER_PAGE) -> list[int]:
    """The next refused rows that no correction has taken up yet."""
    done = queries.corrected_rows(sheet)
    barred = queries.find_problems(sheet).filter(code__in=_NOT_HERE).values("row")
    found = queries.refused_rows(sheet).filter(row__gt=after).exclude(row__in=barred)
    return list(found.exclude(row__in=done)[:size] if done else found[:size])


def count_to_correct(sheet: Sheet) -> int:
    return max(queries.refused_rows(sheet).count() - len(queries.corrected_rows(sheet)), 0)


def open_refused(sheet: Sheet, rows: Sequence[int], *, actor: Actor) -> list[RefusedPerson]:
    """The people of these rows, read from the vault (a leaf); empty when the file is gone."""
    actor.require("sheet:create")
    if not rows:
        return []
    sent = actions.open_sent(sheet, "断った行の訂正", actor=actor)
    if sent is not None:
        layout = recognise(table_of(sheet, sent), sheet.mapping)
        return list(_people(sheet, layout, {row: row for row in rows}))
    rest = actions.open_rest(sheet, actor=actor)
    if rest is None:
        return []
    every = {row: at for at, row in enumerate(queries.refused_rows(sheet), 1)}
    places = {every[row]: row for row in rows if row in every}
    return list(_people(sheet, recognise(rest, sheet.mapping), places))


def send_corrected(
    sheet: Sheet, corrected: Sequence[Corrected], *, key: str, actor: Actor
) -> list[Sheet]:
    """A sheet for each kind of person, to be checked in the background; `key` makes a second
    click the same one.  Raises FileRefused and KeyUsed.
    """
    sent = []
    for (kind, is_foreign), some in groupby(
        sorted(corrected, key=_sort_key), key=lambda one: (one.person.kind, one.person.is_foreign)
    ):
        people = list(some)
        names = _fields_of(people)
        sending = Sending(
            as_text(_lines(people, names, with_rows=is_foreign), for_people=False),
            f"訂正_{sheet.file_name}"[:200],
            [one for one in Purpose if one.code in sheet.purposes],
            verification_of(sheet),
            kind=kind,
            key=f"{key}-{kind.value}",
            again=True,
            corrects=sheet.id,
            corrected_rows=[one.person.row for one in people],
            mapping=_mapping(kind, names) if is_foreign else {},
        )
        sent.append(receive_sheet(sending, actor=actor))
    return sent


# what is in the file ---------------------------------------------------------------------------


def _people(sheet: Sheet, layout: Layout, places: Mapping[int, int]) -> Iterator[RefusedPerson]:
    """`places`: row of this file → row of the sheet."""
    found = queries.find_problems(sheet, weight=Weight.REJECT.value)
    problems: dict[int, list[SheetProblem]] = {row: [] for row in places.values()}
    for one in found.filter(row__in=list(problems)).order_by("id"):
        problems[one.row].append(one)
    last = max(places)
    for lines, through in lines_of(layout, ROWS_PER_CHUNK):
        for row, some in groupby(lines, key=lambda line: line.row):
            if row in places:
                for place, line in enumerate(some):
                    yield _person(layout, line, place, places[row], problems[places[row]])
        if through >= last:
            break


def _person(
    layout: Layout, line: Line, place: int, row: int, problems: Sequence[SheetProblem]
) -> RefusedPerson:
    columns = layout.columns[line.kind]
    said = {
        name: line.cells[at] if at < len(line.cells) else "" for name, at in columns.places.items()
    }
    number = said.pop("number", "").strip()
    blamed = tuple(_blamed(line.kind, said, problems))
    needed = [*REQUIRED[line.kind], *(name for name, _ in blamed if name and name != "number")]
    if any(code in _OF_NEW for _, code in blamed):
        needed += NEEDED_FOR_NEW[line.kind]
    cells = {name: visible(text) for name, text in said.items()}
    cells |= {name: "" for name in needed if name not in said}
    return RefusedPerson(
        row, place, line.kind, cells, blamed,
        is_foreign=layout.foreign is not None,
        takes_number=columns.has_numbers,
        number=number,
    )  # fmt: skip


_OF_NEW = frozenset({Code.NAME_MISSING, Code.KANA_MISSING, Code.RELATIONSHIP_MISSING})


def _blamed(
    kind: SheetKind, said: Mapping[str, str], problems: Sequence[SheetProblem]
) -> Iterator[tuple[str, str]]:
    """A row can name several people: a problem whose cell reads otherwise is somebody else's."""
    by_label = {label_of(kind, name): name for name in [*headings(kind), EMPLOYEE_NAME]}
    for one in problems:
        name = by_label.get(one.column)
        if one.column and name is None:
            continue
        if name and one.shown and shown(said.get(name, "")) != one.shown:
            continue
        yield name or "", one.code


# what is sent -----------------------------------------------------------------------------------


def _sort_key(one: Corrected) -> tuple[str, bool, int, int]:
    return one.person.kind.value, one.person.is_foreign, one.person.row, one.person.place


def _fields_of(people: Sequence[Corrected]) -> list[str]:
    """Columns of ours that any of them has."""
    said = {name for one in people for name in one.cells}
    if any(one.person.takes_number for one in people):
        said.add("number")
    return [name for name in headings(people[0].person.kind) if name in said]


def _lines(
    people: Sequence[Corrected], names: Sequence[str], *, with_rows: bool
) -> Iterator[list[str]]:
    """`with_rows`: a column that is none of ours, so that the mapping is asked."""
    head = [label_of(people[0].person.kind, name) for name in names]
    yield [*head, _ROW] if with_rows else head
    for one in people:
        number = one.number or one.person.number
        cells = [number if name == "number" else one.cells.get(name, "") for name in names]
        yield [*cells, str(one.person.row)] if with_rows else cells


def _mapping(kind: SheetKind, names: Sequence[str]) -> dict[str, str]:
    """What the headings of `_lines` mean, as a company would say it."""
    said = {plain(label_of(kind, name)): mappings.field_of(kind, name) for name in names}
    return {**said, plain(_ROW): IGNORED}
