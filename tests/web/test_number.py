"""個人番号の登録 and 表示, by screen.  The digits may stand in one answer of all only."""

from collections.abc import Callable
from typing import Any

import pytest

from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import queries
from azukari.register.models import NumberState, Person
from azukari.tenancy.models import Session
from azukari.tenancy.rights import RoleKind
from azukari.tenancy.sessions import SessionStore
from tests.cast import Cast, Side
from tests.numbers import wrong_check_digit
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    family_member,
    holds_digits,
    new_number,
    see,
    text_of,
    with_number,
)


def the_form(first: str, again: str | None = None, **facts: object) -> dict[str, object]:
    return {
        "number": first,
        "number_again": first if again is None else again,
        "purposes": ["HEALTH_PENSION", "EMPLOYMENT_INS"],
        "number_check": "CARD",
        "person_check": "CARD",
        "verified_on": "2026/4/1",
        **facts,
    }


def current(side: Side, person: Person) -> Person:
    with side.scope():
        return Person.objects.get(id=person.id)


def test_number_is_recorded_with_purposes_and_verification(cast: Cast) -> None:
    person, digits = employee(cast.a), new_number()

    answer = browser(cast.a).post(f"/people/{person.id}/number", the_form(digits))

    assert answer.url == f"/people/{person.id}"
    assert current(cast.a, person).number_state == NumberState.ACTIVE
    with cast.a.scope():
        kept = queries.active_record(person)
    assert kept.purposes == ["HEALTH_PENSION", "EMPLOYMENT_INS"]
    assert (kept.number_check, kept.person_check) == ("CARD", "CARD")
    assert str(kept.verified_on) == "2026-04-01"


def wide(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


@pytest.mark.parametrize(
    "write",
    [wide, lambda d: f"{d[:4]}-{d[4:8]}-{d[8:]}", lambda d: f" {d[:4]}　{d[4:8]}ー{d[8:]} "],
)
def test_number_is_read_however_it_is_written(cast: Cast, write: Callable[[str], str]) -> None:
    person, digits = employee(cast.a), new_number()

    answer = browser(cast.a).post(f"/people/{person.id}/number", the_form(write(digits), digits))

    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "個人番号を入力してください。"),
        (
            "000000000000",
            "個人番号：0だけの番号は個人番号ではありません。番号確認書類の番号を入力してください。",
        ),
        (
            wrong_check_digit(5),
            "個人番号：検査用数字が合いません。番号確認書類をもう一度ご確認ください。",
        ),
        (
            "1234567890123",
            "個人番号：12桁ではありません。番号確認書類を見て、12桁をもう一度入力してください。",
        ),
        (
            "12345678901a",
            "個人番号：数字以外の文字が入っています。個人番号は12桁の数字だけで入力してください。",
        ),
        (
            "1.23457E+11",
            (
                "個人番号：表計算ソフトで桁が丸められた形（1.23E+11など）です。元の桁は戻せないため、"
                "番号確認書類を見て入力し直してください。"
            ),
        ),
    ],
)
def test_wrong_number_says_what_is_wrong(cast: Cast, typed: str, said: str) -> None:
    person = employee(cast.a)

    answer = browser(cast.a).post(f"/people/{person.id}/number", the_form(typed))

    assert errors_of(answer)[0] == said
    assert current(cast.a, person).number_state == NumberState.NONE
    if typed:
        assert typed not in text_of(answer)


def number_with_leading_zero() -> str:
    from tests.numbers import valid_number

    return next(n for n in map(valid_number, range(1_000_000, 1_001_000)) if n[0] == "0")


def test_lost_leading_zero_is_named(cast: Cast) -> None:
    eleven = number_with_leading_zero()[1:]

    answer = browser(cast.a).post(f"/people/{employee(cast.a).id}/number", the_form(eleven))

    assert errors_of(answer)[0] == (
        "個人番号：11桁しかありません。先頭の0が落ちている可能性があります。"
        "番号確認書類を見て、12桁で入力してください。"
    )


