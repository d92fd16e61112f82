"""運用確認 as a steward and an officer walk it: an incident, the register of files, a month."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from azukari.law import holiday
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.oversee.months.rules import Month
from azukari.serve.postgres import Cluster
from tests.flows.conftest import signed_in
from tests.flows.test_payroll import run
from tests.flows.walk import faultless, follow, leave_by, look, press, submit
from tests.numbers import valid_number
from tests.register.sheet_files import employee, of
from tests.service import Service

_PEOPLE = {f"K{n:04d}": valid_number(87_000_000 + n) for n in range(3)}


@pytest.fixture(scope="module")
def company(service: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A contract of its own with three people."""
    out: Path = tmp_path_factory.mktemp("oversight")
    done = run(service, "contract", "create", "--code", "20000009", "--company", "点検商会",
               "--url", service.url, "--out", str(out))  # fmt: skip
    file = out / "employees.csv"
    file.write_bytes(of(*(employee(code, number) for code, number in _PEOPLE.items())))
    run(service, "sheet", "apply", str(file), "--contract", "20000009")
    file.unlink()
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def officer(service: Service, browser: Browser, company: dict[str, Any]) -> Iterator[Page]:
    page = signed_in(service, browser, company, "officer")
    yield page
    page.context.close()


def test_an_incident_is_recorded_its_people_found_and_its_report_drafted(officer: Page) -> None:
    officer.goto("incidents")
    officer.get_by_text("漏えい等の事案はありません").wait_for()
    faultless(officer)
    follow(officer, "事案を記録する")
    officer.fill("[name=title]", "給与の委託先へのメールの誤送信")
    officer.get_by_label("漏えい", exact=True).check()
    officer.fill("[name=noticed_on]", timezone.localdate().strftime("%Y/%m/%d"))
    officer.fill("[name=noticed_by]", "総務部　課長")
    officer.fill(
        "[name=outline]", "宛先を取り違え、届書の控えを別の会社へ送った。相手は開いていない。"
    )
    officer.fill("[name=people_told]", "150")
    officer.select_option("[name=cause]", "wrong_mail")
    faultless(officer)
    submit(officer, "記録する")
    officer.get_by_text("報告が必要").wait_for()
    officer.get_by_text("30日以内").first.wait_for()
    look(officer, "incident")

    leave_by(officer.get_by_role("link", name="対象者を探す").first)
    faultless(officer)
    officer.fill("[name=q]", "K000")
    leave_by(officer.locator("form.filters button").first)
    officer.get_by_text("3人").first.wait_for()
    look(officer, "incident-find")
    submit(officer, "見つかった全員を対象者に加える")
    officer.get_by_text("3人を対象者に加えました。").wait_for()
    officer.locator("[name=selected]").first.check()
    officer.fill("[name=how]", "書面")
    submit(officer, "選んだ人への通知を記録する")
    officer.get_by_text("1人への通知を記録しました。").wait_for()
    look(officer, "incident-people")

    leave_by(officer.get_by_role("link").filter(has_text="-0001"))
    leave_by(officer.locator("a[href$='/steps/contain']"))
    officer.fill("[name=note]", "相手に削除を依頼し、削除したと回答を得た。")
    faultless(officer)
    press(officer, "記録する")
    officer.get_by_text("「被害の拡大防止」を記録しました。").wait_for()
    with officer.expect_download() as coming:
        officer.get_by_role("button", name="報告書案をPDFで受け取る").click()
    assert coming.value.suggested_filename.endswith(".pdf")
    coming.value.delete()
    officer.goto("incidents")
    look(officer, "incidents")


@pytest.fixture(scope="module")
def steward(service: Service, browser: Browser, company: dict[str, Any]) -> Iterator[Page]:
    page = signed_in(service, browser, company, "steward")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def operator(service: Service, browser: Browser, company: dict[str, Any]) -> Iterator[Page]:
    """Has looked at a number."""
    page = signed_in(service, browser, company, "operator")
    page.goto("people")
    leave_by(page.locator("tbody th a").first)
    leave_by(page.get_by_role("link", name="表示").first)
    page.locator("[name=purpose]").first.check()
    page.fill("[name=reason]", "届出の内容の確認")
    submit(page, "表示する")
    page.get_by_text("表示したことを記録しました。").wait_for()
    yield page
    page.context.close()


