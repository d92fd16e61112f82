"""Who may do what to a filing, and who stands on it."""

from datetime import date, timedelta

import pytest
from django.db import connections

from azukari.dispose.actions import dispose_number
from azukari.dispose.rules import Reason
from azukari.filings.recipes.recipe import recipes
from azukari.register import actions as register
from azukari.register.models import Person
from azukari.tenancy.actor import NotPermitted
from azukari.use import actions, preparing, queries
from azukari.use.models import Filing, FilingPerson, FilingState
from azukari.use.preparing import Wanted
from azukari.use.queries import CandidateFilter
from azukari.use.rules import UseProblem, UseRefused
from tests.cast import Cast, make_side
from tests.use.cast import (
    HIRED,
    joined,
    made,
    numbers,
    prepared,
)


def test_each_verb_asks_for_its_permission(cast: Cast) -> None:
    person = joined(cast.a)
    filing = prepared(cast.a, person)
    officer = cast.a.officer

    for verb in (
        lambda: preparing.prepare_filing(Wanted("2200700", cast.a.office), [person], actor=officer),
        lambda: actions.set_facts(filing, {}, actor=officer),
        lambda: actions.leave_out(filing, [], actor=officer),
        lambda: actions.start_filing(filing, actor=officer),
        lambda: actions.download(filing, actor=officer),
    ):
        with cast.a.scope(), pytest.raises(NotPermitted):
            verb()


def test_candidates_are_those_who_joined_in_the_period(cast: Cast) -> None:
    side = make_side("C")
    early = joined(side, hired_on=date(2026, 3, 31))
    inside = joined(side, hired_on=HIRED)
    late = joined(side, hired_on=date(2026, 5, 1))
    wanted = CandidateFilter(hired_from=HIRED, hired_to=date(2026, 4, 30))

    with side.scope():
        found = [person.id for person in candidates(wanted)]
        everybody = [person.id for person in candidates(CandidateFilter())]

    assert found == [inside.id]
    assert set(everybody) == {early.id, inside.id, late.id}


def candidates(wanted: CandidateFilter) -> list[Person]:
    recipe = recipes()["2200700"]
    return list(queries.find_candidates(wanted, recipe, today=HIRED + timedelta(days=20)))


def test_due_are_those_who_joined_lately_and_were_not_filed(cast: Cast) -> None:
    side = make_side("D")
    joined(side, hired_on=HIRED - timedelta(days=100))
    waiting = joined(side, hired_on=HIRED)
    filed = joined(side, hired_on=HIRED)
    made(side, prepared(side, filed))

    with side.scope():
        found = [person.id for person in candidates(CandidateFilter(due=True))]

    assert found == [waiting.id]


def test_dependants_are_known_from_the_register(cast: Cast) -> None:
    person = joined(cast.a)
    with cast.a.scope():
        register.register_family_member(
            person,
            {"name": "山田　花", "kana": "ヤマダ　ハナ", "relationship": "WIFE",
             "health_dependent": True},
            actor=cast.a.operator,
        )  # fmt: skip

    with cast.a.scope():
        [one] = queries.subjects_of(prepared(cast.a, person))

    assert one.asked["ev.has_dependents"] == "1"


def test_same_person_stands_once_and_places_follow_the_order(cast: Cast) -> None:
    first, second = joined(cast.a), joined(cast.a)

    filing = prepared(cast.a, second, first, second)

    with cast.a.scope():
        rows = FilingPerson.objects.filter(filing=filing).order_by("place")
        assert [row.person_id for row in rows] == [second.id, first.id]


def test_people_left_out_are_not_in_the_file(cast: Cast) -> None:
    bad, good = joined(cast.a, None), joined(cast.a)
    filing = prepared(cast.a, bad, good)

    with cast.a.scope():
        actions.leave_out(filing, [bad.id], actor=cast.a.operator)

    done = made(cast.a, filing)
    assert (done.state, done.people) == (FilingState.MADE, 1)


