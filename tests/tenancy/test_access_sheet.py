import io
import secrets
from datetime import UTC, date, datetime

import pdfplumber
import pytest

from azukari.pki.pkcs12 import strong_password
from azukari.tenancy.access_sheet import AccessSheet, InitialUser, render

OPERATOR_URL = "https://mynumber.example.jp:8443/"
PORTAL_URL = "https://portal.example.jp:8444/"
FINGERPRINT = " ".join(["0a1b"] * 16)
# 00:30 in Tokyo on the next day.
EXPIRES = datetime(2026, 11, 29, 15, 30, tzinfo=UTC)


def a_user(number: int) -> InitialUser:
    link = f"{OPERATOR_URL}setup/{secrets.token_urlsafe(32)}"
    return InitialUser(f"user{number:02}", "髙島 﨑子", "管理者", link, EXPIRES)


def a_sheet(
    users: int = 1, company: str = "株式会社髙島﨑商店", portal: str | None = PORTAL_URL
) -> AccessSheet:
    return AccessSheet(
        contract_number="100001",
        company_name=company,
        operator_url=OPERATOR_URL,
        portal_url=portal,
        certificate_valid_to=datetime(2028, 11, 22, 15, tzinfo=UTC),
        import_password=strong_password(),
        users=tuple(a_user(number) for number in range(1, users + 1)),
        key_fingerprint=FINGERPRINT,
        issued_on=date(2026, 11, 23),
    )


def pages_of(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [page.extract_text() for page in document.pages]


def links_of(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return list(dict.fromkeys(link["uri"] for link in document.hyperlinks))


def test_sheet_shows_what_is_needed_to_get_in() -> None:
    sheet = a_sheet()

    lines = "\n".join(pages_of(render(sheet))).splitlines()

    assert "株式会社髙島﨑商店 御中" in lines
    assert "契約番号 100001" in lines
    assert f"管理サイト {OPERATOR_URL}" in lines
    assert f"従業員用サイト {PORTAL_URL}" in lines
    assert "証明書ファイル MNS_100001cert.p12（このシートとは別にお渡しします）" in lines
    assert "有効期限 2028年11月23日" in lines
    assert FINGERPRINT in lines
    assert "発行日 2026年11月23日" in " ".join(lines)
    assert "初期設定用リンク（2026年11月30日 00:30まで有効）" in " ".join(lines)


def test_password_extracts_exactly_on_one_line() -> None:
    sheet = a_sheet()

    lines = pages_of(render(sheet))[0].splitlines()

    assert [line for line in lines if sheet.import_password in line] == [sheet.import_password]


def test_long_links_wrap_and_extract_exactly() -> None:
    sheet = a_sheet(users=3)

    pdf = render(sheet)

    joined = "".join(pages_of(pdf)).replace("\n", "")
    assert [joined.count(user.setup_link) for user in sheet.users] == [1, 1, 1]
    assert links_of(pdf) == [OPERATOR_URL, PORTAL_URL, *(user.setup_link for user in sheet.users)]


def test_many_users_flow_to_further_pages_that_are_numbered() -> None:
    sheet = a_sheet(users=20)

    pages = pages_of(render(sheet))

    assert len(pages) > 2
    assert [f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1)] == [
        True
    ] * len(pages)
    text = "".join(pages)
    assert [user.user_id for user in sheet.users if text.count(user.user_id) != 1] == []


def test_portal_is_left_out_where_there_is_none() -> None:
    text = "".join(pages_of(render(a_sheet(portal=None))))

    assert "従業員用サイト" not in text


@pytest.mark.parametrize(
    ("company", "shown"),
    [
        ("邉\U000e0104見商店", "邉見商店 御中"),
        ("𠮷野<b>&Co.</b>", "〓野<b>&Co.</b> 御中"),
    ],
)
def test_company_name_is_shown_as_far_as_there_are_shapes(company: str, shown: str) -> None:
    assert shown in pages_of(render(a_sheet(company=company)))[0].splitlines()


def test_typeface_is_embedded_as_a_subset() -> None:
    pdf = render(a_sheet())

    with pdfplumber.open(io.BytesIO(pdf)) as document:
        fonts = {char["fontname"] for page in document.pages for char in page.chars}
    assert {name.partition("+")[2] for name in fonts} == {"BIZUDGothic-Regular"}
    assert len(pdf) < 200_000


def test_secrets_do_not_show_in_a_repr() -> None:
    sheet = a_sheet()

    assert sheet.import_password not in repr(sheet)
    assert sheet.users[0].setup_link not in repr(sheet)
