"""Questions about filings and those who may stand on them, inside the company in scope."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from azukari.filings.recipes import facts as flat
from azukari.filings.recipes import printed
from azukari.filings.recipes.facts import PLACEHOLDER
from azukari.filings.recipes.look import Day, told
from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.law.number import MyNumber
from azukari.law.purpose import PersonKind as Kind
from azukari.law.purpose import Purpose
from azukari.register import queries as register
from azukari.register.models import NumberRecord, Person, PersonKind
from azukari.tenancy import scope
from azukari.tenancy.models import Company, Office
from azukari.tenancy.paging import Orders, Page, Place, page_in_order
from azukari.use import designated, due, known, rules
from azukari.use.models import Filing, FilingPerson
from azukari.use.rules import NumberUse

PAGE = 100
CHUNK = 1000
_FILING_ORDERS: Final[Orders] = {
    "started": ("id",),
    "people": ("people", "id"),
    "by": ("started_by_name", "id"),
}
_CANDIDATE_ORDERS: Final[Orders] = {
    "code": ("employee_code", "id"),
    "name": ("kana", "id"),
    "department": ("department", "employee_code", "id"),
}


@dataclass(frozen=True)
class CandidateFilter:
    """`words`: parts of code, name or kana.  Days count in.  `due`: only whom the office waits for,
    as the form says, and who is on no filing made of it yet.
    """

    words: str = ""
    department: str = ""
    office: UUID | None = None
    number_state: str = ""
    hired_from: date | None = None
    hired_to: date | None = None
    left_from: date | None = None
    left_to: date | None = None
    due: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stands:
    """Somebody at a place of a form (`emp`, `deps.0`): the number, and whether it may be used."""

    place: str
    person: Person
    row: FilingPerson | None
    record: NumberRecord | None
    use: NumberUse
    purpose: Purpose


@dataclass(frozen=True)
class Subject:
    """Somebody on a filing: what the register says now, the facts given, the members beside."""

    row: FilingPerson
    person: Person
    facts: dict[str, Any]  # everything but what is common to all
    asked: dict[str, Any]
    stands: list[Stands] = field(default_factory=list)
    members: list[tuple[FilingPerson, Person, str]] = field(default_factory=list)

    @property
    def place(self) -> int:
        return self.row.place

    @cached_property
    def usable(self) -> dict[str, Stands]:
        """By place of the number: who stands there with a number that may be opened."""
        return {number_place(one): one for one in self.stands if one.use is NumberUse.USABLE}


@dataclass(frozen=True)
class Frame:
    """What is the same for everybody on a filing."""

    recipe: Recipe
    day: Day
    common: dict[str, Any]
    designated: Mapping[str, str] = field(default_factory=dict)  # 指定番号 by municipality

    def whole(self, subject: Subject) -> dict[str, Any]:
        city = designated.of_city(self.designated, subject.facts)
        return {**self.common, **city, **subject.facts}

    def numbers(self, subject: Subject) -> dict[str, MyNumber]:
        """A placeholder wherever the form takes a number that may be used."""
        return {place: PLACEHOLDER for place in self.wanted(subject) if place in subject.usable}

    def wanted(self, subject: Subject) -> list[str]:
        """The places of numbers that this form takes for the subject; others are never opened."""
        recipe = self.recipe
        if recipe.numbers_when and not subject.facts.get(recipe.numbers_when):
            return []
        if recipe.is_paper:
            edition = printed.edition_on(recipe, self.day.today, self.day.year)
            return sorted(printed.wanted_numbers(recipe, edition, self._told(subject)))
        return [number_place(one) for one in subject.stands if _key(one.place) in recipe.numbers]

    def _told(self, subject: Subject) -> dict[str, Any]:
        return told(self.recipe, self.whole(subject), {})


def number_place(one: Stands) -> str:
    return f"{one.place}.number" if one.place == "payee" else f"{one.place}.mynumber"


def _key(place: str) -> str:
    """The kind of a place as recipes name it: `deps.mynumber`."""
    owner = place.partition(".")[0]
    return "payee.number" if owner == "payee" else f"{owner}.mynumber"


def recipe_of(filing: Filing) -> Recipe:
    return recipes()[filing.form]


# who may stand on a filing ----------------------------------------------------------------------


def find_candidates(
    wanted: CandidateFilter, recipe: Recipe, *, year: int = 0, today: date
) -> QuerySet[Person]:
    kind = PersonKind.PAYEE if recipe.whom == "payee" else PersonKind.EMPLOYEE
    found = register.find_people(
        register.PeopleFilter(
            kind,
            words=wanted.words,
            department=wanted.department,
            number_state=wanted.number_state,
        )
    )
    conditions = {
        "hired_on__gte": wanted.hired_from,
        "hired_on__lte": wanted.hired_to,
        "left_on__gte": wanted.left_from,
        "left_on__lte": wanted.left_to,
        "office_id": wanted.office,
    }
    found = found.filter(**{key: value for key, value in conditions.items() if value})
    if wanted.codes:
        found = found.filter(employee_code__in=wanted.codes)
    return due.still_due(found, recipe, year, today) if wanted.due else found


def page_of_candidates(found: QuerySet[Person], place: Place) -> Page[Person]:
    """In the order of their codes."""
    return page_in_order(found, _CANDIDATE_ORDERS, replace(place, size=PAGE), first="code")


def number_uses(people: Sequence[Person], recipe: Recipe) -> dict[UUID, NumberUse]:
    """Whether the number of each may go onto the form."""
    records = register.usable_records([one.id for one in people])
    return {one.id: _stands("", one, None, records.get(one.id), recipe).use for one in people}


def people_with_codes(codes: Iterable[str], recipe: Recipe) -> dict[str, Person]:
    kind = PersonKind.PAYEE if recipe.whom == "payee" else PersonKind.EMPLOYEE
    found = Person.objects.filter(kind=kind, employee_code__in=set(codes))
    return {one.employee_code: one for one in found}


def families_on(
    hosts: Sequence[Person], recipe: Recipe, year: int, today: date
) -> dict[UUID, list[Person]]:
    """Members of these employees' families who stand on the form, by employee."""
    if recipe.family == "none" or recipe.whom != "employee":
        return {}
    found = defaultdict(list)
    rows = Person.objects.filter(kind=PersonKind.FAMILY, host_id__in=[one.id for one in hosts])
    for member in rows.order_by("family_code"):
        if known.is_on(member, recipe.family, year or today.year) and member.host_id:
            found[member.host_id].append(member)
    return found


