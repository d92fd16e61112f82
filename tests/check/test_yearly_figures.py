"""年間の金額 that payroll pushes: kept, checked, reflected for the person, taken by filings."""

from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.check.difference.actions import NotNow
from azukari.check.difference.command import compare_link
from azukari.check.link import handling, receiving, reflecting
from azukari.check.link.events import About, Problem, State
from azukari.check.link.models import Push
from azukari.filings.recipes import yearly
from azukari.register import queries as register
from azukari.register.models import Person, YearlyFigures
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.access import command_actor
from azukari.tenancy.actor import Actor, NotPermitted
from azukari.use import actions, preparing, queries
from azukari.use import yearly as told_of_filings
from azukari.use.models import Filing
from azukari.use.rules import UseRefused
from tests.cast import Cast, Side, make_side
from tests.check import test_link as link
from tests.check.test_link import hired, records, states, switch
from tests.numbers import valid_number

_codes = (f"Y{n:04d}" for n in count(1))
_keys = (f"year-{n}" for n in count(1))
PAY = {"pay.total": 5_000_000, "pay.after_deduction": 3_560_000, "pay.tax": 98_000}
AUTOMATIC = (State.REFLECTED, "")


@pytest.fixture(scope="module")
def side(database: DatabaseUrls) -> Side:
    side = make_side("Y")
    switch(side)
    return side


def teller(side: Side) -> Actor:
    return command_actor(side.contract.id, side.company.id, frozenset({"link:figures"}))


def tell(side: Side, *items: dict[str, Any], year: int = 2025, key: str = "") -> Push:
    raw = [{"year": year, **item} for item in items]
    with side.scope():
        received = receiving.receive(
            raw, key or next(_keys), about=About.FIGURES, token_name="給与", actor=teller(side)
        )
    if received.task is not None:
        reflecting.reflect_push(teller(side), received.task.id, received.push.id)
    return received.push


def told(code: str, **figures: Any) -> dict[str, Any]:
    return {"employee_code": code, "figures": figures or PAY}


def figures(side: Side, code: str, year: int = 2025) -> dict[str, Any] | None:
    with side.scope():
        row = YearlyFigures.objects.filter(person__employee_code=code, year=year).first()
    return row.figures if row else None


def prepared(side: Side, people: list[Person], year: int) -> Filing:
    wanted = preparing.Wanted("315", side.office, year)
    return preparing.prepare_filing(wanted, people, actor=side.operator)


def employee(side: Side) -> str:
    code = next(_codes)
    link.push(side, hired(code))
    return code


def test_figures_are_kept_for_the_person_and_the_year(side: Side) -> None:
    code = employee(side)

    pushed = tell(side, told(code))
    tell(side, told(code, **{"pay.total": "6,000,000"}), year=2024)

    assert states(side, pushed) == [AUTOMATIC]
    assert figures(side, code) == PAY
    assert figures(side, code, 2024) == {"pay.total": 6_000_000}


def test_later_figures_go_over_earlier_ones_and_null_takes_away(side: Side) -> None:
    code, key = employee(side), next(_keys)
    tell(side, told(code))

    first = tell(side, told(code, **{"pay.total": 5_100_000, "pay.tax": None}), key=key)
    tell(side, told(code, **{"pay.total": 1}))
    again = tell(side, told(code, **{"pay.total": 5_100_000, "pay.tax": None}), key=key)

    assert first.id == again.id
    assert figures(side, code) == {"pay.total": 1, "pay.after_deduction": 3_560_000}


def test_what_cannot_be_taken_is_told_by_item(side: Side) -> None:
    code, number = employee(side), valid_number(84_000_001)

    pushed = tell(
        side,
        told(code, **{"pay.unheard_of": 1}),
        told(code, **{"pay.total": "about five"}),
        told(code, **{"pay.total": 10**12}),
        told(code, **{"pay.total": 1_000_000, "pay.tax": 1_000_001}),
        told(code, remarks=f"number {number}"),
        {"employee_code": code, "figures": {}},
        told("", **PAY),
        {**told(code), "year": 1989},
        told("NOBODY"),
        told(code),
    )  # fmt: skip

    found = [(one.state, one.problem, one.detail) for one in records(side, pushed)]
    assert found == [
        (State.ERROR, Problem.FIGURE_UNKNOWN, "pay.unheard_of"),
        (State.ERROR, Problem.FIGURE_MALFORMED, "pay.total"),
        (State.ERROR, Problem.FIGURE_MALFORMED, "pay.total"),
        (State.ERROR, Problem.FIGURES_DISAGREE, "pay.tax"),
        (State.ERROR, Problem.FIGURE_MALFORMED, "remarks"),
        (State.ERROR, Problem.FIGURES_MISSING, "figures"),
        (State.ERROR, Problem.CODE_MISSING, "employee_code"),
        (State.ERROR, Problem.YEAR_UNFIT, "year"),
        (State.ERROR, Problem.PERSON_UNKNOWN, ""),
        (State.REFLECTED, "", ""),
    ]
    assert pushed.refused == 8
    assert not any(number in str(vars(one)) for one in records(side, pushed))


