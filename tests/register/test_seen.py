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


_COMING = st.lists(st.tuples(st.none() | _HASHES, st.integers(0, (1 << 64) - 1)), max_size=30)


@given(st.lists(_COMING, max_size=3))
def test_the_first_stays_with_its_value(came: list[list[tuple[int | None, int]]]) -> None:
    seen, bare, known = Seen(with_values=True), Seen(), dict[int, int]()

    for some in came:
        hashes, values = [hashed for hashed, _ in some], [value for _, value in some]
        before = []
        for place, (hashed, value) in enumerate(some):
            # 0 and 1 share a place, as 0 marks what is free.
            key = hashed or 1
            if hashed is not None and key in known:
                before.append((place, known[key]))
            elif hashed is not None:
                known[key] = value
        assert seen.put_each(hashes, values) == before
        assert bare.put_each(hashes) == [(place, 0) for place, _ in before]


@pytest.mark.parametrize("expected", [0, 30_000, 100_000])
def test_a_hundred_thousand_are_kept_while_the_table_grows(expected: int) -> None:
    seen, bare = Seen(expected, with_values=True), Seen(expected)
    hashes = [hash(f"person {number}") for number in range(100_000)]
    values = list(range(100_000))

    assert not seen.put_each(hashes, values)
    assert not bare.put_each(hashes)

    assert seen.put_each(hashes, values) == list(enumerate(values))
    assert bare.put_each(hashes) == [(place, 0) for place in values]
