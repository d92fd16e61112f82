import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.name import NameProblem, problem_of, search_key, tidy_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋　太郎", "高橋太郎"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("齋藤", "斉藤"),
        ("𠮷田", "吉田"),
        ("葛\U000e0100飾", "葛飾"),
        ("森ヶ崎", "森ケ崎"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "やまだ　たろう"),
        ("ＬＩ　Ｗｅｉ", "li wei"),
    ],
)
def test_search_key_folds(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), [("坂口", "阪口"), ("崎", "埼"), ("大田", "太田")])
def test_search_key_keeps_different_surnames_apart(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


@given(st.text(max_size=12))
def test_search_key_does_not_depend_on_spaces(text: str) -> None:
    assert search_key(f" {text}　") == search_key(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("山田　太郎", None),
        ("𠮷田\U000e0100", None),
        ("Ｏ’ＢＲＩＥＮ", None),
        ("", NameProblem.EMPTY),
        ("　", NameProblem.EMPTY),
        ("山田\x0b", NameProblem.CONTROL_CHARACTER),
        ("山田\u202e太郎", NameProblem.CONTROL_CHARACTER),
        ("山田\u200b太郎", NameProblem.CONTROL_CHARACTER),
        ("山田\n太郎", NameProblem.NEWLINE),
        ('=HYPERLINK("x")', NameProblem.FORMULA),
        ("＝１", NameProblem.FORMULA),
        ("@SUM", NameProblem.FORMULA),
        ("山\ufffd", NameProblem.UNREADABLE),
        ("?田　昭", NameProblem.UNREADABLE),
        ("〓田　昭", NameProblem.UNREADABLE),
        ("山\ue000", NameProblem.PRIVATE_CHARACTER),
        ("長" * 101, NameProblem.TOO_LONG),
    ],
)
def test_problem_of(text: str, problem: NameProblem | None) -> None:
    assert problem_of(text) is problem


def test_tidy_name_leaves_one_wide_space() -> None:
    assert tidy_name(" 山田  太郎\u3000") == "山田　太郎"


@given(st.text("山田崎髙ヶヵァヴー々〆\u3000Ａｶabぁゔ \U000e0100"))
def test_search_key_of_plain_names_is_that_of_all(text: str) -> None:
    # A letter that is never plain sends the whole text the long way round.
    assert search_key(text + "Ａ") == search_key(text) + "a"
