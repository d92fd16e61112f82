"""支払先: the same screens as for employees, under their own function and address."""

from datetime import date
from typing import Any

import pytest

from azukari.law.purpose import Purpose
from azukari.register import queries
from azukari.register.models import NumberState, Person, PersonKind
from azukari.tenancy.rights import RoleKind
from azukari.web import words
from tests.cast import Cast
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    holds_digits,
    new_code,
    new_number,
    payee,
    see,
    text_of,
)


def the_form(**facts: str) -> dict[str, str]:
    return {
        "employee_code": new_code(),
        "payee_kind": "lecturer",
        "name": "講師 一郎",
        "kana": "こうし いちろう",
        **facts,
    }


def the_number(digits: str, **facts: Any) -> dict[str, Any]:
    return {
        "number": digits,
        "number_again": digits,
        "purposes": ["PAYMENT_REPORT"],
        "number_check": "CARD",
        "person_check": "CARD",
        "verified_on": "2026/4/1",
        **facts,
    }


def test_payee_registered_by_screen_goes_on_to_the_number(cast: Cast) -> None:
    typed = the_form(
        payee_kind="landlord",
        contract_from="令和7年4月1日",
        contract_to="2027/3/31",
        postcode="100-0001",
        address="東京都千代田区千代田１－１",
    )

    answer = browser(cast.a).post("/payees/new", typed)

    with cast.a.scope():
        made = Person.objects.get(kind=PersonKind.PAYEE, employee_code=typed["employee_code"])
    assert answer.url == f"/payees/{made.id}/number"
    assert (made.name, made.kana, made.payee_kind) == (
        "講師　一郎", "コウシ　イチロウ", "landlord",
    )  # fmt: skip
    assert (str(made.contract_from), str(made.contract_to)) == ("2025-04-01", "2027-03-31")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"employee_code": ""}, "支払先コードを入力してください。"),
        ({"payee_kind": ""}, "区分を選んでください。"),
        (
            {"contract_from": "2026/4/1", "contract_to": "2026/3/31"},
            "契約終了日が契約開始日より前になっています。どちらかを直してください。",
        ),
        (
            {"address_kana": "千代田区"},
            "住所カナ：" + words.NOT_ADDRESS_KANA,
        ),
    ],
)
def test_registration_says_what_is_wrong(cast: Cast, facts: dict[str, str], said: str) -> None:
    answer = browser(cast.a).post("/payees/new", the_form(**facts))

    assert errors_of(answer) == [said]


def test_code_is_taken_once_among_payees_but_an_employee_may_have_it(cast: Cast) -> None:
    code = employee(cast.a).employee_code
    client = browser(cast.a)

    first = client.post("/payees/new", the_form(employee_code=code))
    second = client.post("/payees/new", the_form(employee_code=code))

    assert first.status_code == 302
    assert errors_of(second) == [f"支払先コード：{words.PAYEE_CODE_TAKEN}"]


def test_number_of_a_payee_is_recorded_shown_and_disposed_of(cast: Cast) -> None:
    person, digits = payee(cast.a), new_number()
    client = browser(cast.a)

    recorded = client.post(f"/payees/{person.id}/number", the_number(digits))
    page = client.get(f"/payees/{person.id}")
    asked = client.get(f"/payees/{person.id}/number/show")
    once = see(asked).one("input", name_="once").attrs["value"]
    shown = client.post(
        f"/payees/{person.id}/number/show",
        {"purpose": "PAYMENT_REPORT", "reason": "支払調書の確認", "once": once},
    )
    wrong = client.post(
        f"/payees/{person.id}/number/dispose",
        {"reason": "other", "note": "取引終了", "typed_code": "ちがう"},
    )
    gone = client.post(
        f"/payees/{person.id}/number/dispose",
        {"reason": "other", "note": "取引終了", "typed_code": person.employee_code},
    )

    with cast.a.scope():
        (record,) = queries.records_of(person)
        after = Person.objects.get(id=person.id)
    assert recorded.url == f"/payees/{person.id}"
    assert record.purposes == [Purpose.PAYMENT_REPORT.code]
    assert not holds_digits(page, digits)
    assert f"/payees/{person.id}/number/show" in text_of(page)
    assert holds_digits(shown, digits)
    asked_for = "確認のため、支払先コードを入力してください："
    assert errors_of(wrong) == [asked_for + words.CODE_NOT_TYPED.format(label="支払先コード")]
    assert (gone.status_code, after.number_state) == (302, NumberState.DISPOSED)


def test_list_is_filtered_by_kind_and_contract(cast: Cast) -> None:
    payee(cast.a, name="絞込　家主", payee_kind="landlord")
    payee(cast.a, name="絞込　講師")
    payee(cast.a, name="絞込　元講師", contract_to=date(2025, 3, 31))
    client = browser(cast.a)

    def names(query: str) -> list[str]:
        page = see(client.get(f"/payees?q=絞込&{query}"))
        return [a.text for a in page.all("a") if a.text.startswith("絞込")]

    assert names("payee_kind=landlord") == ["絞込　家主"]
    assert names("payee_kind=lecturer&employment=working") == ["絞込　講師"]
    assert names("employment=left") == ["絞込　元講師"]


def test_change_keeps_before_and_after_in_words(cast: Cast) -> None:
    person = payee(cast.a)
    client = browser(cast.a)
    page = see(client.get(f"/payees/{person.id}/change"))
    typed = {
        "employee_code": person.employee_code,
        "name": person.name,
        "kana": person.kana,
        "payee_kind": "shareholder",
        "version": page.one("input", name_="version").attrs["value"],
    }

    answer = client.post(f"/payees/{person.id}/change", typed)

    assert "支払先の区分：講師・執筆者等 → 株主" in text_of(client.get(answer.url))


def test_menu_leads_to_payees_by_right(cast: Cast) -> None:
    assert 'href="/payees"' in text_of(browser(cast.a).get("/people"))
    assert 'href="/payees"' not in text_of(browser(cast.a, RoleKind.STEWARD).get("/"))


PATHS = (
    "/payees/{payee}",
    "/payees/{payee}/change",
    "/payees/{payee}/leave",
    "/payees/{payee}/return",
    "/payees/{payee}/history",
    "/payees/{payee}/number",
    "/payees/{payee}/number/show",
    "/payees/{payee}/number/dispose",
    "/people/{payee}",  # a payee under the employees' permission
    "/payees/{employee}",
)


@pytest.mark.parametrize("path", PATHS)
def test_other_tenants_payees_are_not_found(cast: Cast, path: str) -> None:
    person, other = payee(cast.a, name="見えない　丙"), employee(cast.a, name="見えない　丁")
    url = path.format(payee=person.id, employee=other.id)

    for answer in (browser(cast.b).get(url), browser(cast.b).post(url, {"name": "奪取"})):
        assert answer.status_code in {404, 405}
        assert "見えない" not in text_of(answer)


def test_list_of_another_tenant_is_empty_of_us(cast: Cast) -> None:
    person = payee(cast.a, name="見えない　丙")
    client = browser(cast.b)

    for path in ("/payees?q=見えない", f"/payees?after={person.id}"):
        assert "見えない　丙" not in text_of(client.get(path))
