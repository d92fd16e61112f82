"""ファイル出力 and 登録状況 on screen, from two tenants."""

import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from azukari.check import rules
from azukari.check.making import make_output
from azukari.check.models import Output, OutputState
from azukari.progress import actions as progress
from azukari.tenancy.rights import RoleKind
from azukari.web.components.parts import NO_DEPARTMENT
from tests.cast import Cast, Side, make_side
from tests.check.test_outputs import opened
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    holds_digits,
    new_code,
    new_number,
    text_of,
    with_number,
)

WHY = "年末調整の確認"


def ask(side: Side, code: str, **facts: Any) -> Any:
    given = {
        "content": "numbers", "kind": "employees", "format": "csv", "codes": code,
        "purpose": "HEALTH_PENSION", "reason": WHY, "employment": "", "number_state": "",
        "department": "", **facts,
    }  # fmt: skip
    return browser(side).post("/exports/new", given)


def export_of(answer: Any) -> UUID:
    assert answer.status_code == 302, errors_of(answer)
    return UUID(answer.url.rpartition("/")[2])


def made(side: Side, export_id: UUID) -> None:
    """What the worker does with the job the page has written."""
    with side.scope():
        task = progress.of_subject(export_id)
    assert task is not None
    make_output(side.operator, task.id, export_id)


def person(side: Side) -> tuple[str, str]:
    code, digits = new_code(), new_number()
    with_number(side, employee(side, employee_code=code), digits)
    return code, digits


def test_file_is_asked_for_and_fetched_sealed(cast: Cast) -> None:
    code, digits = person(cast.a)
    client = browser(cast.a)

    export_id = export_of(ask(cast.a, code))
    waiting = client.get(f"/exports/{export_id}")
    made(cast.a, export_id)
    ready = client.get(f"/exports/{export_id}")
    shown = client.post(f"/exports/{export_id}/passphrase")
    again = client.post(f"/exports/{export_id}/passphrase")
    fetched = client.post(f"/exports/{export_id}/file")

    assert "順番待ち" in text_of(waiting)
    assert "パスワードを表示する" in text_of(ready)
    assert shown.headers["Cache-Control"] == "no-store"
    assert again.status_code == 302
    assert digits in opened(fetched.content, shown.context["passphrase"]).decode()
    assert not any(holds_digits(page, digits) for page in (waiting, ready, shown))
    assert WHY in text_of(client.get("/exports")) or WHY in text_of(ready)


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"reason": ""}, "理由"),
        ({"purpose": ""}, "利用目的"),
        ({"codes": "NOBODY-9"}, "あてはまる人がいません"),
    ],
)
def test_what_is_missing_is_said(cast: Cast, facts: dict[str, str], label: str) -> None:
    code, _ = person(cast.a)

    [error] = errors_of(ask(cast.a, code, **facts))

    assert label in error


def test_other_company_sees_nothing_of_it(cast: Cast) -> None:
    code, _ = person(cast.a)
    export_id = export_of(ask(cast.a, code))
    made(cast.a, export_id)
    client = browser(cast.b)

    answers = [client.get(f"/exports/{export_id}")]
    answers += [
        client.post(f"/exports/{export_id}/{act}") for act in ("passphrase", "file", "destroy")
    ]
    listed = client.get("/exports")

    assert [one.status_code for one in answers] == [404] * 4
    assert str(export_id) not in text_of(listed)


def test_second_person_decides_on_screen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SECOND_PERSON_FROM", 1)
    code, _ = person(cast.a)
    export_id = export_of(ask(cast.a, code))
    officer = browser(cast.a, RoleKind.OFFICER)

    mine = browser(cast.a).get(f"/exports/{export_id}")
    theirs = officer.get(f"/exports/{export_id}")
    officer.post(f"/exports/{export_id}/decide", {"act": "approve"})

    assert "別の人の承認を待っています" in text_of(mine)
    assert "承認する" not in text_of(mine)
    assert "承認する" in text_of(theirs)
    with cast.a.scope():
        assert Output.objects.get(id=export_id).state == OutputState.MAKING


