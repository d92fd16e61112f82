"""Password hashing: Argon2id at the cost OWASP recommends, behind a bounded number of places."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

# Each hash takes 19 MiB and some 20 ms of a core: without a limit a burst of sign-ins would
# starve everybody else.
_PLACES = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
PATIENCE_SECONDS = 10.0


class TooManyAtOnce(Exception):
    """So many sign-ins at once that no place came free; to be tried again a little later."""


class Argon2id(Argon2PasswordHasher):
    """m = 19 MiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _place():
            return super().verify(password, encoded)


@contextmanager
def _place() -> Iterator[None]:
    if not _PLACES.acquire(timeout=PATIENCE_SECONDS):
        raise TooManyAtOnce
    try:
        yield
    finally:
        _PLACES.release()
