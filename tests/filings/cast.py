"""One office, a few people and one good row of each record, for every test of this room."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006 import Office
from azukari.filings.engine.notation import Conversion
from azukari.law.number import parse
from tests.filings.acquisitions import Acquisition, notice
from tests.numbers import valid_number

TODAY = date(2026, 9, 8)
CREATED = date(2026, 9, 5)
VECTORS = Path(__file__).parent / "vectors"

OFFICE = Office(
    prefecture_code="21",
    district_code="01",
    symbol="ｹｲﾄ",
    number="12345",
    postcode="100-8580",
    address="東京都千代田区霞が関１－２－２",
    name="株式会社テスト",
    owner_name="年金　正明",
    telephone=("03", "3456", "7890"),
)

TARO = Acquisition(
    name_kana="ヤマダ　タロウ",
    name_kanji="山田 太郎",
    born_on=date(1985, 5, 15),
    insured_kind="1",
    acquisition_class="1",
    acquired_on=date(2026, 9, 1),
    number=parse(valid_number(1)),
    has_dependents=False,
    pay_currency=300_000,
    certificate_needed=True,
)

HANAKO = Acquisition(
    name_kana="ﾔﾏﾀﾞ ﾊﾅｺ",
    name_kanji="山田　花子",
    born_on=date(1990, 4, 1),
    insured_kind="2",
    acquisition_class="1",
    acquired_on=date(2026, 9, 1),
    number=None,
    pension_number="1234-567890",
    has_dependents=True,
    pay_currency=250_000,
    short_time=True,
    postcode="1008580",
    address_kana="トウキョウトチヨダクカスミガセキ１－２－２",
    address_kanji="東京都千代田区霞が関1-2-2",
)

ELDER = replace(
    TARO,
    name_kana="ケンポ　ヨシカズ",
    name_kanji="健保　良一",
    born_on=date(1950, 1, 2),
    insured_kind="",
    acquisition_class="",
    number=parse(valid_number(2)),
    pay_currency=12_000_000,
    pay_in_kind=20_000,
    over_70=True,
    over_70_only=True,
    certificate_needed=False,
    note="役員\u2014週３日",
)


def filled(template: bytes) -> bytes:
    """A stored file with its `{number N}` marks replaced by numbers made now."""

    def number(mark: re.Match[bytes]) -> bytes:
        return valid_number(int(mark[1])).encode()

    return re.sub(rb"\{number (\d)\}", number, template)


def vector(name: str) -> bytes:
    return filled((VECTORS / name).read_bytes())


def as_record(facts: Acquisition) -> tuple[list[str], list[Conversion]]:
    """The record of one person, and what was converted on the way."""
    [record] = shfd0006.to_records(OFFICE, notice(facts))
    return record


def row(facts: Acquisition) -> list[str]:
    return as_record(facts)[0]


def document(*records: list[str]) -> shfd0006.Document:
    head = shfd0006.read(vector("own__2200700_2201700.CSV"))
    return shfd0006.Document(head.media, head.count, head.offices, list(records))


def changed(record: list[str], changes: dict[int, str]) -> list[str]:
    """A record with some items (項番 → value) replaced."""
    return [changes.get(pos, value) for pos, value in enumerate(record, 1)]


def found_in(*records: list[str]) -> list[tuple[int | None, int | None, str]]:
    """(record, item, code) of every problem in a file of these records."""
    data = shfd0006.render(document(*records))
    return [(p.record, p.item, p.code) for p in shfd0006.check(data, today=TODAY)]
