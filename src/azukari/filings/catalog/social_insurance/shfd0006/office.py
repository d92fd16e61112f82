"""事業所: what the head of the file says about the employer, the same in every record."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from azukari.filings.catalog.social_insurance.shfd0006.edition import checks_of, editions
from azukari.filings.engine.charset import normalise
from azukari.filings.engine.record import Record
from azukari.filings.problems import FilingProblem
from azukari.law.address import ContactRefused, parse_postcode
from azukari.law.kana import to_half_katakana

REPRESENTATIVE_CODE = "22223"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Texts as the 年金事務所 gave them; `office_problems` says what would be refused.

    `prefecture_code` is the office's own (東京 21, 大阪 41), not JIS. `symbol` is half width (ｹｲﾄ).
    Address, names: full width. `telephone` in its three groups.
    """

    prefecture_code: str
    district_code: str
    symbol: str
    number: str
    postcode: str
    address: str
    name: str
    owner_name: str
    telephone: tuple[str, str, str]


def split_reference(text: str) -> tuple[str, str]:
    """事業所整理記号 「０１－ケイト」 as district code and half-width symbol, `("01", "ｹｲﾄ")`."""
    plain = to_half_katakana(unicodedata.normalize("NFKC", text).strip())
    return plain[:2], plain[2:].lstrip("-ｰ \u2010\u2015\u2212")


def office_problems(office: Office) -> list[FilingProblem]:
    """What an office of the newest edition would refuse in the head of any file."""
    checks = checks_of(editions()[-1])
    return head_problems(checks.office, office_items(office), today=date.max)


def head_problems(record: Record, values: list[str], *, today: date) -> list[FilingProblem]:
    """Problems of a line of the head; each item is named together with its line."""
    found = record.problems(values, number=None, today=today)
    line = record.layout.name_ja
    return [
        problem
        if problem.item is None
        else replace(problem, item_name=f"{line} {problem.item_name}")
        for problem in found
    ]


def split_postcode(text: str) -> tuple[str, str]:
    """`("100", "8580")`; no postcode is cut as it stands, for the check to refuse."""
    try:
        digits = parse_postcode(text)
    except ContactRefused:
        digits = text
    return digits[:3], digits[3:]


def office_items(office: Office) -> list[str]:
    """Line 4 (事業所情報), twelve items."""
    return [
        office.prefecture_code,
        office.district_code,
        office.symbol,
        office.number,
        *split_postcode(office.postcode),
        normalise(office.address),
        normalise(office.name),
        normalise(office.owner_name),
        *office.telephone,
    ]


def media_items(office: Office, *, media_seq: int, created_on: date) -> list[str]:
    """Line 1 (媒体管理レコード) of an employer's own file; the only date in 西暦."""
    return [
        office.prefecture_code,
        office.district_code,
        office.symbol,
        f"{media_seq:03d}",
        f"{created_on:%Y%m%d}",
        REPRESENTATIVE_CODE,
    ]
