"""The finished file: fetched, kept, made again, destroyed."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from azukari.dispose.actions import dispose_number
from azukari.dispose.rules import Reason
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.ledger.actions import Action
from azukari.use import actions
from azukari.use.models import Filing, FilingState
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from azukari.vault.models import Cell
from tests.cast import Cast, Side
from tests.use.cast import (
    fresh,
    joined,
    leaf_of,
    leaves,
    made,
    numbers,
    prepared,
    taken,
)


def test_each_download_is_counted_and_written_down(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))

    first, second = taken(cast.a, filing), taken(cast.a, filing)

    assert first == second
    leaves_ = leaves(cast.a, Action.FILE_DOWNLOADED, subject=filing.id)
    assert [leaf.details["file_hash"] for leaf in leaves_] == [filing.sha256] * 2
    done = fresh(cast.a, filing)
    assert (done.downloads, done.downloaded_by_name) == (2, cast.a.operator.name)


def older(side: Side, filing: Filing, **times: timedelta) -> None:
    with side.scope():
        Filing.objects.filter(id=filing.id).update(
            **{name: timezone.now() - ago for name, ago in times.items()}
        )


def turned_back(side: Side, filing: Filing, by: timedelta) -> None:
    """As if this much time had passed for the file's clock."""
    with side.scope():
        Cell.objects.filter(id=filing.cell).update(destroy_at=F("destroy_at") - by)


def test_expired_file_is_destroyed_and_its_record_stays(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    turned_back(cast.a, filing, timedelta(days=800))

    with cast.a.scope():
        door.destroy_due(cast.a.company.id, actions.files_gone)

    done = fresh(cast.a, filing)
    assert (done.state, done.sha256) == (FilingState.DESTROYED, filing.sha256)
    with cast.a.scope():
        assert door.is_destroyed(cast.a.company.id, filing.cell)
    [leaf] = leaf_of(cast.a, Action.FILE_EXPIRED, filing)
    assert leaf.handles == (filing.cell,)
    with pytest.raises(UseRefused) as refused:
        taken(cast.a, filing)
    assert refused.value.problem is UseProblem.NO_FILE


def test_expired_file_is_not_given_out_before_the_round_comes(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    older(cast.a, filing, expires_at=timedelta(seconds=1))

    with pytest.raises(UseRefused) as refused:
        taken(cast.a, filing)

    assert refused.value.problem is UseProblem.EXPIRED


def test_copy_is_kept_two_years_and_fetched_again_for_a_reason(cast: Cast) -> None:
    digits = numbers(1)[0]
    person = joined(cast.a, digits)
    filing = made(cast.a, prepared(cast.a, person))
    filed = taken(cast.a, filing)
    older(cast.a, filing, expires_at=timedelta(days=30))
    with cast.a.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)
        actions.make_again(filing, "記載の確認のため", actor=cast.a.operator)

    again = taken(cast.a, filing)

    assert again == filed
    assert shfd0006.read(again).records[0][12] == digits
    # 厚生年金保険法施行規則 第28条: two years from the day after completion.
    today = timezone.localdate()
    assert timezone.localtime(filing.kept_until).date() == today.replace(
        year=today.year + 2
    ) + timedelta(days=1)
    reasons = [leaf.reason for leaf in leaf_of(cast.a, Action.FILING_MADE, filing)]
    assert reasons == ["記載の確認のため", ""]


def test_copy_can_be_destroyed_before_its_time(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))

    with cast.a.scope():
        actions.destroy_copy(filing, actor=cast.a.operator)

    assert fresh(cast.a, filing).state == FilingState.DESTROYED
    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        actions.make_again(filing, "", actor=cast.a.operator)
    assert refused.value.problem is UseProblem.NO_FILE


def test_round_of_one_company_leaves_the_other_alone(cast: Cast) -> None:
    filing = made(cast.b, prepared(cast.b, joined(cast.b)))
    turned_back(cast.b, filing, timedelta(days=800))

    with cast.a.scope():
        door.destroy_due(cast.a.company.id, actions.files_gone)

    assert fresh(cast.b, filing).state == FilingState.MADE
