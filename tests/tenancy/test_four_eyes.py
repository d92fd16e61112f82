"""Two accounts are two people, or a day has passed and the contract knows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from azukari.dispose import batches, running
from azukari.dispose.models import BatchState, DisposalBatch
from azukari.dispose.rules import DisposeProblem, DisposeRefused
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import approvals
from azukari.register.actions import viewing
from azukari.register.models import ViewingRequest
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.four_eyes import Account, SecondPersonProblem, is_over, may_allow
from azukari.tenancy.models import User
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side, make_side
from tests.dispose.cast import due_people, proposed, second_person
from tests.register.test_viewing import PURPOSE
from tests.web.browser import employee, new_number, with_number

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
IDS = st.sampled_from([UUID(int=n) for n in range(1, 4)])
AGES = st.integers(0, 20).map(lambda days: NOW - timedelta(days=days))
ACCOUNTS = st.builds(Account, IDS, st.none() | IDS, AGES)


@given(st.none() | ACCOUNTS, st.none() | ACCOUNTS, AGES, st.booleans())
def test_who_may_allow(
    asker: Account | None, second: Account | None, asked_at: datetime, others: bool
) -> None:
    problem = may_allow(asker, second, asked_at=asked_at, others=others, now=NOW)

    if asker is None or second is None:
        assert problem is SecondPersonProblem.NOBODY_KNOWN
    elif asker.id == second.id:
        waited = (NOW - asked_at).days >= 1
        assert (problem is None) is (not others and waited)
    else:
        young = all((NOW - one.made_at).days < 7 for one in (asker, second))
        puppets = asker.made_by is not None and asker.made_by == second.made_by and young
        assert (problem is SecondPersonProblem.SAME_MAKER) is puppets
        assert (problem is None) is not puppets


def test_a_word_is_good_for_a_day() -> None:
    given_at = NOW - timedelta(hours=24)

    assert is_over(given_at, now=NOW)
    assert not is_over(given_at + timedelta(seconds=1), now=NOW)
    assert not is_over(None, now=NOW)


# over the tables --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lone(cast: Cast) -> Side:
    """A company where only one user is left."""
    side = make_side("FE")
    with side.scope():
        User.objects.exclude(id=side.users[RoleKind.OPERATOR].id).update(
            suspended_at=timezone.now()
        )
    return side


def every_right(side: Side) -> Actor:
    rights = {"disposal:approve", "export:approve", "employee:approve"}
    return replace(side.operator, permissions=side.operator.permissions | rights)


def a_day_later(monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + timedelta(hours=24, seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)


def alerts(side: Side) -> list[str]:
    with scope.enter(scope.Scope(contract_id=side.contract.id)):
        asked = ledger.Filter(actions=(Action.ALERT_RAISED,))
        page = ledger.records(side.contract.id, asked)
    return [str(entry.record.details["kind"]) for entry in page.entries]


def test_alone_a_batch_waits_a_day_and_the_contract_is_told(
    lone: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = proposed(lone, due_people(lone, 1))
    with second_person(lone, wanted=True), lone.scope():
        batches.review(batch, actor=every_right(lone))
        with pytest.raises(DisposeRefused) as refused:
            batches.approve(batch, actor=every_right(lone))
        told = alerts(lone)
        a_day_later(monkeypatch)
        approved = batches.approve(batch, actor=every_right(lone))

    assert refused.value.problem is DisposeProblem.ALONE_TOO_SOON
    assert told[0] == Action.DISPOSAL_REVIEWED.value
    assert approved.state == BatchState.APPROVED


def test_alone_a_number_is_shown_after_a_day(lone: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    actor, digits = every_right(lone), new_number()
    person = with_number(lone, employee(lone), digits)
    with lone.scope():
        asked = viewing.ask_to_view(person, PURPOSE, "届出の確認", actor=actor)
        early = list(approvals.viewings_to_decide(actor))
        with pytest.raises(Refused) as refused:
            viewing.decide_viewing(asked, approved=True, actor=actor)
        a_day_later(monkeypatch)
        late = list(approvals.viewings_to_decide(actor))
        viewing.decide_viewing(asked, approved=True, actor=actor)
        shown = viewing.view_approved(asked, actor=actor)

    assert refused.value.problem is RegisterProblem.ALONE_TOO_SOON
    assert (early, late) == ([], [asked])
    assert shown.reveal_digits() == digits


@pytest.fixture(name="puppets")
def both_made_by_one(cast: Cast) -> Iterator[Side]:
    """Operator and officer of company A look as if one steward had just made them."""
    ids = [cast.a.users[kind].id for kind in (RoleKind.OPERATOR, RoleKind.OFFICER)]
    with cast.a.scope():
        User.objects.filter(id__in=ids).update(created_by=cast.a.steward.user_id)
    yield cast.a
    with cast.a.scope():
        User.objects.filter(id__in=ids).update(created_by=None)


def test_new_accounts_of_one_maker_do_not_count_for_each_other(
    puppets: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = proposed(puppets, due_people(puppets, 1))
    with second_person(puppets, wanted=True), puppets.scope():
        batches.review(batch, actor=puppets.operator)
        with pytest.raises(DisposeRefused) as refused:
            batches.approve(batch, actor=puppets.officer)
        week = timezone.now() + timedelta(days=7, seconds=1)
        monkeypatch.setattr("django.utils.timezone.now", lambda: week)
        approved = batches.approve(batch, actor=puppets.officer)

    assert refused.value.problem is DisposeProblem.SAME_MAKER
    assert approved.state == BatchState.APPROVED


def test_an_approval_not_used_in_a_day_is_asked_for_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = proposed(cast.a, due_people(cast.a, 1))
    with second_person(cast.a, wanted=True), cast.a.scope():
        batches.review(batch, actor=cast.a.operator)
        batches.approve(batch, actor=cast.a.officer)
        a_day_later(monkeypatch)
        with pytest.raises(DisposeRefused) as refused:
            running.begin(batch, actor=cast.a.operator)
        batches.approve(batch, actor=cast.a.officer)
        running.begin(batch, actor=cast.a.operator)
        state = DisposalBatch.objects.get(id=batch.id).state

    assert refused.value.problem is DisposeProblem.APPROVAL_OVER
    assert state == BatchState.RUNNING


def test_a_look_that_was_allowed_is_at_that_number(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())
    with cast.a.scope():
        asked = viewing.ask_to_view(person, PURPOSE, "届出の確認", actor=cast.a.operator)
        viewing.decide_viewing(asked, approved=True, actor=cast.a.officer)
        ViewingRequest.objects.filter(id=asked.id).update(cell=UUID(int=1))
        with pytest.raises(Refused) as refused:
            viewing.view_approved(asked, actor=cast.a.operator)

    assert refused.value.problem is RegisterProblem.NOT_ALLOWED_TO_VIEW
