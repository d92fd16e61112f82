"""給与計算サービス連携 from the switch to the difference, with a payroll that is killed on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.flows.conftest import picture, signed_in
from tests.flows.walk import faultless, leave_by
from tests.service import Service, clean_environment


@pytest.fixture(scope="module")
def company(service: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A contract of its own, so that its payroll tells of nobody else."""
    return contract(service, "20000007", "連携商会", tmp_path_factory.mktemp("payroll"))


@pytest.fixture(scope="module")
def second(service: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return contract(service, "20000009", "別会社商会", tmp_path_factory.mktemp("second"))


def contract(service: Service, code: str, name: str, out: Path) -> dict[str, Any]:
    done = run(service, "contract", "create", "--code", code, "--company", name,
               "--url", service.url, "--out", str(out))  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def run(
    service: Service, *words: str, data: bool = True, code: int = 0
) -> "subprocess.CompletedProcess[str]":
    where = ["--data", str(service.data)] if data else []
    done = subprocess.run(
        [sys.executable, "-m", "azukari", *words, *where, "--json"],
        env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def steward(service: Service, browser: Browser, company: dict[str, Any]) -> Iterator[Page]:
    page = signed_in(service, browser, company, "steward")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def operator(service: Service, browser: Browser, company: dict[str, Any]) -> Iterator[Page]:
    page = signed_in(service, browser, company, "operator")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def token_file(steward: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = linked(steward, tmp_path_factory.mktemp("token"))
    picture(steward, "link")
    return file


def linked(steward: Page, folder: Path) -> Path:
    """The steward switches the link on and issues a token; the file it is kept in."""
    steward.goto("link/change")
    faultless(steward)
    steward.get_by_label("給与計算サービスからの連携を使う").check()
    steward.get_by_label("入社", exact=True).check()
    leave_by(steward.get_by_role("button", name="保存する"))
    steward.wait_for_url("**/link")
    steward.goto("link/tokens/new")
    steward.fill("[name=name]", "試しの給与")
    leave_by(steward.get_by_role("button", name="発行する"))
    steward.get_by_text("この画面で一度だけ表示します").wait_for()
    faultless(steward)
    token = steward.get_by_text("azk_").first.inner_text()
    file = folder / "token"
    file.write_text(token)
    steward.goto("link")
    faultless(steward)
    assert token not in steward.content()
    return file


def push_file(service: Service, token: Path, file: Path, *more: str, code: int = 0) -> Any:
    done = run(service, "payroll", "push", str(file), "--url", f"{service.url}api/v1/",
               "--token-file", str(token), "--authority",
               str(service.facts["server_authority"]), *more, data=False, code=code)  # fmt: skip
    return json.loads(done.stdout)


def until_compared(operator: Page) -> None:
    operator.wait_for_url("**/differences/*-*")
    for _ in range(240):
        if operator.get_by_text("に比べました").count():
            break
        operator.wait_for_timeout(500)
        operator.reload()


def simulate(service: Service, token: Path, file: Path, *more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "azukari", "payroll", "simulate", str(file), "--url",
         f"{service.url}api/v1/", "--token-file", str(token), "--authority",
         str(service.facts["server_authority"]), "--employees", "60", *more, "--json"],
        env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def settled(service: Service, contract: str, *, waiting: int) -> dict[str, Any]:
    """How many records are in which state, once only so many wait for somebody."""
    told: dict[str, Any] = {}
    for _ in range(180):
        done = subprocess.run(
            [sys.executable, "-m", "azukari", "payroll", "sync", "status", "--contract", contract,
             "--data", str(service.data), "--json"],
            env=clean_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        told = json.loads(done.stdout)
        if told["reflected"] and told["waiting"] <= waiting:
            break
        time.sleep(1)
    return told


def test_payroll_that_is_killed_mid_batch_tells_everything_once(
    service: Service, company: dict[str, Any], token_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "payroll.sqlite"
    first = simulate(service, token_file, file, "--events", "0")
    time.sleep(1.2)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    again = simulate(service, token_file, file, "--events", "0")
    out, err = again.communicate(timeout=120)

    assert again.returncode == 0, err
    from azukari.cli.payroll_simulator import Simulator

    payroll = Simulator(file, employees=60, seed=1)
    happened = payroll.happened()
    payroll.close()
    # What the company reflects by hand waits: leavers and the dependants taken off.
    by_hand = sum(one["event"] in {"left", "family_removed"} for one in happened)
    states = settled(service, company["contract"], waiting=by_hand)
    kept = sum(states[one] for one in ("waiting", "reflected", "held", "error", "discarded"))
    assert kept == len(happened), (out, states)
    assert (states["waiting"], states["error"]) == (by_hand, 0)


def test_operator_mends_reflects_and_compares(
    service: Service, operator: Page, token_file: Path, tmp_path: Path
) -> None:
    people = tmp_path / "給与.csv"
    people.write_text(
        "社員番号,家族連番,続柄,氏名,氏名カナ,生年月日\r\n"
        "Q1,0,本人,連携　一郎,レンケイ　イチロウ,1990/01/01\r\n"
        "Q1,1,なぞの続柄,連携　次郎,レンケイ　ジロウ,2015/01/01\r\n"
    )
    push_file(service, token_file, people, code=1)

    operator.goto("pushes?state=error")
    operator.get_by_text("知らない続柄が届いています").wait_for()
    faultless(operator)
    picture(operator, "pushes")
    operator.goto("pushes/relationships")
    faultless(operator)
    operator.select_option("[name=relationship]", "CHILD")
    leave_by(operator.get_by_role("button", name="この意味にする"))
    operator.get_by_text("1件を直しました").wait_for()
    operator.goto("pushes?q=Q1")
    leave_by(operator.get_by_role("link", name="Q1-1"))
    faultless(operator)
    leave_by(operator.get_by_role("button", name="反映する"))
    operator.get_by_text("1件を反映しました").wait_for()

    operator.goto("differences")
    faultless(operator)
    leave_by(operator.get_by_role("button", name="給与計算サービスの最新の情報と比べる"))
    until_compared(operator)
    operator.get_by_role("link", name="番号未登録").first.wait_for()
    faultless(operator)
    picture(operator, "differences")

    operator.goto("differences/new")
    operator.set_input_files("[name=file]", {
        "name": "別の給与.csv", "mimeType": "text/csv",
        "buffer": (
            "社員番号,氏名,氏名カナ\r\n"
            "Q1,連携　三郎,レンケイ　サブロウ\r\nQ8,連携　八子,誤り\r\n"
        ).encode(),
    })  # fmt: skip
    leave_by(operator.get_by_role("button", name="送って比べる"))
    until_compared(operator)
    run = operator.url
    operator.goto(run + "?q=Q8")
    operator.get_by_text("条件に合うすべてに行う").click()
    leave_by(operator.get_by_role("link", name="給与の値を反映"))
    leave_by(operator.get_by_role("button", name="すべて実行する"))
    operator.get_by_text("できませんでした：給与の値がそのままでは登録できません").wait_for()
    faultless(operator)
    picture(operator, "differences-refused")
    operator.goto(run + "?q=Q1&kind=differs")
    operator.locator("input[name=selected]").first.check()
    leave_by(operator.get_by_role("button", name="選んだ行に給与の値を反映"))
    operator.get_by_text("に給与の値を反映しました").wait_for()
    operator.goto("people?q=Q1")
    operator.get_by_text("連携　三郎").first.wait_for()


def test_second_company_does_the_same_and_sees_nothing_of_the_first(
    service: Service,
    browser: Browser,
    operator: Page,
    token_file: Path,
    second: dict[str, Any],
    tmp_path: Path,
) -> None:
    assert token_file.is_file()  # the first company is linked
    steward = signed_in(service, browser, second, "steward")
    token = linked(steward, tmp_path)
    steward.context.close()
    people = tmp_path / "別の給与.csv"
    people.write_text(
        "社員番号,家族連番,続柄,氏名,氏名カナ,生年月日,支払金額\r\n"
        "S1,0,本人,別社　一子,ベッシャ　イチコ,1990/01/01,4800000\r\n"
        "S1,1,ふしぎな続柄,別社　二子,ベッシャ　ニコ,2015/01/01,\r\n"
        "S2,0,本人,別社　三子,ベッシャ　ミコ,1992/01/01,5100000\r\n"
    )
    told = push_file(service, token, people, code=1)
    assert (told["items"], told["refused"]) == (3, 1)

    page = signed_in(service, browser, second, "operator")
    for _ in range(120):
        page.goto("people")
        if page.get_by_text("別社　三子").count():
            break
        page.wait_for_timeout(500)
    assert push_file(service, token, people, "--figures", "2025")["items"] == 2

    # 連携状況: its own records only, the error mended, everything reflected by the list's conditions.
    page.goto("pushes?state=every")
    assert page.get_by_text("なぞの続柄").count() == 0
    assert page.get_by_text("次郎").count() == 0
    page.goto("pushes/relationships")
    page.select_option("[name=relationship]", "CHILD")
    leave_by(page.get_by_role("button", name="この意味にする"))
    page.get_by_text("1件を直しました").wait_for()
    page.goto("pushes?q=S1&event=family_added")
    page.get_by_text("条件に合うすべてに行う").click()
    faultless(page)
    leave_by(page.get_by_role("link", name="反映 ：条件に合うすべて"))
    page.get_by_text("1件").first.wait_for()
    faultless(page)
    picture(page, "bulk")
    leave_by(page.get_by_role("button", name="すべて実行する"))
    page.get_by_text("1件：反映にしました。").wait_for()

    # 差分チェック against the link, then against a file; an action on all that the list shows.
    page.goto("differences")
    leave_by(page.get_by_role("button", name="給与計算サービスの最新の情報と比べる"))
    until_compared(page)
    page.get_by_role("link", name="番号未登録").first.wait_for()
    assert page.get_by_text("給与 3人、本サービス 3人").count() == 1
    page.goto("differences/new")
    page.set_input_files("[name=file]", {
        "name": "別会社の給与.csv", "mimeType": "text/csv",
        "buffer": "社員番号,氏名,氏名カナ\r\nS2,別社　四子,ベッシャ　ヨンコ\r\n".encode(),
    })  # fmt: skip
    leave_by(page.get_by_role("button", name="送って比べる"))
    until_compared(page)
    own = page.url
    page.goto(f"{own}?q=S2&kind=differs")
    page.get_by_text("条件に合うすべてに行う").click()
    leave_by(page.get_by_role("link", name="給与の値を反映 ：条件に合うすべて"))
    leave_by(page.get_by_role("button", name="すべて実行する"))
    page.get_by_text("2件：給与の値を反映にしました。").wait_for()
    page.goto("people?q=S2")
    page.get_by_text("別社　四子").first.wait_for()

    # Neither finds the other's pages, nor names of the other's people.
    page.goto("people?q=Q1")
    assert page.get_by_text("三郎").count() == 0
    for list_of_first in ("differences", "pushes?state=every"):
        operator.goto(list_of_first)
        assert operator.get_by_text("別社　").count() == 0
        assert operator.get_by_text("別会社の給与.csv").count() == 0
    assert operator.goto(own).status == 404
    operator.goto("people?q=S2")
    assert operator.get_by_text("別社　").count() == 0
    page.context.close()
