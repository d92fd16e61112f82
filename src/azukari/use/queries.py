"""Questions about filings and those who may stand on them, inside the company in scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.engine.notation import narrow, widen
from azukari.law.purpose import Purpose
from azukari.register import queries as register
from azukari.register.models import NumberRecord, Person, PersonKind
from azukari.tenancy.models import Office
from azukari.tenancy.paging import Page, Place, page_of
from azukari.use import rules
from azukari.use.models import Filing, FilingPerson
from azukari.use.rules import AcquisitionFacts, Known, Lack
from azukari.use.stored_facts import from_stored

PAGE = 100


@dataclass(frozen=True)
class CandidateFilter:
    """`words`: parts of code, name or kana.  Days of joining count in."""

    words: str = ""
    department: str = ""
    number_state: str = ""
    hired_from: date | None = None
    hired_to: date | None = None


@dataclass(frozen=True)
class Candidate:
    """An employee, and what is missing before a notice can be made (pay apart)."""

    person: Person
    known: Known
    lacks: tuple[Lack, ...]


@dataclass(frozen=True)
class Subject:
    """Somebody on a filing: what the register says now, and the facts given for the form."""

    row: FilingPerson
    person: Person
    known: Known
    facts: AcquisitionFacts
    record: NumberRecord | None

    @property
    def place(self) -> int:
        return self.row.place


# who may stand on a filing ----------------------------------------------------------------------


def find_candidates(wanted: CandidateFilter) -> QuerySet[Person]:
    found = register.find_people(
        register.PeopleFilter(
            PersonKind.EMPLOYEE,
            words=wanted.words,
            department=wanted.department,
            number_state=wanted.number_state,
        )
    )
    if wanted.hired_from:
        found = found.filter(hired_on__gte=wanted.hired_from)
    if wanted.hired_to:
        found = found.filter(hired_on__lte=wanted.hired_to)
    return found


def page_of_candidates(
    wanted: CandidateFilter, place: Place, *, purpose: Purpose
) -> tuple[list[Candidate], Page[Person]]:
    """In the order of their codes, one for each person of the page."""
    page = page_of(find_candidates(wanted), ("employee_code",), replace(place, size=PAGE))
    return candidates(page.rows, purpose), page


def candidates(people: Sequence[Person], purpose: Purpose) -> list[Candidate]:
    known = known_of(people, purpose)
    return [
        Candidate(
            person,
            known[person.id],
            rules.lacks_of_register(known[person.id], rules.default_facts(known[person.id])),
        )
        for person in people
    ]


def known_of(
    people: Sequence[Person],
    purpose: Purpose,
    records: dict[UUID, NumberRecord] | None = None,
) -> dict[UUID, Known]:
    """What the register says about each; four queries for any number of people."""
    ids = [person.id for person in people]
    held = register.usable_records(ids) if records is None else records
    supporting = set(
        Person.objects.filter(host_id__in=ids, health_dependent=True).values_list(
            "host_id", flat=True
        )
    )
    return {
        person.id: _known(person, held.get(person.id), purpose, supports=person.id in supporting)
        for person in people
    }


def _known(
    person: Person, record: NumberRecord | None, purpose: Purpose, *, supports: bool
) -> Known:
    return Known(
        name=person.name,
        kana=person.kana,
        birth_date=person.birth_date,
        sex=person.sex,
        hired_on=person.hired_on,
        postcode=person.postcode,
        address=person.address,
        address_kana=person.address_kana,
        pension_number=person.pension_number,
        insured_number=person.insured_number,
        has_dependents=supports,
        number=rules.number_use(held_for=record.purposes if record else None, purpose=purpose),
    )


# filings ----------------------------------------------------------------------------------------


def find_filings(*, words: str = "", form: str = "", state: str = "") -> QuerySet[Filing]:
    found = Filing.objects.select_related("office")
    for word in words.split():
        found = found.filter(
            Q(office__name__contains=word)
            | Q(office__code=word)
            | Q(started_by_name__contains=word)
            | Q(sha256__startswith=word.lower())
        )
    if form:
        found = found.filter(form=form)
    if state:
        found = found.filter(state=state)
    return found


def page_of_filings(found: QuerySet[Filing], place: Place) -> Page[Filing]:
    """The newest first; ids grow with time."""
    return page_of(found, ("id",), place, down=True)


def subjects_of(filing: Filing, *, first: int = 1, count: int = rules.MOST_PEOPLE) -> list[Subject]:
    """Those on a filing in their order, from a place on."""
    rows = list(
        FilingPerson.objects.filter(filing=filing, place__gte=first)
        .select_related("person")
        .order_by("place")[:count]
    )
    people = [row.person for row in rows]
    records = register.usable_records([person.id for person in people])
    known = known_of(people, Purpose[filing.purpose], records)
    return [
        Subject(
            row,
            row.person,
            known[row.person_id],
            from_stored(row.facts),
            records.get(row.person_id),
        )
        for row in rows
    ]


def people_of(ids: Iterable[UUID]) -> dict[UUID, Person]:
    return Person.objects.filter(kind=PersonKind.EMPLOYEE).in_bulk(set(ids))


def pension_office(office: Office) -> shfd0006.Office:
    """The office as the head of the file names it: names and address in full width.

    The last page before making shows it so; what does not fit is left for the check.
    """
    groups = office.telephone.split("-")
    first, second, third = groups if len(groups) == 3 else (office.telephone, "", "")
    return shfd0006.Office(
        prefecture_code=office.pension_prefecture,
        district_code=office.pension_district,
        symbol=narrow(office.pension_symbol),
        number=office.pension_number,
        postcode=office.postcode,
        address=widen(office.address),
        name=widen(office.name),
        owner_name=widen(office.owner_name),
        telephone=(first, second, third),
    )
