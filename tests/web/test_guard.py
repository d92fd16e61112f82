import re

import pytest
from django.conf import settings
from django.test import Client, override_settings

from azukari.tenancy import certificates, scope, users
from azukari.tenancy.models import ClientCertificate, Contract, Role, Session, User
from azukari.tenancy.rights import RoleKind
from tests.cast import Side, make_side
from tests.web.entering import (  # noqa: F401  stopped_clock is a fixture
    Clock,
    actions_of,
    bodies_of,
    contract_of,
    enter,
    stopped_clock,
)

pytestmark = pytest.mark.usefixtures("existing_routes")


@pytest.fixture(scope="module")
def a(database) -> Side:
    return make_side("GA")


@pytest.fixture(scope="module")
def b(database) -> Side:
    return make_side("GB")


def with_certificate(client: Client, certificate: bytes | None) -> None:
    client.defaults["azukari.peer_certificate"] = certificate


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_session_with_the_certificate_of_another_contract_is_killed(a: Side, b: Side) -> None:
    client = enter(a)
    with_certificate(client, b.certificate)

    answer = client.get("/")
    with_certificate(client, a.certificate)

    assert answer.status_code == 403
    assert "ログインしたときと別の証明書です" in answer.content.decode()
    assert "GA" not in answer.content.decode()
    assert not is_signed_in(client)
    assert actions_of(a)[-1] == actions_of(b)[-1] == "CERTIFICATE_REFUSED"


def test_session_without_certificate_is_killed(a: Side) -> None:
    client = enter(a)
    with_certificate(client, None)

    answer = client.get("/")
    with_certificate(client, a.certificate)

    assert answer.status_code == 403
    assert not is_signed_in(client)
    assert bodies_of(a)[-1]["details"] == {"refusal": "none"}


@pytest.mark.parametrize(
    "header",
    ["Client-Cert", "X-SSL-Client-Cert", "X-Client-Cert", "azukari.peer_certificate",
     "azukari-peer-certificate", "SSL_CLIENT_CERT", "X-Amzn-Mtls-Clientcert"],
)  # fmt: skip
def test_certificate_in_a_header_counts_for_nothing(a: Side, header: str) -> None:
    from base64 import b64encode

    value = f":{b64encode(a.certificate).decode()}:"

    answer = Client().get("/sign-in", headers={header: value})

    assert answer.status_code == 403
    assert "クライアント証明書が必要です" in answer.content.decode()


def test_revoked_certificate_is_refused_at_the_next_request(a: Side) -> None:
    from azukari.tenancy.access import command_actor
    from azukari.tenancy.rights import ALL_PERMISSIONS

    side = make_side("GR")
    client = enter(side)
    assert is_signed_in(client)
    with contract_of(side):
        row = ClientCertificate.objects.get()
        actor = command_actor(side.contract.id, None, ALL_PERMISSIONS)
        certificates.revoke(row, "紛失", actor=actor)

    answer = client.get("/")

    assert answer.status_code == 403
    assert "失効した証明書です" in answer.content.decode()
    assert Session.objects.filter(session_key=client.session.session_key).count() == 0


def test_expired_certificate_and_suspended_contract_are_explained(clock: Clock) -> None:
    side = make_side("GE")
    client = side.client()

    clock.turn(days=731)
    expired = client.get("/sign-in").content.decode()
    clock.turn(days=-731)
    with contract_of(side):
        Contract.objects.filter(id=side.contract.id).update(suspended_at=clock.now)
    suspended = client.get("/sign-in").content.decode()

    assert "証明書の有効期限が切れています" in expired
    assert "この契約は現在ご利用になれません" in suspended


def test_certificate_of_another_service_is_explained(a: Side) -> None:
    client = Client(**{"azukari.peer_certificate": b"not one of ours"})

    answer = client.get("/sign-in")

    assert answer.status_code == 403
    assert "ほかのサービスの証明書です" in answer.content.decode()
    assert "証明書を選び直す" in answer.content.decode()


def test_idle_session_ends_after_thirty_minutes(a: Side, clock: Clock) -> None:
    client = enter(a)
    clock.turn(minutes=29)
    assert is_signed_in(client)
    clock.turn(minutes=31)

    answer = client.get("/", follow=True)

    assert answer.redirect_chain == [("/sign-in?ended=idle", 302)]
    assert "しばらく操作がなかったため" in answer.content.decode()
    assert not is_signed_in(client)


def test_polling_does_not_keep_an_idle_session_awake(a: Side, clock: Clock) -> None:
    from uuid import uuid4

    client = enter(a)
    for _ in range(4):
        clock.turn(minutes=9)
        answer = client.get(f"/progress/{uuid4()}", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == "/sign-in?ended=idle"


def test_session_ends_after_twelve_hours_of_work(a: Side, clock: Clock) -> None:
    client = enter(a)
    for _ in range(36):
        clock.turn(minutes=20)
        answer = client.get("/")
    assert answer.status_code == 200
    clock.turn(minutes=1)

    assert client.get("/").headers["Location"] == "/sign-in?ended=long"


def test_session_key_given_from_outside_is_not_used(a: Side) -> None:
    client = a.client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else-0123456789"

    client.post("/sign-in", {"contract_code": a.contract.code, "user_code": "operator",
                             "password": "a long enough test passphrase"})  # fmt: skip

    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != "chosen-by-somebody-else-0123456789"
    assert is_signed_in(client)


def test_signing_in_again_changes_the_key_and_ends_the_old_session(a: Side) -> None:
    client = enter(a)
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/sign-in", {"contract_code": a.contract.code, "user_code": "operator",
                             "password": "a long enough test passphrase"})  # fmt: skip
    thief = a.client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != old
    assert not is_signed_in(thief)


