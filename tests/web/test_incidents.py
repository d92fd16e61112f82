"""漏えい等対応 on screen, from two tenants."""

from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side, make_side
from tests.oversee.cast import incident_of, reveal
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
from tests.web.test_exports import ask, export_of, made

pytestmark = pytest.mark.usefixtures("database")


def typed(**other: str) -> dict[str, str]:
    return {
        "title": "届書の誤送付", "harm": "leak", "noticed_on": timezone.localdate().isoformat(),
        "noticed_by": "総務部", "outline": "別の会社に送った。", "cause": "wrong_delivery", **other,
    }  # fmt: skip


def recorded(side: Side, **other: str) -> UUID:
    answer = browser(side, RoleKind.STEWARD).post("/incidents/new", typed(**other))
    assert answer.status_code == 302, errors_of(answer)
    return UUID(answer.url.rpartition("/")[2])


def test_a_malicious_incident_says_until_when_to_report(cast: Cast) -> None:
    incident = recorded(cast.a, malicious="on")

    text = text_of(browser(cast.a, RoleKind.OFFICER).get(f"/incidents/{incident}"))

    assert "報告が必要" in text
    assert "規則第2条第2号" in text
    assert "60日以内" in text
    assert "あと4日" in text


def test_a_small_one_need_not_be_reported(cast: Cast) -> None:
    incident = recorded(cast.a)
    protected = recorded(cast.a, malicious="on", protected="on")
    client = browser(cast.a, RoleKind.AUDITOR)

    assert "報告の義務はありません" in text_of(client.get(f"/incidents/{incident}"))
    assert "報告は不要" in text_of(client.get(f"/incidents/{protected}"))


def test_what_cannot_be_is_named_and_nothing_is_lost(cast: Cast) -> None:
    client = browser(cast.a, RoleKind.STEWARD)

    answer = client.post(
        "/incidents/new",
        typed(noticed_on="2021/4/1", happened_on="2026/13/1", outline=f"番号 {new_number()}"),
    )
    ahead = client.post("/incidents/new", typed(noticed_on="2099/1/1"))
    early = client.post("/incidents/new", typed(noticed_on="2021/4/1"))

    assert [error.partition("：")[0] for error in errors_of(answer)] == ["発生日", "概要・事実経過"]
    assert "届書の誤送付" in text_of(answer)
    assert errors_of(ahead) == ["知った日が今日より後になっています。日付を直してください。"]
    assert "令和4年4月1日" in errors_of(early)[0]


def test_somebody_was_faster(cast: Cast) -> None:
    incident = recorded(cast.a)
    client = browser(cast.a, RoleKind.STEWARD)
    url = f"/incidents/{incident}/change"

    first = client.post(url, typed(title="直した", version="1"))
    second = client.post(url, typed(title="別に直した", version="1"))

    assert first.status_code == 302
    assert "ほかの人がこの事案を変更しました" in errors_of(second)[0]
    assert "別に直した" in text_of(second)


def test_people_are_found_by_name_user_and_file(cast: Cast) -> None:
    side = make_side("INC")  # of the shared ones an operator may have handled more than a page
    digits = new_number()
    person = with_number(side, employee(side, name="対象　一"), digits)
    unseen = with_number(side, employee(side, name="無関係　二"), new_number())
    reveal(side, person)
    output = export_of(ask(side, person.employee_code))
    made(side, output)
    incident = recorded(side)
    client = browser(side, RoleKind.OFFICER)
    find = f"/incidents/{incident}/people/find"
    today = timezone.localdate().isoformat()
    user = str(side.users[RoleKind.OPERATOR].id)

    by_name = client.get(find, {"by": "person", "q": "対象一"})
    by_user = client.get(find, {"by": "user", "user": user, "since": today, "until": today})
    by_file = client.get(find, {"by": "file", "file": str(output)})

    long_ago = {"by": "file", "file": str(output), "until": "2020/1/1"}
    assert "対象　一" not in text_of(client.get(find, long_ago))
    for answer in (by_name, by_user, by_file):
        assert "対象　一" in text_of(answer)
        assert "無関係　二" not in text_of(answer)
        assert not holds_digits(answer, digits)
    added = client.post(f"/incidents/{incident}/people/add?by=file&file={output}", {"act": "all"})
    page = text_of(client.get(added.url))
    assert "ファイル出力" in page
    assert "1人のうち、0人に通知しました" in page
    assert unseen.name not in page


def test_the_search_by_user_says_what_is_missing(cast: Cast) -> None:
    incident = recorded(cast.a)
    client = browser(cast.a, RoleKind.OFFICER)
    user = str(cast.a.users[RoleKind.OPERATOR].id)
    url = f"/incidents/{incident}/people/find"

    asked = {"by": "user", "user": user, "since": "2026/4/2", "until": "2026/4/1"}
    turned = client.get(url, asked)
    missing = client.get(url, {"by": "user", "user": user})

    assert "終わりの日が、始まりの日より前になっています。" in errors_of(turned)[0]
    assert len(errors_of(missing)) == 2
    refused = client.post(f"/incidents/{incident}/people/add?by=user", {"act": "all"})
    assert refused.url == f"{url}?by=user"


