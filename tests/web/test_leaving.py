"""The screens of 退職, 扶養から外れた, 契約終了, of the way back, and of the history."""

from datetime import date

import pytest

from azukari.register import actions
from azukari.register.models import Person
from azukari.register.rules import RegisterProblem
from azukari.tenancy.rights import RoleKind
from azukari.web import words
from tests.cast import Cast, Side
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    family_member,
    payee,
    see,
    text_of,
)


def fresh(side: Side, person: Person) -> Person:
    with side.scope():
        return Person.objects.get(id=person.id)


def test_employee_leaves_and_comes_back_by_screen(cast: Cast) -> None:
    person = employee(cast.a, hired_on=date(2020, 4, 1))
    client = browser(cast.a)

    left = client.post(f"/people/{person.id}/leave", {"on": "令和8年3月31日", "version": "1"})
    page = text_of(client.get(left.url))
    back = client.post(
        f"/people/{person.id}/return", {"way": "back", "on": "R8.7.1", "version": "2"}
    )
    after = text_of(client.get(back.url))

    now = fresh(cast.a, person)
    assert "退職を記録しました。" in page
    assert "退職の記録（退職年月日：（なし） → 2026年3月31日（令和8年））" in page
    assert f"/people/{person.id}/return" in page
    assert f"/people/{person.id}/leave" not in page
    assert f"/people/{person.id}/leave" in after
    assert (now.left_on, now.hired_on) == (None, date(2026, 7, 1))


def test_family_and_payees_have_the_same_acts(cast: Cast) -> None:
    member, paid = family_member(cast.a, employee(cast.a)), payee(cast.a)
    client = browser(cast.a)

    client.post(f"/family/{member.id}/leave", {"on": "2026/3/31", "version": "1"})
    client.post(f"/payees/{paid.id}/leave", {"on": "2026/3/31", "version": "1"})
    ended = fresh(cast.a, member).dependent_until, fresh(cast.a, paid).contract_to
    client.post(f"/family/{member.id}/return", {"way": "back", "version": "2"})
    client.post(f"/payees/{paid.id}/return", {"way": "mistake", "version": "2"})

    assert ended == (date(2026, 3, 31), date(2026, 3, 31))
    assert (fresh(cast.a, member).dependent_until, fresh(cast.a, paid).contract_to) == (None, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"on": ""}, "退職年月日を入力してください。"),
        (
            {"on": "平成31年5月1日"},
            "退職年月日：その元号にはない日付です。元号と年をもう一度ご確認ください。",
        ),
        (
            {"on": "2019/4/1"},
            "退職年月日が入社年月日より前になっています。どちらかを直してください。",
        ),
    ],
)
def test_leaving_says_what_is_wrong(cast: Cast, typed: dict[str, str], said: str) -> None:
    person = employee(cast.a, hired_on=date(2020, 4, 1))

    answer = browser(cast.a).post(f"/people/{person.id}/leave", {"version": "1", **typed})

    assert errors_of(answer) == [said]
    assert fresh(cast.a, person).left_on is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "取り消す理由を選んでください。"),
        ({"way": "back"}, "再入社年月日を入力してください。"),
        (
            {"way": "back", "on": "2026/3/31"},
            f"再入社年月日：{words.say(RegisterProblem.RETURNED_BEFORE_LEAVING)}",
        ),
    ],
)
def test_return_says_what_is_wrong(cast: Cast, typed: dict[str, str], said: str) -> None:
    person = employee(cast.a)
    with cast.a.scope():
        actions.leave(person, date(2026, 3, 31), version=1, actor=cast.a.operator)

    answer = browser(cast.a).post(f"/people/{person.id}/return", {"version": "2", **typed})

    assert errors_of(answer) == [said]


def test_act_on_an_old_page_is_told_and_not_done(cast: Cast) -> None:
    person = employee(cast.a)
    client = browser(cast.a)
    with cast.a.scope():
        actions.change_person(person, {"department": "甲"}, version=1, actor=cast.a.operator)

    answer = client.post(f"/people/{person.id}/leave", {"on": "2026/3/31", "version": "1"})

    assert words.SOMEBODY_WAS_FASTER_ON_PAGE in text_of(client.get(answer.url))
    assert fresh(cast.a, person).left_on is None