def test_two_entries_that_differ_are_refused_and_not_echoed(cast: Cast) -> None:
    first, again = new_number(), new_number()

    answer = browser(cast.a).post(f"/people/{employee(cast.a).id}/number", the_form(first, again))

    assert errors_of(answer) == [
        (
            "個人番号（確認のためもう一度）："
            "2回の入力が違います。番号確認書類を見て、2回とも入力し直してください。"
        )
    ]
    assert not holds_digits(answer, first)
    assert not holds_digits(answer, again)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"purposes": []},
            "利用目的を1つ以上選んでください。使う予定のない個人番号は集められません。",
        ),
        ({"number_check": ""}, "番号確認の方法を選んでください。"),
        (
            {"number_check": "NUM_RESIDENT", "person_check": ""},
            "身元確認の方法を選んでください。",
        ),
        ({"verified_on": ""}, "確認した日を入力してください。"),
        ({"verified_on": "2199/1/1"}, "確認した日が今日より後になっています。"),
    ],
)
def test_purpose_and_verification_are_asked_for(cast: Cast, facts: dict, said: str) -> None:
    answer = browser(cast.a).post(
        f"/people/{employee(cast.a).id}/number", the_form(new_number(), **facts)
    )

    (error,) = errors_of(answer)
    assert error.endswith(said)


def test_a_card_settles_both_checks(cast: Cast) -> None:
    person = employee(cast.a)

    browser(cast.a).post(f"/people/{person.id}/number", the_form(new_number(), person_check=""))

    with cast.a.scope():
        kept = queries.active_record(person)
    assert (kept.number_check, kept.person_check) == ("CARD", "CARD")


def test_employee_offers_only_purposes_that_fit(cast: Cast) -> None:
    page = see(browser(cast.a).get(f"/people/{employee(cast.a).id}/number"))

    offered = {e.attrs["value"]: "checked" in e.attrs for e in page.all("input", name_="purposes")}
    assert offered["HEALTH_PENSION"]
    assert offered["WORKERS_COMP"] is False
    assert "CATEGORY3" not in offered
    assert "PAYMENT_REPORT" not in offered


def test_family_number_needs_no_check_by_the_company(cast: Cast) -> None:
    member = family_member(cast.a, employee(cast.a), tax_dependent=True)
    typed = the_form(
        new_number(), purposes=["TAX_WITHHOLDING"], number_check="", person_check="", verified_on=""
    )

    answer = browser(cast.a).post(f"/family/{member.id}/number", typed)

    assert answer.url == f"/family/{member.id}"


def test_category3_number_needs_authority_too(cast: Cast) -> None:
    member = family_member(cast.a, employee(cast.a), category3=True)
    client = browser(cast.a)
    typed = the_form(new_number(), purposes=["CATEGORY3"])

    refused = client.post(f"/family/{member.id}/number", typed)
    taken = client.post(f"/family/{member.id}/number", {**typed, "authority_check": "AUTH_POA"})

    assert errors_of(refused) == [
        "代理権確認：第3号被保険者の届出では、従業員が代理人になります。代理権確認の方法を選んでください。"
    ]
    assert taken.status_code == 302


def test_same_number_of_somebody_else_warns_and_asks_to_confirm(cast: Cast) -> None:
    digits = new_number()
    other = with_number(cast.a, employee(cast.a, name="先に　登録"), digits)
    person = employee(cast.a)
    client = browser(cast.a)

    warned = client.post(f"/people/{person.id}/number", the_form(digits))
    taken = client.post(f"/people/{person.id}/number", the_form(digits, accept_same="on"))

    assert "同じ個人番号が、次の人に登録されています。" in text_of(warned)
    assert f"{other.employee_code}　先に　登録" in text_of(warned)
    assert len(see(warned).all("input", name_="accept_same")) == 1
    assert not holds_digits(warned, digits)
    assert taken.status_code == 302


def test_same_number_in_another_company_is_not_told(cast: Cast) -> None:
    digits = new_number()
    with_number(cast.b, employee(cast.b, name="よその　会社"), digits)

    answer = browser(cast.a).post(f"/people/{employee(cast.a).id}/number", the_form(digits))

    assert answer.status_code == 302


