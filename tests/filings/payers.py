"""One good record of every tax form, for the tests of the files."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from azukari.filings.catalog import tax
from azukari.filings.catalog.tax import edition_of
from azukari.filings.engine.layout import Layout
from azukari.law.corporate_number import check_digit
from azukari.law.number import parse
from tests.filings.cast import changed, vector
from tests.numbers import valid_number

ON_FILING = date(2027, 1, 20)
CORPORATE = check_digit("123456789012") + "123456789012"

PAYER: dict[str, Any] = {
    "payer_address": "東京都千代田区霞が関1-1-1",
    "payer_name": "（株）架空商事",
    "payer_phone": "03-0000-0000",
    "payer_number": CORPORATE,
}
PAYEE: dict[str, Any] = PAYER | {
    "payee_address": "東京都中央区銀座１－１－１",
    "payee_foreign_address": "0",
    "payee_name": "架空　花子",
    "payee_number": parse(valid_number(3)),
}
BROKER: dict[str, Any] = {
    "broker_address": "東京都港区芝公園１－１－１",
    "broker_foreign_address": "0",
    "broker_name": "架空不動産（株）",
    "broker_fixed": date(2026, 3, 31),
    "broker_fee": 110_000,
    "broker_number": CORPORATE,
}
RENT = (
    PAYEE
    | BROKER
    | {
        "payee_kind": "1",
        "broker_kind": "2",
        "item1_category": "地代",
        "item1_property_location": "東京都中央区銀座１",
        "item1_amount": 1_200_000,
    }
)
BROKERAGE = PAYEE | {
    "payee_kind": "1",
    "item1_category": "売買の仲介",
    "item1_fixed": date(2026, 5, 1),
    "item1_amount": 330_000,
    "property1_kind": "土地",
    "property1_location": "東京都中央区銀座１",
    "property1_quantity": "120.5",
    "property1_unit": "平米",
    "property1_price": 10_000_000,
}
PURCHASE = (
    PAYEE
    | BROKER
    | {
        "item1_property_kind": "土地",
        "item1_property_location": "東京都中央区銀座１",
        "item1_quantity": "120",
        "item1_acquired": date(2026, 4, 1),
        "item1_amount": 20_000_000,
        "item2_property_kind": "建物",
        "item2_acquired": date(2026, 4, 1),
        "item2_amount": 5_000_000,
        "item3_acquired": date(2026, 4, 1),
    }
)
DIVIDEND = PAYEE | {
    "payee_kind": "1",
    "share1_kind": "普通株式",
    "share1_old": "1000",
    "amount": 120_000,
    "unpaid": 20_000,
    "tax": 24_504,
    "record_date": date(2026, 3, 31),
    "previous_record_date": date(2025, 3, 31),
    "paid": date(2026, 6, 29),
    "per_share_yen": "120",
    "issuer_name": "架空電機（株）",
    "issuer_number": CORPORATE,
}
ABROAD = PAYEE | {
    "payee_foreign_address": "1",
    "item1_category": "講演料",
    "item1_amount": 800_000,
    "item1_amount_inner": 100_000,
    "item1_tax": 163_360,
    "joined": date(2001, 4, 1),
    "left": date(2026, 3, 31),
}
SALARY = PAYEE | {
    "kind": "給料・賞与",
    "amount": 5_000_000,
    "unpaid": 100_000,
    "after_employment_deduction": 3_560_000,
    "total_deductions": 1_500_000,
    "tax": 104_100,
    "tax_uncollected": 1_000,
    "spouse_flag": "1",
    "dep_elderly_main": 1,
    "dep_elderly_cohabiting": 1,
    "disabled_special": 1,
    "disabled_special_cohabiting": 1,
    "social_insurance": 700_000,
    "social_insurance_small_enterprise": 120_000,
    "born": date(1990, 5, 15),
    "midyear_kubun": "1",
    "midyear": date(2024, 4, 1),
    "spouse_kana": "カクウ　ハナコ",
    "spouse_name": "架空　花子",
    "spouse_kubun": "00",
    "spouse_number": parse(valid_number(2)),
    **{
        key: value
        for n in range(1, 5)
        for key, value in {
            f"dep{n}_name": f"架空　{n}郎",
            f"dep{n}_kubun": "00",
            f"dep{n}_number": parse(valid_number(10 + n)),
            f"under16_{n}_name": f"架空　{n}子",
            f"under16_{n}_kubun": "00",
        }.items()
    },
}
MUNICIPAL: dict[str, Any] = {
    "payee_kana": "カクウ　タロウ",
    "employee_no": "1001",
    "municipality_code": "131032",
    "designated_no": "12345678",
    **{f"under16_{n}_number": parse(valid_number(20 + n)) for n in range(1, 5)},
    "dep_5plus_numbers": (parse(valid_number(31)), parse(valid_number(32))),
}


def made(kind: str, year: int, facts: Mapping[str, Any]) -> list[str]:
    return tax.to_record(kind, year, facts)[0]


def layout_of(kind: str, year: int) -> Layout:
    edition = edition_of(kind, year)
    assert edition is not None
    return edition.layout


RETIREMENT = tax.read(vector("316dat01.txt"))[0]

ROWS: dict[tuple[str, int], list[str]] = {
    ("309", 2026): tax.read(vector("309dat01.txt"))[0],
    ("313", 2026): made("313", 2026, RENT),
    ("314", 2026): made("314", 2026, BROKERAGE),
    ("316", 2026): changed(RETIREMENT, {2: "1234567890"}),
    ("339", 2026): made("339", 2026, ABROAD),
    ("359", 2026): made("359", 2026, DIVIDEND),
    ("375", 2024): made("375", 2024, SALARY),
    ("376", 2026): made("376", 2026, PURCHASE),
    ("315", 2024): made("315", 2024, SALARY | MUNICIPAL),
    ("315", 2025): made("315", 2025, SALARY | MUNICIPAL),
    ("315", 2026): made("315", 2026, SALARY | MUNICIPAL),
}


def found_in(*records: list[str]) -> list[tuple[int | None, int | None, str]]:
    """(record, item, code) of every problem in a file of these records."""
    problems = tax.check(tax.render(records), today=ON_FILING)
    return [(one.record, one.item, one.code) for one in problems]