def test_outputs_are_searched_and_sorted(cast: Cast) -> None:
    side = make_side("OUTLIST")
    ids = [
        export_of(ask(side, " ".join(person(side)[0] for _ in range(count)), reason=why))
        for count, why in ((1, "監査の対応"), (3, "引継ぎの確認"), (2, "監査の対応"))
    ]
    client = browser(side)

    def listed(query: str) -> list[UUID]:
        rows = client.get(f"/exports?{query}").context["rows"]
        return [row.id for row, *_ in rows]

    assert listed("") == ids[::-1]
    assert listed("sort=asked") == ids
    assert listed("sort=people") == [ids[0], ids[2], ids[1]]
    assert listed("sort=-people&q=監査") == [ids[2], ids[0]]
    assert listed("state=made") == []
    made(side, ids[1])
    assert listed("state=made") == [ids[1]]
    assert not set(ids) & {row.id for row, *_ in browser(cast.b).get("/exports").context["rows"]}
    refused = client.get(f"/exports?q={new_number()}")
    assert (refused.status_code, refused.url) == (302, "/exports")


def test_top_screen_tells_what_waits_for_whom(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SECOND_PERSON_FROM", 1)
    side = make_side("OUTWAIT")
    asker, officer = browser(side), browser(side, RoleKind.OFFICER)
    waits, ready = "承認を待っているファイル出力", "まだ受け取っていないファイル出力"

    def told(client: Any) -> set[str]:
        return {link.label for link in client.get("/").context["waiting"]} & {waits, ready}

    export_id = export_of(ask(side, person(side)[0]))
    assert (told(asker), told(officer), told(browser(cast.b))) == (set(), {waits}, set())
    officer.post(f"/exports/{export_id}/decide", {"act": "approve"})
    made(side, export_id)
    assert (told(asker), told(officer)) == ({ready}, set())
    asker.post(f"/exports/{export_id}/file")
    assert told(asker) == set()


def test_file_is_destroyed_by_hand(cast: Cast) -> None:
    code, _ = person(cast.a)
    export_id = export_of(ask(cast.a, code))
    made(cast.a, export_id)
    client = browser(cast.a)

    client.post(f"/exports/{export_id}/destroy")

    assert client.post(f"/exports/{export_id}/file").status_code == 302
    with cast.a.scope():
        assert Output.objects.get(id=export_id).state == OutputState.DESTROYED


def test_output_is_called_by_the_day_it_was_asked_for_in_japan(cast: Cast) -> None:
    code, _ = person(cast.a)
    export_id = export_of(ask(cast.a, code))
    with cast.a.scope():
        Output.objects.filter(id=export_id).update(
            asked_at=datetime(2026, 11, 30, 17, 20, tzinfo=UTC)
        )

    page = browser(cast.a).get(f"/exports/{export_id}")

    assert page.context["crumbs"][-1].label == "2026年12月1日の出力"


def test_state_of_a_department_leads_on(cast: Cast) -> None:
    department = f"課{new_code()}"
    code = new_code()
    employee(cast.a, employee_code=code, department=department)
    employee(cast.b, department="ほかの会社の課")
    client = browser(cast.a)

    page = client.get("/status", {"q": department})
    [(row, _, ways)] = [one for one in page.context["rows"] if one[1] == department]
    by_label = dict(ways)
    listed, template = (client.get(by_label[name]) for name in ("だれかを見る", "ひな形"))

    assert (row.missing, row.registered) == (1, 0)
    assert code in text_of(listed)
    assert template.headers["Content-Disposition"].startswith("attachment")
    assert departments_of(browser(cast.b), f"?q={department}") == []


def departments_of(client: Any, query: str) -> list[tuple[str, int]]:
    rows = client.get(f"/status{query}").context["rows"]
    return [(department, row.missing) for row, department, _ in rows]


def test_departments_are_turned_sorted_and_found(cast: Cast) -> None:
    side = make_side("STATUSES")
    names = [f"営業第{n:02d}課" for n in range(51)]
    for name in [*names, "ﾃｽﾄ部", "ﾃｽﾄ部", ""]:
        employee(side, department=name)
    client = browser(side)

    first = client.get("/status")
    second = client.get(f"/status{first.context['next_url']}")
    back = client.get(f"/status{second.context['previous_url']}")

    assert departments_of(client, "")[:2] == [(NO_DEPARTMENT, 1), (names[0], 1)]
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 3)
    assert second.context["next_url"] == first.context["previous_url"] == ""
    assert back.context["rows"] == first.context["rows"]
    for page in (first, second):
        assert (page.context["departments"], page.context["total"]) == (53, 54)
        assert [share.missing for share in page.context["shares"]].count(2) == 1
    assert departments_of(client, "?sort=-missing")[0] == ("ﾃｽﾄ部", 2)
    assert departments_of(client, "?sort=-department&after=52") == [(NO_DEPARTMENT, 1)]
    assert departments_of(client, "?q=テスト") == [("ﾃｽﾄ部", 2)]
    assert "条件に合う部署はありません" in text_of(client.get("/status?q=無い部"))
    assert departments_of(client, "?q=営業 07") == [("営業第07課", 1)]
    assert not {name for name, _ in departments_of(browser(cast.b), "")} & set(names)


