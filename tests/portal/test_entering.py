"""Coming in by the portal's door: link, password, code; and what is told to strangers."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone

from azukari.register.accounts import actions, entering, places
from azukari.register.accounts.entering import MOST_FAILURES
from azukari.register.models import AccountLink
from azukari.web import doors
from tests.cast import PASSWORD, Cast, Side
from tests.portal.entering import (
    account_of,
    cookie_names,
    link_for,
    phone,
    reload,
    signed_in,
    typed,
    with_option,
)
from tests.web.browser import employee, text_of
from tests.web.entering import Clock, stopped_clock  # noqa: F401

NEW = "a completely new passphrase"


@pytest.fixture(name="a")
def side_a(cast: Cast) -> Side:
    with_option(cast.a)
    return cast.a


def test_link_sets_the_password_and_leads_inside(a: Side) -> None:
    person = employee(a)
    link = link_for(a, person)
    client = phone()

    page = client.get(link)
    short = client.post(link, {"password": "short", "again": "short"})
    done = client.post(link, {"password": NEW, "again": NEW})
    inside = client.get("/")

    assert a.company.name in text_of(page)
    assert "15文字以上" in text_of(short)
    assert (done.status_code, done.headers["Location"]) == (302, "/")
    assert person.name in text_of(inside)
    assert client.post("/sign-in", {}).status_code in {200, 302}
    # used up, and said so without telling whose it was
    again = phone().get(link)
    assert again.status_code == 404
    assert "使用済み" in text_of(again)
    assert person.name not in text_of(again)


def test_a_newer_link_replaces_the_older(a: Side) -> None:
    person = employee(a)
    older, newer = link_for(a, person), link_for(a, person)

    assert phone().get(older).status_code == 404
    assert phone().get(newer).status_code == 200


def test_link_ends_after_its_time(a: Side) -> None:
    link = link_for(a, employee(a))
    with a.scope():
        AccountLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert phone().get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 54, "%00" * 20, "../../etc/passwd"])
def test_link_nobody_gave_out_is_not_found(a: Side, token: str) -> None:
    assert phone().get(f"/start/{token}").status_code == 404
    assert phone().get(f"/once/{token}").status_code == 404


def test_browser_remembers_the_company_and_asks_less(a: Side) -> None:
    client = signed_in(a, account_of(a))
    client.post("/sign-out")

    page = text_of(client.get("/sign-in"))

    assert 'type="hidden" name="contract_code"' in page
    assert 'type="hidden" name="contract_code"' not in text_of(client.get("/sign-in?other=1"))
    assert 'type="hidden" name="contract_code"' in text_of(
        phone().get(f"/sign-in?at={a.contract.code}.001")
    )


def told(answer: object) -> str:
    """The page without what differs between any two requests, and what was typed."""
    text = text_of(answer)
    text = re.sub(r'value="[^"]*"', "", text)
    return re.sub(r"[0-9a-f]{16}", "", text)


def test_strangers_learn_nothing_from_a_refusal(a: Side, cast: Cast, clock: Clock) -> None:
    account = account_of(a)
    unset = account_of(a, password=False)
    suspended = account_of(a)
    gone = account_of(a)
    with a.scope():
        actions.suspend_account(suspended, actor=a.operator)
        gone.person.left_on = timezone.localdate() - timedelta(days=1)
        gone.person.save(update_fields=["left_on"])
    attempts = {
        "wrong password": typed(a, account, password="not the right passphrase"),
        "nobody": typed(a, account, employee_code="NOBODY"),
        "other contract": typed(cast.b, account),
        "no contract": typed(a, account, contract_code="99999999"),
        "no company": typed(a, account, company_code="777"),
        "password not set": typed(a, unset),
        "suspended": typed(a, suspended),
        "has left": typed(a, gone),
    }

    first = {name: phone().post("/sign-in", said) for name, said in attempts.items()}
    second = {name: phone().post("/sign-in", said) for name, said in attempts.items()}

    for answers in (first, second):
        assert {answer.status_code for answer in answers.values()} == {200}
        assert len({told(answer) for answer in answers.values()}) == 1
    assert "ログインできませんでした" in text_of(first["nobody"])
    assert "1秒ほど待って" in text_of(second["nobody"])


def test_lock_ladder_ends_after_a_quarter_of_an_hour_at_most(a: Side, clock: Clock) -> None:
    account = account_of(a)
    wrong = typed(a, account, password="not the right passphrase")

    for _ in range(12):
        phone().post("/sign-in", wrong)
        clock.turn(minutes=16)
    phone().post("/sign-in", wrong)
    locked = phone().post("/sign-in", typed(a, account))
    clock.turn(minutes=16)
    open_again = phone().post("/sign-in", typed(a, account))

    assert "15分ほど待って" in text_of(locked)
    assert open_again.status_code == 302
    assert MOST_FAILURES == 99


def test_operator_can_unlock(a: Side, clock: Clock) -> None:
    account = account_of(a)
    for _ in range(11):
        phone().post("/sign-in", typed(a, account, password="not the right passphrase"))
        clock.turn(minutes=16)
    phone().post("/sign-in", typed(a, account, password="not the right passphrase"))
    with a.scope():
        assert actions.state(reload(a, account)).value == "locked"
        actions.unlock_account(reload(a, account), actor=a.steward)

    assert phone().post("/sign-in", typed(a, account)).status_code == 302


def test_cookies_have_names_of_their_own(a: Side) -> None:
    client = signed_in(a, account_of(a))

    assert cookie_names(client) == {doors.SESSION_OUTSIDE, doors.CSRF_OUTSIDE}
    morsel = client.cookies[doors.SESSION_OUTSIDE]
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "Strict")


def test_sessions_are_bound_to_their_door(a: Side) -> None:
    from django.conf import settings

    from tests.web.browser import browser

    inside = signed_in(a, account_of(a))
    operators = a.client()
    operators.cookies[settings.SESSION_COOKIE_NAME] = inside.cookies[doors.SESSION_OUTSIDE].value
    theirs = browser(a)
    portal = phone()
    portal.cookies[doors.SESSION_OUTSIDE] = theirs.cookies[settings.SESSION_COOKIE_NAME].value
    same_name = phone()
    same_name.cookies[settings.SESSION_COOKIE_NAME] = inside.cookies[doors.SESSION_OUTSIDE].value

    assert operators.get("/people").headers["Location"] == "/sign-in"
    assert portal.get("/").headers["Location"].startswith("/sign-in")
    assert same_name.get("/").headers["Location"].startswith("/sign-in")


def test_session_ends_when_idle_and_says_so(a: Side, clock: Clock) -> None:
    client = signed_in(a, account_of(a))

    clock.turn(minutes=31)
    answer = client.get("/")

    assert answer.headers["Location"] == "/sign-in?ended=idle"
    assert "保存されています" in text_of(client.get(answer.headers["Location"]))


@pytest.mark.parametrize("act", ["suspend", "reset", "leave"])
def test_session_ends_with_the_account(a: Side, act: str) -> None:
    account = account_of(a)
    client = signed_in(a, account)
    assert client.get("/").status_code == 200

    with a.scope():
        if act == "suspend":
            actions.suspend_account(account, actor=a.operator)
        elif act == "reset":
            actions.reset_account(account, actor=a.operator)
        else:
            account.person.left_on = timezone.localdate() - timedelta(days=1)
            account.person.save(update_fields=["left_on"])

    assert client.get("/").headers["Location"] == "/sign-in?ended=closed"


def test_contract_that_loses_the_option_is_not_there(a: Side) -> None:
    account = account_of(a)
    client = signed_in(a, account)
    link = link_for(a, employee(a))
    with_option(a, on=False)
    try:
        inside, start = client.get("/"), phone().get(link)
        entry = phone().post("/sign-in", typed(a, account))
    finally:
        with_option(a)

    assert (inside.status_code, start.status_code) == (404, 404)
    assert entry.status_code in {200, 404}
    assert client.get("/").headers["Location"].startswith("/sign-in")
    assert phone().get(link).status_code == 200  # on again: nothing is lost


def test_installation_without_the_option_has_no_portal(
    a: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "anywhere_open", lambda: False)

    assert phone().get("/health").status_code == 200
    for path in ("/", "/sign-in", "/help", "/start/x", "/once/x"):
        assert phone().get(path).status_code == 404


def test_one_time_code_is_set_up_asked_for_and_used_once(a: Side, clock: Clock) -> None:
    account = account_of(a)
    client = signed_in(a, account)
    offered = client.post("/account/code", {"password": PASSWORD})
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", text_of(offered))
    assert secret is not None
    totp = pyotp.TOTP(secret[1].replace(" ", ""))
    offer = re.search(r'name="offer" value="([^"]+)"', text_of(offered))
    assert offer is not None
    client.post("/account/code", {"offer": offer[1], "code": totp.at(clock.now)})
    client.post("/sign-out")

    clock.turn(seconds=60)
    half = phone()
    first = half.post("/sign-in", typed(a, account))
    closed = half.get("/")
    wrong = half.post("/sign-in/code", {"code": "000000"})
    clock.turn(minutes=1)
    done = half.post("/sign-in/code", {"code": totp.at(clock.now)})
    other = phone()
    other.post("/sign-in", typed(a, account))
    replay = other.post("/sign-in/code", {"code": totp.at(clock.now)})

    assert first.headers["Location"] == "/sign-in/code"
    assert closed.headers["Location"] == "/sign-in/code"
    assert "コードが合わない" in text_of(wrong)
    assert done.headers["Location"] == "/"
    assert "コードが合わない" in text_of(replay)


def test_password_is_changed_and_other_sessions_end(a: Side) -> None:
    account = account_of(a)
    here, there = signed_in(a, account), signed_in(a, account)

    wrong = here.post(
        "/account/password",
        {"current-password": "not the right passphrase", "password": NEW, "again": NEW},
    )
    with a.scope():
        entering.forget_failures(account)
    done = here.post(
        "/account/password", {"current-password": PASSWORD, "password": NEW, "again": NEW}
    )

    assert "パスワードが違います" in text_of(wrong)
    assert done.headers["Location"] == "/account"
    assert here.get("/").status_code == 200
    assert there.get("/").headers["Location"] == "/sign-in?ended=closed"
    assert phone().post("/sign-in", typed(a, account, password=NEW)).status_code == 302


def test_too_many_attempts_of_one_address_are_sent_away(
    a: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azukari.web.portal import limits

    monkeypatch.setattr(limits, "may_knock", lambda _request: False)

    answer = phone().post("/sign-in", {})

    assert answer.status_code == 429
    assert "混み合っています" in text_of(answer)


def test_buckets_fill_again_and_are_separate() -> None:
    from azukari.web.portal.limits import Buckets, Limit

    buckets = Buckets()
    limit = Limit(burst=2, per_minute=60)

    taken = [buckets.take("x", limit, now=0.0) for _ in range(3)]

    assert taken == [True, True, False]
    assert buckets.take("y", limit, now=0.0)
    assert not buckets.take("x", limit, now=0.5)
    assert buckets.take("x", limit, now=1.6)


def test_language_is_chosen_and_kept_with_the_account(a: Side) -> None:
    account = account_of(a)
    client = signed_in(a, account)

    client.post("/language", {"language": "en", "back": "/account"})
    page = client.get("/account")
    elsewhere = signed_in(a, account)

    assert '<html lang="en">' in text_of(page)
    assert '<html lang="en">' in text_of(elsewhere.get("/"))
    away = client.post("/language", {"language": "en", "back": "https://evil.example/"})
    assert away.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("wished", "tag"),
    [("ja,en;q=0.5", 'lang="ja"'), ("en-US,en", 'lang="en"'), ("vi-VN,vi", 'lang="ja"')],
)
def test_language_is_taken_from_the_browser(a: Side, wished: str, tag: str) -> None:
    client = phone()

    page = client.get("/sign-in", headers={"accept-language": wished})

    assert f"<html {tag}>" in text_of(page)