def test_figures_of_somebody_who_comes_later_go_in_by_trying_again(side: Side) -> None:
    code = next(_codes)
    pushed = tell(side, told(code))
    link.push(side, hired(code))

    with side.scope():
        done = handling.reflect_now([records(side, pushed)[0].id], actor=side.operator)

    assert done.reflected == 1
    assert figures(side, code) == PAY


def test_figures_and_events_do_not_wait_for_each_other(side: Side) -> None:
    code = employee(side)
    switch(side, automatic=())
    waiting = tell(side, told(code))
    switch(side)

    left = link.push(side, {"event": "left", "employee_code": code, "on": "2026-09-30"})
    later = tell(side, told(code, **{"pay.total": 1}))

    assert states(side, left) == [AUTOMATIC]
    assert states(side, waiting) == [(State.WAITING, "")]
    assert states(side, later) == [(State.HELD, Problem.EARLIER_OPEN)]
    assert figures(side, code) is None


def test_figures_are_not_people_for_the_comparison(database: DatabaseUrls) -> None:
    side = make_side("X")
    switch(side)

    tell(side, told("SOMEBODY"))

    with pytest.raises(NotNow):
        compare_link(actor=side.operator)


def test_pushes_of_people_and_figures_need_their_own_scope(side: Side) -> None:
    pushed = link.push(side, {"event": "figures", "employee_code": "A", "figures": PAY})

    assert states(side, pushed) == [(State.ERROR, Problem.EVENT_UNKNOWN)]
    with side.scope(), pytest.raises(NotPermitted):
        receiving.receive([], next(_keys), about=About.FIGURES, actor=link.pusher(side))
    with side.scope(), pytest.raises(NotPermitted):
        receiving.receive([], next(_keys), actor=teller(side))


def test_filing_takes_what_was_told_of_its_year(side: Side) -> None:
    known, unknown = employee(side), employee(side)
    tell(side, told(known), told(known, **{"pay.total": 7}), year=2025)
    with side.scope():
        people = list(
            queries.people_with_codes([known, unknown], queries.recipes()["315"]).values()
        )
        filing = prepared(side, people, 2025)
        other = prepared(side, people, 2024)

        asked = {one.person.employee_code: one.asked for one in queries.subjects_of(filing)}
        assert asked[known]["pay.total"] == 7
        assert asked[known]["pay.tax"] == PAY["pay.tax"]
        assert "pay.total" not in asked[unknown]
        assert told_of_filings.told_by_payroll(filing).people == 1
        assert told_of_filings.told_by_payroll(other).people == 0
    tell(side, told(known, **{"pay.total": 8}), told(unknown, **{"pay.total": 9}))
    with side.scope():
        assert told_of_filings.take_told(filing, actor=side.operator) == 2
        totals = [one.asked["pay.total"] for one in queries.subjects_of(filing)]
        assert totals == [8, 9]
        assert register.codes_with_figures(2025)[-2:] == [known, unknown]


def test_made_filing_is_left_alone(side: Side) -> None:
    code = employee(side)
    tell(side, told(code))
    with side.scope():
        [person] = queries.people_with_codes([code], queries.recipes()["315"]).values()
        filing = prepared(side, [person], 2025)
        actions.begin_filing(filing, actor=side.operator)
        with pytest.raises(UseRefused):
            told_of_filings.take_told(filing, actor=side.operator)


def test_companies_never_see_each_other(side: Side, cast: Cast) -> None:
    code = employee(side)
    tell(side, told(code))

    assert figures(cast.b, code) is None
    with cast.b.scope():
        assert register.codes_with_figures(2025) == []


# the rule -------------------------------------------------------------------------------------

_NAMES = sorted(yearly.figures())
_AMOUNTS = sorted(name for name, ask in yearly.figures().items() if ask.kind == "yen")


def refused(told: dict[str, Any]) -> str | None:
    """The figure that is not taken."""
    try:
        yearly.read(told)
    except yearly.FigureRefused as why:
        return why.name
    return None


@given(st.dictionaries(st.sampled_from(_AMOUNTS), st.integers(0, 9_999_999), max_size=8))
def test_amounts_are_kept_unless_they_disagree(amounts: dict[str, int]) -> None:
    written = {name: f"{one:,}円" for name, one in amounts.items()}

    name = refused(written)

    assert name in amounts if name else yearly.read(written) == amounts


@given(st.dictionaries(st.sampled_from(_NAMES), st.text(max_size=30), max_size=8))
def test_whatever_is_told_is_read_or_refused_by_name(told: dict[str, str]) -> None:
    name = refused(told)

    assert name in told if name else yearly.read(told).keys() == told.keys()


def test_days_and_codes_are_kept_as_filings_keep_them() -> None:
    found = yearly.read({"loan.start1": "令和2年3月1日", "flag.minor": True, "flag.otsu": "0"})

    assert found == {
        "loan.start1": date(2020, 3, 1).isoformat(), "flag.minor": True, "flag.otsu": None,
    }  # fmt: skip
