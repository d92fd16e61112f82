import re
import statistics
import time
from html import unescape
from typing import Any

import pyotp
import pytest
from django.test import Client

from azukari.tenancy import setup_links
from azukari.tenancy.models import SetupLink, SignInThrottle, User
from azukari.tenancy.rights import RoleKind
from tests.cast import PASSWORD, Side, make_side
from tests.web.browser import errors_of, see, text_of
from tests.web.entering import (  # noqa: F401  stopped_clock is a fixture
    Clock,
    actions_of,
    attempt,
    bodies_of,
    contract_of,
    enter,
    forgive,
    plain,
    stopped_clock,
    typed,
    user_of,
)

pytestmark = pytest.mark.usefixtures("existing_routes")

NEW = "a quite different passphrase"


@pytest.fixture(scope="module")
def a(database) -> Side:
    return make_side("WA")


@pytest.fixture(scope="module")
def b(database) -> Side:
    return make_side("WB")


@pytest.fixture(scope="module")
def strict(database) -> Side:
    """A contract that demands the one-time code."""
    return make_side("WT", totp_required=True)


def fresh_link(side: Side, kind: RoleKind = RoleKind.OFFICER) -> str:
    with contract_of(side):
        return f"/setup/{setup_links.issue(user_of(side, kind))}"


def secret_on(answer: Any) -> str:
    (key,) = re.findall(r"<code>([A-Z2-7 ]{32,})</code>", text_of(answer))
    return key.replace(" ", "")


def offer_on(answer: Any) -> str:
    return unescape(see(answer).one("input", name="offer").attrs["value"] or "")


def enrolled(side: Side, kind: RoleKind, now: Any) -> tuple[Client, pyotp.TOTP]:
    client = side.client()
    client.post("/sign-in", typed(side, kind))
    page = client.get("/sign-in/code")
    app = pyotp.TOTP(secret_on(page))
    client.post("/sign-in/code", {"offer": offer_on(page), "code": app.at(now)})
    return client, app


# password --------------------------------------------------------------------------------------


def test_right_words_lead_to_the_top_and_into_the_ledger(a: Side) -> None:
    client = enter(a)

    assert client.get("/").status_code == 200
    assert actions_of(a)[-1] == "SIGNED_IN"
    assert user_of(a).last_signed_in_at is not None


def test_codes_are_taken_in_any_width_with_blanks_around(a: Side) -> None:
    wide = "".join(chr(ord(ch) + 0xFEE0) for ch in a.contract.code)

    answer = attempt(a, contract_code=f"　{wide} ", user_code=" operator ")

    assert answer.status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"contract_code": "nobody"},
        {"user_code": "nobody"},
        {"password": "not the passphrase at all"},
        {"password": PASSWORD + " "},
    ],
    ids=["contract", "user", "password", "blank after it"],
)
def test_whatever_is_wrong_the_answer_is_the_same(a: Side, wrong: dict[str, str]) -> None:
    forgive(a)
    answer = attempt(a, **wrong)
    forgive(a)
    shown = plain(answer).replace(wrong.get("contract_code", "\0"), a.contract.code)
    shown = shown.replace(wrong.get("user_code", "\0"), "operator")
    usual = plain(attempt(a, password="something else entirely"))
    forgive(a)

    assert answer.status_code == 200
    assert shown == usual
    assert "ログインできませんでした" in shown


def test_contract_of_somebody_else_is_refused_with_ones_own_certificate(a: Side, b: Side) -> None:
    answer = a.client().post("/sign-in", typed(b))

    assert answer.status_code == 200
    assert "ログインできませんでした" in text_of(answer)
    forgive(a)


def test_password_is_never_sent_back(a: Side) -> None:
    answer = attempt(a, password="secret of somebody else 123", user_code="x")

    assert "secret of somebody" not in text_of(answer)
    assert see(answer).one("input", name="user_code").attrs["value"] == "x"


def test_empty_fields_are_named(a: Side) -> None:
    answer = a.client().post("/sign-in", {})

    assert errors_of(answer) == [
        "契約番号を入力してください。",
        "ユーザIDを入力してください。",
        "パスワードを入力してください。",
    ]


def test_suspended_user_gets_the_usual_answer(a: Side, clock: Clock) -> None:
    with contract_of(a):
        User.objects.filter(user_code="auditor").update(suspended_at=clock.now)

    answer = attempt(a, user_code="auditor")

    assert "ログインできませんでした" in text_of(answer)


