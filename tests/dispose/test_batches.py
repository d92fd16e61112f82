"""A batch from proposal to the last key, over the real vault and ledger."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from azukari.dispose import batches, finishing, running
from azukari.dispose.due import DueFilter
from azukari.dispose.models import BatchState, Disposal, DisposalBatch, DisposalItem, ItemState
from azukari.dispose.pieces import Piece, pieces
from azukari.dispose.rules import DisposeProblem, DisposeRefused, Reason
from azukari.ledger import queries as ledger
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.verify import verify_realm
from azukari.pki.signing import verify as check_signature
from azukari.progress import actions as progress
from azukari.register.models import NumberRecord, NumberState, Person, RecordState
from azukari.tenancy.actor import Actor, NotPermitted
from azukari.tenancy.signing import ledger_signer
from azukari.vault import door
from tests.cast import Cast, Side, make_side
from tests.dispose.cast import (
    TODAY,
    YESTERDAY,
    again,
    approved,
    due_people,
    items,
    proposed,
    ran,
    second_person,
)

READING = door.Reading(Action.NUMBER_REVEALED, purpose="HEALTH_PENSION", reason="確認のため")


@pytest.fixture
def side(cast: Cast) -> Side:
    return cast.a


def states(side: Side, batch: DisposalBatch) -> Counter[str]:
    return Counter(item.state for item in items(side, batch))


def readable(side: Side, record: NumberRecord) -> bool:
    try:
        with side.scope():
            door.open_number(side.company.id, record.cell, READING, actor=side.operator)
    except door.NotDeposited:
        return False
    return True


def test_a_new_company_proposes_thousands_at_once(cast: Cast) -> None:
    """PostgreSQL knows nothing of its rows yet, and must not walk through all of them for each."""
    side = make_side("FRESHDUE")
    due_people(side, 2_000)
    with side.scope(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20s'")
        batch = batches.propose(DueFilter(until=TODAY), actor=side.operator)

    assert batch.items == 2_000
    assert states(side, batch) == {ItemState.PENDING: 2_000}


def change(side: Side, record: NumberRecord, **facts: object) -> None:
    with side.scope():
        NumberRecord.objects.filter(id=record.id).update(**facts)


def hold(side: Side, record: NumberRecord, *, on: bool = True) -> None:
    with side.scope():
        Person.objects.filter(id=record.person_id).update(on_hold=on)


def refusal(act: object, *arguments: object, **named: object) -> DisposeProblem:
    with pytest.raises(DisposeRefused) as refused:
        act(*arguments, **named)  # type: ignore[operator]
    return refused.value.problem


def written(side: Side, *actions: Action) -> list[tuple[Action, int, dict[str, object]]]:
    sequencer.sequence(side.company.id)
    with side.scope():
        page = ledger.records(side.company.id, ledger.Filter(actions=actions))
    return [(e.record.action, e.record.count, dict(e.record.details)) for e in page.entries]


# the whole way ----------------------------------------------------------------------------------


def test_the_whole_way_destroys_what_was_approved_and_nothing_else(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    records, bystander = due_people(side, 7), due_people(side, 1)[0]
    monkeypatch.setattr(running, "ROWS_PER_CHUNK", 3)
    monkeypatch.setattr(finishing, "ROWS_AT_ONCE", 2)
    batch = approved(side, records)

    done = ran(side, batch)

    assert (done.state, done.done, done.failed) == (BatchState.CERTIFIED, 7, 0)
    assert [readable(side, one) for one in records] == [False] * 7
    assert readable(side, bystander)
    with side.scope():
        kept = Disposal.objects.filter(batch=batch)
        assert {one.cell for one in kept} == {one.cell for one in records}
        assert {
            (one.reason, tuple(one.rules), one.due_on, one.approved_by_name) for one in kept
        } == {("period_over", ("R-TAX-01",), YESTERDAY, "Aの責任者")}
        assert all(one.keys_destroyed_at and one.generation for one in kept)
        ended = NumberRecord.objects.filter(id__in=[one.id for one in records])
        assert {one.state for one in ended} == {RecordState.DISPOSED}
        people = Person.objects.filter(id__in=[one.person_id for one in records])
        assert {(p.number_state, p.number_due_on, p.version) for p in people} == {
            (NumberState.DISPOSED, None, 2)
        }


def test_every_act_is_one_leaf_and_every_number_one(side: Side) -> None:
    records = due_people(side, 3)
    batch = approved(side, records)
    ran(side, batch)

    acts = [
        (action, count)
        for action, count, details in written(
            side, Action.DISPOSAL_PROPOSED, Action.DISPOSAL_REVIEWED, Action.DISPOSAL_APPROVED,
            Action.DISPOSAL_FINISHED,
        )
        if details["batch"] == batch.code
    ]  # fmt: skip
    assert acts == [
        (Action.DISPOSAL_FINISHED, 3),
        (Action.DISPOSAL_APPROVED, 3),
        (Action.DISPOSAL_REVIEWED, 3),
        (Action.DISPOSAL_PROPOSED, 3),
    ]
    for record in records:
        with side.scope():
            page = ledger.records(side.company.id, ledger.Filter(subject=record.person_id))
        [leaf] = [e.record for e in page.entries if e.record.action is Action.NUMBER_DISPOSED]
        assert leaf.handles == (record.cell,)
        assert leaf.details["batch"] == batch.code
    sequencer.checkpoint_now(side.company.id, ledger_signer())
    found = verify_realm(side.company.id, ledger_signer().public_key, check_signature)
    assert found.findings == []


def test_digest_is_of_the_sorted_cells(side: Side) -> None:
    from hashlib import sha256

    records = due_people(side, 5)

    batch = approved(side, records)

    lines = "\n".join(sorted(str(one.cell) for one in records))
    assert batch.digest == sha256(lines.encode()).hexdigest()


def test_rows_stand_in_the_order_of_codes_and_numbers_count_on(side: Side) -> None:
    records = due_people(side, 12)
    first = proposed(side, records[:11][::-1])
    second = proposed(side, records[11:])

    assert [item.record_id for item in items(side, first)] == [one.id for one in records[:11]]
    year, number = first.code.split("-")
    assert (year, second.code) == (str(TODAY.year), f"{year}-{int(number) + 1:04d}")


# what comes in ----------------------------------------------------------------------------------


def test_what_is_held_not_due_or_waiting_elsewhere_never_comes_in(side: Side) -> None:
    due, held, claimed = due_people(side, 3)
    later = due_people(side, 1, TODAY + timedelta(days=1))[0]
    living = due_people(side, 1, None)[0]
    hold(side, held)
    proposed(side, [claimed])

    batch = proposed(side, [due, held, claimed, later, living])

    assert [item.record_id for item in items(side, batch)] == [due.id]


def test_superseded_numbers_go_without_touching_the_person(side: Side) -> None:
    old, new = due_people(side, 2)
    change(side, old, state=RecordState.SUPERSEDED)
    with side.scope():
        # Whose a record is never changes, so the new one is made anew.
        NumberRecord.objects.filter(id=new.id).delete()
        new.person_id, new.state, new.due_on = old.person_id, RecordState.ACTIVE, None
        new.save(force_insert=True)

    ran(side, approved(side, [old]))

    assert (readable(side, old), readable(side, new)) == (False, True)
    with side.scope():
        assert Person.objects.get(id=old.person_id).number_state == NumberState.ACTIVE


def test_nothing_due_makes_no_batch(side: Side) -> None:
    later = due_people(side, 1, TODAY + timedelta(days=1))[0]
    with side.scope():
        before = DisposalBatch.objects.count()
        problem = refusal(
            batches.propose, DueFilter(until=TODAY), chosen=[later.id], actor=side.operator
        )
        assert (problem, DisposalBatch.objects.count()) == (DisposeProblem.NOTHING_DUE, before)


def test_another_companys_numbers_never_come_in(cast: Cast) -> None:
    records = due_people(cast.b, 1)

    with cast.a.scope():
        problem = refusal(
            batches.propose,
            DueFilter(until=TODAY),
            chosen=[records[0].id],
            actor=cast.a.operator,
        )

    assert problem is DisposeProblem.NOTHING_DUE


# exclude ----------------------------------------------------------------------------------------


def test_excluded_rows_stay_visible_and_stay_readable(side: Side) -> None:
    out, gone = due_people(side, 2)
    batch = proposed(side, [out, gone])
    with side.scope():
        wanted = DisposalItem.objects.filter(record=out)
        assert batches.exclude(batch, wanted, "裁判のため", actor=side.operator) == 1
    with second_person(side, wanted=True), side.scope():
        batches.review(batch, actor=side.operator)
        batches.approve(batch, actor=side.officer)

    done = ran(side, batch)

    assert (done.items, done.excluded, done.done) == (2, 1, 1)
    rows = {item.record_id: item for item in items(side, batch)}
    assert (rows[out.id].state, rows[out.id].excluded_because, rows[out.id].excluded_by_name) == (
        ItemState.EXCLUDED, "裁判のため", "Aの運用担当者",
    )  # fmt: skip
    assert (readable(side, out), readable(side, gone)) == (True, False)
    # It is free for another batch.
    assert len(items(side, proposed(side, [out]))) == 1


def test_excluding_needs_a_reason_and_the_side_whose_turn_it_is(side: Side) -> None:
    batch = proposed(side, due_people(side, 2))
    with side.scope():
        everything = DisposalItem.objects.filter(batch=batch)
        problem = refusal(batches.exclude, batch, everything, "　", actor=side.operator)
        assert problem is DisposeProblem.BECAUSE_MISSING
        with pytest.raises(NotPermitted):
            batches.exclude(batch, everything, "確認中", actor=side.officer)
    with second_person(side, wanted=True), side.scope():
        batches.review(batch, actor=side.operator)
        with pytest.raises(NotPermitted):
            batches.exclude(batch, everything, "確認中", actor=side.operator)
        first = everything.filter(id=everything.order_by("id")[0].id)
        assert batches.exclude(batch, first, "確認中", actor=side.officer) == 1
        batches.approve(batch, actor=side.officer)
        assert (
            refusal(batches.exclude, batch, everything, "確認中", actor=side.officer)
            is DisposeProblem.NOT_IN_THIS_STATE
        )


def test_excluded_rows_come_back_unless_they_wait_elsewhere(side: Side) -> None:
    back, elsewhere = due_people(side, 2)
    batch = proposed(side, [back, elsewhere])
    with side.scope():
        everything = DisposalItem.objects.filter(batch=batch)
        batches.exclude(batch, everything, "確認中", actor=side.operator)
    proposed(side, [elsewhere])

    with side.scope():
        assert batches.include_again(batch, everything, actor=side.operator) == 1

    assert [item.state for item in items(side, batch)] == [ItemState.PENDING, ItemState.EXCLUDED]
    assert again(side, batch).excluded == 1


# four eyes --------------------------------------------------------------------------------------


def both_hands(side: Side) -> Actor:
    """A user with every right of disposal."""
    from dataclasses import replace

    rights = {"disposal:create", "disposal:approve", "disposal:delete"}
    return replace(side.operator, permissions=side.operator.permissions | rights)


def test_nobody_approves_what_they_proposed(side: Side) -> None:
    batch = proposed(side, due_people(side, 1))
    with second_person(side, wanted=True), side.scope():
        batches.review(batch, actor=side.operator)
        problem = refusal(batches.approve, batch, actor=both_hands(side))

    assert problem is DisposeProblem.SAME_PERSON


def test_the_servers_own_command_is_nobody(side: Side) -> None:
    from dataclasses import replace

    batch = proposed(side, due_people(side, 1))
    nobody = replace(both_hands(side), user_id=None)
    with second_person(side, wanted=True), side.scope():
        batches.review(batch, actor=side.operator)
        assert refusal(batches.approve, batch, actor=nobody) is DisposeProblem.NOBODY_KNOWN


@pytest.mark.parametrize("role", ["operator", "steward", "auditor"])
def test_approval_needs_the_right(side: Side, role: str) -> None:
    batch = proposed(side, due_people(side, 1))
    with second_person(side, wanted=True), side.scope():
        batches.review(batch, actor=side.operator)
        with pytest.raises(NotPermitted):
            batches.approve(batch, actor=getattr(side, role))


def test_without_a_wish_for_a_second_person_review_is_enough(side: Side) -> None:
    batch = proposed(side, due_people(side, 1))
    with side.scope():
        batches.review(batch, actor=side.operator)

    assert ran(side, batch).done == 1


def test_a_second_person_asked_for_later_is_asked_for(side: Side) -> None:
    batch = proposed(side, due_people(side, 1))
    with side.scope():
        batches.review(batch, actor=side.operator)

    with second_person(side, wanted=True), side.scope():
        problem = refusal(running.begin, batch, actor=side.operator)

    assert problem is DisposeProblem.SECOND_PERSON_NEEDED


def test_what_was_not_approved_does_not_run(side: Side) -> None:
    records = due_people(side, 2)
    batch = approved(side, records)
    with side.scope():
        DisposalItem.objects.filter(record=records[0]).update(cell=UUID(int=7))
        problem = refusal(running.begin, batch, actor=side.operator)

    assert problem is DisposeProblem.NOT_WHAT_WAS_APPROVED


def test_a_wave_is_prepared_before_its_day_and_does_not_run_before(side: Side) -> None:
    ahead = TODAY + timedelta(days=10)
    batch = approved(side, due_people(side, 1, ahead), until=ahead)

    with side.scope():
        assert refusal(running.begin, batch, actor=side.operator) is DisposeProblem.NOT_YET_DUE


# what changed meanwhile -------------------------------------------------------------------------


def test_what_changed_since_the_approval_is_not_executed(side: Side) -> None:
    held, rehired, moved, gone, good = records = due_people(side, 5)
    batch = approved(side, records)
    hold(side, held)
    change(side, rehired, due_on=None)
    change(side, moved, due_on=TODAY + timedelta(days=400))
    with side.scope():
        door.order_destruction(side.company.id, [gone.cell])
        NumberRecord.objects.filter(id=gone.id).update(
            state=RecordState.DISPOSED, ended_at="2026-01-01T00:00:00Z"
        )

    done = ran(side, batch)

    assert (done.state, done.done, done.failed) == (BatchState.EXECUTED, 1, 4)
    assert [item.problem for item in items(side, batch)] == [
        "on_hold", "needed_again", "needed_again", "already_gone", "",
    ]  # fmt: skip
    assert [readable(side, one) for one in (held, rehired, moved, good)] == [
        True, True, True, False,
    ]  # fmt: skip


def test_failed_rows_are_tried_again_once_nothing_stands_against_them(side: Side) -> None:
    records = due_people(side, 2)
    batch = approved(side, records)
    for record in records:
        hold(side, record)
    ran(side, batch)
    hold(side, records[0], on=False)

    with side.scope():
        task = running.retry(batch, actor=side.operator)
    running.run(side.operator, task.id, batch.id)

    done = again(side, batch)
    assert (done.state, done.done, done.failed) == (BatchState.EXECUTED, 1, 1)
    assert [item.state for item in items(side, batch)] == [ItemState.DONE, ItemState.FAILED]


def test_two_workers_at_one_batch_destroy_each_number_once(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker taken for dead goes on beside the one that was given its job."""
    monkeypatch.setattr(running, "ROWS_PER_CHUNK", 3)
    monkeypatch.setattr(finishing, "ROWS_AT_ONCE", 4)
    records = due_people(side, 40)
    batch = approved(side, records)
    hold(side, records[7])
    with side.scope():
        task, batch = running.begin(batch, actor=side.operator)

    def work(_: int) -> None:
        try:
            running.run(side.operator, task.id, batch.id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))

    done = again(side, batch)
    assert (done.state, done.done, done.failed) == (BatchState.EXECUTED, 39, 1)
    assert states(side, batch) == {ItemState.DONE: 39, ItemState.FAILED: 1}
    assert [readable(side, one) for one in records] == [one is records[7] for one in records]
    with in_realm(side.company.id):
        leaves = Leaf.objects.filter(realm=side.company.id, action=Action.NUMBER_DISPOSED)
        assert leaves.filter(body__contains=str(batch.id)).count() == 39


