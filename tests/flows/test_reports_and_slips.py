"""法定帳票作成 in a browser: a file for eLTAX with a payroll's figures, and slips on paper."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdfium2 import PdfDocument, PdfiumError

from azukari.filings.catalog import check, recognise
from tests.flows.conftest import enter, fill_sign_in, open_context, set_password, signed_in
from tests.flows.walk import leave_by, look, submit
from tests.service import Service, clean_environment

FILING = re.compile(r"/filings/[0-9a-f-]{36}$")


@pytest.fixture(scope="module")
def operator(service: Service, browser: Browser) -> Iterator[Page]:
    page = signed_in(service, browser, service.facts, "operator")
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def other(service: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A second contract beside the first."""
    out: Path = tmp_path_factory.mktemp("other-filings")
    words = ["contract", "create", "--code", "20000005", "--company", "よその工業", "--url",
             service.url, "--out", str(out), "--data", str(service.data), "--json"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "azukari", *words],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def wait_for(page: Page, text: str) -> None:
    """The page asks again by itself while a job runs; afterwards it is opened anew."""
    for _ in range(40):
        if text in page.inner_text("main"):
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.inner_text("main"))


def taken(page: Page) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator("form[action$='/file'] button[type=submit]").first.click()
    path = Path(download.value.path())
    content = path.read_bytes()
    path.unlink()
    return download.value.suggested_filename, content


def test_report_for_eltax_from_a_payroll_s_file(operator: Page, tmp_path: Path) -> None:
    operator.goto("filings/new")
    look(operator, "filing-catalogue")
    leave_by(operator.get_by_role("link", name=re.compile("給与支払報告書（eLTAX")))
    look(operator, "filing-people")
    # It begins with those who worked here in the year.
    boxes = operator.locator("tbody input[name=selected]")
    for place in range(2):
        boxes.nth(place).check()
    codes = [
        operator.locator("tbody tr").nth(place).locator("td").nth(1).inner_text()
        for place in range(2)
    ]
    submit(operator, "選んだ人で進む")
    operator.wait_for_url("**/facts*")
    look(operator, "filing-facts")

    # A payroll of another maker: one heading nobody knows.
    figures = tmp_path / "payroll.csv"
    rows = [f"{code},4200000,83000,610000" for code in codes]
    heads = "社員番号,年間支給合計,源泉徴収税額,社会保険料等の金額"
    figures.write_text("\r\n".join([heads, *rows]), encoding="cp932")
    operator.get_by_text("金額などをファイルで入れる").click()
    operator.set_input_files("input[name=figures]", figures)
    submit(operator, "ファイルを送る")
    operator.wait_for_url("**/figures")
    look(operator, "filing-columns")
    operator.locator("select").nth(1).select_option("pay.total")
    submit(operator, "この対応で読み込む")
    # A worker reads it; the page comes to the result by itself.
    operator.get_by_text("2人分の金額などを入れました").wait_for()
    leave_by(operator.get_by_role("link", name="内容の画面へ"))
    operator.wait_for_url("**/facts*")
    # What the columns mean is remembered: the next file goes straight in, but for what is wrong.
    figures.write_text("\r\n".join([heads, rows[0], f"{codes[1]},x,y,z"]), encoding="cp932")
    operator.get_by_text("金額などをファイルで入れる").click()
    operator.set_input_files("input[name=figures]", figures)
    submit(operator, "ファイルを送る")
    operator.get_by_role("heading", name="読み取れなかったところ").wait_for()
    look(operator, "filing-figures")
    assert operator.locator("tbody tr").count() == 3
    leave_by(operator.get_by_role("link", name="内容の画面へ"))
    assert operator.locator("input[name$=pay__total]:visible").first.input_value() == "4200000"

    operator.get_by_text("全員に同じ値を入れる").click()
    operator.fill("input[name=all-city__code]", "13101")
    leave_by(operator.get_by_role("button", name="全員に入れて保存する"))
    submit(operator, "保存して確かめる")
    operator.wait_for_url(FILING)
    look(operator, "filing-ready")
    leave_by(operator.get_by_role("link", name="プレビューを見る"))
    assert "4200000" in operator.inner_text("main")
    look(operator, "filing-lines")
    operator.go_back()
    submit(operator, "作成する")
    wait_for(operator, "ファイルができました")
    look(operator, "filing-made")

    name, content = taken(operator)
    format_ = recognise(content, name)
    assert format_ == "tax/eltax"
    from django.utils import timezone

    assert check(format_, content, today=timezone.localdate()) == []
    operator.reload()
    assert "1回（最後は" in operator.inner_text("main")