@pytest.mark.parametrize("user_code", ["officer", "nobody at all"])
def test_lock_ladder_is_the_same_for_real_and_unknown_users(
    clock: Clock,
    user_code: str,
) -> None:
    side = make_side("WL")
    waits = []
    for _ in range(11):
        assert "ログインできませんでした" in text_of(
            attempt(side, user_code=user_code, password="wrong")
        )
        locked = text_of(attempt(side, user_code=user_code))  # the right one does not help
        assert "少しのあいだ受け付けを止めています" in locked
        waits.append(re.search(r"。(\d+(?:秒|分))ほど待って", locked)[1])  # type: ignore[index]
        clock.turn(minutes=15, seconds=1)

    assert waits == ["1秒", "2秒", "4秒", "8秒", "16秒", "32秒", "2分", "3分", "5分", "15分",
                     "15分"]  # fmt: skip
    assert actions_of(side).count("SIGN_IN_FAILED") == 11


@pytest.mark.parametrize("user_code", ["officer", "nobody at all"])
def test_hundredth_failure_locks_until_somebody_unlocks(
    clock: Clock,
    user_code: str,
) -> None:
    side = make_side("WH")
    attempt(side, user_code=user_code, password="wrong")
    with contract_of(side):
        SignInThrottle.objects.update(failures=99, locked_until=None)
    attempt(side, user_code=user_code, password="wrong")
    clock.turn(days=3)

    answer = attempt(side, user_code=user_code)

    assert "ロックの解除を依頼してください" in text_of(answer)


def test_nobody_is_locked_out_by_people_without_the_certificate(a: Side, b: Side) -> None:
    for client in (Client(), b.client()):
        for _ in range(12):
            client.post("/sign-in", typed(a, RoleKind.STEWARD, password="wrong"))

    assert enter(a, RoleKind.STEWARD).get("/").status_code == 200


def test_what_is_typed_as_an_unknown_user_id_is_kept_nowhere(a: Side) -> None:
    attempt(a, user_code="MyPassw0rdByMistake")

    with contract_of(a):
        kept = " ".join(SignInThrottle.objects.values_list("user_code", flat=True))
    assert "MyPassw0rdByMistake" not in kept + str(bodies_of(a))


def test_success_forgets_failures(a: Side, clock: Clock) -> None:
    attempt(a, password="wrong")
    clock.turn(seconds=2)
    enter(a)

    with contract_of(a):
        assert SignInThrottle.objects.get(user_code="operator").failures == 0


def test_unknown_user_takes_as_long_as_a_wrong_password(a: Side) -> None:
    def seconds(user_code: str) -> float:
        if user_code == "operator":
            forgive(a)
        started = time.perf_counter()
        attempt(a, user_code=user_code, password="wrong")
        return time.perf_counter() - started

    seconds("operator"), seconds("warm-up")
    pairs = [(seconds("operator"), seconds(f"nobody-{n}")) for n in range(15)]
    real, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    forgive(a)

    assert 0.6 < real / unknown < 1.6


# one-time code ---------------------------------------------------------------------------------


def test_contract_that_demands_a_code_asks_to_set_it_up(strict: Side, clock: Clock) -> None:
    client = strict.client()
    first = client.post("/sign-in", typed(strict))

    page = client.get("/sign-in/code")
    secret = secret_on(page)

    assert first.headers["Location"] == "/sign-in/code"
    assert "<svg" in text_of(page)
    assert "style=" not in text_of(page)
    assert client.get("/").headers["Location"] == "/sign-in"

    wrong = client.post("/sign-in/code", {"offer": offer_on(page), "code": "000000"})
    assert secret_on(wrong) == secret
    done = client.post(
        "/sign-in/code", {"offer": offer_on(wrong), "code": pyotp.TOTP(secret).at(clock.now)}
    )
    assert done.headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert set(actions_of(strict)[-2:]) == {"SECOND_FACTOR_CHANGED", "SIGNED_IN"}


def test_secret_stands_nowhere_in_clear(strict: Side, clock: Clock) -> None:
    from django.db import connection

    _client, app = enrolled(strict, RoleKind.STEWARD, clock.now)

    with contract_of(strict), connection.cursor() as cursor:
        cursor.execute("SELECT ciphertext FROM vault_cell WHERE realm = %s", [strict.contract.id])
        cells = b"".join(bytes(row[0]) for row in cursor.fetchall())
        cursor.execute("SELECT session_data FROM tenancy_session")
        sessions = "".join(row[0] for row in cursor.fetchall())
    assert cells
    assert app.secret.encode() not in cells
    assert app.secret not in sessions + str(bodies_of(strict))