def with_dependents(ids: Iterable[UUID]) -> set[UUID]:
    """Employees with somebody insured through them."""
    found = Person.objects.filter(host_id__in=set(ids), health_dependent=True)
    return {host for host in found.values_list("host_id", flat=True) if host}


# filings ----------------------------------------------------------------------------------------


def find_filings(
    *, words: str = "", form: str = "", state: str = "", year: int | None = None
) -> QuerySet[Filing]:
    found = Filing.objects.select_related("office").defer("chosen")
    for word in words.split():
        found = found.filter(
            Q(office__name__contains=word)
            | Q(office__code=word)
            | Q(started_by_name__contains=word)
            | Q(sha256__startswith=word.lower())
        )
    conditions = {"form": form, "state": state, "year": year}
    return found.filter(**{key: value for key, value in conditions.items() if value})


def page_of_filings(found: QuerySet[Filing], place: Place) -> Page[Filing]:
    """The newest first."""
    return page_in_order(found, _FILING_ORDERS, place, first="-started")


def filings_of(person: Person) -> QuerySet[Filing]:
    """Filings on which somebody stands, the newest first."""
    ids = FilingPerson.objects.filter(person=person).values("filing_id")
    return Filing.objects.filter(id__in=ids).order_by("-id")


def frame_of(filing: Filing, *, today: date) -> Frame:
    """The company, the office and what was asked once, with the day of the check."""
    recipe = recipe_of(filing)
    year = filing.year or 0
    company = Company.objects.get(id=scope.company_id())
    told_once = head_of(filing)
    common = {
        **known.of_company(company, filing.office),
        **printed.common_facts(year, today),
        **designated.by_name(told_once, recipe),
        **told_once,
        "doc.correction": filing.head.get("doc.correction", "0"),
    }
    return Frame(recipe, Day(today, year), common, designated.by_code(recipe))


def head_of(filing: Filing) -> dict[str, Any]:
    """What was asked once for all, as it was answered."""
    return flat.from_stored(filing.head, recipe_of(filing).head)


def subjects_of(
    filing: Filing, *, first: int = 1, count: int = 1_000_000, today: date | None = None
) -> list[Subject]:
    """Those on a filing in their order, from a place on."""
    recipe, last = recipe_of(filing), first + count - 1
    rows = list(
        FilingPerson.objects.filter(filing=filing, place__gte=first, place__lte=last)
        .select_related("person")
        .order_by("place", "member")
    )
    return subjects_from(rows, recipe, filing.year or 0, today or timezone.localdate())


