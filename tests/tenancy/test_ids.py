"""Identifiers: version 7, growing with time, and UUIDs like any other."""

import pickle
import time
from uuid import RFC_4122, UUID

import pytest

from azukari.tenancy.ids import new_id, new_ids


@pytest.mark.parametrize("count", [0, 1, 2, 5_000])
def test_so_many_come_in_their_order_and_no_two_are_alike(count: int) -> None:
    ids = new_ids(count)
    assert len(set(ids)) == count
    assert ids == sorted(ids)


def test_they_are_of_version_7_and_tell_the_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    ids = [one for _ in range(200) for one in new_ids(20)]
    after = time.time_ns() // 1_000_000
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert all(before <= one.int >> 80 <= after for one in ids)


def test_nobody_can_tell_what_comes_from_what_came() -> None:
    starts = [new_id().int for _ in range(500)]
    # Of the bits at random (without version and variant) each is set in about half of them.
    random_bits = [bit for bit in range(76) if bit not in {61, 62, 63}]
    for bit in random_bits:
        assert 150 < sum(one >> bit & 1 for one in starts) < 350
    steps = {later.int - former.int for former, later in zip(*_pairs(), strict=True)}
    assert len(steps) > 450


def _pairs() -> tuple[list[UUID], list[UUID]]:
    ids = new_ids(501)
    return ids[:-1], ids[1:]


def test_they_are_like_those_of_the_constructor() -> None:
    one = new_id()
    same = UUID(int=one.int)
    assert (one, hash(one), str(one), repr(one)) == (same, hash(same), str(same), repr(same))
    assert one.is_safe is same.is_safe
    assert UUID(bytes=one.bytes) == one == pickle.loads(pickle.dumps(one))
