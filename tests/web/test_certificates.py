import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.test import Client

from azukari.tenancy.models import ClientCertificate
from azukari.tenancy.rights import RoleKind
from azukari.vault.models import Cell, Tombstone
from tests.cast import Side, make_side
from tests.web.browser import browser, errors_of, see, text_of
from tests.web.entering import Clock, actions_of, contract_of, stopped_clock  # noqa: F401

pytestmark = pytest.mark.usefixtures("existing_routes")
STEWARD = RoleKind.STEWARD


@pytest.fixture
def side(database) -> Side:
    return make_side("KA")


def issue(client: Client, **more: str) -> tuple[Any, str, str]:
    """The page after issuing, the address of the file and the password."""
    form = see(client.get("/settings/certificates/new"))
    hidden = str(form.one("input", name="certificate_id").attrs["value"])
    answer = client.post("/settings/certificates/new", {"certificate_id": hidden, **more})
    text = text_of(answer)
    (password,) = re.findall(r"<code>([0-9a-z-]{24})</code>", text)
    return answer, f"/settings/certificates/{hidden}/file", unescape(password)


def opened(content: bytes, password: str) -> bytes:
    store = pkcs12.load_pkcs12(content, password.encode())
    assert store.cert is not None
    return store.cert.certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("more", [{}, {"legacy": "on"}], ids=["modern", "legacy"])
def test_issued_file_opens_with_the_password_and_admits(side: Side, more: dict[str, str]) -> None:
    client = browser(side, STEWARD)
    _page, file, password = issue(client, **more)

    got = client.post(file)
    admitted = Client(**{"azukari.peer_certificate": opened(got.content, password)})

    assert got.headers["Content-Type"] == "application/x-pkcs12"
    assert got.headers["Content-Disposition"] == (
        f'attachment; filename="MNS_{side.contract.code}cert.p12"'
    )
    assert admitted.get("/sign-in").status_code == 200
    assert {"CERTIFICATE_ISSUED", "FILE_DOWNLOADED"} <= set(actions_of(side))


def test_file_is_given_once_and_then_destroyed(side: Side) -> None:
    client = browser(side, STEWARD)
    _page, file, _password = issue(client)
    client.post(file)

    again = client.post(file, follow=True)

    assert "消去されています" in text_of(again)
    with contract_of(side):
        assert not Cell.objects.filter(realm=side.contract.id).exists()
        assert Tombstone.objects.get(realm=side.contract.id).keys_destroyed_at is not None


def test_file_not_downloaded_in_time_is_destroyed(side: Side, clock: Clock) -> None:
    client = browser(side, STEWARD)
    _page, file, _password = issue(client)
    clock.turn(minutes=16)

    late = client.post(file)
    client.get("/settings/certificates")

    assert late.status_code == 302
    with contract_of(side):
        assert not Cell.objects.filter(realm=side.contract.id).exists()


def test_file_is_not_given_to_another_steward(side: Side) -> None:
    from azukari.tenancy import users
    from azukari.tenancy.models import Role, User

    _page, file, _password = issue(browser(side, STEWARD))
    with side.scope():
        row = User.objects.get(id=side.users[RoleKind.OFFICER].id)
        users.change_user(row, users.UserFacts(row.user_code, row.name),
                          Role.objects.get(kind="steward"), version=row.version,
                          actor=side.steward)  # fmt: skip

    answer = browser(side, RoleKind.OFFICER).post(file, follow=True)

    assert "消去されています" in text_of(answer)


def test_form_sent_twice_issues_one(side: Side) -> None:
    client = browser(side, STEWARD)
    form = see(client.get("/settings/certificates/new"))
    typed = {"certificate_id": str(form.one("input", name="certificate_id").attrs["value"])}

    first = client.post("/settings/certificates/new", typed)
    second = client.post("/settings/certificates/new", typed)

    assert (first.status_code, second.status_code) == (200, 302)
    with contract_of(side):
        assert ClientCertificate.objects.count() == 2  # with the one of the contract's opening


def test_password_is_kept_nowhere(side: Side) -> None:
    from django.db import connection

    _page, _file, password = issue(browser(side, STEWARD))

    with contract_of(side), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, ' ') FROM tenancy_client_certificate c")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(session_data, ' '), '') FROM tenancy_session")
        rows += cursor.fetchone()[0]
    assert password not in rows


@pytest.mark.parametrize(
    ("days", "said"),
    [(61, "有効"), (60, "更新の時期です"), (30, "更新してください"), (7, "まもなく期限切れ")],
)
def test_list_warns_before_the_end(side: Side, clock: Clock, days: int, said: str) -> None:
    with contract_of(side):
        ends = clock.now + timedelta(days=days, hours=1)
        ClientCertificate.objects.update(not_after=ends)

    text = text_of(browser(side, STEWARD).get("/settings/certificates"))

    assert said in text
    assert f">{days}日<" in text
    assert ("期限が近づいています" in text) is (days <= 60)


def test_revoking_needs_a_reason_and_a_warning_when_in_use(side: Side) -> None:
    with contract_of(side):
        own = ClientCertificate.objects.get()
    client = browser(side, STEWARD)
    path = f"/settings/certificates/{own.id}/revoke"

    page = text_of(client.get(path))
    refused = client.post(path, {"reason": ""})
    done = client.post(path, {"reason": "パソコンの紛失", "in_use": "on"})

    assert "いま使っている証明書です" in page
    assert "誰もログインできなくなります" in page
    assert len(errors_of(refused)) == 2
    assert done.status_code == 302
    assert client.get("/").status_code == 403
    assert actions_of(side)[-2:] == ["CERTIFICATE_REVOKED", "CERTIFICATE_REFUSED"]


def test_other_certificate_is_revoked_without_ado(side: Side) -> None:
    client = browser(side, STEWARD)
    _page, file, password = issue(client)
    other = opened(client.post(file).content, password)
    with contract_of(side):
        row = ClientCertificate.objects.order_by("-issued_at").first()
    assert row is not None

    client.post(f"/settings/certificates/{row.id}/revoke", {"reason": "入れ替え"})

    assert Client(**{"azukari.peer_certificate": other}).get("/sign-in").status_code == 403
    text = text_of(client.get("/settings/certificates"))
    assert "失効済み" in text
    assert "入れ替え" in text


def test_number_in_the_reason_is_refused(side: Side) -> None:
    from tests.numbers import valid_number

    with contract_of(side):
        own = ClientCertificate.objects.get()

    answer = browser(side, STEWARD).post(
        f"/settings/certificates/{own.id}/revoke",
        {"reason": f"紛失 {valid_number(880_001)}", "in_use": "on"},
    )

    assert any("12桁" in line for line in errors_of(answer))


def test_certificates_of_another_contract_do_not_exist(side: Side, cast) -> None:
    with contract_of(cast.b):
        foreign = ClientCertificate.objects.first()
    assert foreign is not None
    client = browser(side, STEWARD)

    for path in ("revoke", "file"):
        url = f"/settings/certificates/{foreign.id}/{path}"
        assert client.post(url, {"reason": "悪意"}).status_code == 404
    assert foreign.serial[:8] not in text_of(client.get("/settings/certificates"))
    assert cast.b.client().get("/sign-in").status_code == 200


def test_auditor_sees_the_list_only(side: Side) -> None:
    client = browser(side, RoleKind.AUDITOR)

    text = text_of(client.get("/settings/certificates"))

    assert "失効させる" not in text
    assert "証明書を発行する" not in text
    assert client.get("/settings/certificates/new").status_code == 403
