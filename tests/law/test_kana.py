import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.kana import (
    half_width_bytes,
    is_full_katakana,
    is_half_katakana,
    is_kana,
    to_full_katakana,
    to_half_katakana,
)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ"),
        ("やまだ　たろう", "ヤマダ　タロウ"),
        ("ヤマタ\u3099", "ヤマダ"),
        ("ﾔﾏﾀ\u3099", "ヤマダ"),
        ("ヤマタ゛", "ヤマダ"),
        ("ﾊﾟｰｼﾓﾝ", "パーシモン"),
        ("ｳﾞｧﾝ", "ヴァン"),
        ("ゔぁん", "ヴァン"),
        ("ﾜﾞ", "ヷ"),
        ("ジョン・スミス", "ジョン・スミス"),
        ("山田", "山田"),
    ],
)
def test_to_full_katakana(text: str, full: str) -> None:
    assert to_full_katakana(text) == full


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("ヤマタ\u3099", "ﾔﾏﾀﾞ"),
        ("ヰヱヮヵヶヷ", "ｲｴﾜｶｹﾜﾞ"),
        ("ヴァン・ダイク", "ｳﾞｧﾝ･ﾀﾞｲｸ"),
        ("さくら", "ｻｸﾗ"),
        ("ｱｲｳ", "ｱｲｳ"),
    ],
)
def test_to_half_katakana(text: str, half: str) -> None:
    assert to_half_katakana(text) == half


def test_half_width_bytes_counts_voiced_marks() -> None:
    assert half_width_bytes("ヤマダ　タロウ") == 8
    assert half_width_bytes("山A") == 3


def test_kana_checks() -> None:
    assert is_full_katakana("モリガサキ　一ノ".replace("一", "イ"))
    assert not is_full_katakana("山田　タロウ")
    assert is_half_katakana("ﾔﾏﾀﾞ ﾀﾛｳ")
    assert not is_half_katakana("ヤマダ")
    assert [is_kana(t) for t in ("やまだ", "ﾔﾏﾀﾞ", "ヤマタ\u3099", "山田", "")] == [
        True, True, True, False, False,
    ]  # fmt: skip


@given(st.text(alphabet="アカガサザタダナハバパマヤラワンヴァィッャー・\u3000", min_size=1))
def test_kana_comes_back_through_half_width(text: str) -> None:
    half = to_half_katakana(text)

    assert is_half_katakana(half)
    assert to_full_katakana(half) == text
    assert len(half.encode("cp932")) == half_width_bytes(text)


@given(st.text(max_size=12))
def test_to_full_katakana_is_stable(text: str) -> None:
    once = to_full_katakana(text)

    assert to_full_katakana(once) == once


@given(st.text(st.sampled_from([*map(chr, range(ord("ァ"), ord("ヺ") + 1)), "ー", "・", "\u3000"])))
def test_kana_as_the_register_keeps_it_is_narrowed_like_any_other(text: str) -> None:
    assert to_half_katakana(text) == to_half_katakana(text + "a").removesuffix("a")
