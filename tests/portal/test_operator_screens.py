"""従業員アカウント on the operators' site: list, link, file of links, acts, and whose it is."""

import re

import pytest

from azukari.register.accounts import actions
from azukari.register.models import EmployeeAccount
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side
from tests.portal.entering import account_of, phone, signed_in, with_option
from tests.web.browser import browser, employee, text_of


@pytest.fixture(name="a")
def side_a(cast: Cast) -> Side:
    with_option(cast.a)
    return cast.a


def test_link_is_shown_once_and_opens_the_portal(a: Side) -> None:
    person = employee(a)
    client = browser(a, RoleKind.STEWARD)

    answer = client.post("/accounts/open", {"selected": str(person.id)})
    link = re.search(r"https://[^\s<\"]+(/start/[\w-]+)", text_of(answer))

    assert link is not None
    assert phone().get(link[1]).status_code == 200
    assert "/start/" not in text_of(client.get(f"/accounts/{person.id}"))


def test_several_links_come_as_a_file(a: Side) -> None:
    people = [employee(a) for _ in range(3)]
    client = browser(a)

    answer = client.post("/accounts/open", {"selected": [str(one.id) for one in people]})

    assert answer.headers["Content-Type"].startswith("text/csv")
    lines = text_of(answer).strip().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [one.employee_code for one in people]
    assert all("/start/" in line for line in lines[1:])


def test_list_is_searched_and_filtered(a: Side, cast: Cast) -> None:
    person = employee(a, name="索引　花", kana="サクイン　ハナ")
    account_of(a, person)
    other = employee(cast.b, name="索引　花", kana="サクイン　ハナ")
    client = browser(a)

    found = text_of(client.get("/accounts?q=サクイン&state=active"))
    nothing = text_of(client.get("/accounts?q=サクイン&state=none"))

    assert person.employee_code in found
    assert str(other.id) not in found
    assert "条件に合う社員はいません" in nothing


def test_acts_stop_resume_and_reset(a: Side) -> None:
    account = account_of(a)
    inside = signed_in(a, account)
    url = f"/accounts/{account.person_id}"
    client = browser(a)

    client.post(f"{url}/suspend")
    stopped = inside.get("/")
    client.post(f"{url}/resume")
    again = signed_in(a, account)
    reset = client.post(f"{url}/reset")

    assert stopped.headers["Location"] == "/sign-in?ended=closed"
    assert "/start/" in text_of(reset)
    assert again.get("/").headers["Location"] == "/sign-in?ended=closed"
    assert client.post(f"{url}/nonsense").status_code == 404


def test_auditor_looks_and_changes_nothing(a: Side) -> None:
    account = account_of(a)
    client = browser(a, RoleKind.AUDITOR)

    assert client.get(f"/accounts/{account.person_id}").status_code == 200
    assert client.post(f"/accounts/{account.person_id}/suspend").status_code == 403
    assert client.post("/accounts/open", {"selected": str(account.person_id)}).status_code == 403


def test_families_and_payees_have_no_account(a: Side) -> None:
    from tests.web.browser import payee

    somebody = payee(a)
    with a.scope(), pytest.raises(actions.NotAnEmployee):
        actions.open_account(somebody, actor=a.operator)
    browser(a).post("/accounts/open", {"selected": str(somebody.id)})
    with a.scope():
        assert not EmployeeAccount.objects.filter(person=somebody).exists()
