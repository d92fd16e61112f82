"""The collector is off within, and never left off."""

import gc
from contextlib import suppress

from azukari.progress.uncollected import uncollected


def test_the_collector_is_off_within_and_on_again_behind() -> None:
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_when_the_work_breaks_down() -> None:
    with suppress(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_it_is_on_when_the_last_of_two_has_left() -> None:
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()
