"""帳簿: who may leave the number out, and what is noted when something changes."""

from datetime import date

import pytest

from azukari.law.number import parse
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions, book
from azukari.register.actions import Verification, number_book
from azukari.register.actions.number_book import BookFacts
from azukari.register.book import BookFilter
from azukari.register.models import NumberLedgerEntry, Person
from azukari.register.number_rules import ChangeReason
from azukari.register.rules import Refused
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.paging import Place
from tests.cast import Cast, Side, make_side
from tests.web.browser import employee, new_number, with_number

FACTS = BookFacts("給与所得者の扶養控除等（異動）申告書", date(2026, 1, 1))


def enter(side: Side, person: Person, facts: BookFacts = FACTS) -> NumberLedgerEntry:
    with side.scope():
        return number_book.enter_in_book(person, facts, actor=side.operator)


def test_line_keeps_name_and_address_of_the_day(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a, address="東京都千代田区１"), new_number())

    entry = enter(cast.a, person)

    assert (entry.name, entry.address) == (person.name, "東京都千代田区１")
    with cast.a.scope():
        asked = ledger.Filter(subject=person.id, actions=(Action.NUMBER_LEDGER_CHANGED,))
        assert len(ledger.records(cast.a.company.id, asked).entries) == 1


def test_nobody_without_a_number_stands_in_the_book(cast: Cast) -> None:
    with pytest.raises(Refused):
        enter(cast.a, employee(cast.a))


@pytest.mark.parametrize("role", ["steward", "officer", "auditor"])
def test_entering_needs_the_right(cast: Cast, role: str) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with cast.a.scope(), pytest.raises(NotPermitted):
        number_book.enter_in_book(person, FACTS, actor=getattr(cast.a, role))


def test_changes_are_noted_by_themselves(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a, address="前の住所"), new_number())
    entry = enter(cast.a, person)

    with cast.a.scope():
        actions.change_number(
            person,
            parse(new_number()),
            ChangeReason.EX_OFFICIO,
            Verification("CARD", "CARD"),
            actor=cast.a.operator,
        )
        person.refresh_from_db()
        facts = {name: getattr(person, name) for name in ("name", "kana")}
        actions.change_person(
            person, {**facts, "address": "次の住所"}, version=person.version, actor=cast.a.operator
        )
    with cast.a.scope():
        entry.refresh_from_db()

    notes = [line.split(" ", 1)[1] for line in entry.note.splitlines()]
    assert notes == ["個人番号の変更", "住所の変更"]
    assert entry.address == "前の住所"


def test_last_year_without_number_moves_the_clock(cast: Cast) -> None:
    from azukari.register.models import NumberRecord

    person = with_number(cast.a, employee(cast.a), new_number())
    entry = enter(cast.a, person)

    with cast.a.scope():
        number_book.change_entry(
            entry, BookFacts(FACTS.declaration, FACTS.received_on, 2027), actor=cast.a.operator
        )
        actions.change_number(
            person,
            parse(new_number()),
            ChangeReason.EX_OFFICIO,
            Verification("CARD", "CARD"),
            actor=cast.a.operator,
        )
    with cast.a.scope():
        old = NumberRecord.objects.get(id=entry.record_id)

    assert old.due_on is not None
    assert old.due_on.year >= 2034  # seven years after 10 January of the next year


def test_search_and_pages(database: object) -> None:
    side = make_side("BK")
    for month in range(1, 6):
        person = with_number(side, employee(side, name=f"帳簿　{month}"), new_number())
        enter(side, person, BookFacts("申告書", date(2025, month, 1)))
    with side.scope():
        first = book.page_of_entries(BookFilter(), Place(size=2))
        second = book.page_of_entries(BookFilter(), Place(first.after, size=2))
        back = book.page_of_entries(BookFilter(), Place(before=second.before, size=2))
        found = book.find_entries(BookFilter(words="帳簿3", year=2025)).count()
        none = book.find_entries(BookFilter(year=2024)).count()

    months = [[one.received_on.month for one in page.rows] for page in (first, second, back)]
    assert months == [[5, 4], [3, 2], [5, 4]]
    assert (found, none) == (1, 0)
