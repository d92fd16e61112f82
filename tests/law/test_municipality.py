import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.municipality import (
    MunicipalityProblem,
    MunicipalityRefused,
    check_digit,
    levying,
    parse,
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("131016", "13101"),
        ("13101", "13101"),
        ("１３１０１－６", "13101"),
        ("011002", "01100"),
        ("141003", "14100"),
        ("131229", "13122"),
        ("472018", "47201"),
    ],
)
def test_code_with_its_check_digit_or_without(typed: str, code: str) -> None:
    assert parse(typed) == code


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("131017", MunicipalityProblem.CHECK_DIGIT),
        ("1310", MunicipalityProblem.LENGTH),
        ("千代田区", MunicipalityProblem.LENGTH),
        ("130001", MunicipalityProblem.NO_MUNICIPALITY),  # a prefecture
        ("48101", MunicipalityProblem.NO_MUNICIPALITY),
        ("11002", MunicipalityProblem.NO_MUNICIPALITY),  # 011002 whose 0 a spreadsheet took
        ("14103", MunicipalityProblem.WARD),
    ],
)
def test_what_is_no_municipality_is_refused(typed: str, problem: MunicipalityProblem) -> None:
    with pytest.raises(MunicipalityRefused) as refused:
        parse(typed)

    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("14103", "14100"),  # 横浜市西区
        ("14137", "14130"),  # 川崎市麻生区
        ("14153", "14150"),  # 相模原市南区
        ("22140", "22130"),  # 浜松市天竜区
        ("27147", "27140"),  # 堺市美原区
        ("27128", "27100"),  # 大阪市中央区
        ("13104", "13104"),  # 新宿区
        ("14201", "14201"),  # 横須賀市
        ("43100", "43100"),
        ("", ""),
    ],
)
def test_wards_belong_to_their_city(code: str, city: str) -> None:
    assert levying(code) == city


@given(st.from_regex(r"\A\d{5}\Z", alphabet="0123456789"), st.integers(1, 9))
def test_one_wrong_check_digit_is_found(five: str, off: int) -> None:
    wrong = str((int(check_digit(five)) + off) % 10)

    with pytest.raises(MunicipalityRefused) as refused:
        parse(five + wrong)

    assert refused.value.problem is MunicipalityProblem.CHECK_DIGIT
