"""ご自身の設定: one's own password, and what becomes of other browsers."""

import pytest

from azukari.ledger.actions import Action
from tests.cast import PASSWORD, Cast, Side, make_side
from tests.web.browser import browser, errors_of, text_of
from tests.web.entering import Clock, actions_of, attempt, forgive, stopped_clock, typed

clock = stopped_clock
NEW = "浅草の雷門は今日も赤い提灯で賑わう"


@pytest.fixture(scope="module")
def side(cast: Cast) -> Side:
    return make_side("AC")


def change(client: object, **other: str) -> object:
    form = {"current": PASSWORD, "password": NEW, "again": NEW, **other}
    return client.post("/account/password", form)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"current": "ちがうパスワードです"}, "パスワードが違います。もう一度入力してください。"),
        ({"again": NEW + "。"}, "2回の入力が違います。2つの欄とも入力し直してください。"),
        (
            {"password": PASSWORD, "again": PASSWORD},
            "現在のパスワードと同じです。別のものにしてください。",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    cast: Cast, other: dict[str, str], said: str, clock: Clock
) -> None:
    client = browser(cast.b)

    answer = change(client, **other)

    assert said in " ".join(errors_of(answer))
    clock.turn(minutes=20)
    assert attempt(cast.b).status_code == 302


def test_new_password_counts_and_other_browsers_are_out(side: Side) -> None:
    here, there = browser(side), browser(side)

    answer = change(here)

    assert answer.headers["Location"] == "/account"  # type: ignore[attr-defined]
    assert "パスワードを変更しました" in text_of(here.get("/account"))
    assert there.get("/account").headers["Location"].startswith("/sign-in")
    assert attempt(side).status_code == 200
    forgive(side)
    assert side.client().post("/sign-in", {**typed(side), "password": NEW}).status_code == 302
    assert Action.PASSWORD_CHANGED.value in actions_of(side)


def test_page_tells_who_is_signed_in(cast: Cast) -> None:
    page = text_of(browser(cast.a).get("/account"))

    assert cast.a.operator.name in page
    assert cast.a.company.name in page
