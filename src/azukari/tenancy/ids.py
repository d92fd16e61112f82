"""Identifiers that grow with time, so that indexes stay compact (UUID version 7, RFC 9562 §5.7)."""

import os
import time
from uuid import UUID

_RANDOM_BYTES = 10
_FIXED = (0xF << 76) | (0x3 << 62)  # version and variant
_MARKS = (0x7 << 76) | (0x2 << 62)


def new_id() -> UUID:
    """48 bits of milliseconds, then 74 random bits."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """So many at once, in their order."""
    begin = (time.time_ns() // 1_000_000 << 80) | _MARKS
    drawn = os.urandom(count * _RANDOM_BYTES)
    values = [
        begin | int.from_bytes(drawn[at : at + _RANDOM_BYTES]) & ~_FIXED
        for at in range(0, len(drawn), _RANDOM_BYTES)
    ]
    return [UUID(int=value) for value in sorted(values)]
