import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.dispose.rules import Reason, finality, note_is_missing


@pytest.mark.parametrize("reason", list(Reason))
def test_only_other_needs_a_note(reason: Reason) -> None:
    assert note_is_missing(reason, "　 ") is (reason is Reason.OTHER)
    assert note_is_missing(reason, "理由") is False


@given(st.integers(1, 1000), st.integers(0, 30), st.integers(1, 12))
def test_key_is_final_when_the_ring_has_forgotten_its_generation(
    generation: int, nights: int, live: int
) -> None:
    newest = generation + nights
    kept = range(newest - live + 1, newest + 1)

    found = finality(generation=generation, newest=newest, live=live)

    assert found.is_final is (generation not in kept)
    assert found.nights_left == max(0, live - nights)
