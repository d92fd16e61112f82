"""取扱状況 and 特定個人情報ファイル管理簿 on screen, from two tenants."""

import csv
import re
from io import StringIO

import pytest

from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, make_side
from tests.oversee.cast import reveal
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

pytestmark = pytest.mark.usefixtures("database")


def test_register_says_what_the_guideline_asks_for_and_no_number(cast: Cast) -> None:
    digits = new_number()
    with_number(cast.a, employee(cast.a), digits)

    answer = browser(cast.a, RoleKind.AUDITOR).get("/holdings")

    text = text_of(answer)
    for part in ("従業員特定個人情報ファイル", "利用目的", "アクセス権を有する者", "Aの運用担当者"):
        assert part in text
    assert "健康保険・厚生年金保険届出事務" in text
    assert not holds_digits(answer, digits)
    assert "Bの運用担当者" not in text


def test_steward_says_who_is_responsible() -> None:
    side = make_side("HW")
    client = browser(side, RoleKind.STEWARD)
    url = "/holdings/employees/change"

    numbered = client.post(url, {"officer": f"部長 {new_number()}", "version": "0"})
    assert "責任者か取扱部署が入っていない" in text_of(client.get("/holdings"))
    done = client.post(
        url, {"officer": "人事部長", "department": "給与課", "everywhere": "on", "version": "0"}
    )
    slower = client.post(url, {"officer": "別の人", "version": "0"})

    assert errors_of(numbered)[0].startswith("責任者")
    assert done.url == "/holdings"
    assert "責任者か取扱部署が入っていない" not in text_of(client.get("/holdings"))
    assert "人事部長　給与課" in text_of(client.get("/holdings"))
    assert "ほかの人がこの内容を変更しました" in errors_of(slower)[0]
    assert client.get("/holdings/nonsense/change").status_code == 404


def test_register_is_printed_and_given_out_and_that_is_written_down(cast: Cast) -> None:
    client = browser(cast.a, RoleKind.OFFICER)

    printed = client.get("/holdings/print")
    file = client.post("/holdings/list.csv")

    lines = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert lines[0][0] == "ファイルの名称"
    assert "従業員特定個人情報ファイル" in [line[0] for line in lines]
    assert "印刷する" in text_of(printed)
    with cast.a.scope():
        asked = ledger.Filter(actions=(Action.HOLDING_EXPORTED,))
        assert len(ledger.records(cast.a.company.id, asked).entries) >= 2


def test_access_shows_who_looked_at_numbers() -> None:
    side, other = make_side("HX"), make_side("HY")
    digits = new_number()
    reveal(side, with_number(side, employee(side), digits))
    client = browser(side, RoleKind.AUDITOR)

    answer = client.get("/access")
    file = client.post("/access/list.csv")

    text = text_of(answer)
    assert [one.text for one in see(answer).all("th", scope="row")] == ["HXの運用担当者"]
    assert "1回" in text
    assert "番号表示、照合" in text
    assert not holds_digits(answer, digits)
    lines = list(csv.reader(StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert [line[1] for line in lines[1:]] == ["HXの運用担当者"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", lines[1][5])
    assert "HXの" not in text_of(browser(other, RoleKind.AUDITOR).get("/access"))


def test_unused_accounts_lead_to_the_account() -> None:
    side = make_side("HZ")
    client = browser(side, RoleKind.STEWARD)

    answer = client.get("/access/unused")
    never = client.get("/access/unused", {"days": "30", "never": "on"})

    user = side.users[RoleKind.AUDITOR]
    assert see(answer).all("a", href=f"/settings/users/{user.id}")
    assert "一度もありません" in text_of(never)
    wrong = client.get("/access/unused", {"days": "7"})
    assert wrong.status_code == 200


@pytest.mark.parametrize("path", ["/access", "/access/unused", "/holdings", "/holdings/print"])
def test_operator_does_not_oversee(cast: Cast, path: str) -> None:
    assert browser(cast.a).get(path).status_code == 403


@pytest.mark.parametrize("kind", [RoleKind.OFFICER, RoleKind.AUDITOR])
def test_only_the_steward_changes_the_register(cast: Cast, kind: RoleKind) -> None:
    assert browser(cast.a, kind).get("/holdings/employees/change").status_code == 403
    assert "変更する" not in text_of(browser(cast.a, kind).get("/holdings"))
