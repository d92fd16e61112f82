"""That the search for leaked numbers finds them (the search itself runs at the end)."""

import base64

import pytest

from tests.house.leaks import files_with_numbers, numbers_in
from tests.numbers import valid_number


@pytest.mark.parametrize(
    "disguise",
    [
        lambda n: n.encode(),
        lambda n: n.encode("utf-16-le"),
        lambda n: "".join(chr(ord(d) + 0xFEE0) for d in n).encode(),
        lambda n: n.encode("utf-16-be"),
        lambda n: n.encode().hex().encode(),
        lambda n: base64.b64encode(n.encode()),
    ],
)
def test_search_finds_a_number_in_disguise(disguise):
    number = valid_number(4711)

    found = numbers_in(b"before " + disguise(number) + b" after", {number})

    assert found == {number}


def test_search_ignores_numbers_never_handed_out():
    assert numbers_in(b"000000000000 123456789012", {valid_number(1)}) == set()


def test_search_finds_a_number_behind_pages_of_zeros(tmp_path):
    number = valid_number(4712)
    (tmp_path / "page").write_bytes(bytes(8192) + number.encode("utf-16-le") + bytes(8192))

    assert files_with_numbers([tmp_path], {number}) == {"page": 1}
