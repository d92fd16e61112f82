"""承認・再確認 by screen: a look that somebody allows, and a check by a second person."""

from typing import Any

import pytest

from azukari.register import queries
from azukari.register.models import Person
from azukari.tenancy.models import Company
from azukari.tenancy.rights import RoleKind
from tests.cast import Side
from tests.register.company_rules import strict_side
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    holds_digits,
    new_number,
    see,
    text_of,
    with_number,
)


@pytest.fixture(name="side", scope="module")
def careful_side(database: object) -> Side:
    return strict_side("AP", second_person_viewing=True, second_checker=True)


def checked(side: Side, digits: str, **facts: Any) -> Person:
    """Somebody whose number is already checked twice."""
    from azukari.register.actions import second_check

    person = with_number(side, employee(side, **facts), digits)
    with side.scope():
        record = queries.active_record(person)
        assert record is not None
        second_check.confirm_check(record, actor=side.officer)
    return person


def once_of(answer: Any) -> str:
    return see(answer).one("input", name_="once").attrs["value"] or ""


def ask(side: Side, person: Person) -> None:
    client = browser(side)
    url = f"/people/{person.id}/number/show"
    typed = {
        "purpose": "HEALTH_PENSION",
        "reason": "届出の確認のため",
        "once": once_of(client.get(url)),
    }
    assert client.post(url, typed).status_code == 302


def decide_url(side: Side, person: Person) -> str:
    from azukari.register.models import ViewingRequest

    with side.scope():
        return f"/approvals/viewings/{ViewingRequest.objects.get(person=person).id}"


def test_number_is_seen_once_after_somebody_else_allowed_it(side: Side) -> None:
    digits = new_number()
    person = checked(side, digits, name="承認　してもらう")
    ask(side, person)
    officer, operator = browser(side, RoleKind.OFFICER), browser(side)

    waiting = operator.get(f"/people/{person.id}/number/show")
    listed = officer.get("/approvals")
    top = officer.get("/")
    officer.post(decide_url(side, person), {"act": "allow"})
    page = operator.get(f"/people/{person.id}/number/show")
    shown = operator.post(f"/people/{person.id}/number/show", {"once": once_of(page)})
    again = operator.get(f"/people/{person.id}/number/show")

    assert "承認を待っています" in text_of(waiting)
    assert "承認　してもらう" in text_of(listed)
    assert "承認を待っている番号表示" in text_of(top)
    assert "1回だけ表示できます" in text_of(page)
    assert holds_digits(shown, digits)
    assert "もう一人の承認が必要です" in text_of(again)
    assert not any(holds_digits(one, digits) for one in (waiting, listed, page, again))


def test_asker_cannot_decide(side: Side) -> None:
    person = checked(side, new_number())
    ask(side, person)

    answer = browser(side).post(decide_url(side, person), {"act": "allow"})

    assert answer.status_code == 404  # an operator approves for no kind of person


def test_check_is_confirmed_with_the_number_off_the_document(side: Side) -> None:
    digits = new_number()
    person = with_number(side, employee(side, name="再確認　される"), digits)
    officer = browser(side, RoleKind.OFFICER)
    with side.scope():
        record = queries.active_record(person)
        assert record is not None
    url = f"/approvals/checks/{record.id}"

    page = officer.get(url)
    wrong = officer.post(url, {"act": "confirm", "number": new_number()})
    right = officer.post(url, {"act": "confirm", "number": digits})
    after = officer.get(url)

    assert "再確認　される" in text_of(page)
    assert errors_of(wrong) == [
        (
            "入力した番号が、登録されている番号と一致しません。書類をもう一度見て、"
            "登録が誤っているときは差し戻してください。"
        )
    ]
    assert not holds_digits(wrong, digits)
    assert (right.status_code, after.status_code) == (302, 404)


def test_sent_back_number_says_why_and_is_entered_anew(side: Side) -> None:
    person = with_number(side, employee(side), new_number())
    officer, operator = browser(side, RoleKind.OFFICER), browser(side)
    with side.scope():
        record = queries.active_record(person)
        assert record is not None
    url = f"/approvals/checks/{record.id}"

    empty = officer.post(url, {"act": "return", "because": ""})
    officer.post(url, {"act": "return", "because": "免許証の期限切れ"})
    page = operator.get(f"/people/{person.id}")
    listed = operator.get("/approvals")
    digits = new_number()
    typed = {
        "why": "correction",
        "number": digits,
        "number_again": digits,
        "provision": "employee_self",
        "number_check": "CARD",
        "person_check": "CARD",
        "verified_on": "2026/4/1",
    }
    changed = operator.post(f"/people/{person.id}/number/change", typed, follow=True)

    assert errors_of(empty) == ["差し戻す理由を入力してください。"]
    assert "免許証の期限切れ" in text_of(page)
    assert "免許証の期限切れ" in text_of(listed)
    assert "個人番号を変更しました。" in text_of(changed)
    assert "変更前の番号" in text_of(changed)
    assert not holds_digits(changed, digits)


