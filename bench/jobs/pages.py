"""Pages of the list of people: by keyset from anywhere, in each order, and what a search finds."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from time import perf_counter

from azukari.register import queries
from azukari.register.models import Person, PersonKind
from azukari.register.queries import PeopleFilter
from azukari.tenancy import scope
from bench.jobs.house import scope_of
from bench.measure import Measured, expect, latencies, measuring

_EVERYBODY = PeopleFilter(PersonKind.EMPLOYEE)
_SORTS = ("code", "-code", "name", "department")
_CHOSEN = 200


def show(place: dict[str, str], employees: int, pages: int) -> dict[str, Measured]:
    """`pages` pages of each sort."""
    where = scope_of(place)
    codes = _walk(where, employees)
    with scope.enter(where):
        some = Random(1).sample(codes, min(_CHOSEN, employees))
        people = list(Person.objects.filter(kind=PersonKind.EMPLOYEE, employee_code__in=some))

    def list_page(person: Person, sort: str) -> None:
        queries.page_of_people(_EVERYBODY, after=str(person.id), sort=sort)

    def search_page(person: Person, words: str) -> None:
        page = queries.page_of_people(PeopleFilter(PersonKind.EMPLOYEE, words=words))
        # A name can be found more often than a page is long.
        is_there = person in page.people or bool(page.after)
        expect("the person searched for is found", is_there, True)

    shown = {
        f"list by {sort}": [partial(list_page, one, sort) for one in people] for sort in _SORTS
    } | {
        "search by code": [partial(search_page, one, one.employee_code) for one in people],
        "search by name": [partial(search_page, one, one.name) for one in people],
    }
    return {name: _timed(where, work, pages) for name, work in shown.items()}


def _timed(where: scope.Scope, work: Sequence[Callable[[], None]], pages: int) -> Measured:
    seconds = []
    with measuring() as cost:
        for turn in range(pages):
            start = perf_counter()
            with scope.enter(where):
                work[turn % len(work)]()
            seconds.append(perf_counter() - start)
    return Measured(pages, cost, latencies(seconds))


def _walk(where: scope.Scope, employees: int) -> list[str]:
    """Codes of everybody: page after page shows each once, in order."""
    codes: list[str] = []
    cursor = ""
    while True:
        with scope.enter(where):
            page = queries.page_of_people(_EVERYBODY, after=cursor, size=1000)
        codes += [person.employee_code for person in page.people]
        if not page.after:
            break
        cursor = page.after
    expect("everybody once, in order", codes == sorted(set(codes)), True)
    expect("people on all pages", len(codes), employees)
    return codes
