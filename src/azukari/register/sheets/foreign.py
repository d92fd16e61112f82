"""Rows of another product's file as rows under our own headings.

What the product knows and we have no place for is left out; what it lacks stays unsaid, and takes
nothing away from what the register holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from azukari.products.preset import Kind
from azukari.products.recognition import Recognised
from azukari.products.rows import Row, facts_of, read_rows
from azukari.register.sheets.codes import Code, FileCode, FileRefused
from azukari.register.sheets.headings import (
    EMPLOYEE_NAME,
    REQUIRED,
    Columns,
    SheetKind,
    headings,
    label_of,
)
from azukari.register.sheets.table import Table

# About money, not about people's numbers: 差分チェック and the forms take these.
OTHER_CONTENT = frozenset(
    {Kind.BANK, Kind.PAYROLL_MONTH, Kind.PREVIOUS_JOB, Kind.WITHHOLDING}
)  # fmt: skip
_FAMILY_MARKS = frozenset({"relationship", "name", "name_unspaced"})
# A product numbers the family in its own way.
_NOT_OURS = frozenset({"family_code", "company_code"})


class Line(NamedTuple):
    """One person of a row, under our columns.  `codes`: what already speaks against the number."""

    kind: SheetKind
    row: int
    cells: list[str]
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Foreign:
    """A recognised file, and the columns of ours it can fill for each kind of person."""

    known: Recognised
    columns: dict[SheetKind, Columns]

    def lines(self, table: Table) -> Iterator[list[Line]]:
        """Of each row of the file its lines, one for each person it is about."""
        for row in read_rows(table.rows(), self.known):
            yield list(self._lines(row))

    def _lines(self, row: Row) -> Iterator[Line]:
        codes = _contradictions(row)
        host = {
            "employee_code": row.employee.get("employee_code", ""),
            EMPLOYEE_NAME: row.employee.get("name_unspaced", ""),
            "number": row.number,
        }
        if SheetKind.PAYEES in self.columns:
            yield self._line(SheetKind.PAYEES, row, {**row.employee, **host}, codes)
        if SheetKind.EMPLOYEES in self.columns and not row.family:
            yield self._line(SheetKind.EMPLOYEES, row, {**row.employee, **host}, codes)
        if SheetKind.FAMILIES in self.columns:
            for member in row.family:
                yield self._line(SheetKind.FAMILIES, row, {**_named(member), **host}, codes)

    def _line(
        self, kind: SheetKind, row: Row, said: dict[str, str], codes: tuple[Code, ...]
    ) -> Line:
        cells = [said.get(name, "") for name in self.columns[kind].places]
        return Line(kind, row.number_of_row, cells, codes)


def _contradictions(row: Row) -> tuple[Code, ...]:
    """A number typed twice has to be the same twice (個人番号確認)."""
    differs = row.number_again is not None and row.number != row.number_again
    return (Code.NUMBER_NOT_CONFIRMED,) if differs else ()


def _named(member: dict[str, str]) -> dict[str, str]:
    return {**member, "name": member.get("name") or member.get("name_unspaced", "")}


def as_ours(known: Recognised) -> Foreign:
    """Raises FileRefused for files that are not about people, or name nobody."""
    if known.preset is not None and known.preset.kind in OTHER_CONTENT:
        raise FileRefused(FileCode.OTHER_CONTENT, known.preset.product)
    employee, family = facts_of(known)
    is_mixed = known.preset is not None and known.preset.kind is Kind.MY_NUMBER
    columns: dict[SheetKind, Columns] = {}
    if any(name.startswith("payee.") for name in known.fields):
        # Only what a company has mapped by hand is about payees.
        return Foreign(known, {SheetKind.PAYEES: _columns(SheetKind.PAYEES, employee, known)})
    if is_mixed or not family & _FAMILY_MARKS:
        columns[SheetKind.EMPLOYEES] = _columns(SheetKind.EMPLOYEES, employee, known)
    if family & _FAMILY_MARKS:
        host = employee & {"employee_code", "name_unspaced"}
        columns[SheetKind.FAMILIES] = _columns(SheetKind.FAMILIES, family | host, known)
    return Foreign(known, columns)


def _columns(kind: SheetKind, facts: frozenset[str], known: Recognised) -> Columns:
    said = facts | ({"name"} if kind is SheetKind.FAMILIES else set())
    if "number" in known.fields:
        said |= {"number"}
    fields = [name for name in headings(kind) if name in said - _NOT_OURS]
    if "employee_code" not in said:
        if "name_unspaced" not in said or kind is SheetKind.PAYEES:
            raise FileRefused(FileCode.HEADING_MISSING, label_of(kind, "employee_code"))
        fields.append(EMPLOYEE_NAME)
    for name in REQUIRED[kind]:
        if name not in fields and name != "employee_code":
            raise FileRefused(FileCode.HEADING_MISSING, label_of(kind, name))
    places = {name: at for at, name in enumerate(fields)}
    may_lack_number = known.preset is None or known.preset.kind is not Kind.MY_NUMBER
    return Columns(kind, places, len(fields), known.not_taken, may_lack_number=may_lack_number)
