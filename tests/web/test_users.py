import re

import pytest

from azukari.tenancy import setup_links, users
from azukari.tenancy.models import Membership, Role, User
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side, make_side
from tests.web.browser import browser, errors_of, see, text_of
from tests.web.entering import actions_of, attempt, contract_of, user_of

pytestmark = pytest.mark.usefixtures("existing_routes")
STEWARD = RoleKind.STEWARD


@pytest.fixture(scope="module")
def a(database) -> Side:
    return make_side("SA")


@pytest.fixture(scope="module")
def b(database) -> Side:
    return make_side("SB")


def role_id(side: Side, kind: RoleKind) -> str:
    with side.scope():
        return str(Role.objects.get(kind=kind.value).id)


def the_form(side: Side, **facts: str) -> dict[str, str]:
    given = {"name": "髙橋 花子", "role": role_id(side, RoleKind.OPERATOR)}
    return {**given, "user_code": "hanako", **facts}


def other(side: Side, act: str, kind: RoleKind = RoleKind.OFFICER) -> str:
    return f"/settings/users/{side.users[kind].id}/{act}"


def test_registered_user_gets_a_link_that_works(a: Side) -> None:
    typed = the_form(a, user_code="ｈａｎａｋｏ１", mail="hanako@example.co.jp",
                     department="人事部", valid_from="令和8年4月1日")  # fmt: skip

    answer = browser(a, STEWARD).post("/settings/users/new", typed)

    link = re.search(r"https?://testserver(/setup/[\w-]+)", text_of(answer))
    assert link
    assert a.client().get(link[1]).status_code == 200
    with a.scope():
        made = User.objects.get(user_code="hanako1")
        assert Membership.objects.get(user=made).role.kind == "operator"
    assert (made.name, str(made.valid_from)) == ("髙橋　花子", "2026-04-01")
    assert not made.has_usable_password()
    assert actions_of(a)[-1] == "USER_CREATED"


def test_link_is_shown_once(a: Side) -> None:
    client = browser(a, STEWARD)
    shown = text_of(client.post(other(a, "renew-link")))
    (token,) = set(re.findall(r"/setup/([\w-]+)", shown))

    later = text_of(client.get(f"/settings/users/{a.users[RoleKind.OFFICER].id}"))

    assert token not in later
    with a.scope():
        assert setup_links.find(token).user_code == "officer"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"user_code": "steward"}, "ほかの人が使っています"),
        ({"user_code": ""}, "ユーザIDを入力してください。"),
        ({"user_code": "花子"}, "英数字"),
        ({"name": ""}, "氏名を入力してください。"),
        ({"mail": "hanako"}, "メールアドレスの形ではありません"),
        ({"role": ""}, "権限を選んでください。"),
        ({"role": "00000000-0000-0000-0000-000000000000"}, "権限"),
        ({"valid_to": "2026/13/1"}, "有効終了日"),
        ({"valid_from": "2026/4/2", "valid_to": "2026/4/1"}, "有効開始日より前"),
    ],
)
def test_bad_input_is_said_by_field_and_kept(a: Side, facts: dict[str, str], said: str) -> None:
    answer = browser(a, STEWARD).post(
        "/settings/users/new", the_form(a, department="総務", **facts)
    )

    assert any(said in line for line in errors_of(answer))
    assert see(answer).one("input", name="department").attrs["value"] == "総務"
    with a.scope():
        assert not User.objects.filter(department="総務").exists()


def test_role_of_another_contract_cannot_be_given(a: Side, b: Side) -> None:
    answer = browser(a, STEWARD).post(
        "/settings/users/new", the_form(a, role=role_id(b, RoleKind.STEWARD), user_code="thief")
    )

    assert errors_of(answer)
    with a.scope():
        assert not User.objects.filter(user_code="thief").exists()


def test_list_is_searched_and_filtered_and_shows_nobody_else(a: Side, b: Side) -> None:
    client = browser(a, STEWARD)

    everybody = text_of(client.get("/settings/users"))
    found = text_of(client.get("/settings/users?q=audit"))
    nobody = text_of(client.get("/settings/users?state=locked"))
    foreign = text_of(client.get("/settings/users?q=SBの"))

    assert "SAの監査" in everybody
    assert "SBの" not in everybody
    assert "SAの監査" in found
    assert "SAの責任者" not in found
    assert "条件に合うユーザはいません" in nobody
    assert "条件に合うユーザはいません" in foreign


@pytest.mark.parametrize("query", ["after=nonsense", "before=%00", "sort=password", "state=x",
                                   "q=" + "x" * 500])  # fmt: skip
def test_list_takes_any_query(a: Side, query: str) -> None:
    assert browser(a, STEWARD).get(f"/settings/users?{query}").status_code == 200


