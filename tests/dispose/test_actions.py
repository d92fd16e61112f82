"""Disposal over the real vault: nothing left to open, the fact kept, a crash finished later."""

import pytest

from azukari.dispose import actions, queries
from azukari.dispose.finishing import finish_disposals
from azukari.dispose.models import Disposal
from azukari.dispose.rules import DisposeProblem, DisposeRefused, Reason
from azukari.ledger import queries as ledger
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.register.models import NumberState, Person
from azukari.tenancy.actor import NotPermitted
from azukari.vault import door
from tests.cast import Cast
from tests.web.browser import employee, new_number, with_number


def dispose(cast: Cast, person: Person) -> Disposal:
    with cast.a.scope():
        done = actions.dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)
    with cast.a.scope():
        done.refresh_from_db()
    return done


def test_disposed_number_cannot_be_opened(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    done = dispose(cast, person)

    assert done.keys_destroyed_at is not None
    reading = door.Reading(Action.NUMBER_REVEALED, purpose="HEALTH_PENSION", reason="確認のため")
    with cast.a.scope(), pytest.raises(door.NotDeposited):
        door.open_number(cast.a.company.id, done.cell, reading, actor=cast.a.operator)


def test_order_and_destruction_are_written_down(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    done = dispose(cast, person)

    with cast.a.scope():
        page = ledger.records(cast.a.company.id, ledger.Filter(subject=person.id))
        assert [entry.record.action for entry in page.entries][:2] == [
            Action.NUMBER_DISPOSED,
            Action.DISPOSAL_ORDERED,
        ]
    sequencer.sequence(cast.a.company.id)
    with cast.a.scope():
        assert queries.leaf_of(done) is not None


def test_number_may_be_recorded_anew_after_disposal(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)
    dispose(cast, person)

    again = with_number(cast.a, person, digits)

    assert again.number_state == NumberState.ACTIVE


def refusal(cast: Cast, person: Person, reason: Reason) -> DisposeProblem:
    with cast.a.scope(), pytest.raises(DisposeRefused) as refused:
        actions.dispose_number(person, reason, " ", actor=cast.a.operator)
    return refused.value.problem


def test_second_disposal_and_missing_note_are_refused(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    assert refusal(cast, person, Reason.OTHER) is DisposeProblem.NOTE_MISSING
    dispose(cast, person)
    mistake = Reason.RECORDED_BY_MISTAKE
    assert refusal(cast, person, mistake) is DisposeProblem.NOTHING_TO_DISPOSE


def test_what_the_law_keeps_goes_only_for_the_reasons_that_allow_it(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    assert refusal(cast, person, Reason.LEFT) is DisposeProblem.STILL_NEEDED
    assert dispose(cast, person).reason == Reason.RECORDED_BY_MISTAKE


def test_what_is_held_back_is_not_disposed_of_for_any_reason(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())
    with cast.a.scope():
        Person.objects.filter(id=person.id).update(on_hold=True)

    assert refusal(cast, person, Reason.RECORDED_BY_MISTAKE) is DisposeProblem.ON_HOLD


@pytest.mark.parametrize("role", ["steward", "officer", "auditor"])
def test_disposal_needs_the_right(cast: Cast, role: str) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with cast.a.scope(), pytest.raises(NotPermitted):
        actions.dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=getattr(cast.a, role))


def test_disposal_whose_keys_could_not_go_is_finished_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    def fail(_realm: object) -> dict[object, int]:
        raise OSError("the key store is away")

    with monkeypatch.context() as broken:
        broken.setattr(door, "finish_destruction", fail)
        waiting = dispose(cast, person)
    with cast.a.scope():
        assert waiting.keys_destroyed_at is None
        assert queries.finality_of(waiting) is None
        assert queries.leaf_of(waiting) is None

    with cast.a.scope():
        assert finish_disposals() >= 1
        waiting.refresh_from_db()
        assert waiting.keys_destroyed_at is not None
