"""Whom an incident is about, by what the ledger remembers: nobody has to guess.

A reading is written down for each person before the number leaves (`ledger.pens.before_open`), and
names the output or filing it was read for; so a file, or the work of one user, has its people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from azukari.check.models import Output
from azukari.check.rules import Content
from azukari.filings.recipes.recipe import recipes
from azukari.ledger import queries as ledger
from azukari.ledger import tallies
from azukari.ledger.actions import Action
from azukari.ledger.queries import Filter
from azukari.oversee.readings import FETCHED, READINGS
from azukari.register import queries as register
from azukari.register.models import Person
from azukari.tenancy import scope
from azukari.tenancy.paging import Orders, Page, Place, page_in_order
from azukari.use.models import Filing

_WITH_NUMBERS: Final = [one.value for one in Content if one.holds_numbers]
_DOWNLOADS_AT_MOST: Final = 1000
FILES_SHOWN: Final = 200
_FOUND_ORDERS: Final[Orders] = {
    "code": ("employee_code", "family_code", "id"),
    "name": ("kana", "id"),
}


@dataclass(frozen=True)
class FileGiven:
    """An output or filing with numbers that was made."""

    id: UUID
    name: str
    what: str
    people: int
    made_at: datetime
    by: str
    since: datetime


def people_named(words: str) -> QuerySet[Person]:
    """By parts of code, name or kana; nobody without words."""
    found = Person.objects.all() if words.strip() else Person.objects.none()
    for word in words.split():
        found = found.filter(register.matches(word))
    return found


def page_of_found(found: QuerySet[Person], place: Place) -> Page[Person]:
    return page_in_order(found.select_related("host"), _FOUND_ORDERS, place, first="code")


def people_of_user(user_id: UUID, since: datetime, until: datetime) -> QuerySet[Person]:
    """Whose numbers the user read in that time, themselves or in files they fetched."""
    company = scope.company_id()
    asked = Filter(actor=user_id, actions=READINGS, since=since, until=until)
    found = tallies.subjects(company, asked)
    for one in _files_fetched(company, user_id, since, until):
        found |= _read_for(company, one)
    return Person.objects.filter(id__in=found)


def people_of_file(file_id: UUID) -> QuerySet[Person]:
    """Whose numbers were read to make the output or filing."""
    return Person.objects.filter(id__in=_read_for(scope.company_id(), file_id))


def files_with_numbers(
    since: datetime | None = None, until: datetime | None = None
) -> list[FileGiven]:
    """Made in that time; newest first, as many as a list of choices bears."""
    made = Q(made_at__isnull=False)
    if since is not None:
        made &= Q(made_at__gte=since)
    if until is not None:
        made &= Q(made_at__lt=until)
    outputs = Output.objects.filter(made, content__in=_WITH_NUMBERS)
    filings = Filing.objects.filter(made)
    found = [
        *map(_output, outputs.order_by("-made_at")[:FILES_SHOWN]),
        *map(_filing, filings.order_by("-made_at")[:FILES_SHOWN]),
    ]
    return sorted(found, key=lambda one: one.made_at, reverse=True)[:FILES_SHOWN]


def file_named(file_id: UUID) -> FileGiven | None:
    output = Output.objects.filter(id=file_id, made_at__isnull=False).first()
    if output is not None:
        return _output(output)
    filing = Filing.objects.filter(id=file_id, made_at__isnull=False).first()
    return None if filing is None else _filing(filing)


def _output(row: Output) -> FileGiven:
    assert row.made_at is not None
    return FileGiven(
        row.id, row.file_name, f"ファイル出力：{row.whom}", row.people, row.made_at,
        row.asked_by_name, row.asked_at,
    )  # fmt: skip


def _filing(row: Filing) -> FileGiven:
    assert row.made_at is not None
    recipe = recipes().get(row.form)
    name = recipe.title if recipe else row.form
    return FileGiven(
        row.id, row.file_name, f"帳票：{name}", row.people, row.made_at, row.started_by_name,
        row.started_at,
    )  # fmt: skip


def _files_fetched(company: UUID, user_id: UUID, since: datetime, until: datetime) -> set[UUID]:
    asked = Filter(actor=user_id, actions=FETCHED, since=since, until=until)
    page = ledger.records(company, asked, limit=_DOWNLOADS_AT_MOST)
    told = (entry.record.details.get("target") for entry in page.entries)
    return {UUID(str(target)) for target in told if target}


def _read_for(company: UUID, file_id: UUID) -> set[UUID]:
    file = file_named(file_id)
    if file is None:
        return set()
    # Bound in time, so that not all of the ledger is gone through.
    span = (file.since - timedelta(minutes=1), file.made_at + timedelta(minutes=1))
    asked = Filter(actions=(Action.NUMBER_OPENED,), target=file_id, since=span[0], until=span[1])
    return tallies.subjects(company, asked)