def test_code_is_asked_at_the_next_sign_in_and_taken_once(strict: Side, clock: Clock) -> None:
    _client, app = enrolled(strict, RoleKind.OFFICER, clock.now)
    clock.turn(minutes=5)
    code = app.at(clock.now)
    again, thief = strict.client(), strict.client()
    for client in (again, thief):
        client.post("/sign-in", typed(strict, RoleKind.OFFICER))

    first = again.post("/sign-in/code", {"code": f" {code[:3]} {code[3:]}"})
    replay = thief.post("/sign-in/code", {"code": code})

    assert first.headers["Location"] == "/"
    assert replay.status_code == 200
    assert "使用済みです" in text_of(replay)
    assert code not in text_of(replay)
    assert thief.get("/").headers["Location"] == "/sign-in"


def test_wrong_codes_count_like_wrong_passwords(strict: Side, clock: Clock) -> None:
    _client, app = enrolled(strict, RoleKind.AUDITOR, clock.now)
    clock.turn(minutes=1)
    client = strict.client()
    client.post("/sign-in", typed(strict, RoleKind.AUDITOR))
    wrong = f"{(int(app.at(clock.now)) + 7) % 10**6:06d}"
    for _ in range(9):
        client.post("/sign-in/code", {"code": wrong})
        clock.turn(seconds=300) if _ > 6 else clock.turn(seconds=2 ** (_ + 1))
        client.post("/sign-in", typed(strict, RoleKind.AUDITOR))

    with contract_of(strict):
        throttle = SignInThrottle.objects.get(user_code="auditor")
    assert throttle.failures == 9
    assert bodies_of(strict)[-1]["result"] == "REFUSED"

    client.post("/sign-in/code", {"code": wrong})
    right = client.post("/sign-in/code", {"code": app.at(clock.now)})
    assert "受け付けを止めています" in text_of(right)


def test_half_signed_in_session_reaches_nothing_and_ends_soon(strict: Side, clock: Clock) -> None:
    client = strict.client()
    client.post("/sign-in", typed(strict))

    for path in ("/", "/people", "/settings/users", "/account/code", "/sign-out"):
        assert client.get(path).headers["Location"] == "/sign-in"
    clock.turn(minutes=11)
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in?ended=half"


def test_page_of_the_code_without_the_password_leads_back(a: Side) -> None:
    answer = a.client().get("/sign-in/code", follow=True)

    assert "はじめからログインし直してください" in text_of(answer)


def test_offer_of_another_user_is_not_taken(strict: Side, clock: Clock) -> None:
    side = make_side("WO", totp_required=True)
    mine, other = side.client(), side.client()
    mine.post("/sign-in", typed(side, RoleKind.STEWARD))
    other.post("/sign-in", typed(side, RoleKind.OFFICER))
    page = mine.get("/sign-in/code")
    code = pyotp.TOTP(secret_on(page)).at(clock.now)

    answer = other.post("/sign-in/code", {"offer": offer_on(page), "code": code})

    assert answer.headers["Location"] == "/sign-in/code"
    assert user_of(side, RoleKind.OFFICER).totp_cell is None


def test_own_code_is_set_after_the_password_and_replaced(clock: Clock) -> None:
    from azukari.vault.models import Tombstone

    side = make_side("WS")
    client = enter(side)
    wrong = client.post("/account/code", {"password": "wrong"})
    assert any("パスワードが違います" in line for line in errors_of(wrong))
    clock.turn(seconds=2)

    for _ in range(2):
        page = client.post("/account/code", {"password": PASSWORD})
        app = pyotp.TOTP(secret_on(page))
        done = client.post("/account/code", {"offer": offer_on(page), "code": app.at(clock.now)})
        assert done.headers["Location"] == "/"
        clock.turn(minutes=1)

    with contract_of(side):
        (buried,) = Tombstone.objects.filter(realm=side.contract.id)
    assert buried.keys_destroyed_at is not None
    late = side.client()
    assert late.post("/sign-in", typed(side)).headers["Location"] == "/sign-in/code"
    assert late.post("/sign-in/code", {"code": app.at(clock.now)}).headers["Location"] == "/"