def test_the_register_of_files_is_filled_in_and_printed(steward: Page, operator: Page) -> None:
    operator.goto("people")
    steward.goto("holdings")
    steward.get_by_text("責任者か取扱部署が入っていないファイルがあります").wait_for()
    leave_by(steward.locator("a[href$='/holdings/employees/change']"))
    steward.fill("[name=officer]", "人事部長")
    steward.fill("[name=department]", "人事部給与課")
    steward.get_by_label("責任者と取扱部署を、ほかのファイルにも入れる").check()
    faultless(steward)
    submit(steward, "変更する")
    steward.get_by_text("人事部長　人事部給与課").first.wait_for()
    steward.get_by_text("3人").first.wait_for()
    look(steward, "holdings")
    follow(steward, "印刷用に表示する")
    faultless(steward)

    steward.goto("access")
    steward.get_by_text("番号表示、照合").first.wait_for()
    look(steward, "access")
    follow(steward, "使われていないアカウント")
    steward.get_by_text("一度もありません").first.wait_for()
    look(steward, "access-unused")


def records_of_last_month(by: Any, name: str) -> Iterator[tuple[str, Record]]:
    """Whose ledger, and what would stand in it: looking at many, work by night, failures."""
    month = Month.of(timezone.localdate()).before
    day = next(
        on for on in (month.first.replace(day=n) for n in range(10, 20))
        if not holiday.is_closed(on)
    )  # fmt: skip

    def at(hour: int, minute: int = 0, *, back: int = 0) -> datetime:
        on = day - timedelta(days=back)
        return timezone.make_aware(datetime.combine(on, time(hour, minute)))

    for minute in range(24):
        yield "company", Record(at(14, minute), Action.NUMBER_REVEALED, by, name, count=1)
    for minute in range(3):
        yield "company", Record(at(23, minute), Action.NUMBER_REVEALED, by, name, count=1)
        yield "company", Record(at(10, minute, back=9), Action.NUMBER_REVEALED, by, name, count=1)
    yield (
        "company",
        Record(at(15), Action.ALERT_RAISED, by, name, details={"rule": "viewings_of_user"}),
    )
    yield "contract", Record(at(9, back=9), Action.SIGNED_IN, by, name, address="192.0.2.10")
    yield "contract", Record(at(9), Action.SIGNED_IN, by, name, address="198.51.100.7")
    for minute in range(6):
        yield "contract", Record(
            at(8, minute), Action.SIGN_IN_FAILED, by, name, address="198.51.100.7",
            result=Result.REFUSED,
        )  # fmt: skip


@pytest.fixture(scope="module")
def a_month_ago(service: Service, company: dict[str, Any]) -> None:
    """The company is made older, and its ledger is told what a month ago would have left there."""
    with psycopg.connect(Cluster(service.data).superuser_url("azukari")) as connection:
        found = connection.execute(
            "SELECT c.id, c.contract_id, u.id, u.name FROM tenancy_company c"
            " JOIN tenancy_contract k ON k.id = c.contract_id"
            " JOIN tenancy_user u ON u.contract_id = k.id"
            " WHERE k.code = %s AND u.user_code = 'operator'",
            [company["contract"]],
        ).fetchone()
        assert found is not None
        realms = {"company": found[0], "contract": found[1]}
        connection.execute(
            "UPDATE tenancy_company SET created_at = created_at - interval '100 days'"
            " WHERE id = %s",
            [found[0]],
        )
        for realm, record in records_of_last_month(found[2], found[3]):
            connection.execute(
                "INSERT INTO ledger_outbox (realm, body, at) VALUES (%s, %s, %s)",
                [realms[realm], record.to_bytes().decode(), record.at],
            )


@pytest.mark.usefixtures("a_month_ago")
def test_a_month_is_looked_at_and_signed_off(officer: Page) -> None:
    officer.goto("")
    officer.get_by_text("確認を待っている月").first.wait_for()
    officer.goto("months")
    look(officer, "months")
    month = Month.of(timezone.localdate()).before
    leave_by(officer.locator(f"tbody th a[href$='/months/{month}']").last)
    officer.get_by_role("cell", name="1日に27件の番号を、画面で表示・照合しました").last.wait_for()
    faultless(officer)
    for box in officer.locator("[name=selected]").all()[:2]:
        box.check()
    officer.fill("[name=note]", "年末調整の準備のためと、本人と上長に確かめた。")
    submit(officer, "選んだものに記録する")
    officer.get_by_text("2件に、確認した内容を記録しました。").wait_for()
    look(officer, "month")

    submit(officer, "この月を確認済にする")
    officer.get_by_text("所見").first.wait_for()
    assert officer.locator("[aria-invalid=true]").count() == 1
    officer.fill("[name=opinion]", "夜間の利用は繁忙期のもの。接続元は在宅勤務の回線と確かめた。")
    submit(officer, "この月を確認済にする")
    officer.get_by_text("を確認済にしました。").wait_for()
    officer.get_by_text("見た一覧の照合値（SHA-256）").wait_for()
    faultless(officer)
