"""What waits for those who set up and oversee, on the top screen, and the lists behind it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from azukari.collect.models import Mail, MailState
from azukari.law.purpose import PersonKind
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress.models import Progress
from azukari.register.actions import purposes
from azukari.tenancy import scope, tokens, users
from azukari.tenancy.ids import new_id
from azukari.tenancy.models import (
    ClientCertificate,
    Company,
    Membership,
    Role,
    SetupLink,
    SignInThrottle,
    User,
)
from azukari.tenancy.rights import RoleKind
from azukari.use.models import Filing, FilingPerson, FilingState
from tests.cast import Side, make_side
from tests.web.browser import browser, employee, payee, see, text_of
from tests.web.components.page import Page

STEWARD = RoleKind.STEWARD


@pytest.fixture(scope="module")
def a(database) -> Side:
    return make_side("WA", web_collection=True)


@pytest.fixture(scope="module")
def b(database) -> Side:
    """Where nothing waits."""
    return make_side("WB", web_collection=True)


def pieces(html: str, begin: str, end: str) -> list[Page]:
    """Every part of a page between such marks."""
    return [Page(one.partition(end)[0]) for one in html.split(begin)[1:]]


def waiting_on(html: str) -> dict[str, str]:
    """What a top screen says waits → where it leads."""
    found = pieces(html, '<ul class="waiting">', "</ul>")
    return {one.text: one.attrs["href"] or "" for piece in found for one in piece.all("a")}


def waits(side: Side, kind: RoleKind = STEWARD) -> dict[str, str]:
    return waiting_on(text_of(browser(side, kind).get("/")))


def bars_on(side: Side, kind: RoleKind = RoleKind.OPERATOR) -> dict[str, str]:
    """The figures of the season → where they lead."""
    found = pieces(text_of(browser(side, kind).get("/")), '<p class="share-head">', "</p>")
    return {
        " ".join(one.text for one in piece.all("span")): piece.one("a").attrs["href"] or ""
        for piece in found
    }


def way(side: Side, label: str, kind: RoleKind = STEWARD) -> str:
    found = [url for text, url in waits(side, kind).items() if text.startswith(label)]
    assert found, waits(side, kind)
    return found[0]


def listed(side: Side, url: str) -> str:
    return text_of(browser(side, STEWARD).get(url))


def new_user(side: Side, code: str, **facts: Any) -> User:
    with side.scope():
        role = Role.objects.get(kind="operator")
        given = users.UserFacts(code, f"{code}の人", **facts)
        return users.create_user(given, role, side.company.id, actor=side.steward)[0]


def test_nothing_waits_in_a_company_where_all_is_done(b: Side) -> None:
    for kind in (STEWARD, RoleKind.AUDITOR):
        assert waits(b, kind) == {}


def test_users_without_password_and_those_whose_link_has_ended(a: Side, b: Side) -> None:
    first, second = new_user(a, "fresh"), new_user(a, "late")
    with a.scope():
        ended = timezone.now() - timedelta(hours=1)
        SetupLink.objects.filter(user=second).update(expires_at=ended)

    url = way(a, "パスワードが未設定のユーザ1人には、使えるリンクがありません")

    assert url == "/settings/users?state=unset"
    page = listed(a, url)
    assert first.name in page
    assert second.name in page
    assert "WAの運用担当者" not in page
    assert waits(b) == {}


def test_locked_users(a: Side, b: Side) -> None:
    with scope.enter(scope.Scope(contract_id=a.contract.id)):
        SignInThrottle.objects.create(
            contract_id=a.contract.id, user_code="operator", failures=10,
            locked_until=timezone.now() + timedelta(minutes=15),
        )  # fmt: skip

    page = listed(a, way(a, "ロックされたユーザ"))

    assert "WAの運用担当者" in page
    assert "WAの監査" not in page
    assert waits(b) == {}


def test_users_whose_mail_comes_back(a: Side, b: Side) -> None:
    gone, fine, mended = (
        new_user(a, code, mail=f"{code}@example.co.jp") for code in ("gone", "fine", "mended")
    )
    new_user(b, "far", mail="far@example.co.jp")

    def mailed(side: Side, user: User, state: MailState, days: int) -> None:
        with side.scope():
            Mail.objects.create(
                company_id=side.company.id, event=str(new_id()), kind="arrived",
                address=user.mail, recipient_name=user.name, state=state,
                created_at=timezone.now() - timedelta(days=days),
            )  # fmt: skip

    mailed(a, gone, MailState.SENT, 2)
    mailed(a, gone, MailState.BOUNCED, 1)
    mailed(a, fine, MailState.SENT, 1)
    mailed(a, mended, MailState.FAILED, 2)
    mailed(a, mended, MailState.SENT, 1)

    page = listed(a, way(a, "メールが届かないユーザ"))

    assert gone.name in page
    assert fine.name not in page
    assert mended.name not in page
    assert "メールが届かない人だけ" in page
    assert not any("届かない" in text for text in waits(b))


def test_contract_without_the_option_has_no_such_mails() -> None:
    side = make_side("WN")

    assert "メールが届かない人だけ" not in listed(side, "/settings/users?unreached=on")


def test_notices_nobody_was_told_of(a: Side) -> None:
    employee(a)
    with a.scope():
        notice = purposes.publish_notice(PersonKind.EMPLOYEE, "お知らせ", actor=a.steward)

    url = way(a, "利用目的を通知していない人（従業員）")

    assert url == f"/settings/notices/{notice.id}/missing"
    assert "1人" in see(browser(a, STEWARD).get(url)).one("main").text


def test_tokens_that_end_soon(a: Side, b: Side) -> None:
    for side, days in ((a, 20), (a, 60), (b, 60)):
        with side.scope():
            tokens.issue(
                f"給与{days}", [tokens.TokenScope.PUSH], [],
                timezone.now() + timedelta(days=days), actor=side.steward,
            )  # fmt: skip

    label = "期限が近い連携用トークン"

    assert way(a, label) == "/link"
    assert [text[-2:] for text in waits(a) if text.startswith(label)] == ["1件"]
    assert not any(text.startswith(label) for text in waits(b))


def test_company_without_an_office(b: Side) -> None:
    side = make_side("WO")
    with scope.enter(scope.Scope(contract_id=side.contract.id)):
        second = Company.objects.create(contract_id=side.contract.id, code="002", name="子会社")
        own = Membership.objects.get(user=side.users[STEWARD])
        Membership.objects.create(
            contract_id=side.contract.id, user=own.user, company=second, role=own.role
        )
    client = browser(side, STEWARD)
    client.post("/company/switch", {"company": str(second.id)})

    [(text, url)] = waiting_on(text_of(client.get("/"))).items()

    assert text.startswith("事業所が登録されていません")
    assert url == "/settings/company"
    assert waits(side) == {}


@pytest.mark.parametrize(
    ("action", "label"),
    [
        (Action.ALERT_RAISED, "注意すべき操作"),
        (Action.RETENTION_CHANGED, "保存期間の設定の変更"),
    ],
)
def test_what_the_records_tell_of_this_week(a: Side, b: Side, action: Action, label: str) -> None:
    write(a, action, "この週のこと", days=2)
    write(a, action, "前の月のこと", days=30)

    url = way(a, label)
    page = listed(a, url)

    assert "この週のこと" in page
    assert "前の月のこと" not in page
    assert not any(text.startswith(label) for text in waits(b))


def test_alerts_of_the_contract_lead_to_its_own_records(a: Side) -> None:
    write(a, Action.ALERT_RAISED, "契約のこと", realm="contract")

    url = way(a, "注意すべき操作（ログイン・利用者・証明書）")

    assert "契約のこと" in listed(a, url)


def test_backup_that_was_not_made_for_days() -> None:
    side = make_side("WK")
    write(side, Action.BACKUP_MADE, "", days=5)
    assert way(side, "バックアップが取られていません") == "/records?action=BACKUP_MADE"

    write(side, Action.BACKUP_MADE, "", days=1)

    assert waits(side) == {}


def write(side: Side, action: Action, reason: str, *, days: int = 0, realm: str = "") -> None:
    at = timezone.now() - timedelta(days=days)
    with side.scope():
        record = Record.by(side.operator, action, at=at, reason=reason)
        pens.write(record, side.contract.id if realm else side.company.id)


# 止まった処理 ----------------------------------------------------------------------------------


def broken(side: Side, kind: str, *, days: int = 0) -> Progress:
    with side.scope():
        task = progress.plan(kind, new_id(), total=10)
        progress.fail(task.id, f"{side.company.name}の理由")
        ended = timezone.now() - timedelta(days=days)
        Progress.objects.filter(id=task.id).update(finished_at=ended)
    return task


def test_stopped_work_is_told_to_who_may_see_it_and_to_who_oversees() -> None:
    mine, other = make_side("WJ"), make_side("WJB")
    task = broken(mine, "sheet.apply")
    broken(mine, "sheet.apply", days=20)

    assert way(mine, "止まった処理", RoleKind.OPERATOR) == "/progress/stopped"
    for kind, leads in ((RoleKind.OPERATOR, True), (STEWARD, False), (RoleKind.AUDITOR, False)):
        html = text_of(browser(mine, kind).get("/progress/stopped"))
        (rows,) = pieces(html, "<tbody", "</tbody>")
        assert len(rows.all("tr")) == 1
        assert "株式会社WJ商事の理由" in rows.one("tr").text
        links = [one.attrs["href"] for one in rows.all("a")]
        assert links == ([f"/progress/{task.id}"] if leads else [])
    assert "止まった処理はありません" in text_of(browser(other).get("/progress/stopped"))


def test_work_that_was_begun_anew_no_longer_waits() -> None:
    side = make_side("WR")
    task = broken(side, "filing")
    with side.scope():
        progress.plan("filing", task.subject)

    assert waits(side, RoleKind.OPERATOR) == {}


# 証明書と帳票 ----------------------------------------------------------------------------------


def test_certificate_in_use_is_told_to_everybody_before_it_ends() -> None:
    side = make_side("WC")
    (figures,) = pieces(text_of(browser(side).get("/")), '<ul class="figures">', "</ul>")
    assert any("クライアント証明書の残り" in one.text for one in figures.all("a"))
    with scope.enter(scope.Scope(contract_id=side.contract.id)):
        end = timezone.now() + timedelta(days=10)
        ClientCertificate.objects.update(not_after=end)

    mine = way(side, "お使いのクライアント証明書の期限", RoleKind.OPERATOR)
    all_of_them = way(side, "期限が近いクライアント証明書")

    assert mine == "/account"
    day = timezone.localtime(end)
    assert f"{day.year}年{day.month}月{day.day}日" in text_of(browser(side).get(mine))
    assert all_of_them == "/settings/certificates"


def test_filings_of_the_season_say_how_many_are_made() -> None:
    side, other = make_side("WF"), make_side("WG")
    hired = timezone.localdate() - timedelta(days=3)
    waiting, on_paper, _long_ago = (
        employee(side, hired_on=day) for day in (hired, hired, date(2020, 4, 1))
    )
    made_for(side, "shutoku_todoke", on_paper)

    [(bar, url)] = [one for one in bars_on(side).items() if "社会保険の資格取得届" in one[0]]
    due = text_of(browser(side).get(url))

    assert "1 / 2人（50%）" in bar
    assert url == "/filings/new/2200700?due=1"
    assert waiting.employee_code in due
    assert on_paper.employee_code not in due
    assert bars_on(other) == {}
    assert all(one.startswith("/filings?form=") for one in bars_on(side, RoleKind.OFFICER).values())
    assert bars_on(side, STEWARD) == {}


def test_payment_reports_of_the_season_are_about_their_kind_of_payee(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    side = make_side("WP")
    monkeypatch.setattr(timezone, "localdate", lambda *_args: date(2026, 12, 1))
    lecturer, landlord, over, later = (
        payee(side, payee_kind=kind, contract_from=begin, contract_to=end)
        for kind, begin, end in (
            ("lecturer", date(2026, 4, 1), None),
            ("landlord", date(2020, 4, 1), None),
            ("lecturer", date(2020, 4, 1), date(2025, 12, 31)),
            ("professional", date(2027, 1, 1), None),
        )
    )

    bars = bars_on(side)
    [(bar, url)] = [one for one in bars.items() if "報酬・料金などの支払調書" in one[0]]
    due = text_of(browser(side).get(url))

    assert "2027年1月31日まで" in bar
    assert "0 / 1人" in bar
    assert url == "/filings/new/309?year=2026&due=1"
    assert any("不動産の使用料などの支払調書" in one and "0 / 1人" in one for one in bars)
    assert lecturer.employee_code in due
    for other in (landlord, over, later):
        assert other.employee_code not in due


def made_for(side: Side, form: str, person: Any) -> None:
    with side.scope():
        filing = Filing.objects.create(
            company_id=side.company.id, office=side.office, form=form, purpose="HEALTH_PENSION",
            state=FilingState.MADE, made_at=timezone.now(), people=1, started_by_name="人",
        )  # fmt: skip
        FilingPerson.objects.create(
            company_id=side.company.id, filing=filing, person=person, place=0
        )