def test_slips_on_paper_are_seen_before_they_are_made(operator: Page) -> None:
    operator.goto("filings/new/gensen_kyuyo_recipient")
    operator.locator("tbody input[name=selected]").first.check()
    submit(operator, "選んだ人で進む")
    operator.wait_for_url("**/facts*")
    operator.locator("input[name$=pay__total]:visible").first.fill("3,600,000")
    operator.locator("input[name$=pay__tax]:visible").first.fill("52,000")
    submit(operator, "保存して確かめる")
    operator.wait_for_url(FILING)
    leave_by(operator.get_by_role("link", name="プレビューを見る"))
    assert operator.locator(".sheet-picture svg").count() == 1
    look(operator, "filing-preview")
    operator.go_back()
    submit(operator, "作成する")
    wait_for(operator, "ファイルができました")

    name, content = taken(operator)

    assert name.endswith(".pdf")
    assert content.startswith(b"%PDF")


def test_slips_under_a_passphrase_that_is_shown_once(operator: Page) -> None:
    operator.goto("filings/new/gensen_kyuyo_recipient")
    operator.locator("tbody input[name=selected]").nth(1).check()
    operator.get_by_label("PDFをパスワードで暗号化する").check()
    look(operator, "filing-locked")
    submit(operator, "選んだ人で進む")
    operator.wait_for_url("**/facts*")
    operator.locator("input[name$=pay__total]:visible").first.fill("3,600,000")
    operator.locator("input[name$=pay__tax]:visible").first.fill("52,000")
    submit(operator, "保存して確かめる")
    operator.wait_for_url(FILING)
    submit(operator, "作成する")
    wait_for(operator, "ファイルができました")
    address = operator.url
    submit(operator, "パスワードを表示する（1回だけ）")
    look(operator, "filing-passphrase")
    passphrase = operator.locator("main").inner_text()
    [found] = set(re.findall(r"(?:[A-Za-z2-9]{5}-){4}[A-Za-z2-9]{5}", passphrase))

    _name, content = taken(operator)

    with pytest.raises(PdfiumError):
        PdfDocument(content)
    assert "3,600,000" in PdfDocument(content, password=found)[0].get_textpage().get_text_range()
    operator.goto(address)
    assert found not in operator.content()
    assert operator.get_by_role("button", name="パスワードを表示する").count() == 0


def test_sums_of_the_year_are_filled_in_and_differences_told(operator: Page) -> None:
    operator.goto("filings/new/hotei_chosho_goukeihyo")
    submit(operator, "内容の入力へ進む")
    operator.wait_for_url("**/facts*")
    paid = operator.locator("input[name$=sum__G11]")
    made = int(paid.input_value())
    assert made >= 2 * 4_200_000  # the report of the first test, and slips
    assert "合計が入っています" in operator.inner_text("main")
    paid.fill(str(made + 1_000))
    submit(operator, "保存する")
    assert "作成した帳票の合計と違う項目があります" in operator.inner_text("main")
    look(operator, "filing-differences")
    submit(operator, "作成した帳票の合計を入れる")
    assert operator.locator("input[name$=sum__G11]").input_value() == str(made)


def test_what_the_code_on_paper_holds_is_told(operator: Page) -> None:
    operator.goto("filings/new/kojin_bango_todoke")
    operator.locator("tbody input[name=selected]").first.check()
    submit(operator, "選んだ人で進む")
    operator.wait_for_url("**/facts*")
    submit(operator, "保存して確かめる")
    operator.wait_for_url(FILING)
    assert "二次元コードに入るもの" in operator.inner_text("main")
    look(operator, "filing-code")


def test_another_company_finds_no_filing_of_this_one(
    operator: Page, service: Service, browser: Browser, other: dict[str, str]
) -> None:
    operator.goto("filings")
    address = operator.locator("tbody a").first.get_attribute("href") or ""
    page = open_context(browser, service.url, other).new_page()
    set_password(page, other["setup_links"]["operator"])
    fill_sign_in(page, other["contract"], "operator")
    enter(page, service.url)

    answers = [page.goto(one) for one in (address, f"{address}/facts", f"{address}/preview")]
    page.goto("filings")

    assert [answer.status for answer in answers if answer] == [404] * 3
    assert "作成した帳票はまだありません" in page.inner_text("main")
    page.context.close()
