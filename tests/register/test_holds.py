"""廃棄の保留 and 保存期間 over real tables: rights, ledger, what they move."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from azukari.dispose import actions as dispose
from azukari.dispose.rules import DisposeRefused, Reason
from azukari.jobs import keeping as jobs
from azukari.law.purpose import Purpose
from azukari.law.retention import ChoiceOutOfRange
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.progress.models import Progress, State
from azukari.register import holds
from azukari.register.actions import holds as actions
from azukari.register.actions import periods
from azukari.register.actions.holds import HoldRefused
from azukari.register.keeping import HoldProblem
from azukari.register.models import Hold, NumberRecord, Person
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.paging import Place
from tests.cast import Cast, Side, make_side
from tests.register.test_clocks import days_of, hold_number, set_facts
from tests.web.browser import employee, family_member, new_number, with_number

REASON = "労働審判が続いているため"


def in_days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def place(side: Side, person: Person, **more: bool) -> list[Hold]:
    with side.scope():
        return actions.place_hold(person, REASON, in_days(30), actor=side.officer, **more)


def actions_of(side: Side, person: Person) -> list[Action]:
    with side.scope():
        page = ledger.records(side.company.id, ledger.Filter(subject=person.id))
    return [entry.record.action for entry in page.entries]


def test_a_hold_is_written_down_and_stands_in_the_lists(cast: Cast) -> None:
    person = employee(cast.a)

    [hold] = place(cast.a, person)

    with cast.a.scope():
        person.refresh_from_db()
        assert holds.open_hold(person.id) == hold
    assert person.on_hold
    assert actions_of(cast.a, person)[0] == Action.HOLD_PLACED


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_a_hold_needs_the_right(cast: Cast, role: str) -> None:
    person = employee(cast.a)

    with cast.a.scope(), pytest.raises(NotPermitted):
        actions.place_hold(person, REASON, in_days(30), actor=getattr(cast.a, role))


def test_a_held_number_is_not_disposed_of_until_released(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())
    [hold] = place(cast.a, person)

    with cast.a.scope(), pytest.raises(DisposeRefused, match="on_hold"):
        dispose.dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)
    with cast.a.scope():
        actions.release_hold(hold, "和解したため", actor=cast.a.officer)
    with cast.a.scope():
        dispose.dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)
        person.refresh_from_db()

    assert not person.on_hold
    assert Action.HOLD_RELEASED in actions_of(cast.a, person)


def test_the_clock_runs_on_under_a_hold(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), [Purpose.HEALTH_PENSION])
    place(cast.a, record.person)

    set_facts(cast.a, record.person, left_on=date(2024, 2, 29))

    assert days_of(cast.a, record)[0] == date(2026, 3, 1)


def test_a_hold_may_take_the_family_along_once(cast: Cast) -> None:
    host = employee(cast.a)
    wife, child = family_member(cast.a, host), family_member(cast.a, host)
    place(cast.a, child)

    placed = place(cast.a, host, with_family=True)

    assert {hold.person_id for hold in placed} == {host.id, wife.id}
    with cast.a.scope(), pytest.raises(HoldRefused) as refused:
        actions.place_hold(wife, REASON, in_days(30), actor=cast.a.officer)
    assert refused.value.problem is HoldProblem.ALREADY_HELD


def test_a_review_moves_the_day_and_release_comes_once(cast: Cast) -> None:
    [hold] = place(cast.a, employee(cast.a))

    with cast.a.scope():
        again = actions.put_off_review(hold, "控訴されたため", in_days(90), actor=cast.a.officer)
    with cast.a.scope():
        actions.release_hold(again, "判決が確定したため", actor=cast.a.officer)
    with cast.a.scope(), pytest.raises(HoldRefused) as refused:
        actions.release_hold(hold, "判決が確定したため", actor=cast.a.officer)

    assert again.review_on == in_days(90)
    assert refused.value.problem is HoldProblem.RELEASED


def test_holds_past_their_review_stand_first() -> None:
    side = make_side("HP")
    placed = [place(side, employee(side))[0] for _ in range(5)]
    with side.scope():
        Hold.objects.filter(id=placed[3].id).update(review_on=in_days(-3))
        Hold.objects.filter(id=placed[1].id).update(review_on=in_days(0))
        first = holds.page_of_holds(Place(size=2))
        second = holds.page_of_holds(Place(first.after, size=2))
        back = holds.page_of_holds(Place(before=second.before, size=2))
        past = set(holds.past_review(timezone.localdate()).values_list("id", flat=True))
        Hold.objects.filter(id=first.rows[-1].id).update(released_at=timezone.now())
        gone_on = holds.page_of_holds(Place(first.after, size=2))

    assert [hold.id for hold in first.rows] == [placed[3].id, placed[1].id]
    assert [hold.id for hold in gone_on.rows] == [hold.id for hold in second.rows]
    assert [hold.id for hold in back.rows] == [hold.id for hold in first.rows]
    assert {hold.id for hold in second.rows} <= {placed[0].id, placed[2].id, placed[4].id}
    assert past == {placed[3].id, placed[1].id}


# periods ---------------------------------------------------------------------------------------


def leavers(side: Side, count: int) -> list[NumberRecord]:
    records = [hold_number(side, employee(side), [Purpose.TAX_WITHHOLDING]) for _ in range(count)]
    for record in records:
        set_facts(side, record.person, left_on=date(2025, 6, 30))
    return records


def run(side: Side, task: UUID) -> None:
    jobs.recount(side.officer, task)


def test_a_period_is_looked_at_before_it_is_set() -> None:
    side = make_side("PA")
    records = leavers(side, 3)
    hold_number(side, employee(side), [Purpose.TAX_WITHHOLDING])

    with side.scope():
        moved = periods.would_move("R-TAX-06", 2)
        task = periods.choose_period("R-TAX-06", 2, actor=side.officer)
    assert (moved.later, moved.earlier, moved.is_all) == (3, 0, True)
    assert task is not None
    assert days_of(side, records[0])[0] == date(2026, 2, 1)

    run(side, task.id)

    assert [days_of(side, record)[0] for record in records] == [date(2028, 2, 1)] * 3
    with side.scope():
        done = Progress.objects.get(id=task.id)
        assert (done.state, done.done, done.total) == (State.DONE, 3, 3)
        assert periods.would_move("R-TAX-06", 0).earlier == 3
        assert periods.choose_period("R-TAX-06", 2, actor=side.officer) is None


def test_a_choice_outside_the_law_is_refused(cast: Cast) -> None:
    with cast.a.scope():
        for rule, length in (("R-TAX-06", 8), ("R-HI-01", 3), ("R-DOC-01", 31)):
            with pytest.raises(ChoiceOutOfRange):
                periods.choose_period(rule, length, actor=cast.a.steward)
        with pytest.raises(NotPermitted):
            periods.choose_period("R-TAX-06", 1, actor=cast.a.operator)


def test_copies_of_documents_move_no_number(cast: Cast) -> None:
    with cast.a.scope():
        assert periods.choose_period("R-DOC-01", 30, actor=cast.a.steward) is None
        page = ledger.records(cast.a.company.id, ledger.Filter(actions=(Action.RETENTION_CHANGED,)))

    details = page.entries[0].record.details
    assert (details["rule"], details["before"], details["after"]) == ("R-DOC-01", 0, 30)
    # Others look at what becomes of papers in this company.
    with cast.a.scope():
        periods.choose_period("R-DOC-01", 0, actor=cast.a.steward)