# stop, cancel -----------------------------------------------------------------------------------


@contextmanager
def stopped_behind_the_first_chunk(side: Side, batch: DisposalBatch) -> Iterator[None]:
    """Somebody asks to stop while the first two rows are under way."""

    def chunks(*asked: Any) -> Iterator[Piece]:
        first, *rest = pieces(*asked)
        yield first
        with side.scope():
            running.stop(batch, actor=side.operator)
        yield from rest

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "ROWS_PER_CHUNK", 2)
        patch.setattr(running, "pieces", chunks)
        with pytest.raises(progress.Cancelled):
            yield


def test_asked_to_stop_before_it_begins_nothing_is_destroyed(side: Side) -> None:
    records = due_people(side, 2)
    batch = approved(side, records)
    with side.scope():
        task, batch = running.begin(batch, actor=side.operator)
        running.stop(batch, actor=side.operator)

    with pytest.raises(progress.Cancelled):
        running.run(side.operator, task.id, batch.id)

    assert (again(side, batch).state, again(side, batch).done) == (BatchState.APPROVED, 0)
    assert [readable(side, one) for one in records] == [True, True]


def test_stopped_between_chunks_it_goes_on_later(side: Side) -> None:
    records = due_people(side, 5)
    batch = approved(side, records)
    with side.scope():
        task, batch = running.begin(batch, actor=side.operator)
    with stopped_behind_the_first_chunk(side, batch):
        running.run(side.operator, task.id, batch.id)
    with side.scope():
        progress.cancelled(task.id)

    assert (again(side, batch).state, again(side, batch).done) == (BatchState.APPROVED, 2)
    assert [readable(side, one) for one in records] == [False, False, True, True, True]
    done = ran(side, batch)
    assert (done.state, done.done) == (BatchState.CERTIFIED, 5)


