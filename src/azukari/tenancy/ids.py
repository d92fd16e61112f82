"""Identifiers that grow with time, so that indexes stay compact (UUID version 7, RFC 9562 §5.7)."""

import secrets
import time
from array import array
from collections.abc import Iterable
from itertools import accumulate
from os import urandom
from uuid import UUID, SafeUUID

_MARKS = (0x7 << 76) | (0x2 << 62)  # version and variant
_STEP_BYTES = 4


def new_id() -> UUID:
    """48 bits of milliseconds, then 73 random bits."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """So many at once, in their order: the first at random, each next a random step of up to 32
    bits behind the one before (RFC 9562 §6.2, method 2).
    """
    if not count:
        return []
    # The 62nd bit of the last field stays free for what the steps of 2^29 ids can add up to.
    first = secrets.randbits(12) << 64 | secrets.randbits(61)
    begin = (time.time_ns() // 1_000_000 << 80) | _MARKS | first
    steps = array("I", urandom((count - 1) * _STEP_BYTES))
    return _made_of(accumulate((step + 1 for step in steps), initial=begin))


_allocate, _fill = UUID.__new__, object.__setattr__


def _made_of(numbers: Iterable[int]) -> list[UUID]:
    """As by `UUID(int=…)`, which looks at six arguments before it fills its slots in this way."""
    made = []
    for number in numbers:
        one = _allocate(UUID)
        _fill(one, "int", number)
        _fill(one, "is_safe", SafeUUID.unknown)
        made.append(one)
    return made
