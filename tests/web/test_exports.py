"""ファイル出力 and 登録状況 on screen, from two tenants."""

from typing import Any
from uuid import UUID

import pytest

from azukari.check import rules
from azukari.check.making import make_output
from azukari.check.models import Output, OutputState
from azukari.progress import actions as progress
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side
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


def test_file_is_destroyed_by_hand(cast: Cast) -> None:
    code, _ = person(cast.a)
    export_id = export_of(ask(cast.a, code))
    made(cast.a, export_id)
    client = browser(cast.a)

    client.post(f"/exports/{export_id}/destroy")

    assert client.post(f"/exports/{export_id}/file").status_code == 302
    with cast.a.scope():
        assert Output.objects.get(id=export_id).state == OutputState.DESTROYED


def test_state_of_a_department_leads_on(cast: Cast) -> None:
    department = f"課{new_code()}"
    code = new_code()
    employee(cast.a, employee_code=code, department=department)
    client = browser(cast.a)

    page = client.get("/status")
    [(row, _, ways)] = [one for one in page.context["rows"] if one[1] == department]
    listed, template = (client.get(url) for _, url in ways)

    assert (row.missing, row.registered) == (1, 0)
    assert code in text_of(listed)
    assert template.headers["Content-Disposition"].startswith("attachment")
    assert department not in text_of(browser(cast.b).get("/status"))


@pytest.mark.parametrize("kind", ["employees", "families", "payees", "nobody"])
def test_state_opens_for_every_kind(cast: Cast, kind: str) -> None:
    assert browser(cast.a).get("/status", {"kind": kind}).status_code == 200