def test_own_code_without_the_password_is_not_set(clock: Clock) -> None:
    side = make_side("WP")
    client = enter(side)

    answer = client.post("/account/code", {"offer": "made up", "code": "123456"})

    assert answer.headers["Location"] == "/account/code"
    assert user_of(side).totp_cell is None


# first password --------------------------------------------------------------------------------


def test_opening_a_link_uses_nothing_up(a: Side) -> None:
    path = fresh_link(a)

    pages = [a.client().get(path) for _ in range(3)] + [a.client().head(path)]

    assert [page.status_code for page in pages] == [200] * 4
    assert "15文字以上" in text_of(pages[0])
    with contract_of(a):
        assert SetupLink.objects.filter(user=user_of(a, RoleKind.OFFICER), used_at=None).exists()


def test_link_sets_the_password_once(a: Side) -> None:
    path = fresh_link(a)
    done = a.client().post(path, {"password": NEW, "again": NEW})
    again = a.client().post(path, {"password": NEW + "!", "again": NEW + "!"})
    signed = attempt(a, user_code="officer", password=NEW)

    assert done.headers["Location"] == "/sign-in?ended=password-set"
    assert again.status_code == 404
    assert signed.headers["Location"] == "/"
    assert actions_of(a)[-2:] == ["PASSWORD_CHANGED", "SIGNED_IN"]


def test_expired_used_unknown_and_foreign_links_look_the_same(
    a: Side, b: Side, clock: Clock
) -> None:
    used, expired, foreign = fresh_link(a), "", fresh_link(b)
    a.client().post(used, {"password": NEW, "again": NEW})
    expired = fresh_link(a, RoleKind.STEWARD)
    clock.turn(hours=72, seconds=1)

    answers = [a.client().get(path) for path in (used, expired, "/setup/nonsense", foreign)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({plain(answer) for answer in answers}) == 1


def test_newer_link_replaces_the_older(a: Side) -> None:
    older = fresh_link(a)
    newer = fresh_link(a)

    assert (a.client().get(older).status_code, a.client().get(newer).status_code) == (404, 200)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "短すぎます。15文字以上で入力してください。"),
        ("fourteen chars", "fourteen chars", "短すぎます。15文字以上で入力してください。"),
        (NEW, NEW + "x", "2回の入力が違います。2つの欄とも入力し直してください。"),
        ("", "", "新しいパスワードを入力してください。"),
        ("officer.officer", "officer.officer", "に似ています"),
    ],
)
def test_unfit_passwords_are_refused_in_words(
    a: Side, password: str, again: str, said: str
) -> None:
    with contract_of(a):
        User.objects.filter(user_code="officer").update(mail="officer.officer@example.jp")
    path = fresh_link(a)

    answer = a.client().post(path, {"password": password, "again": again})

    assert any(said in line for line in errors_of(answer))
    assert not password or f'value="{password}"' not in text_of(answer)
    assert a.client().get(path).status_code == 200


def test_with_a_code_ten_characters_are_enough(strict: Side) -> None:
    path = fresh_link(strict, RoleKind.OPERATOR)

    short = strict.client().post(path, {"password": "k9#mmqzt!", "again": "k9#mmqzt!"})
    enough = strict.client().post(path, {"password": "k9#mmqzt!x", "again": "k9#mmqzt!x"})

    assert any("10文字以上" in line for line in errors_of(short))
    assert enough.status_code == 302


def test_link_ends_the_sessions_of_its_user() -> None:
    side = make_side("WE")
    client = enter(side, RoleKind.OFFICER)
    path = fresh_link(side)
    side.client().post(path, {"password": NEW, "again": NEW})

    assert client.get("/").headers["Location"] == "/sign-in"


# leaving ---------------------------------------------------------------------------------------


def test_signing_out_asks_first(a: Side) -> None:
    client = enter(a)

    page = client.get("/sign-out")

    assert "ログアウトしますか" in text_of(page)
    assert {"はい", "いいえ"} <= {e.text for e in see(page).all("button") + see(page).all("a")}
    assert client.get("/").status_code == 200


def test_signed_in_browser_is_not_asked_again(a: Side) -> None:
    assert enter(a).get("/sign-in").headers["Location"] == "/"


def test_ended_text_comes_from_a_closed_list(a: Side) -> None:
    answer = a.client().get("/sign-in?ended=<script>")

    assert "script&gt;" not in text_of(answer)
    assert answer.status_code == 200