def test_marked_checks_are_confirmed_together(side: Side) -> None:
    people = [with_number(side, employee(side), new_number()) for _ in range(2)]
    with side.scope():
        held = queries.active_records([one.id for one in people])
    marked = [str(one.id) for one in held.values()]
    officer = browser(side, RoleKind.OFFICER)

    # Behind the last one nothing waits: the first page.
    last = officer.get("/approvals", {"after": max(marked)})
    answer = officer.post("/approvals", {"selected": [*marked, "not an id"]}, follow=True)

    assert {str(row["record"].id) for row in last.context["checks"]} >= set(marked)
    assert "2件の本人確認を再確認しました。" in text_of(answer)
    with side.scope():
        assert len(queries.usable_records([one.id for one in people])) == 2


def test_another_tenant_finds_nothing(side: Side) -> None:
    other = strict_side("AQ")
    person = with_number(side, employee(side, name="よそには　見えない"), new_number())
    with side.scope():
        record = queries.active_record(person)
        assert record is not None
    client = browser(other, RoleKind.OFFICER)

    answers = [
        client.get(f"/approvals/checks/{record.id}"),
        client.post(f"/approvals/checks/{record.id}", {"act": "confirm"}),
        client.get(f"/people/{person.id}/number/compare"),
        browser(other).get(f"/people/{person.id}/number/change"),
    ]

    assert [one.status_code for one in answers][:2] == [404, 404]
    assert answers[3].status_code == 404
    assert "よそには　見えない" not in text_of(client.get("/approvals"))


# 照合 -------------------------------------------------------------------------------------------


def test_comparison_says_yes_or_no_and_shows_no_number(database: object) -> None:
    side = strict_side("AC")
    digits, other = new_number(), new_number()
    person = with_number(side, employee(side), digits)
    client, url = browser(side), f"/people/{person.id}/number/compare"
    typed = {"purpose": "HEALTH_PENSION", "reason": "カードとの照合"}

    same = client.post(url, {**typed, "number": digits})
    different = client.post(url, {**typed, "number": other})
    without_reason = client.post(url, {**typed, "number": digits, "reason": ""})
    records = browser(side, RoleKind.AUDITOR).get("/records")

    assert "一致しました。" in text_of(same)
    assert "一致しません。" in text_of(different)
    assert errors_of(without_reason) == ["理由を入力してください。"]
    assert same.headers["Cache-Control"] == "no-store"
    for answer in (same, different, without_reason, records):
        assert not holds_digits(answer, digits)
        assert not holds_digits(answer, other)
    assert "一致した" in text_of(records)
    assert "一致しなかった" in text_of(records)


# 取扱いのきまり ---------------------------------------------------------------------------------


def test_steward_sets_the_rules_and_others_only_read_them(database: object) -> None:
    side = strict_side("AH")
    steward = browser(side, RoleKind.STEWARD)
    version = see(steward.get("/settings/handling")).one("input", name_="version").attrs["value"]
    typed = {"second_checker": "on", "viewings_per_hour": "5", "version": version}

    wrong = steward.post("/settings/handling", {**typed, "viewings_per_hour": "500"})
    done = steward.post("/settings/handling", typed)
    late = steward.post("/settings/handling", typed)
    officer = browser(side, RoleKind.OFFICER)
    read = officer.get("/settings/handling")
    refused = officer.post("/settings/handling", typed)
    records = text_of(steward.get("/records?of=contract"))

    assert len(errors_of(wrong)) == 1
    assert done.status_code == 302
    assert "ほかの人がこの内容を変更しました" in text_of(late)
    assert (read.status_code, refused.status_code) == (200, 403)
    with side.scope():
        row = Company.objects.get(id=side.company.id)
    assert (row.second_checker, row.viewings_per_hour) == (True, 5)
    assert row.second_person_disposal is False
    assert "設定の変更" in records
