"""本人の確認 before weighty acts: asked when the last one is old, without losing what was typed."""

from typing import Any

import pyotp
import pytest

from azukari.register.models import SheetState
from azukari.tenancy import sign_in
from azukari.web.routes import ROUTES
from tests.cast import PASSWORD, Cast, make_side
from tests.register.sheet_files import employee as row_of
from tests.register.sheet_files import of
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    holds_digits,
    new_code,
    new_number,
    see,
    text_of,
    with_number,
)
from tests.web.entering import Clock, actions_of, forgive, stopped_clock, user_of
from tests.web.test_sheets import checked, state

clock = stopped_clock
ASKS = "ログインしている本人であることを確かめます"


def page_of_number(cast: Cast) -> str:
    person = with_number(cast.a, employee(cast.a), new_number())
    return f"/people/{person.id}/number/show"


def answered(client: Any, url: str, secret: str, **kept: Any) -> Any:
    way = {"confirm_way": "send" if kept else "open"}
    return client.post(url, {"confirm_secret": secret, **way, **kept})


def test_after_signing_in_nothing_is_asked_for_five_minutes(cast: Cast, clock: Clock) -> None:
    url, client = page_of_number(cast), browser(cast.a)

    at_once = client.get(url)
    clock.turn(minutes=5)
    later = client.get(url)

    assert ASKS not in text_of(at_once)
    assert ASKS in text_of(later)


def test_password_leads_back_to_the_page_and_changes_the_session_key(
    cast: Cast, clock: Clock
) -> None:
    url, client = page_of_number(cast), browser(cast.a)
    clock.turn(minutes=6)
    before = client.session.session_key

    answer = answered(client, url, PASSWORD)
    page = client.get(url)

    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert ASKS not in text_of(page)
    assert client.session.session_key != before


def test_wrong_password_is_refused_and_counts(cast: Cast, clock: Clock) -> None:
    url, client = page_of_number(cast), browser(cast.a)
    clock.turn(minutes=6)

    answer = answered(client, url, "not the password at all")
    again = answered(client, url, PASSWORD)

    assert errors_of(answer) == ["パスワードまたはコードが違います。もう一度入力してください。"]
    assert "少しのあいだ受け付けを止めています" in text_of(again)  # one second, as at the entrance
    assert actions_of(cast.a)[-1] == "SIGN_IN_FAILED"
    with cast.a.scope():
        assert sign_in.is_locked(user_of(cast.a)) is not None
    forgive(cast.a)


def test_form_that_was_stopped_is_sent_after_the_answer(cast: Cast, clock: Clock) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)
    url, client = f"/people/{person.id}/number/show", browser(cast.a)
    once = see(client.get(url)).one("input", name_="once").attrs["value"]
    typed = {"purpose": "HEALTH_PENSION", "reason": "届出の確認のため", "once": once}
    clock.turn(minutes=6)

    stopped = client.post(url, typed)
    kept = {
        e.attrs["name"]: e.attrs["value"]
        for e in see(stopped).all("input", type_="hidden")
        if e.attrs["name"] in typed
    }
    shown = answered(client, url, PASSWORD, **kept)

    assert ASKS in text_of(stopped)
    assert not holds_digits(stopped, digits)
    assert kept == typed
    assert holds_digits(shown, digits)


def test_neither_number_nor_password_travels_through_the_question(cast: Cast, clock: Clock) -> None:
    url, client, digits = page_of_number(cast), browser(cast.a), new_number()
    clock.turn(minutes=6)

    stopped = client.post(url, {"number": digits[:11], "reason": f"{digits}のため", "purpose": "X"})

    names = {e.attrs["name"] for e in see(stopped).all("input")}
    assert names == {"csrfmiddlewaretoken", "confirm_way", "confirm_secret", "purpose"}
    assert digits[:11] not in text_of(stopped)
    assert "個人番号は画面に戻しません" in text_of(stopped)


def test_view_never_sees_the_password(cast: Cast, clock: Clock) -> None:
    url, client = page_of_number(cast), browser(cast.a)
    clock.turn(minutes=6)

    answer = answered(client, url, PASSWORD, purpose="HEALTH_PENSION", reason="")

    assert ASKS not in text_of(answer)
    assert PASSWORD not in text_of(answer)
    assert "confirm_secret" not in answer.wsgi_request.POST


def test_code_of_the_app_confirms_too(database: object, clock: Clock) -> None:
    from azukari.tenancy import one_time_codes
    from azukari.tenancy.rights import RoleKind
    from azukari.vault import door

    side = make_side("FC")
    person = with_number(side, employee(side), new_number())
    secret = one_time_codes.new_secret()
    with side.scope():
        user = side.users[RoleKind.OPERATOR]
        user.totp_cell = door.deposit_secret(side.contract.id, user.id, secret)
        user.save(update_fields=["totp_cell"])
    url, client = f"/people/{person.id}/number/show", browser(side)
    clock.turn(minutes=6)
    code = pyotp.TOTP(secret).at(clock.now)

    wrong = answered(client, url, "000000" if code != "000000" else "111111")
    clock.turn(seconds=2)
    right = answered(client, url, code)
    clock.turn(minutes=6)
    used = answered(client, url, code)

    assert len(errors_of(wrong)) == 1
    assert right.status_code == 302
    assert len(errors_of(used)) == 1


def test_right_is_asked_for_before_the_password(cast: Cast, clock: Clock) -> None:
    from azukari.tenancy.rights import RoleKind

    url, client = page_of_number(cast), browser(cast.a, RoleKind.AUDITOR)
    clock.turn(minutes=6)

    assert client.get(url).status_code == 403


def test_htmx_is_sent_to_the_whole_page(cast: Cast, clock: Clock) -> None:
    url, client = page_of_number(cast), browser(cast.a)
    clock.turn(minutes=6)

    answer = client.get(url, headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == url


@pytest.mark.parametrize("act", ["show", "dispose"])
def test_what_shows_or_destroys_a_number_is_marked(act: str) -> None:
    marked = {route.name for route in ROUTES if route.fresh}

    assert {f"number-{act}", f"family-number-{act}"} <= marked


def test_file_of_numbers_is_applied_by_who_was_asked_just_now(cast: Cast, clock: Clock) -> None:
    who = new_code()
    sheet_id = checked(cast.a, of(row_of(who, new_number())))
    client, url = browser(cast.a), f"/sheets/{sheet_id}/apply"
    clock.turn(minutes=6)

    stopped = client.post(url)
    before = state(cast.a, sheet_id)
    done = client.post(url, {"confirm_secret": PASSWORD, "confirm_way": "send"})

    assert (ASKS in text_of(stopped), before) == (True, SheetState.CHECKED)
    assert (done.status_code, state(cast.a, sheet_id)) == (302, SheetState.APPLYING)
