import signal
import threading
from collections.abc import Iterator

import pytest

from azukari.serve.uninterrupted import uninterrupted

told: list[str] = []


class Ended(Exception):
    """What the handlers here raise, as ours raise SystemExit."""


def end(_number: int, _frame: object) -> None:
    told.append("signal")
    raise Ended


@pytest.fixture(autouse=True, params=[signal.SIGTERM, signal.SIGINT])
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    told.clear()
    before = signal.signal(request.param, end)
    yield request.param
    signal.signal(request.param, before)


def test_signal_is_handled_when_the_block_is_over(number: signal.Signals) -> None:
    with pytest.raises(Ended), uninterrupted():
        signal.raise_signal(number)
        told.append("whole")

    assert told == ["whole", "signal"]


def test_second_signal_inside_changes_nothing(number: signal.Signals) -> None:
    with pytest.raises(Ended), uninterrupted():
        signal.raise_signal(number)
        signal.raise_signal(number)

    assert told == ["signal"]


def test_failure_of_the_block_comes_before_the_signal(number: signal.Signals) -> None:
    with pytest.raises(KeyError), uninterrupted():
        signal.raise_signal(number)
        raise KeyError

    assert told == []


def test_afterwards_signals_are_handled_at_once_again(number: signal.Signals) -> None:
    with uninterrupted():
        pass

    with pytest.raises(Ended):
        signal.raise_signal(number)


def test_another_thread_leaves_handlers_alone(number: signal.Signals) -> None:
    inside: list[object] = []

    def work() -> None:
        with uninterrupted():
            inside.append(signal.getsignal(number))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert inside == [end]
