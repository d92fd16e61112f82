import pytest

from azukari.law.address import (
    ContactProblem,
    ContactRefused,
    parse_postcode,
    parse_telephone,
    tidy_address,
)


@pytest.mark.parametrize(
    "text", ["1000001", "100-0001", "〒100-0001", "〒　１００－０００１", "１００ー０００１"]
)
def test_parse_postcode(text: str) -> None:
    assert parse_postcode(text) == "1000001"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ContactProblem.EMPTY),
        ("100-001", ContactProblem.LENGTH),
        ("10-00001", ContactProblem.LENGTH),
        ("東京都", ContactProblem.NOT_DIGITS),
    ],
)
def test_parse_postcode_refusals(text: str, problem: ContactProblem) -> None:
    with pytest.raises(ContactRefused) as refusal:
        parse_postcode(text)

    assert refusal.value.problem is problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("03-1234-5678", "03-1234-5678"),
        ("０３（１２３４）５６７８", "03-1234-5678"),
        ("(03) 1234-5678", "03-1234-5678"),
        ("090 1234 5678", "090-1234-5678"),
        ("09012345678", "09012345678"),
        ("+81 3-1234-5678", "03-1234-5678"),
        ("+81-90-1234-5678", "090-1234-5678"),
        ("03ー1234ー5678", "03-1234-5678"),
    ],
)
def test_parse_telephone(text: str, told: str) -> None:
    assert parse_telephone(text) == told


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ContactProblem.EMPTY),
        ("1234-5678", ContactProblem.LENGTH),
        ("090-1234-56789", ContactProblem.LENGTH),
        ("なし", ContactProblem.NOT_DIGITS),
        ("---", ContactProblem.NOT_DIGITS),
    ],
)
def test_parse_telephone_refusals(text: str, problem: ContactProblem) -> None:
    with pytest.raises(ContactRefused) as refusal:
        parse_telephone(text)

    assert refusal.value.problem is problem


def test_tidy_address_joins_lines() -> None:
    assert (
        tidy_address(" 東京都千代田区丸の内1-2-3\r\n101号室　")
        == "東京都千代田区丸の内1-2-3　101号室"
    )
