"""利用目的管理 and 帳簿 by screen, as two tenants."""

from azukari.law.purpose import PersonKind
from azukari.register import notices
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, make_side
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


def test_steward_publishes_and_operator_notes_who_was_told(database: object) -> None:
    side, other = make_side("WP"), make_side("WQ")
    person = employee(side, name="通知　される", department="営業部")
    employee(side, name="通知　まだ", department="総務部")
    steward, operator = browser(side, RoleKind.STEWARD), browser(side)

    draft = see(steward.get("/settings/purposes/publish/employee"))
    published = steward.post(
        "/settings/purposes/publish/employee", {"text": "個人番号の利用目的です。"}
    )
    missing_url = f"{published.url}/missing"
    missing = operator.get(missing_url)
    undated = operator.post(f"{published.url}/told", {"act": "marked", "channel": "mail"})
    told = operator.post(
        f"{published.url}/told",
        {"act": "marked", "selected": [str(person.id)], "channel": "mail",
         "notified_on": "2026/4/1"},
        follow=True,
    )  # fmt: skip
    page = operator.get(f"/people/{person.id}")
    rest = steward.post(
        f"{published.url}/told", {"act": "all", "channel": "paper", "notified_on": "R8.4.2"},
        follow=True,
    )  # fmt: skip

    assert draft.one("textarea").attrs["name"] == "text"
    assert "通知　される" in text_of(missing)
    assert errors_of(undated) == ["通知した日を入力してください。"]
    assert "1人に通知したことを記録しました。" in text_of(told)
    assert "第1版" in text_of(page)
    assert "2026年4月1日" in text_of(page)
    assert "1人に通知したことを記録しました。" in text_of(rest)
    assert "通知　まだ" not in text_of(steward.get(missing_url))  # may not see people
    assert browser(other, RoleKind.STEWARD).get(published.url).status_code == 404
    assert browser(other).post(f"{published.url}/told", {"act": "all"}).status_code == 404


def test_purpose_that_is_off_is_not_offered(database: object) -> None:
    side = make_side("WO")
    person = employee(side)
    steward = browser(side, RoleKind.STEWARD)
    page = see(steward.get("/settings/purposes/change"))
    codes = [e.attrs["value"] for e in page.all("input", name_="purposes")]

    steward.post(
        "/settings/purposes/change",
        {"purposes": [one for one in codes if one != "RESIDENT_TAX"]},
    )
    none = steward.post("/settings/purposes/change", {"purposes": ["RESIDENT_TAX"]})
    form = see(browser(side).get(f"/people/{person.id}/number"))
    listed = text_of(browser(side).get("/settings/purposes"))

    offered = [e.attrs["value"] for e in form.all("input", name_="purposes")]
    assert "RESIDENT_TAX" not in offered
    assert "HEALTH_PENSION" in offered
    assert len(errors_of(none)) == 1
    assert "使わない" in listed


def test_notice_takes_no_number(cast: Cast) -> None:
    digits = new_number()

    answer = browser(cast.a, RoleKind.STEWARD).post(
        "/settings/purposes/publish/family", {"text": f"番号は {digits} です"}
    )

    assert len(errors_of(answer)) == 1
    with cast.a.scope():
        assert notices.current_notice(PersonKind.FAMILY) is None


# 帳簿 -------------------------------------------------------------------------------------------


def test_book_is_entered_listed_printed_and_downloaded_without_numbers(database: object) -> None:
    side, other = make_side("WB"), make_side("WC")
    digits = new_number()
    person = with_number(side, employee(side, name="帳簿　花子"), digits)
    client = browser(side)
    form = see(client.get(f"/people/{person.id}/ledger"))
    typed = {
        "declaration": form.one("input", name_="declaration").attrs["value"],
        "received_on": "2026/1/15",
        "omitted_year": "",
    }

    entered = client.post(f"/people/{person.id}/ledger", typed)
    listed = client.get("/number-ledger?q=花子")
    (link,) = [
        e.attrs["href"]
        for e in see(listed).all("a")
        if (e.attrs.get("href") or "").startswith("/number-ledger/0")
    ]
    wrong = client.post(str(link), {**typed, "omitted_year": "2020"})
    changed = client.post(str(link), {**typed, "omitted_year": "2027"})
    printed = client.get("/number-ledger/print")
    file = client.post("/number-ledger/file", {})
    lines = b"".join(file.streaming_content).decode()

    assert typed["declaration"] == "給与所得者の扶養控除等（異動）申告書"
    assert (entered.status_code, changed.status_code) == (302, 302)
    assert "2026年1月" in text_of(listed)
    assert len(errors_of(wrong)) == 1
    assert "2027年分" in text_of(client.get("/number-ledger"))
    assert lines.splitlines()[1].split(",")[1:4] == ["帳簿　花子", "", "登録済"]
    for answer in (listed, printed):
        assert not holds_digits(answer, digits)
    assert digits not in lines
    stranger = browser(other)
    assert stranger.get(str(link)).status_code == 404
    assert "帳簿　花子" not in text_of(stranger.get("/number-ledger"))
    assert (
        "帳簿　花子"
        not in b"".join(stranger.post("/number-ledger/file", {}).streaming_content).decode()
    )


def test_family_stands_in_the_book_too(cast: Cast) -> None:
    member = with_number(cast.a, family_member(cast.a, employee(cast.a)), new_number())

    answer = browser(cast.a).post(
        f"/people/{member.id}/ledger", {"declaration": "申告書", "received_on": "R8.1"}
    )

    assert answer.status_code in {200, 302}
    assert browser(cast.b).get(f"/people/{member.id}/ledger").status_code == 404


def test_number_in_the_search_is_refused(cast: Cast) -> None:
    answer = browser(cast.a).get(f"/number-ledger?q={new_number()}", follow=True)

    assert "個人番号では検索できません。" in text_of(answer)
