"""A file of figures is read by a worker, and what it tells put with the people on the filing.

First the whole file is read, which takes the time and changes nothing; then all of it is put in by
one transaction.  So a file counts whole or not at all, whenever it is given up or a worker dies.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.db.models import Expression, F, Func, JSONField, TextField, Value
from django.db.models.functions import Cast

from azukari.filings.recipes import facts
from azukari.filings.recipes.recipe import Recipe
from azukari.progress import actions as progress
from azukari.progress.models import Progress
from azukari.progress.telling import now_and_then
from azukari.progress.uncollected import uncollected
from azukari.register.models import Person, PersonKind
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.table import BOOK, Table
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.use import actions, queries
from azukari.use.figures.columns import shown
from azukari.use.figures.reading import Mistakes, Whose, read
from azukari.use.figures.receiving import end, open_waiting
from azukari.use.models import FiguresFile, FiguresState, Filing, FilingPerson
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault.crash import crash_point
from azukari.vault.door import NotDeposited

STRANGERS_NAMED: Final = 5
_LEVEL: Final = 1
Told = dict[Whose, dict[str, Any]]


@uncollected()
def take(actor: Actor, progress_id: UUID, file_id: UUID) -> None:
    """READING → TAKEN, or REFUSED with a reason; runs outside any scope.

    Begins anew when it is run again, and does nothing to a file that was read or given up.
    Raises `progress.Cancelled` after the file was given up.
    """
    place = scope.of(actor)
    with scope.enter(place):
        actor.require("filing:create")
        file = _reading(file_id)
        if file is None:
            _nothing_left(progress_id)
            return
    try:
        with scope.enter(place):
            table = open_waiting(file, actor=actor)
            recipe = queries.recipe_of(file.filing)
            task = progress.begin(progress_id, total=_rows_expected(table, file.filing))
        mistakes = Mistakes()
        told = _read(file, recipe, table, mistakes, now_and_then(place, progress_id))
        crash_point("figures:read")
        with scope.enter(place):
            _take(file, recipe, told, mistakes, task)
    except (FileRefused, UseRefused, NotDeposited, progress.Cancelled) as stopped:
        with scope.enter(place):
            _give_up(file, stopped, progress_id)
        if isinstance(stopped, progress.Cancelled):
            raise


def _reading(file_id: UUID) -> FiguresFile | None:
    found = FiguresFile.objects.filter(id=file_id, state=FiguresState.READING)
    return found.select_related("filing").first()


def _nothing_left(progress_id: UUID) -> None:
    """Of a file that was read it is told already; another was given up, or gave way to the next."""
    if not Progress.objects.get(id=progress_id).is_over:
        progress.cancelled(progress_id, "このファイルの読み込みは取り消されています。")


def _give_up(file: FiguresFile, why: Exception, progress_id: UUID) -> None:
    filing = actions.locked_filing(file.filing_id)
    if _reading(file.id) is None:
        return
    match why:
        case progress.Cancelled():
            end(file, filing, FiguresState.STOPPED)
            return
        case FileRefused(code=code):
            end(file, filing, FiguresState.REFUSED, code.value)
        case UseRefused(problem=problem):
            end(file, filing, FiguresState.REFUSED, problem.value)
        case _:
            end(file, filing, FiguresState.REFUSED, UseProblem.FIGURES_GONE.value)
    progress.finish(progress_id)


def _rows_expected(table: Table, filing: Filing) -> int:
    """Of a book nobody knows before it is unpacked as a whole."""
    return filing.people if table.encoding == BOOK else table.content.lines


# read -------------------------------------------------------------------------------------------


def _read(
    file: FiguresFile,
    recipe: Recipe,
    table: Table,
    mistakes: Mistakes,
    tell: Callable[[int], None],
) -> list[bytes]:
    """What the file tells, in pieces of so many people that are put in by one statement."""
    names = {int(place): name for place, name in file.names.items()}
    pieces: list[bytes] = []
    told: Told = {}
    for at, whose, values in read(recipe, table, names, mistakes):
        if whose is not None:
            told.setdefault(whose, {}).update(facts.to_stored(values))
        if len(told) == queries.CHUNK:
            pieces.append(_packed(told))
            told = {}
        tell(at // 2)  # the other half is putting it in
    return [*pieces, _packed(told)]


def _packed(told: Told) -> bytes:
    rows = [[*whose, values] for whose, values in told.items()]
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), _LEVEL)


def _unpacked(piece: bytes) -> Told:
    return {(code, member): values for code, member, values in json.loads(zlib.decompress(piece))}


# put in -----------------------------------------------------------------------------------------


def _take(
    file: FiguresFile,
    recipe: Recipe,
    pieces: Iterable[bytes],
    mistakes: Mistakes,
    task: Progress,
) -> None:
    filing = actions.locked_changeable(file.filing)
    if _reading(file.id) is None:
        _nothing_left(task.id)
        return
    places: set[int] = set()
    anything = False
    strangers: set[str] = set()
    for piece in pieces:
        told = _unpacked(piece)
        people = _people(recipe, told)
        for person, place, member in _put(filing, people, told):
            anything = True
            del told[people.pop(person)]
            if not member:
                places.add(place)
        strangers.update(code for code, _ in told)
        progress.heed(task.id)
        crash_point("figures:some-put")
    file.people = len(places)
    file.strangers = len(strangers)
    file.some_strangers = [shown(code) for code in sorted(strangers)[:STRANGERS_NAMED]]
    file.mistakes = [asdict(one) for one in mistakes]
    end(file, filing, FiguresState.TAKEN)
    if anything:
        actions.back_to_preparing(filing)
    progress.count(task.id, task.total)
    progress.finish(task.id)


def _people(recipe: Recipe, told: Told) -> dict[UUID, Whose]:
    of_payees = recipe.whom == "payee"
    kinds = [PersonKind.PAYEE] if of_payees else [PersonKind.EMPLOYEE, PersonKind.FAMILY]
    codes = list({code for code, _ in told})
    found = Person.objects.filter(kind__in=kinds, employee_code__in=codes)
    rows = found.values_list("id", "employee_code", "family_code")
    return {person: (code, member) for person, code, member in rows if (code, member) in told}


def _put(filing: Filing, people: Mapping[UUID, Whose], told: Told) -> list[tuple[UUID, int, int]]:
    """Person, place and member of each who stands on the filing."""
    given = {str(person): told[whose] for person, whose in people.items()}
    own = _joined(" -> ", Value(given, output_field=JSONField()), Cast("person_id", TextField()))
    there = FilingPerson.objects.filter(filing=filing, person_id__in=list(people))
    there.update(facts=_joined(" || ", F("facts"), own))
    return list(there.values_list("person_id", "place", "member"))


def _joined(operator: str, *sides: Expression | F) -> Func:
    return Func(*sides, arg_joiner=operator, template="(%(expressions)s)", output_field=JSONField())
