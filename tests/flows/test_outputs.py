"""ファイル出力 as two people walk it: asked for, agreed to, made, fetched, opened, destroyed."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from playwright.sync_api import Browser, Page

from azukari.check.rules import SECOND_PERSON_FROM
from azukari.law.purpose import Purpose
from tests.flows.conftest import signed_in
from tests.flows.test_payroll import run
from tests.flows.walk import faultless, leave_by, look
from tests.numbers import valid_number
from tests.register.sheet_files import employee, of
from tests.service import Service

_PEOPLE = {f"U{n:04d}": valid_number(86_000_000 + n) for n in range(SECOND_PERSON_FROM)}


@pytest.fixture(scope="module")
def company(service: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A contract of its own with just as many people as want a second person."""
    out: Path = tmp_path_factory.mktemp("outputs")
    done = run(service, "contract", "create", "--code", "20000008", "--company", "出力商会",
               "--url", service.url, "--out", str(out))  # fmt: skip
    file = out / "employees.csv"
    file.write_bytes(of(*(employee(code, number) for code, number in _PEOPLE.items())))
    run(service, "sheet", "apply", str(file), "--contract", "20000008")
    file.unlink()
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def operator(service: Service, browser: Browser, company: dict[str, Any]) -> Iterator[Page]:
    page = signed_in(service, browser, company, "operator")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def officer(service: Service, browser: Browser, company: dict[str, Any]) -> Iterator[Page]:
    page = signed_in(service, browser, company, "officer")
    yield page
    page.context.close()


def ask(page: Page, codes: str) -> None:
    page.goto("exports/new")
    page.select_option("[name=content]", "numbers")
    page.select_option("[name=purpose]", Purpose.HEALTH_PENSION.code)
    page.fill("[name=codes]", codes)
    page.fill("[name=reason]", "健康保険組合への届出")


def send(page: Page) -> None:
    leave_by(page.get_by_role("button", name="出力する"))
    page.wait_for_url("**/exports/*-*")


def wait_until_made(page: Page) -> None:
    for _ in range(240):
        if page.get_by_role("button", name="ファイルを受け取る").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("the file was not made")


def passphrase_of(page: Page) -> str:
    leave_by(page.get_by_role("button", name="パスワードを表示する"))
    page.get_by_text("この画面を離れると、二度と表示できません").wait_for()
    return page.locator(".copyable code").inner_text().strip()


def fetched(page: Page, passphrase: str, tmp_path: Path) -> dict[str, str]:
    """Number by code, out of the file as it came down."""
    with page.expect_download() as coming:
        page.get_by_role("button", name="ファイルを受け取る").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    with pyzipper.AESZipFile(file) as archive:
        [name] = archive.namelist()
        text = archive.read(name, pwd=passphrase.encode()).decode()
    assert file.name == Path(name).with_suffix(".zip").name
    file.unlink()
    coming.value.delete()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row["社員番号"]: row["個人番号"] for row in rows}


def test_one_number_goes_out_sealed_and_its_file_is_destroyed(
    operator: Page, tmp_path: Path
) -> None:
    operator.goto("exports")
    operator.get_by_text("出力の記録はまだありません").wait_for()
    faultless(operator)
    leave_by(operator.get_by_role("link", name="ファイルに出力する").first)
    ask(operator, "U0001")
    operator.fill("[name=reason]", "")
    leave_by(operator.get_by_role("button", name="出力する"))
    assert operator.locator("[aria-invalid=true]").count() == 1
    assert operator.input_value("[name=codes]") == "U0001"
    ask(operator, "U0001")
    look(operator, "export-new")

    send(operator)
    wait_until_made(operator)
    operator.get_by_text("に自動で廃棄").wait_for()
    look(operator, "export-made")
    where = operator.url
    passphrase = passphrase_of(operator)
    look(operator, "export-passphrase")
    operator.goto(where)

    assert passphrase not in operator.content()
    assert operator.get_by_role("button", name="パスワードを表示する").count() == 0
    assert fetched(operator, passphrase, tmp_path) == {"U0001": _PEOPLE["U0001"]}
    operator.reload()
    operator.get_by_text("あと4回受け取れます").wait_for()
    leave_by(operator.get_by_role("button", name="ファイルをいま廃棄する"))
    operator.get_by_text("ファイルを廃棄しました").wait_for()
    assert operator.get_by_role("button", name="ファイルを受け取る").count() == 0
    look(operator, "export-destroyed")


def test_numbers_of_many_wait_for_another_person(
    operator: Page, officer: Page, tmp_path: Path
) -> None:
    ask(operator, "")
    send(operator)
    operator.get_by_text("別の人の承認を待っています").wait_for()
    assert operator.get_by_role("button", name="承認する").count() == 0
    faultless(operator)
    where = operator.url

    officer.goto(where)
    officer.get_by_text(f"{len(_PEOPLE)}人分が1つのファイルになります").wait_for()
    look(officer, "export-decide")
    leave_by(officer.get_by_role("button", name="承認する"))
    officer.get_by_text("承認しました").wait_for()
    assert officer.get_by_role("button", name="ファイルを受け取る").count() == 0

    operator.goto(where)
    wait_until_made(operator)
    assert fetched(operator, passphrase_of(operator), tmp_path) == _PEOPLE
    operator.goto("exports")
    look(operator, "exports")
    assert operator.locator("tbody tr").count() == 2


@pytest.mark.parametrize(
    ("path", "head", "orders", "words"),
    [("people", "社員番号", ["-code"], "U00"), ("exports", "人数", ["people"], "届出")],
)
def test_list_that_is_searched_anew_stays_sorted(
    operator: Page, path: str, head: str, orders: list[str], words: str
) -> None:
    operator.goto(path)
    sorting = operator.get_by_role("columnheader", name=head)
    whole = operator.locator("tbody tr").all_inner_texts()
    for order in orders:
        leave_by(sorting.get_by_role("link"))
        operator.wait_for_url(f"**/{path}?sort={order}")
    before = operator.locator("tbody tr").all_inner_texts()
    direction = "descending" if orders[-1].startswith("-") else "ascending"
    assert sorting.get_attribute("aria-sort") == direction

    operator.fill("[name=q]", words)
    leave_by(operator.get_by_role("button", name="検索する"))
    operator.wait_for_url(f"**/{path}?*q=*")

    assert f"sort={orders[-1]}" in operator.url
    assert sorting.get_attribute("aria-sort") == direction
    assert operator.locator("tbody tr").all_inner_texts() == before != whole
    look(operator, f"{path}-sorted")


def test_other_company_finds_no_output(service: Service, browser: Browser, operator: Page) -> None:
    operator.goto("exports")
    leave_by(operator.locator("tbody a").first)
    operator.wait_for_url("**/exports/*-*")
    other = signed_in(service, browser, service.facts, "operator")

    answer = other.goto(operator.url)

    assert answer is not None
    assert answer.status == 404
    other.context.close()