def test_the_rest_of_a_stopped_batch_can_be_given_up(side: Side) -> None:
    batch = approved(side, due_people(side, 3))
    with side.scope():
        task, batch = running.begin(batch, actor=side.operator)
    with stopped_behind_the_first_chunk(side, batch):
        running.run(side.operator, task.id, batch.id)
    with side.scope():
        progress.cancelled(task.id)
        batches.cancel(batch, "残りは来年にする", actor=side.officer)

    assert again(side, batch).state == BatchState.EXECUTED
    assert states(side, batch) == {"done": 2, "released": 1}


def test_cancelled_numbers_are_free_again(side: Side) -> None:
    records = due_people(side, 2)
    batch = proposed(side, records)
    with side.scope():
        assert (
            refusal(batches.cancel, batch, "", actor=side.operator)
            is DisposeProblem.BECAUSE_MISSING
        )
        batches.cancel(batch, "対象日を間違えた", actor=side.operator)

    assert again(side, batch).state == BatchState.CANCELLED
    assert len(items(side, proposed(side, records))) == 2
    with side.scope():
        assert (
            refusal(batches.review, batch, actor=side.operator) is DisposeProblem.NOT_IN_THIS_STATE
        )


def test_a_batch_at_work_is_not_started_twice(side: Side) -> None:
    batch = approved(side, due_people(side, 1))
    with side.scope():
        running.begin(batch, actor=side.operator)
        assert refusal(running.begin, batch, actor=side.operator) is DisposeProblem.STILL_RUNNING


# one number -------------------------------------------------------------------------------------


def test_one_number_waits_for_a_second_person_where_the_company_wants_one(side: Side) -> None:
    from azukari.dispose import actions

    record = due_people(side, 1, None)[0]
    with second_person(side, wanted=True), side.scope():
        person = Person.objects.get(id=record.person_id)
        mistake = Reason.RECORDED_BY_MISTAKE
        problem = refusal(actions.dispose_number, person, mistake, "", actor=side.operator)
        assert problem is DisposeProblem.SECOND_PERSON_NEEDED
        batch = actions.ask_for_disposal(person, mistake, "別人の番号", actor=side.operator)
        assert batch.state == BatchState.REVIEWED
        asked = refusal(actions.ask_for_disposal, person, mistake, "", actor=side.operator)
        assert asked is DisposeProblem.ALREADY_ASKED
        batches.approve(batch, actor=side.officer)

    done = ran(side, batch)

    assert (done.done, readable(side, record)) == (1, False)
    with side.scope():
        kept = Disposal.objects.get(record=record)
        assert (kept.reason, kept.note, kept.due_on) == (mistake.value, "別人の番号", None)