def test_suspend_and_resume(a: Side) -> None:
    client = browser(a, STEWARD)
    client.post(other(a, "suspend", RoleKind.AUDITOR))
    assert user_of(a, RoleKind.AUDITOR).suspended_at is not None
    assert "ログインできませんでした" in text_of(attempt(a, user_code="auditor"))

    client.post(other(a, "resume", RoleKind.AUDITOR))

    assert user_of(a, RoleKind.AUDITOR).suspended_at is None
    assert actions_of(a)[-1] == "USER_CHANGED"


def test_unlock(a: Side) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from azukari.tenancy.models import SignInThrottle

    with contract_of(a):
        SignInThrottle.objects.update_or_create(
            contract_id=a.contract.id, user_code="operator",
            defaults={"failures": 100, "locked_until": timezone.now() + timedelta(days=36500)},
        )  # fmt: skip
    client = browser(a, STEWARD)
    page = text_of(client.get(f"/settings/users/{a.users[RoleKind.OPERATOR].id}"))

    client.post(other(a, "unlock", RoleKind.OPERATOR))

    assert "ロックを解除する" in page
    assert attempt(a).status_code == 302
    assert "USER_UNLOCKED" in actions_of(a)


@pytest.mark.parametrize("act", ["suspend", "renew-link", "forget-code"])
def test_own_account_is_protected_on_screen(a: Side, act: str) -> None:
    client = browser(a, STEWARD)

    answer = client.post(other(a, act, STEWARD), follow=True)

    assert "ほかの管理担当者に依頼してください" in text_of(answer)
    assert user_of(a, STEWARD).suspended_at is None
    assert client.get("/").status_code == 200


def test_own_role_stays(a: Side) -> None:
    me = user_of(a, STEWARD)
    typed = the_form(a, user_code=me.user_code, version=str(me.version))

    answer = browser(a, STEWARD).post(other(a, "change", STEWARD), typed)

    assert any("自分自身" in line for line in errors_of(answer))


def test_two_stewards_at_once_lose_nothing(a: Side) -> None:
    path = other(a, "change")
    officer = user_of(a, RoleKind.OFFICER)
    typed = the_form(a, user_code="officer", name="一人目", version=str(officer.version),
                     role=role_id(a, RoleKind.OFFICER))  # fmt: skip
    first = browser(a, STEWARD).post(path, typed)
    second = browser(a, STEWARD).post(path, {**typed, "name": "二人目"})

    assert first.status_code == 302
    assert any("ほかの人が" in line for line in errors_of(second))
    assert user_of(a, RoleKind.OFFICER).name == "一人目"


def test_forgotten_code_is_destroyed(a: Side) -> None:
    from azukari.tenancy import one_time_codes
    from azukari.vault import door

    with a.scope():
        row = User.objects.get(id=a.users[RoleKind.OFFICER].id)
        cell = door.deposit_secret(a.contract.id, row.id, one_time_codes.new_secret())
        one_time_codes.keep(row, cell, 1, actor=a.steward)

    browser(a, STEWARD).post(other(a, "forget-code"))

    assert user_of(a, RoleKind.OFFICER).totp_cell is None
    with contract_of(a):
        assert door.is_destroyed(a.contract.id, cell)


@pytest.mark.parametrize(
    ("act", "method"),
    [("", "get"), ("/change", "get"), ("/change", "post"), ("/suspend", "post"),
     ("/renew-link", "post"), ("/explode", "post")],
)  # fmt: skip
def test_users_of_another_contract_do_not_exist(a: Side, b: Side, act: str, method: str) -> None:
    target = b.users[RoleKind.OPERATOR]

    answer = getattr(browser(a, STEWARD), method)(f"/settings/users/{target.id}{act}")

    assert answer.status_code == 404
    assert "SBの" not in text_of(answer)
    assert user_of(b).suspended_at is None


def test_unknown_act_is_not_found(a: Side) -> None:
    assert browser(a, STEWARD).post(other(a, "explode")).status_code == 404


@pytest.mark.parametrize("kind", [RoleKind.OFFICER, RoleKind.AUDITOR])
def test_viewers_see_no_buttons_and_may_not_act(cast: Cast, kind: RoleKind) -> None:
    a = cast.a
    client = browser(a, kind)

    page = text_of(client.get(f"/settings/users/{a.users[RoleKind.OPERATOR].id}"))

    assert "Aの運用担当者" in page
    assert "利用を停止する" not in page
    assert client.post(other(a, "suspend", RoleKind.OPERATOR)).status_code == 403


def test_user_of_no_company_signs_in_and_may_do_nothing() -> None:
    side = make_side("SN")
    with side.scope():
        row = User.objects.get(id=side.users[RoleKind.AUDITOR].id)
        facts = users.UserFacts(row.user_code, row.name)
        users.change_user(row, facts, None, version=row.version, actor=side.steward)

    client = browser(side, RoleKind.AUDITOR)

    assert client.get("/").status_code == 200
    assert client.get("/records").status_code == 403