def subjects_from(
    rows: Sequence[FilingPerson], recipe: Recipe, year: int, today: date
) -> list[Subject]:
    """Subjects of rows with their people at hand, saved or not yet; employees before families."""
    people = [row.person for row in rows]
    records = register.usable_records([person.id for person in people])
    supporting = with_dependents(one.person_id for one in rows if not one.member)
    beside: dict[int, list[FilingPerson]] = defaultdict(list)
    for row in rows:
        if row.member:
            beside[row.place].append(row)
    return [
        _subject(row, beside[row.place], recipe, records, supporting, (year, today))
        for row in rows
        if not row.member
    ]


def in_chunks(filing: Filing, *, today: date) -> Iterator[list[Subject]]:
    """Everybody on a filing, some at a time, so that memory does not grow with the filing."""
    for first in range(1, filing.people + 1, CHUNK):
        yield subjects_of(filing, first=first, count=CHUNK, today=today)


def _subject(
    row: FilingPerson,
    beside: Sequence[FilingPerson],
    recipe: Recipe,
    records: dict[UUID, NumberRecord],
    supporting: set[UUID],
    when: tuple[int, date],
) -> Subject:
    person = row.person
    own = (
        known.of_payee(person)
        if recipe.whom == "payee"
        else known.of_employee(person, has_dependents=person.id in supporting)
    )
    rows = {one.person_id: one for one in beside}
    seats = known.places([one.person for one in beside], recipe, *when)
    facts, members = dict(own), []
    stands = [
        _stands(
            "payee" if recipe.whom == "payee" else "emp",
            person,
            row,
            records.get(person.id),
            recipe,
        )
    ]
    for place, member in seats.items():
        asked = flat.from_stored(rows[member.id].facts, recipe.member)
        told_ = {**known.of_member(member, person), **asked}
        facts |= {f"{place}.{name}": value for name, value in told_.items()}
        members.append((rows[member.id], member, place))
        stands.append(_stands(place, member, rows[member.id], records.get(member.id), recipe))
    asked = flat.from_stored(row.facts, recipe.asks)
    return Subject(row, person, {**facts, **asked}, asked, stands, members)


def _stands(
    place: str,
    person: Person,
    row: FilingPerson | None,
    record: NumberRecord | None,
    recipe: Recipe,
) -> Stands:
    kind = Kind(person.kind)
    purposes = rules.purposes_of(recipe, kind, category3=person.category3)
    use = rules.number_use(held_for=record.purposes if record else None, purposes=purposes)
    held = record.purposes if record else []
    purpose = next((one for one in purposes if one.code in held), purposes[0])
    return Stands(place, person, row, record, use, purpose)


def people_of(ids: Iterable[UUID], recipe: Recipe | None = None) -> dict[UUID, Person]:
    found = Person.objects.all()
    if recipe is not None:
        kind = PersonKind.PAYEE if recipe.whom == "payee" else PersonKind.EMPLOYEE
        found = found.filter(kind=kind)
    return found.in_bulk(set(ids))


def last_head(recipe: Recipe, office: Office) -> dict[str, Any]:
    """What was asked once the last time this form was made for the office."""
    made = Filing.objects.filter(form=recipe.code, office=office).exclude(head={})
    last = made.order_by("-id").first()
    asked = {one.name for one in recipe.head}
    answers = {name: value for name, value in (last.head if last else {}).items() if name in asked}
    # What the company keeps of a municipality is looked up for whichever is named this time.
    kept = designated.by_name(answers, recipe)
    return {name: value for name, value in answers.items() if name not in kept}


def people_on(filing: Filing) -> QuerySet[FilingPerson, UUID]:
    """The ids of those whom the filing is about, without their families."""
    return FilingPerson.objects.filter(filing=filing, member=0).values_list("person_id", flat=True)


def place_of(filing: Filing, person_id: UUID) -> int:
    """Where somebody stands on a filing; 0 for somebody who does not."""
    row = FilingPerson.objects.filter(filing=filing, person_id=person_id).first()
    return row.place if row else 0


def source_of(filing: Filing) -> Filing | None:
    """The filing that this one corrects or cancels."""
    return Filing.objects.filter(id=filing.source).first() if filing.source else None


def following(filing: Filing) -> list[Filing]:
    """Filings that correct or cancel this one."""
    return list(Filing.objects.filter(source=filing.id).order_by("id"))
