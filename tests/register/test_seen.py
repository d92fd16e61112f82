"""What comes twice in a file is noticed, whatever the hashes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.register.sheets.seen import Seen

# Few enough to come twice; some beside each other and around the end of the table.
_HASHES = (
    st.integers(-(1 << 63), (1 << 63) - 1)
    | st.integers(-3, 40)
    | st.sampled_from([1023, 1024, 1025, -1, -(1 << 63)])
)


@given(st.lists(st.tuples(_HASHES, st.integers(0, (1 << 64) - 1)), max_size=60))
def test_the_first_stays_with_its_value(came: list[tuple[int, int]]) -> None:
    seen, bare, known = Seen(with_values=True), Seen(), dict[int, int]()

    for hashed, value in came:
        # 0 and 1 share a place, as 0 marks what is free.
        key = hashed or 1
        assert seen.put(hashed, value) == known.get(key)
        assert (bare.put(hashed) is not None) == (key in known)
        known.setdefault(key, value)


@pytest.mark.parametrize("expected", [0, 30_000, 100_000])
def test_a_hundred_thousand_are_kept_while_the_table_grows(expected: int) -> None:
    seen, bare = Seen(expected, with_values=True), Seen(expected)
    hashes = [hash(f"person {number}") for number in range(100_000)]

    assert all(seen.put(hashed, at) is None for at, hashed in enumerate(hashes))
    assert all(bare.put(hashed) is None for hashed in hashes)

    assert all(seen.put(hashed) == at for at, hashed in enumerate(hashes))
    assert all(bare.put(hashed) == 0 for hashed in hashes)