def test_people_are_told_marked_or_taken_out(cast: Cast) -> None:
    incident = recorded(cast.a)
    client = browser(cast.a, RoleKind.OFFICER)
    people = [employee(cast.a, name=f"通知　{n}") for n in "一二三"]
    ids = [str(one.id) for one in people]
    client.post(f"/incidents/{incident}/people/add?by=person&q=通知", {"selected": ids})
    url = f"/incidents/{incident}/people"
    rows = [one.attrs["value"] for one in see(client.get(url)).all("input", name="selected")]

    silent = client.post(f"{url}/act", {"act": "notify", "selected": rows[:1], "how": ""})
    nobody = client.post(f"{url}/act", {"act": "notify", "how": "書面"})
    client.post(f"{url}/act", {"act": "notify", "selected": rows[:1], "how": "書面"})
    client.post(f"{url}/act", {"act": "exclude", "selected": rows[1:2], "how": "別人だった"})
    client.post(f"{url}/act", {"act": "notify-all", "how": "書面"})

    assert errors_of(silent) == ["内容を入力してください。"]
    assert errors_of(nobody) == ["1人も選ばれていません。一覧で選んでください。"]
    page = text_of(client.get(url))
    assert "対象者 2人のうち、2人に通知しました" in page
    assert "別人だった" in text_of(client.get(url, {"excluded": "on"}))


def test_steps_lead_to_the_end(cast: Cast) -> None:
    incident = recorded(cast.a)
    client = browser(cast.a, RoleKind.OFFICER)
    today = timezone.localdate().isoformat()

    def take(step: str, **other: str) -> Any:
        given = {"on": today, "note": "済み", **other}
        return client.post(f"/incidents/{incident}/steps/{step}", given)

    early = take("close")
    numbered = take("prevent", note=new_number())
    assert take("prevent").status_code == 302
    assert take("close").status_code == 302
    changed = client.get(f"/incidents/{incident}/change")

    assert "再発防止策がまだ記録されていません" in errors_of(early)[0]
    assert len(errors_of(numbered)) == 1
    assert changed.url == f"/incidents/{incident}"
    assert "対応完了" in text_of(client.get(f"/incidents/{incident}"))
    assert take("nonsense").status_code == 404


def test_list_is_searched_sorted_and_paged() -> None:
    side = make_side("LI")
    for n in range(52):
        incident_of(side, title=f"紛失　{n:02d}" if n % 2 else f"誤送付　{n:02d}")
    client = browser(side, RoleKind.AUDITOR)

    first = client.get("/incidents")
    oldest = client.get("/incidents?sort=code")
    lost = client.get("/incidents", {"q": "紛失"})
    numbered = client.get("/incidents", {"q": new_number()})

    assert len(see(first).all("th", scope="row")) == 50
    assert "誤送付　00" in text_of(oldest)
    assert "誤送付　00" not in text_of(first)
    assert "26" in text_of(lost)
    assert "誤送付" not in text_of(lost)
    assert numbered.url == "/incidents"


def test_the_draft_comes_as_pdf_and_text(cast: Cast) -> None:
    incident = recorded(cast.a)
    client = browser(cast.a, RoleKind.AUDITOR)

    pdf = client.post(f"/incidents/{incident}/report", {"as": "pdf"})
    text = client.post(f"/incidents/{incident}/report", {"as": "text"})

    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["Content-Disposition"].endswith('.pdf"')
    assert "届書の誤送付" in text.content.decode("utf-8-sig")


def test_top_tells_of_open_incidents() -> None:
    side = make_side("LT")
    incident_of(side, malicious=True)

    assert "対応中の漏えい等の事案" in text_of(browser(side, RoleKind.OFFICER).get("/"))
    assert "対応中の漏えい等の事案" not in text_of(browser(side, RoleKind.AUDITOR).get("/"))


def test_other_tenant_sees_none_of_it(cast: Cast) -> None:
    incident = incident_of(cast.a, title="よその事案")
    client = browser(cast.b, RoleKind.STEWARD)

    assert "よその事案" not in text_of(client.get("/incidents"))
    for path in ("", "/change", "/people", "/people/find", "/steps/contain"):
        assert client.get(f"/incidents/{incident.id}{path}").status_code == 404
    posted = client.post(f"/incidents/{incident.id}/steps/contain", {"on": "", "note": ""})
    assert posted.status_code == 404


@pytest.mark.parametrize("path", ["/incidents", "/incidents/new"])
def test_operator_does_not_see_incidents(cast: Cast, path: str) -> None:
    assert browser(cast.a).get(path).status_code == 403
