"""A file of figures and the worker who reads it: whole or not at all, once, and no number kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azukari.jobs import filings as jobs
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.progress import telling
from azukari.progress.models import Progress, State
from azukari.register import actions as register
from azukari.register.models import Person
from azukari.register.sheets.packed import Packed
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.actor import NotPermitted
from azukari.use import actions, preparing, queries
from azukari.use.figures import receiving
from azukari.use.figures.queries import file_of, task_of
from azukari.use.models import FiguresFile, FiguresState, Filing, FilingPerson
from azukari.use.rules import UseProblem, UseRefused
from tests.cast import Cast, Side, make_side
from tests.killing import killed_at
from tests.use.cast import fresh, joined, leaf_of

PIECE = 2


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CHUNK", PIECE)


def report(side: Side, people: Sequence[Person], form: str = "315") -> Filing:
    year = 2026 if form == "315" else None
    with side.scope():
        return preparing.prepare_filing(
            preparing.Wanted(form, side.office, year), people, actor=side.operator
        )


def received(side: Side, filing: Filing, *lines: str, key: str = "") -> FiguresFile:
    content = Packed.of("\r\n".join(lines).encode())
    with side.scope():
        return receiving.receive(filing, content, actor=side.operator, key=key)


def task(side: Side, filing: Filing) -> Progress:
    with side.scope():
        found = task_of(filing)
    assert found is not None
    return found


def worked(side: Side, filing: Filing) -> FiguresFile:
    """The file after a worker has been there."""
    with side.scope():
        file = file_of(filing)
    assert file is not None
    jobs.take_figures(side.operator, task(side, filing).id, file.id)
    with side.scope():
        file.refresh_from_db()
    return file


def pay(side: Side, filing: Filing) -> list[Any]:
    with side.scope():
        rows = FilingPerson.objects.filter(filing=filing).order_by("place", "member")
        return [facts.get("pay.total") for facts in rows.values_list("facts", flat=True)]


@pytest.mark.usefixtures("pieces")
def test_file_in_any_order_and_in_pieces_tells_everybody(cast: Cast) -> None:
    people = [joined(cast.a, None) for _ in range(5)]
    filing = report(cast.a, people)
    with cast.a.scope():
        actions.set_facts(filing, {people[0].id: {"pay.tax": 9}}, actor=cast.a.operator)
    rows = [f"{one.employee_code},{at}" for at, one in enumerate(people)]

    received(cast.a, filing, "社員番号,支払金額", *reversed(rows), f"{people[1].employee_code},77")
    file = worked(cast.a, filing)

    assert pay(cast.a, filing) == [0, 77, 2, 3, 4]
    assert (file.state, file.people, file.strangers) == (FiguresState.TAKEN, 5, 0)
    with cast.a.scope():
        kept = FilingPerson.objects.get(filing=filing, place=1).facts
    assert (kept["pay.tax"], kept["pay.total"]) == (9, 0)
    done = task(cast.a, filing)
    assert (done.state, done.done, done.total) == (State.DONE, 6, 6)


def test_members_of_families_get_what_stands_in_their_rows(cast: Cast) -> None:
    host = joined(cast.a, None)
    with cast.a.scope():
        register.register_family_member(
            host,
            {
                "name": "山田　花子", "kana": "ヤマダ　ハナコ", "relationship": "WIFE",
                "birth_date": date(1986, 1, 1), "health_dependent": True,
            },
            actor=cast.a.operator,
        )  # fmt: skip
    filing = report(cast.a, [host], "2202700")

    received(
        cast.a,
        filing,
        "社員番号,家族連番,異動の別,家族の職業",
        f"{host.employee_code},,1,",
        f"{host.employee_code},1,,1",
        f"{host.employee_code},9,,1",
    )
    file = worked(cast.a, filing)

    with cast.a.scope():
        rows = FilingPerson.objects.filter(filing=filing).order_by("member")
        own, member = rows.values_list("facts", flat=True)
    assert (own["ev.change_kind"], member["occupation"]) == ("1", "1")
    assert (file.people, file.strangers) == (1, 1)
    assert file.some_strangers == [host.employee_code]


def test_payees_are_found_by_their_own_codes(cast: Cast) -> None:
    employee = joined(cast.a, None)
    with cast.a.scope():
        payee = register.register_payee(
            {
                "employee_code": employee.employee_code, "name": "講師　一郎",
                "kana": "コウシ　イチロウ", "payee_kind": "lecturer",
            },
            actor=cast.a.operator,
        )  # fmt: skip
        filing = preparing.prepare_filing(
            preparing.Wanted("309", cast.a.office, 2026), [payee], actor=cast.a.operator
        )
        ask = next(one for one in queries.recipe_of(filing).asks if one.kind == "yen")

    received(cast.a, filing, f"支払先コード,{ask.label}", f"{payee.employee_code},5")
    file = worked(cast.a, filing)

    with cast.a.scope():
        assert FilingPerson.objects.get(filing=filing).facts[ask.name] == 5
    assert (file.people, file.strangers) == (1, 0)


def test_people_of_another_company_are_strangers(cast: Cast) -> None:
    theirs = joined(cast.b, None, employee_code="SAME01")
    mine = joined(cast.a, None, employee_code="SAME01")
    their_filing, filing = report(cast.b, [theirs]), report(cast.a, [mine])

    received(cast.a, filing, "社員番号,支払金額", "SAME01,5")
    worked(cast.a, filing)

    assert (pay(cast.a, filing), pay(cast.b, their_filing)) == ([5], [None])
    with cast.b.scope():
        assert file_of(filing) is None
        with pytest.raises(Filing.DoesNotExist):
            receiving.stop(filing, actor=cast.b.operator)


def test_characters_that_cannot_be_kept_break_nothing(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, [person])

    file = received(cast.a, filing, "社員番号,区切り\0の列", f"{person.employee_code},1\0")
    with cast.a.scope():
        receiving.tell_columns(file, {0: "code", 1: "pay.total"}, actor=cast.a.operator)
    file = worked(cast.a, filing)

    assert [(one["heading"], one["count"]) for one in file.mistakes] == [("区切りの列", 1)]
    assert pay(cast.a, filing) == [None]


def test_file_of_strangers_alone_leaves_a_refused_filing_as_it_is(cast: Cast) -> None:
    filing = report(cast.a, [joined(cast.a, None)])
    with cast.a.scope():
        Filing.objects.filter(id=filing.id).update(state="refused")

    received(cast.a, filing, "社員番号,支払金額", "NOBODY1,5", "NOBODY2,5")
    file = worked(cast.a, filing)

    assert (file.people, file.strangers) == (0, 2)
    assert fresh(cast.a, filing).state == "refused"


def test_only_who_may_prepare_filings_sends_and_stops(cast: Cast) -> None:
    filing = report(cast.a, [joined(cast.a, None)])
    content = Packed.of("社員番号,支払金額\r\n".encode())

    for act in (
        lambda: receiving.receive(filing, content, actor=cast.a.auditor),
        lambda: receiving.stop(filing, actor=cast.a.auditor),
    ):
        with pytest.raises(NotPermitted), cast.a.scope():
            act()


# whole or not at all, once ----------------------------------------------------------------------


def killed(side: Side, filing: Filing, database: DatabaseUrls, at: str) -> None:
    with side.scope():
        file = file_of(filing)
    assert file is not None
    ids = [side.contract.id, side.company.id, task(side, filing).id, file.id, PIECE]
    killed_at(at, database, "tests.use.figures_child", *ids)


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("at", ["figures:read", "figures:some-put"])
def test_worker_that_is_killed_leaves_nothing_and_the_next_one_everything(
    cast: Cast, database: DatabaseUrls, at: str
) -> None:
    side = make_side("K")
    people = [joined(side, None) for _ in range(5)]
    filing = report(side, people)
    received(side, filing, "社員番号,支払金額", *(f"{one.employee_code},6" for one in people))

    killed(side, filing, database, at)
    between = pay(side, filing)
    file = worked(side, filing)

    assert between == [None] * 5
    assert pay(side, filing) == [6] * 5
    assert (file.state, file.people) == (FiguresState.TAKEN, 5)
    # Each reading is written down, also the one that led to nothing.
    assert len(leaf_of(side, Action.SHEET_RECEIVED, filing)) == 2


def test_file_that_was_read_is_not_read_again(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, [person])
    received(cast.a, filing, "社員番号,支払金額", f"{person.employee_code},6")
    worked(cast.a, filing)
    with cast.a.scope():
        actions.set_facts(filing, {person.id: {"pay.total": 7}}, actor=cast.a.operator)

    worked(cast.a, filing)

    assert pay(cast.a, filing) == [7]
    assert task(cast.a, filing).state == State.DONE
    assert len(leaf_of(cast.a, Action.SHEET_RECEIVED, filing)) == 1


@pytest.mark.usefixtures("pieces")
def test_stop_between_two_pieces_leaves_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [joined(cast.a, None) for _ in range(5)]
    filing = report(cast.a, people)
    received(cast.a, filing, "社員番号,支払金額", *(f"{one.employee_code},6" for one in people))
    heed, heeded = progress.heed, []

    def stop_at_the_second(progress_id: Any) -> None:
        heeded.append(progress_id)
        if len(heeded) == 2:
            progress.ask_to_cancel(progress_id)
        heed(progress_id)

    monkeypatch.setattr(progress, "heed", stop_at_the_second)

    with pytest.raises(progress.Cancelled):
        worked(cast.a, filing)

    assert pay(cast.a, filing) == [None] * 5
    with cast.a.scope():
        file = file_of(filing)
    assert file is not None
    assert (file.state, fresh(cast.a, filing).figures_cell) == (FiguresState.STOPPED, None)


def test_stop_while_the_file_is_read_ends_the_reading(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "_SECONDS_BETWEEN", 0)
    person = joined(cast.a, None)
    filing = report(cast.a, [person])
    received(cast.a, filing, "社員番号,支払金額", f"{person.employee_code},6")
    with cast.a.scope():
        progress.begin(task(cast.a, filing).id)
        assert not receiving.stop(filing, actor=cast.a.operator)

    with pytest.raises(progress.Cancelled):
        worked(cast.a, filing)

    assert task(cast.a, filing).done == 0
    assert pay(cast.a, filing) == [None]


def test_file_sent_while_payroll_s_figures_are_put_in_has_to_wait(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, [person])
    with cast.a.scope():
        progress.plan("filing.told", filing.id, total=1)

    with pytest.raises(UseRefused) as refused:
        received(cast.a, filing, "社員番号,支払金額", f"{person.employee_code},6")

    assert refused.value.problem == UseProblem.FIGURES_BEING_READ
    assert fresh(cast.a, filing).figures_cell is None


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_rows_of_any_order_and_number_end_as_if_taken_one_by_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    monkeypatch.setattr(queries, "CHUNK", data.draw(st.integers(1, 4)))
    people = _five(cast.a)
    filing = report(cast.a, people)
    codes = [one.employee_code for one in people] + ["NOBODY"]
    rows = data.draw(st.lists(st.tuples(st.sampled_from(codes), st.integers(0, 99)), max_size=12))
    wanted: dict[str, int] = dict(rows)

    received(cast.a, filing, "社員番号,支払金額", *(f"{code},{at}" for code, at in rows), "")
    file = worked(cast.a, filing)

    assert pay(cast.a, filing) == [wanted.get(one.employee_code) for one in people]
    assert file.people == len(wanted.keys() - {"NOBODY"})
    assert file.strangers == ("NOBODY" in wanted)


_PEOPLE: dict[str, list[Person]] = {}


def _five(side: Side) -> list[Person]:
    if side.contract.code not in _PEOPLE:
        _PEOPLE[side.contract.code] = [joined(side, None) for _ in range(5)]
    return _PEOPLE[side.contract.code]
