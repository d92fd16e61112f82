"""The verbs of 帳簿 (所得税法 第198条第4項ただし書, 所得税法施行規則 第76条の2第3項; 国税庁
「本人交付・扶養控除等申告書等の個人番号の記載省略」FAQ 1-3).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register import book, clocks, queries
from azukari.register.actions.writing import write_down
from azukari.register.models import NumberLedgerEntry, Person
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor

NOTED = {"name": "氏名", "address": "住所"}
"""What has to be noted in the book when it changes (同条の帳簿の記載事項)."""


@dataclass(frozen=True)
class BookFacts:
    """`received_on` is the first day of the month; `omitted_year` the last 年分 without number."""

    declaration: str
    received_on: date
    omitted_year: int | None = None


def enter_in_book(person: Person, facts: BookFacts, *, actor: Actor) -> NumberLedgerEntry:
    """A line for somebody whose number is held.  Raises `Refused`."""
    actor.require("number_ledger:create")
    person = Person.objects.select_for_update().get(id=person.id)
    record = queries.active_record(person)
    if record is None:
        raise Refused(RegisterProblem.NOTHING_TO_REVEAL)
    entry = NumberLedgerEntry.objects.create(
        company_id=actor.company,
        person=person,
        record=record,
        name=person.name,
        address=person.address,
        entered_by_name=actor.name,
        **asdict(facts),
    )
    _after(entry, actor)
    return entry


def change_entry(entry: NumberLedgerEntry, facts: BookFacts, *, actor: Actor) -> NumberLedgerEntry:
    """Saves what differs; most of all the last year whose form came without the number."""
    actor.require("number_ledger:change")
    entry = NumberLedgerEntry.objects.select_for_update().get(id=entry.id)
    changed = [name for name, value in asdict(facts).items() if getattr(entry, name) != value]
    if not changed:
        return entry
    for name in changed:
        setattr(entry, name, getattr(facts, name))
    entry.save(update_fields=changed)
    _after(entry, actor, changed=" ".join(changed))
    return entry


def note_change(person: Person, what: Iterable[str], *, actor: Actor) -> int:
    """Appends to the open lines of the person what changed and when; how many lines.

    Old lines keep the name and the address under which they were entered: the note says what
    was handed in later (国税庁FAQ 1-3-8).
    """
    changed = "・".join(what)
    if not changed:
        return 0
    today = timezone.localdate()
    line = f"{today.year}年{today.month}月{today.day}日 {changed}の変更\n"
    entries = NumberLedgerEntry.objects.filter(id__in=book.open_entries(person).values("id"))
    noted = entries.update(note=Concat("note", Value(line)))
    if noted:
        write_down(Action.NUMBER_LEDGER_CHANGED, person, actor, changed="note")
    return noted


def note_person_change(person: Person, fields: Iterable[str], *, actor: Actor) -> int:
    """The same for changed basic information; only what the book is about."""
    changed = set(fields)
    return note_change(person, [w for name, w in NOTED.items() if name in changed], actor=actor)


def write_export(count: int, *, form: str, actor: Actor) -> None:
    """That so many lines left the screen, as a file or on paper."""
    actor.require("number_ledger:output")
    record = Record.by(actor, Action.NUMBER_LEDGER_EXPORTED, count=count, details={"format": form})
    pens.write(record, actor.company)


def _after(entry: NumberLedgerEntry, actor: Actor, *, changed: str = "") -> None:
    write_down(
        Action.NUMBER_LEDGER_CHANGED, entry.person, actor, target=str(entry.id), changed=changed
    )
    clocks.recount([entry.person_id])
