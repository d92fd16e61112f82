"""記載省略の帳簿 with the numbers in it: what the law wants the book to show, given out as a file.

所得税法 第198条第4項ただし書, 所得税法施行規則 第76条の2第3項: name, address and number of each
person who leaves the number out of yearly declarations.  On screen and in the plain CSV the
number stays a mark; here it leaves the vault, as in any other output with numbers.
"""

from collections.abc import Sequence
from uuid import UUID

from azukari.check import actions, rules
from azukari.check.lines import Line
from azukari.check.models import Output
from azukari.check.people import BETWEEN
from azukari.check.rules import Content, Format, OutputProblem, OutputRefused
from azukari.law.number import MyNumber
from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import mentions_number
from azukari.register import book
from azukari.register.book import BookFilter
from azukari.register.models import NumberLedgerEntry, NumberRecord, RecordState
from azukari.register.queries import active_records
from azukari.register.sheets.headings import SheetKind
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading

PURPOSE = Purpose.TAX_DEDUCTION_FORMS
HEADINGS = (
    "社員番号", "家族連番", "氏名", "住所", "個人番号", "提出申告書名", "提出を受けた年月",
    "記載を省略した最後の年分", "変更の届出",
)  # fmt: skip
NUMBER_AT = HEADINGS.index("個人番号")


def ask_book(
    wanted: BookFilter, file_format: Format, reason: str, whom: str, *, actor: Actor
) -> Output:
    """Freezes the lines of the book and has the file made, or waits for a second person.

    Raises OutputRefused.
    """
    actor.require("number_ledger:output")
    actor.require("export:reveal")
    entries = book.find_entries(wanted).order_by("received_on", "id")
    ids = list(entries.values_list("id", flat=True))
    if not ids:
        raise OutputRefused(OutputProblem.NOBODY)
    if file_format is Format.BOOK and len(ids) > rules.MOST_IN_BOOK:
        raise OutputRefused(OutputProblem.TOO_MANY_FOR_BOOK)
    if not reason.strip():
        raise OutputRefused(OutputProblem.REASON_MISSING)
    if mentions_number(reason):
        raise OutputRefused(OutputProblem.NUMBER_IN_REASON)
    output = Output(
        kind=SheetKind.EMPLOYEES.value,
        content=Content.BOOK.value,
        format=file_format.value,
        purpose=PURPOSE.code,
        reason=reason.strip(),
        whom=whom[:200],
        people_ids=ids,
        people=len(ids),
    )
    return actions.begin_frozen(output, actor=actor)


def lines_of(ids: Sequence[UUID], output: Output, actor: Actor) -> tuple[list[Line], int]:
    """The lines with these ids, in their order, and how many of them came without a number.

    After a 番号変更 it is the number that is held now (国税庁FAQ 1-3-8); the note tells of it.
    """
    found = NumberLedgerEntry.objects.select_related("person", "record").in_bulk(list(ids))
    entries = [found[one] for one in ids if one in found]
    active = active_records([one.person_id for one in entries])
    records = {one.id: active.get(one.person_id, one.record) for one in entries}
    numbers = _opened([*records.values()], output, actor)
    rows = [_row(one, numbers.get(records[one.id].id)) for one in entries]
    without = sum(not row[NUMBER_AT] for row in rows)
    return [BETWEEN.join(row) for row in rows], without


def _opened(records: Sequence[NumberRecord], output: Output, actor: Actor) -> dict[UUID, MyNumber]:
    """By record, of those kept for the purpose; written down before any is opened."""
    kept = {
        one.id: one.cell
        for one in records
        if one.state != RecordState.DISPOSED
        and PURPOSE.code in one.purposes
        and not one.awaits_second_check
    }
    if not kept:
        return {}
    reading = Reading(
        Action.NUMBER_OPENED,
        purpose=PURPOSE.code,
        reason=output.reason,
        details={"target": str(output.id)},
    )
    opened = door.open_numbers(actor.company, [*set(kept.values())], reading, actor=actor)
    return {record: opened[cell] for record, cell in kept.items()}


def _row(entry: NumberLedgerEntry, number: MyNumber | None) -> list[str]:
    return [
        entry.person.employee_code,
        str(entry.person.family_code or ""),
        entry.name,
        entry.address,
        number.reveal_digits() if number else "",
        entry.declaration,
        f"{entry.received_on.year}年{entry.received_on.month}月",
        str(entry.omitted_year or ""),
        entry.note.strip(),
    ]
