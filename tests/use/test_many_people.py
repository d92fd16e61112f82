"""Filings of many people: prepared and gathered some at a time, and what a crash leaves."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.jobs import filings as jobs
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.progress.models import Progress, State
from azukari.register import actions as register
from azukari.register.models import NumberUse, Person
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.ids import new_id
from azukari.use import actions, gathering, preparing, queries
from azukari.use.models import Filing, FilingPerson, FilingState
from azukari.use.preparing import Wanted
from azukari.use.queries import CandidateFilter
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from azukari.vault.models import Cell
from tests.cast import Cast, Side, make_side
from tests.killing import killed_at
from tests.numbers import valid_number
from tests.use.cast import fresh, joined, leaf_of, made, numbers, prepared, taken

PIECE = 2
NUMBER_ITEM = 12


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CHUNK", PIECE)


def begun(side: Side, filing: Filing) -> Progress:
    with side.scope():
        return actions.begin_filing(filing, actor=side.operator)[0]


def numbers_in(content: bytes) -> list[str]:
    return [record[NUMBER_ITEM] for record in shfd0006.read(content).records]


def killed(side: Side, filing: Filing, task: Progress, database: DatabaseUrls, at: str) -> None:
    ids = [side.contract.id, side.company.id, task.id, filing.id, PIECE]
    killed_at(at, database, "tests.use.make_child", *ids)


def files_of(side: Side, filing: Filing) -> int:
    with side.scope():
        return Cell.objects.filter(subject=filing.id, kind="file").count()


# making in pieces -------------------------------------------------------------------------------


@pytest.mark.usefixtures("pieces")
def test_file_from_pieces_is_that_of_everybody_in_their_order(cast: Cast) -> None:
    digits = numbers(5)
    people = [joined(cast.a, one) for one in digits]

    done = made(cast.a, prepared(cast.a, *people))

    content = taken(cast.a, done)
    assert (numbers_in(content) == digits, done.people) == (True, 5)
    assert shfd0006.check(content, today=timezone.localdate()) == []
    opened = [one.subjects[0] for one in leaf_of(cast.a, Action.NUMBER_OPENED, done)]
    assert sorted(opened) == sorted(person.id for person in people)
    assert len(leaf_of(cast.a, Action.FILING_PIECE_READ, done)) == 3
    with cast.a.scope():
        used = NumberUse.objects.filter(record__person__in=people, form="2200700").count()
        task = progress.of_subject(done.id)
    assert used == 5
    assert task is not None
    assert (task.state, task.done, task.total) == (State.DONE, 5, 5)


@pytest.mark.usefixtures("pieces")
def test_pieces_are_destroyed_with_the_file_made(cast: Cast) -> None:
    filing = prepared(cast.a, *(joined(cast.a) for _ in range(3)))
    task = begun(cast.a, filing)
    for _ in range(2):
        with cast.a.scope():
            gathering.gather(filing.id, task.id, actor=cast.a.operator, today=timezone.localdate())
    waiting = fresh(cast.a, filing).pieces

    jobs.make(cast.a.operator, task.id, filing.id)

    assert len(waiting) == 2
    done = fresh(cast.a, filing)
    assert (done.state, done.pieces, files_of(cast.a, filing)) == (FilingState.MADE, [], 1)
    with cast.a.scope():
        assert door.destroyed(cast.a.company.id, waiting) == set(waiting)


@pytest.mark.parametrize("at", ["filing:some-gathered", "deposit:keys-durable"])
def test_killed_worker_is_followed_behind_its_last_piece(
    cast: Cast, database: DatabaseUrls, at: str, pieces: None
) -> None:
    digits = numbers(5)
    people = [joined(cast.a, one) for one in digits]
    filing = prepared(cast.a, *people)
    task = begun(cast.a, filing)
    killed(cast.a, filing, task, database, at)
    before = len(leaf_of(cast.a, Action.NUMBER_OPENED, filing))

    jobs.make(cast.a.operator, task.id, filing.id)
    jobs.make(cast.a.operator, task.id, filing.id)

    done = fresh(cast.a, filing)
    assert (done.state, files_of(cast.a, filing)) == (FilingState.MADE, 1)
    assert numbers_in(taken(cast.a, done)) == digits
    # A piece that was kept is not gathered again; one that broke off is, and that is told.
    again = 0 if at == "filing:some-gathered" else PIECE
    assert before == PIECE
    assert len(leaf_of(cast.a, Action.NUMBER_OPENED, filing)) == len(people) + again


@pytest.mark.usefixtures("pieces")
def test_purpose_taken_away_in_the_middle_refuses_the_whole(cast: Cast) -> None:
    people = [joined(cast.a) for _ in range(3)]
    filing = prepared(cast.a, *people)
    task = begun(cast.a, filing)
    with cast.a.scope():
        gathering.gather(filing.id, task.id, actor=cast.a.operator, today=timezone.localdate())
    waiting = fresh(cast.a, filing).pieces
    with cast.a.scope():
        [record] = register_records(people[2])
        record.purposes = [Purpose.TAX_WITHHOLDING.code]
        record.save()

    jobs.make(cast.a.operator, task.id, filing.id)

    done = fresh(cast.a, filing)
    assert (done.state, done.pieces, files_of(cast.a, filing)) == (FilingState.REFUSED, [], 0)
    assert [(one["person"], one["code"]) for one in done.problems] == [
        (str(people[2].id), "purpose-missing")
    ]
    with cast.a.scope():
        assert door.destroyed(cast.a.company.id, waiting) == set(waiting)


def register_records(person: Person) -> list[Any]:
    from azukari.register.models import NumberRecord

    return list(NumberRecord.objects.filter(person=person))


@pytest.mark.usefixtures("pieces")
def test_pieces_past_their_clock_are_gathered_anew(cast: Cast) -> None:
    digits = numbers(3)
    filing = prepared(cast.a, *(joined(cast.a, one) for one in digits))
    task = begun(cast.a, filing)
    with cast.a.scope():
        gathering.gather(filing.id, task.id, actor=cast.a.operator, today=timezone.localdate())
        Cell.objects.filter(subject=filing.id).update(destroy_at=timezone.now())
        door.destroy_due(cast.a.company.id, actions.files_gone)
    assert fresh(cast.a, filing).pieces == []

    jobs.make(cast.a.operator, task.id, filing.id)

    assert numbers_in(taken(cast.a, fresh(cast.a, filing))) == digits


FACTS = st.dictionaries(
    st.text(st.characters(codec="utf-8"), min_size=1),
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")) | st.dates(),
)


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), FACTS, st.integers(0, 9))))
def test_piece_holds_what_was_put_in(people: list[Any]) -> None:
    told = [
        gathering.Told(
            code, facts, {"emp.mynumber": parse(valid_number(seed))},
            ((Purpose.HEALTH_PENSION, new_id(), new_id()),),
        )
        for code, facts, seed in people
    ]  # fmt: skip

    first, found = gathering._unpacked(gathering._packed(7, told))

    assert first == 7
    assert [(one.code, one.facts, one.used) for one in found] == [
        (one.code, one.facts, one.used) for one in told
    ]
    assert all(a.numbers == b.numbers for a, b in zip(found, told, strict=True))


# preparing by a worker --------------------------------------------------------------------------


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "AT_ONCE", 2)
    monkeypatch.setattr(preparing, "CHUNK", PIECE)


def asked(side: Side, people: Any) -> tuple[Filing, Progress | None]:
    with side.scope():
        filing = preparing.ask_to_prepare(
            Wanted("2200700", side.office), people, actor=side.operator
        )
        return filing, progress.of_subject(filing.id)


def places_of(side: Side, filing: Filing) -> list[tuple[int, int, str]]:
    with side.scope():
        rows = FilingPerson.objects.filter(filing=filing).select_related("person")
        return [
            (r.place, r.member, r.person.employee_code) for r in rows.order_by("place", "member")
        ]


@pytest.mark.usefixtures("few_at_once")
def test_many_people_are_prepared_by_a_worker(cast: Cast) -> None:
    people = [joined(cast.a) for _ in range(5)]
    at_once = prepared(cast.a, *people, pay=None)

    filing, task = asked(cast.a, people)

    assert filing.state == FilingState.READYING
    assert task is not None
    assert places_of(cast.a, filing) == []
    with cast.a.scope(), pytest.raises(UseRefused):
        actions.set_facts(filing, {}, actor=cast.a.operator)
    jobs.prepare(cast.a.operator, task.id, filing.id)
    done = fresh(cast.a, filing)
    assert (done.state, done.people, done.chosen) == (FilingState.PREPARING, 5, [])
    assert places_of(cast.a, filing) == places_of(cast.a, at_once)
    with cast.a.scope():
        assert [one.asked for one in queries.subjects_of(done)] == [
            one.asked for one in queries.subjects_of(at_once)
        ]


@pytest.mark.usefixtures("few_at_once")
def test_everybody_who_fits_is_frozen_by_the_database() -> None:
    side = make_side("M")
    people = [joined(side, hired_on=date(2026, 4, 1)) for _ in range(3)]
    with side.scope():
        found = queries.find_candidates(
            CandidateFilter(), queries.recipes()["2200700"], today=timezone.localdate()
        ).order_by("-employee_code")
        filing = preparing.ask_to_prepare(
            Wanted("2200700", side.office), found, actor=side.operator
        )
        task = progress.of_subject(filing.id)
        frozen = Filing.objects.get(id=filing.id).chosen
        late = joined(side)
    assert frozen == [person.id for person in reversed(people)]
    assert task is not None

    jobs.prepare(side.operator, task.id, filing.id)

    codes = [code for _, _, code in places_of(side, filing)]
    assert codes == [person.employee_code for person in reversed(people)]
    assert late.employee_code not in codes


@pytest.mark.usefixtures("few_at_once")
def test_preparation_goes_on_behind_the_last_ones_and_ends_once(cast: Cast) -> None:
    people = [joined(cast.a) for _ in range(5)]
    filing, task = asked(cast.a, people)
    assert task is not None
    with cast.a.scope():
        preparing.ready_some(filing.id, task.id, actor=cast.a.operator)
    with cast.a.scope():
        assert Progress.objects.get(id=task.id).done == PIECE

    jobs.prepare(cast.a.operator, task.id, filing.id)
    jobs.prepare(cast.a.operator, task.id, filing.id)

    assert [place for place, _, _ in places_of(cast.a, filing)] == [1, 2, 3, 4, 5]
    assert fresh(cast.a, filing).state == FilingState.PREPARING


@pytest.mark.usefixtures("few_at_once")
def test_few_people_are_prepared_at_once(cast: Cast) -> None:
    filing, task = asked(cast.a, [joined(cast.a), joined(cast.a)])

    assert (filing.state, task) == (FilingState.PREPARING, None)


def test_zip_of_more_than_can_be_kept_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azukari.use.rules.MOST_IN_ZIP", 1)
    people = [joined(cast.a), joined(cast.a)]
    wanted = Wanted("gensen_kyuyo_recipient", cast.a.office, 2025, "zip")

    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        preparing.prepare_filing(wanted, people, actor=cast.a.operator)

    assert refused.value.problem is UseProblem.TOO_MANY_FOR_ZIP


def test_families_come_with_their_employees(cast: Cast) -> None:
    person = joined(cast.a)
    with cast.a.scope():
        register.register_family_member(
            person,
            {"name": "山田　花", "kana": "ヤマダ　ハナ", "relationship": "WIFE",
             "tax_dependent": True},
            actor=cast.a.operator,
        )  # fmt: skip
        filing = preparing.prepare_filing(
            Wanted("fuyo_kojo", cast.a.office, 2026), [person], actor=cast.a.operator
        )

    assert [(place, member) for place, member, _ in places_of(cast.a, filing)] == [(1, 0), (1, 1)]
