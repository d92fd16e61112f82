"""Pages of the list of people: by keyset from anywhere, in each order, and what a search finds."""

from collections.abc import Callable
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
_CURSORS = 200


def show(place: dict[str, str], employees: int, pages: int) -> dict[str, Measured]:
    where = scope_of(place)
    with scope.enter(where):
        some = list(Person.objects.filter(kind=PersonKind.EMPLOYEE).order_by("id")[:employees])
    random = Random(1)
    chosen = random.sample(some, min(_CURSORS, len(some)))
    _walk(where, employees)

    def list_page(turn: int) -> None:
        cursor = str(chosen[turn % len(chosen)].id)
        queries.page_of_people(_EVERYBODY, after=cursor, sort=_SORTS[turn % len(_SORTS)])

    def search_page(turn: int) -> None:
        person = chosen[turn % len(chosen)]
        words = person.employee_code if turn % 2 else person.name
        page = queries.page_of_people(PeopleFilter(PersonKind.EMPLOYEE, words=words))
        # A name can be found more often than a page is long.
        is_there = person in page.people or bool(page.after)
        expect("the person searched for is found", is_there, True)

    return {
        "list": _timed(where, list_page, pages),
        "search": _timed(where, search_page, pages),
    }


def _timed(where: scope.Scope, page: Callable[[int], None], pages: int) -> Measured:
    seconds = []
    with measuring() as cost:
        for turn in range(pages):
            start = perf_counter()
            with scope.enter(where):
                page(turn)
            seconds.append(perf_counter() - start)
    return Measured(pages, cost, latencies(seconds))


def _walk(where: scope.Scope, employees: int) -> None:
    """Page after page shows everybody once, in order."""
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
