from collections.abc import Iterator
from threading import Event, get_ident
from time import sleep

import pytest
from django.db import connections

from azukari.progress.overlapping import alongside, overlapped


def test_overlapped_answers_in_order_and_two_steps_run_at_a_time() -> None:
    second_runs = Event()

    def work(step: int) -> int:
        if step == 1:
            second_runs.set()
        assert second_runs.wait(30)
        return step * step

    assert list(overlapped(work, range(7))) == [0, 1, 4, 9, 16, 25, 36]


def test_overlapped_never_runs_far_ahead_of_who_takes_the_answers() -> None:
    drawn: list[int] = []

    def steps() -> Iterator[int]:
        for step in range(100):
            drawn.append(step)
            yield step

    answers = overlapped(lambda step: step, steps())

    assert [next(answers), next(answers)] == [0, 1]
    answers.close()
    assert len(drawn) == 4


def test_overlapped_raises_what_a_step_raises_and_draws_no_other() -> None:
    begun: list[int] = []

    def work(step: int) -> int:
        begun.append(step)
        if step == 2:
            raise ValueError("of this step")
        return step

    with pytest.raises(ValueError, match="of this step"):
        list(overlapped(work, range(100)))

    assert max(begun) <= 4


def test_overlapped_leaves_no_connection_open(database: object) -> None:
    def pid(_step: int) -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [found] = cursor.fetchone()
        return int(found)

    pids = list(set(overlapped(pid, range(6))))

    # A backend takes a moment to end.
    for _ in range(100):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [pids])
            [open_ones] = cursor.fetchone()
        if not open_ones:
            break
        sleep(0.1)
    assert open_ones == 0


def test_what_runs_alongside_answers_when_it_is_asked_and_raises_what_it_raised() -> None:
    here = get_ident()

    with alongside(get_ident) as there:
        assert there() not in {0, here}

    def fail() -> None:
        raise KeyError("alongside")

    with pytest.raises(KeyError), alongside(fail) as answer:
        answer()