@pytest.mark.parametrize(
    ("leaving", "staying"),
    [
        ("", ["a0", "a1", "a2", "b0", "c0", "c1", "d0"]),
        ("b0", ["a0", "a1", "a2", "c0", "c1", "d0"]),
        ("a0", ["b0", "c0", "c1", "d0"]),
        ("a0 c0", ["b0", "d0"]),
        ("a1 c1", ["a0", "a2", "b0", "c0", "d0"]),
        ("a2 c0 c1 d0", ["a0", "a1", "b0"]),
    ],
)
def test_places_close_up_behind_those_left_out(
    cast: Cast, leaving: str, staying: list[str]
) -> None:
    people = {f"{who}0": joined(cast.a, None) for who in "abcd"}
    families = {one: joined(cast.a, None) for one in ("a1", "a2", "c1")}
    filing, other = prepared(cast.a, *people.values()), prepared(cast.a, *people.values())
    with cast.a.scope():
        for name, person in families.items():
            FilingPerson.objects.create(
                company_id=cast.a.company.id, filing=filing, person=person,
                place=" abcd".index(name[0]), member=int(name[1]),
            )  # fmt: skip
    names = {person.id: name for name, person in (people | families).items()}
    ids = [one for one, name in names.items() if name in leaving.split()]

    with cast.a.scope():
        left = actions.leave_out(filing, [*ids, cast.a.company.id], actor=cast.a.operator)
        rows = list(FilingPerson.objects.filter(filing=filing).order_by("place", "member"))
        filing.refresh_from_db()
        beside = FilingPerson.objects.filter(filing=other).order_by("place")
        assert [names[row.person_id] for row in beside] == list(people)

    hosts = [name for name in staying if name.endswith("0")]
    assert [names[row.person_id] for row in rows] == staying
    assert [row.place for row in rows] == [hosts.index(f"{one[0]}0") + 1 for one in staying]
    assert (filing.people, left) == (len(hosts), 7 - len(staying))


def test_somebody_stays_on_a_filing(cast: Cast) -> None:
    people = [joined(cast.a, None) for _ in range(2)]
    filing = prepared(cast.a, *people)

    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        actions.leave_out(filing, [one.id for one in people], actor=cast.a.operator)

    assert refused.value.problem is UseProblem.NOBODY_CHOSEN
    with cast.a.scope():
        assert FilingPerson.objects.filter(filing=filing).count() == 2


def test_note_with_a_number_is_refused(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))

    with cast.a.scope():
        [one] = queries.subjects_of(filing)
    facts = {one.person.id: {**one.asked, "ev.note": f"番号は{numbers(1)[0]}"}}
    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        actions.set_facts(filing, facts, actor=cast.a.operator)

    assert refused.value.problem is UseProblem.NUMBER_IN_NOTE


def test_other_company_sees_no_filing(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))

    with cast.b.scope():
        assert not Filing.objects.filter(id=filing.id).exists()
        assert not Filing.anywhere.filter(id=filing.id).exists()
        assert not FilingPerson.anywhere.filter(filing_id=filing.id).exists()


def test_number_disposed_after_choosing_refuses_the_file(cast: Cast) -> None:
    person = joined(cast.a)
    filing = prepared(cast.a, person)
    with cast.a.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)

    done = made(cast.a, filing)

    assert [(one["fact"], one["code"]) for one in done.problems] == [
        ("emp.mynumber", "number-missing")
    ]


def test_hundred_people_take_few_queries(cast: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    with cast.a.scope():
        people = [
            register.register_employee(
                {"employee_code": f"H{place:04d}", "name": "山田　太郎", "kana": "ヤマダ　タロウ"},
                actor=cast.a.operator,
            )
            for place in range(100)
        ]
    filing = prepared(cast.a, *people)

    with cast.a.scope(), CaptureQueriesContext(connections["default"]) as asked:
        queries.subjects_of(filing)

    assert len(asked) == 3