def test_second_number_is_refused(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    answer = browser(cast.a).post(f"/people/{person.id}/number", the_form(new_number()))

    assert errors_of(answer) == [
        "この人の個人番号は登録済みです。ほかの担当者が先に登録した可能性があります。"
    ]


# 表示 -------------------------------------------------------------------------------------------


def asked(client: Any, person: Person, **facts: str) -> dict[str, str]:
    page = see(client.get(f"/people/{person.id}/number/show"))
    once = page.one("input", name_="once").attrs["value"] or ""
    return {"purpose": "HEALTH_PENSION", "reason": "届出の確認のため", "once": once, **facts}


def reveal(client: Any, person: Person, **facts: str) -> Any:
    return client.post(f"/people/{person.id}/number/show", asked(client, person, **facts))


def test_number_is_shown_once_for_a_purpose_and_recorded(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)
    client = browser(cast.a)

    answer = reveal(client, person)

    assert holds_digits(answer, digits)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Refresh"] == f"60; url=/people/{person.id}"
    with cast.a.scope():
        asked_for = ledger.Filter(subject=person.id, actions=(Action.NUMBER_REVEALED,))
        (entry,) = ledger.records(cast.a.company.id, asked_for).entries
    assert (entry.record.purpose, entry.record.reason) == ("HEALTH_PENSION", "届出の確認のため")
    assert entry.record.actor == cast.a.users[RoleKind.OPERATOR].id


def test_number_is_not_shown_again_by_going_back(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)
    client = browser(cast.a)
    typed = asked(client, person)
    first = client.post(f"/people/{person.id}/number/show", typed)

    again = client.post(f"/people/{person.id}/number/show", typed)
    asks = client.get(again.url)

    assert holds_digits(first, digits)
    assert again.status_code == 302
    assert "番号はもう隠されています。" in text_of(asks)
    assert not holds_digits(asks, digits)


def test_only_purposes_it_is_held_for_are_offered(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())
    client = browser(cast.a)

    page = see(client.get(f"/people/{person.id}/number/show"))
    refused = reveal(client, person, purpose="EMPLOYMENT_INS")

    assert [e.attrs["value"] for e in page.all("input", name_="purpose")] == ["HEALTH_PENSION"]
    assert refused.status_code == 200
    assert len(errors_of(refused)) == 1


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "理由を入力してください。"),
        ("確認", "理由：あとで見る人が分かるように、4文字以上で入力してください。"),
        (
            "123456789012 の確認",
            "理由：12桁の数字が入っています。個人番号を記録に残さないよう、取り除いてから入力してください。",
        ),
    ],
)
def test_reason_is_required_and_holds_no_number(cast: Cast, reason: str, said: str) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)

    answer = reveal(browser(cast.a), person, reason=reason)

    assert errors_of(answer) == [said]
    assert not holds_digits(answer, digits)


def test_number_stands_in_no_other_page_and_in_no_session(cast: Cast) -> None:
    digits = new_number()
    person = employee(cast.a)
    client = browser(cast.a)
    recorded = client.post(f"/people/{person.id}/number", the_form(digits), follow=True)
    assert holds_digits(reveal(client, person), digits)

    pages = [
        recorded,
        *(
            client.get(path)
            for path in (
                "/",
                "/people",
                f"/people?q={person.employee_code}",
                f"/people/{person.id}",
                f"/people/{person.id}/change",
                f"/people/{person.id}/number",
                f"/people/{person.id}/number/show",
                f"/people/{person.id}/number/dispose",
            )
        ),
        browser(cast.a, RoleKind.AUDITOR).get("/records"),
    ]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [page for page in pages if holds_digits(page, digits)] == []
    stored = [SessionStore().decode(row.session_data) for row in Session.objects.all()]
    assert digits not in repr(stored)


def test_nothing_to_show_leads_back(cast: Cast) -> None:
    person = employee(cast.a)

    answer = browser(cast.a).get(f"/people/{person.id}/number/show", follow=True)

    assert "個人番号が登録されていないため、表示できません。" in text_of(answer)


@pytest.mark.parametrize("kind", [RoleKind.STEWARD, RoleKind.OFFICER, RoleKind.AUDITOR])
@pytest.mark.parametrize("act", ["", "/show", "/dispose"])
def test_wrong_role_sees_and_does_nothing(cast: Cast, kind: RoleKind, act: str) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)
    member = with_number(cast.a, family_member(cast.a, person), new_number())
    client = browser(cast.a, kind)

    for url in (f"/people/{person.id}/number{act}", f"/family/{member.id}/number{act}"):
        for answer in (client.get(url), client.post(url, {})):
            assert answer.status_code == 403
            assert not holds_digits(answer, digits)


@pytest.mark.parametrize("act", ["", "/show", "/dispose"])
def test_other_tenants_number_is_not_found(cast: Cast, act: str) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())
    client = browser(cast.b)

    for answer in (
        client.get(f"/people/{person.id}/number{act}"),
        client.post(f"/people/{person.id}/number{act}", the_form(new_number())),
    ):
        assert answer.status_code == 404
        assert person.name not in text_of(answer)