def test_session_key_is_not_in_the_table(a: Side) -> None:
    client = enter(a)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value

    assert not Session.objects.filter(session_key=key).exists()


def test_signed_out_session_cannot_be_used_again(a: Side) -> None:
    client = enter(a)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value

    answer = client.post("/sign-out")
    client.cookies[settings.SESSION_COOKIE_NAME] = key

    assert answer.headers["Location"] == "/sign-in?ended=signed-out"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_signed_in(client)
    assert actions_of(a)[-1] == "SIGNED_OUT"


@pytest.mark.parametrize("what", ["password", "suspended", "ended", "new link"])
def test_session_ends_when_the_account_changes(a: Side, what: str) -> None:
    from datetime import timedelta

    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    side = make_side("GC")
    client = enter(side)
    with side.scope():
        row = User.objects.get(id=side.users[RoleKind.OPERATOR].id)
        if what == "password":
            User.objects.filter(id=row.id).update(password=make_password("another long one"))
        elif what == "suspended":
            users.suspend_user(row, actor=side.steward)
        elif what == "new link":
            users.renew_link(row, actor=side.steward)
        else:
            yesterday = timezone.localdate() - timedelta(days=1)
            User.objects.filter(id=row.id).update(valid_to=yesterday)

    assert client.get("/").headers["Location"] == "/sign-in"


def test_right_taken_from_the_role_is_refused_at_the_next_request() -> None:
    side = make_side("GD")
    client = enter(side, RoleKind.AUDITOR)
    assert client.get("/settings/users").status_code == 200
    with side.scope():
        role = Role.objects.get(kind="auditor")
        users.change_role(role, role.name, frozenset({"record:view"}), version=1,
                          actor=side.steward)  # fmt: skip

    answer = client.get("/settings/users")

    assert answer.status_code == 403
    assert "お使いの権限では" in answer.content.decode()


def test_refusal_by_an_action_is_written_down_and_undone(a: Side) -> None:
    client = enter(a, RoleKind.AUDITOR)  # may view roles, not change them
    with a.scope():
        role = Role.objects.get(kind="operator")

    answer = client.post(f"/settings/roles/{role.id}", {"name": "よこどり", "version": "1"})

    with a.scope():
        assert Role.objects.get(id=role.id).name == "運用担当者"
    assert answer.status_code == 403


def test_answers_carry_the_headers(a: Side) -> None:
    answer = enter(a).get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_cookies_are_bound_to_the_host_and_unreadable(a: Side) -> None:
    client = enter(a)
    client.get("/sign-out")  # a page with a form brings the CSRF cookie
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_post_without_token_is_refused_kindly(a: Side) -> None:
    client = Client(
        enforce_csrf_checks=True,
        **{"azukari.peer_certificate": a.certificate, "wsgi.url_scheme": "https"},
    )

    answer = client.post("/sign-in", {"contract_code": "x"})

    assert answer.status_code == 403
    assert "画面の有効期限が切れました" in answer.content.decode()


@pytest.mark.parametrize("path", ["/settings/certificates/new", "/sign-out"])
def test_post_from_another_origin_is_refused(a: Side, path: str) -> None:
    client = enter(a, RoleKind.STEWARD)
    client.handler.enforce_csrf_checks = True
    token = client.get(path, secure=True).context["csrf_token"]

    foreign = {"Origin": "https://evil.example"}
    answer = client.post(path, {"csrfmiddlewaretoken": str(token)}, headers=foreign, secure=True)
    own = client.post(path, {"csrfmiddlewaretoken": str(token)},
                      headers={"Origin": "https://testserver"}, secure=True)  # fmt: skip

    assert answer.status_code == 403
    assert own.status_code in {200, 302}


def test_head_reaches_nothing_that_only_post_may_do(a: Side) -> None:
    client = enter(a, RoleKind.STEWARD)
    target = a.users[RoleKind.OFFICER].id

    answer = client.head(f"/settings/users/{target}/suspend")

    with a.scope():
        assert User.objects.get(id=target).suspended_at is None
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_other_listener_sees_nothing_of_the_operator_site(a: Side) -> None:
    client = a.client()
    client.defaults["azukari.listener"] = "portal"

    assert client.get("/people").status_code == 404


def test_choosing_again_leads_to_a_fresh_host_name(a: Side) -> None:
    with override_settings(CHOOSE_AGAIN_DOMAIN="azukari.localhost"):
        answers = [
            Client().get("/certificate/choose", headers={"host": "localhost:8443"})
            for _ in range(5)
        ]

    found = {answer.headers["Location"] for answer in answers}
    fresh = re.compile(r"https://[0-9a-f]{10}\.azukari\.localhost:8443/")
    assert len(found) == 5
    assert all(fresh.fullmatch(one) for one in found)


def test_fresh_host_name_is_allowed(a: Side) -> None:
    answer = a.client().get("/sign-in", headers={"host": "0a1b2c3d4e.azukari.localhost:8443"})

    assert answer.status_code == 200


def test_choosing_again_without_a_domain_says_to_close_the_browser(a: Side) -> None:
    with override_settings(CHOOSE_AGAIN_DOMAIN=""):
        answer = Client().get("/certificate/choose")

    assert answer.status_code == 200
    assert "すべて閉じてください" in answer.content.decode()


def test_two_tenants_sessions_on_one_connection_do_not_mix(a: Side, b: Side) -> None:
    names = "株式会社GA商事", "株式会社GB商事"
    clients = [
        (enter(a, RoleKind.STEWARD), *names),
        (enter(b, RoleKind.STEWARD), *names[::-1]),
    ]
    for _ in range(5):
        for client, own, foreign in clients:
            text = client.get("/settings/users").content.decode()
            assert own in text
            assert foreign not in text
    assert scope._current.get() is None
