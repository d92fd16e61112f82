import pytest

from azukari.filings import words
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.engine import charset
from tests.filings.cast import TARO, TODAY, changed, document, row


def test_number_of_usable_two_byte_characters() -> None:
    assert len(charset.TWO_BYTE) == 6808


def test_usable_characters_have_one_code_each() -> None:
    for character in charset.USABLE:
        assert character.encode("cp932").decode("cp932") == character


@pytest.mark.parametrize("character", "髙﨑德瀨濵①Ⅲ㈱￢")
def test_character_outside_jis_x_0208_is_refused_by_name(character: str) -> None:
    record = changed(row(TARO), {8: f"{character}田　太郎"})

    data = shfd0006.render(document(record))
    (problem,) = shfd0006.check(data, today=TODAY)

    assert words.located(problem) == (
        f"1件目 項番8 被保険者氏名（漢字）／届書に使えない文字「{character}」があります。"
        "使える文字に直してください"
    )


@pytest.mark.parametrize(("twin", "written"), charset.SAME_CODE.items())
def test_three_twins_are_the_only_replacements(twin: str, written: str) -> None:
    assert charset.normalise(f"髙{twin}①") == f"髙{written}①"


@pytest.mark.parametrize(
    ("text", "length"), [("ｶﾞ", 2), ("ガ", 2), ("ab", 2), ("𠮷", 2), ("１番 ", 5), ("", 0)]
)
def test_byte_length(text: str, length: int) -> None:
    assert charset.byte_length(text) == length


@pytest.mark.parametrize(
    ("characters", "wording"),
    [
        ("髙", "「髙」"),
        ("髙髙﨑", "「髙」「﨑」"),
        ("①②③④⑤", "「①」「②」「③」ほか2種類"),
        ("12３", "数字"),
        ("髙1", "「髙」と数字"),
        (" \u3000", "「半角空白」「全角空白」"),
        ("\x1a", "「U+001A」"),
    ],
)
def test_naming_of_characters(characters: str, wording: str) -> None:
    assert charset.named(characters) == wording
