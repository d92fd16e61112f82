"""月次確認 on screen, from two tenants."""

import pytest

from azukari.ledger.actions import Action
from azukari.oversee.months import queries
from azukari.tenancy.rights import RoleKind
from tests.cast import Side
from tests.oversee.test_months import LAST, at, side_of_before, tell, workday
from tests.web.browser import browser, employee, errors_of, new_number, see, text_of

pytestmark = pytest.mark.usefixtures("database")
URL = f"/months/{LAST}"


def side_with_night_work(label: str) -> Side:
    side = side_of_before(label)
    tell(side, Action.NUMBER_REVEALED, at(workday(), 23), subjects=(employee(side).id,))
    return side


def shown(side: Side) -> str:
    page = see(browser(side, RoleKind.OFFICER).get(URL))
    return str(page.all("input", name="shown")[0].attrs["value"])


def test_months_show_what_waits() -> None:
    side, other = side_with_night_work("WA"), side_of_before("WB")

    text = text_of(browser(side, RoleKind.AUDITOR).get("/months"))
    month = text_of(browser(side, RoleKind.AUDITOR).get(URL))
    theirs = text_of(browser(other, RoleKind.AUDITOR).get(URL))

    assert "確認待ち" in text
    assert "途中" in text
    assert "22時から5時までに、番号を1件使いました" in month
    assert "WAの運用担当者" in month
    assert "この月を確認済にする" not in month
    assert "注意すべき操作はありません" in theirs


def test_an_anomaly_leads_to_its_records() -> None:
    side = side_with_night_work("WC")
    client = browser(side, RoleKind.AUDITOR)

    ways = [a.attrs["href"] for a in see(client.get(URL)).all("a") if "記録を見る" in a.text]
    text = text_of(client.get(ways[0]))

    assert len(ways) == 1
    assert "個人番号の表示" in text


def test_what_was_found_out_is_noted() -> None:
    side = side_with_night_work("WD")
    client = browser(side, RoleKind.STEWARD)
    [key] = [one.attrs["value"] for one in see(client.get(URL)).all("input", name="selected")]

    nothing = client.post(f"{URL}/note", {"note": "本人に確かめた"})
    silent = client.post(f"{URL}/note", {"selected": key, "note": ""})
    numbered = client.post(f"{URL}/note", {"selected": key, "note": new_number()})
    done = client.post(f"{URL}/note", {"selected": key, "note": "決算の対応と本人が答えた"})

    assert errors_of(nothing) == ["1件も選ばれていません。一覧で選んでください。"]
    assert errors_of(silent) == ["確認した内容を入力してください。"]
    assert len(errors_of(numbered)) == 1
    assert done.status_code == 302
    assert "決算の対応と本人が答えた" in text_of(client.get(URL))
    left = client.get(URL, {"open": "on"})
    assert "条件に合うものはありません" in text_of(left)


def test_the_officer_closes_the_month_by_what_was_shown() -> None:
    side = side_with_night_work("WE")
    client = browser(side, RoleKind.OFFICER)
    seen = shown(side)
    tell(side, Action.NUMBER_REVEALED, at(workday(), 23), subjects=(employee(side).id,))

    stale = client.post(f"{URL}/sign", {"opinion": "確認した", "shown": seen})
    empty = client.post(f"{URL}/sign", {"opinion": "", "shown": shown(side)})
    fresh = see(stale).all("input", name="shown")[0].attrs["value"]
    done = client.post(f"{URL}/sign", {"opinion": "夜間の利用は決算対応", "shown": fresh})
    twice = client.post(f"{URL}/sign", {"opinion": "もう一度", "shown": fresh})

    assert "注意すべき操作が増えました" in errors_of(stale)[0]
    assert "確認した" in text_of(stale)
    assert len(errors_of(empty)) == 1
    assert done.url == URL
    assert "この月は確認済です" in errors_of(twice)[0]
    text = text_of(client.get(URL))
    assert "夜間の利用は決算対応" in text
    assert fresh in text
    tell(side, Action.NUMBER_REVEALED, at(workday(), 23), subjects=(employee(side).id,))
    assert "確認した後に見つかったものがあります" in text_of(client.get(URL))
    assert "確認後に1件" in text_of(client.get("/months"))


def test_top_tells_the_officer_of_months_that_wait() -> None:
    side = side_of_before("WF")
    with side.scope():
        line = queries.line_of(LAST)

    assert line.signed is None
    assert "確認を待っている月" in text_of(browser(side, RoleKind.OFFICER).get("/"))
    assert "確認を待っている月" not in text_of(browser(side, RoleKind.STEWARD).get("/"))


@pytest.mark.parametrize("name", ["2019-01", "2099-01", "someday", "2026-99"])
def test_other_months_are_not_there(name: str) -> None:
    side = side_of_before("WG")

    assert browser(side, RoleKind.OFFICER).get(f"/months/{name}").status_code == 404


def test_others_neither_note_nor_sign() -> None:
    side = side_of_before("WH")

    assert browser(side).get("/months").status_code == 403
    assert browser(side, RoleKind.AUDITOR).post(f"{URL}/note").status_code == 403
    assert browser(side, RoleKind.STEWARD).post(f"{URL}/sign").status_code == 403