def test_leaving_page_names_the_family_whose_clocks_start(cast: Cast) -> None:
    host = employee(cast.a)
    family_member(cast.a, host, name="家族　一")
    family_member(cast.a, host, name="家族　外", dependent_until=date(2025, 3, 31))

    text = text_of(browser(cast.a).get(f"/people/{host.id}/leave"))

    assert "家族　一" in text
    assert "家族　外" not in text


PATHS = ("leave", "return", "history")


@pytest.mark.parametrize("path", PATHS)
def test_another_tenant_finds_nobody(cast: Cast, path: str) -> None:
    host = employee(cast.a, name="見えない　甲")
    member, paid = family_member(cast.a, host), payee(cast.a, name="見えない　乙")
    client = browser(cast.b)

    for url in (f"/people/{host.id}", f"/family/{member.id}", f"/payees/{paid.id}"):
        for answer in (
            client.get(f"{url}/{path}"),
            client.post(f"{url}/{path}", {"on": "2026/3/31", "version": "1", "way": "mistake"}),
        ):
            assert answer.status_code in {404, 405}
            assert "見えない" not in text_of(answer)
    assert fresh(cast.a, host).left_on is None


@pytest.mark.parametrize("act", ["leave", "return"])
def test_who_may_only_look_is_refused(cast: Cast, act: str) -> None:
    person = employee(cast.a)
    client = browser(cast.a, RoleKind.OFFICER)

    assert client.get(f"/people/{person.id}/{act}").status_code == 403
    assert f"/people/{person.id}/{act}" not in text_of(client.get(f"/people/{person.id}"))


# history ----------------------------------------------------------------------------------------


def change(side: Side, person: Person, **facts: object) -> None:
    with side.scope():
        version = Person.objects.get(id=person.id).version
        actions.change_person(person, facts, version=version, actor=side.operator)


def test_history_shows_before_and_after_side_by_side(cast: Cast) -> None:
    person = employee(cast.a, department="総務部")
    change(cast.a, person, department="営業部", birth_date=date(1985, 3, 4))
    change(cast.a, person, employment_class="part_time")
    client = browser(cast.a)

    whole = see(client.get(f"/people/{person.id}/history"))
    one = see(client.get(f"/people/{person.id}/history?version=2"))

    lines = [row.text for row in whole.all("tr")]
    assert lines == [
        "項目変更前変更後",
        "雇用区分（なし）パート・アルバイト",
        "項目変更前変更後",
        "生年月日（なし）1985年3月4日（昭和60年）",
        "部署名総務部営業部",
    ]
    assert [row.text for row in one.all("tr")] == lines[2:]
    assert "Aの運用担当者" in text_of(client.get(f"/people/{person.id}/history"))


def test_timeline_leads_to_the_change(cast: Cast) -> None:
    person = employee(cast.a)
    change(cast.a, person, department="営業部")

    page = see(browser(cast.a).get(f"/people/{person.id}"))

    assert f"/people/{person.id}/history?version=2" in [a.attrs.get("href") for a in page.all("a")]


def test_history_goes_on_over_pages(cast: Cast) -> None:
    person = employee(cast.a)
    for n in range(23):
        change(cast.a, person, department=f"部{n}")
    client = browser(cast.a)

    first = text_of(client.get(f"/people/{person.id}/history"))
    second = text_of(client.get(f"/people/{person.id}/history?below=5"))

    assert ("部22" in first, "部1</td>" in first) == (True, False)
    assert "?below=5" in first
    assert ("部22" in second, "部1</td>" in second) == (False, True)


@pytest.mark.parametrize("query", ["version=99", "version=1"])
def test_a_change_that_is_not_there_is_not_found(cast: Cast, query: str) -> None:
    person = employee(cast.a)

    assert browser(cast.a).get(f"/people/{person.id}/history?{query}").status_code == 404