@pytest.mark.parametrize("place", ["after=nonsense", "after=53", "after=-1", "before=-9", "sort=x"])
def test_a_place_that_is_none_is_the_first_page(cast: Cast, place: str) -> None:
    employee(cast.a, department="どこかの課")
    client = browser(cast.a)

    assert departments_of(client, f"?q=どこかの&{place}") == departments_of(client, "?q=どこかの")
    assert departments_of(client, "?q=どこかの")


def test_search_for_a_department_by_a_number_is_not_made(cast: Cast) -> None:
    answer = browser(cast.a).get(f"/status?q={new_number()}")

    assert (answer.status_code, answer.url) == (302, "/status")


@pytest.mark.parametrize("kind", ["employees", "families", "payees", "nobody"])
def test_state_opens_for_every_kind(cast: Cast, kind: str) -> None:
    assert browser(cast.a).get("/status", {"kind": kind}).status_code == 200


# who is missing what --------------------------------------------------------------------------


def test_who_is_missing_what_leads_to_entry_and_to_a_file_of_exactly_them(cast: Cast) -> None:
    department = f"課{new_code()}"
    facts = {"department": department, "birth_date": date(1990, 1, 1), "address": "東京都"}
    lacking = employee(cast.a, **facts)
    complete = with_number(cast.a, employee(cast.a, **facts), new_number())
    no_address = with_number(cast.a, employee(cast.a, **{**facts, "address": ""}), new_number())
    other = employee(cast.a, **facts)
    client, query = browser(cast.a), {"department": department}

    page = client.get("/status/people", query)
    addressless = client.get("/status/people", {**query, "what": "address"})
    file = client.post("/status/people/employees", {"selected": [str(lacking.id)]})
    nobody = client.post("/status/people/employees", {})
    elsewhere = browser(cast.b).post("/status/people/employees", {"selected": [str(lacking.id)]})

    shown = {
        one.person.id: (labels, act, url) for one, _, _, labels, act, url in page.context["rows"]
    }
    assert shown.keys() == {lacking.id, no_address.id, other.id}
    assert shown[lacking.id] == (["個人番号"], "番号を登録する", f"/people/{lacking.id}/number")
    assert shown[no_address.id][:2] == (["住所"], "開く")
    assert complete.id not in shown
    assert [one.person.id for one, *_ in addressless.context["rows"]] == [no_address.id]
    assert codes_of_book(file.content) == [lacking.employee_code]
    assert codes_of_book(elsewhere.content) == []
    assert nobody.status_code == 302


def codes_of_book(content: bytes) -> list[str]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [str(row[0]) for row in sheet.iter_rows()][1:]


@pytest.mark.parametrize("kind", ["employees", "families", "payees", "nobody"])
def test_list_of_who_is_missing_what_opens_for_every_kind(cast: Cast, kind: str) -> None:
    assert browser(cast.a).get("/status/people", {"kind": kind}).status_code == 200


def test_search_for_somebody_by_a_number_is_not_made(cast: Cast) -> None:
    answer = browser(cast.a).get(f"/status/people?q={new_number()}")

    assert (answer.status_code, answer.url) == (302, "/status/people")


def test_marked_people_are_asked_where_the_contract_collects(cast: Cast) -> None:
    person = employee(cast.a)
    marked = {"selected": [str(person.id)], "act": "ask"}

    asked = browser(cast.a).post("/status/people/employees", marked)
    form = browser(cast.a).get(asked.url)
    of_b = browser(cast.b).post("/status/people/employees", marked)

    assert asked.url == f"/requests/new?kind=employee&codes={person.employee_code}"
    assert form.context["form"]["codes"].value() == person.employee_code
    assert person.employee_code not in str(of_b.headers.get("Location", ""))
