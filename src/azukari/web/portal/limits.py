"""How often one address may knock: buckets in this process's memory.

A whole company may stand behind one address, so the limits are wide; what guesses passwords is
stopped by the lock ladder, what hashes too much by the places for hashing.  These keep a single
stranger from filling both.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_KEPT: Final = 50_000


@dataclass(frozen=True)
class Limit:
    """`burst` at once, `per_minute` for long."""

    burst: int
    per_minute: float


ENTRY = Limit(burst=300, per_minute=600)
UPLOAD = Limit(burst=120, per_minute=120)


class Buckets:
    """Token buckets by key; the ones longest unused are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, limit: Limit, *, now: float | None = None) -> bool:
        moment = time.monotonic() if now is None else now
        with self._lock:
            level, since = self._levels.pop(key, (float(limit.burst), moment))
            level = min(limit.burst, level + (moment - since) * limit.per_minute / 60)
            allowed = level >= 1
            self._levels[key] = (level - 1 if allowed else level, moment)
            while len(self._levels) > _KEPT:
                self._levels.popitem(last=False)
        return allowed


_buckets = Buckets()


def may_knock(request: HttpRequest) -> bool:
    """One more attempt to come in from this address."""
    limit = Limit(burst=settings.PORTAL_ENTRIES_BURST, per_minute=ENTRY.per_minute)
    return _buckets.take(f"entry|{request.META.get('REMOTE_ADDR', '')}", limit)


def may_upload(who: str) -> bool:
    return _buckets.take(f"upload|{who}", UPLOAD)
