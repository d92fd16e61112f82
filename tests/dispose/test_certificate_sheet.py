"""The certificate on paper, read back as text."""

import io
import re

import pdfplumber
import pytest

from azukari.dispose.certificate_sheet import ROWS, render
from azukari.ledger.checkpoint import fingerprint
from tests.dispose.papers import SIGNER, names, read


def pages_of(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [page.extract_text() for page in document.pages]


def in_one_line(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def short() -> list[str]:
    return pages_of(render(read(3), names(3)))


def test_summary_says_who_what_why_and_when(short: list[str]) -> None:
    text = in_one_line("".join(short))

    for wanted in (
        "個人番号廃棄証明書", "証明書番号D2026-000012", "発行日2026年11月23日",
        "株式会社髙島﨑商店（法人番号7000012050002）", "契約番号100001", "個人番号3件",
        "廃棄番号2026-0001対象日2026年11月30日除外2件失敗0件", "保存期間の満了",
        "起案運用太郎（2026年11月20日12:04）", "承認責任一郎（2026年11月22日12:04）",
        "R-HI-01健康保険に関する書類（健康保険法施行規則第34条）",
        "2027年1月6日から、できません。", "消去の区分R（保持型）", "紙に印刷したもの",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_what_an_auditor_compares_is_printed(short: list[str]) -> None:
    text = in_one_line("".join(short))

    told = read(3)
    assert told.digest in text
    assert in_one_line(fingerprint(SIGNER.public_key)) in text
    assert in_one_line(told.checkpoint) in text


def test_few_numbers_stand_on_the_first_page_with_rare_kanji(short: list[str]) -> None:
    lines = [line for line in short[0].splitlines() if re.match(r"\d E0", line)]
    assert lines == [
        "1 E000001 齋藤 〓郎 本人 R-HI-01・R-PEN-01 2026/01/11 2026/11/23 12:04 1001",
        "2 E000002 渡邉 葵 本人 R-HI-01・R-PEN-01 2026/01/11 2026/11/23 12:04 1002",
        "3 E000003 髙島 﨑子 本人 R-HI-01・R-PEN-01 2026/01/11 2026/11/23 12:04 1003",
    ]


def test_many_numbers_have_a_head_on_each_page_and_the_rest_is_said() -> None:
    told = read(100_000, ROWS)

    pages = pages_of(render(told, names(ROWS)))

    listed = pages[1:]
    assert all("社員番号等 氏名" in page for page in listed if "E00" in page)
    rows = [line for page in listed for line in page.splitlines() if " E0" in line]
    assert len(rows) == ROWS
    assert rows[-1].startswith("1,000 E001000")
    assert "残りの99,000件は" in pages[-1]
    assert pages[0].splitlines()[-1].endswith(f"1 / {len(pages)}")
    assert pages[-1].splitlines()[-1].endswith(f"{len(pages)} / {len(pages)}")


def test_long_codes_and_names_are_cut_to_their_column() -> None:
    told = read(2)
    long = told._replace(numbers=[one._replace(code="X" * 40) for one in told.numbers])

    text = pages_of(render(long, {one.person: "寿限無" * 20 for one in long.numbers}))[0]

    assert re.search(r"\n1 X+… (寿限無)+寿?限?…", text)


def test_same_document_gives_the_same_bytes() -> None:
    assert render(read(20), names(20)) == render(read(20), names(20))
