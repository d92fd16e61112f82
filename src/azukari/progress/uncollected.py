"""Long runs without the cycle collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Objects that die here are freed by their counts; cycles are looked for afterwards.

    Rows by the hundred thousand are no cycles, yet each of them has CPython's collector walk
    through everything alive again and again: more than half of the time spent in Python (gc
    module, https://docs.python.org/3/library/gc.html).  The switch belongs to the whole process:
    who found it on switches it on again, so that it is on when the last of several threads left.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
