"""A company, people, families and payees with everything forms ask for; each form filled and made."""

from datetime import date
from typing import Any

import pypdfium2
from django.utils import timezone

from azukari.filings.recipes.recipe import recipes
from azukari.law.purpose import Purpose
from azukari.register.models import Person
from azukari.tenancy import companies
from azukari.use import actions, preparing, queries
from azukari.use.models import Filing
from tests.cast import Side, make_side
from tests.use.cast import made

TODAY = timezone.localdate()
EVERY = [Purpose.TAX_WITHHOLDING, Purpose.TAX_DEDUCTION_FORMS, Purpose.HEALTH_PENSION,
         Purpose.EMPLOYMENT_INS, Purpose.RESIDENT_TAX]  # fmt: skip
SALARY = {"pay.total": 5_000_000, "pay.tax": 120_000, "ins.social": 700_000, "spouse.flag": "1",
          "loan.code1": "01"}  # fmt: skip
MONTHS = {
    f"ev.{name}_{month}": value
    for month in ("apr", "may", "jun", "m3", "m2", "m1")
    for name, value in (("base_days", 30), ("currency", 300_000))
}
MOVED = {"move.date": date(2026, 9, 30), "move.reason": "1", "move.after": "3"}
RENT = {"lines.0.category": "家賃", "lines.0.location": "港区", "lines.0.amount": 1_200_000}
LAND = {"lines.0.kind": "土地", "lines.0.location": "港区", "lines.0.amount": 30_000_000}
FACTS: dict[str, dict[str, Any]] = {
    "2200700": {"ev.pay_currency": 300_000},
    "shutoku_todoke": {"ev.pay_currency": 300_000},
    "2201700": {},
    "soshitsu_todoke": {},
    "2202700": {"ev.change_kind": "1", "ev.income": 5_000_000},
    "2225700": {**MONTHS, "ev.old_apply": date(2025, 9, 1)},
    "2221700": {**MONTHS, "ev.old_apply": date(2025, 9, 1), "ev.apply": date(2026, 10, 1)},
    "2265700": {"ev.paid": date(2026, 7, 10), "ev.currency": 512_345},
    "10101": {}, "koyo_shutoku_todoke": {},
    "10191": {"ev.insured_no": "50123456789"},
    "koyo_soshitsu_todoke": {"ev.insured_no": "50123456789"},
    "315": {**SALARY, "city.code": "13101"},
    "375": {**SALARY},
    "316": {"retirement.u.amount": 10_000_000, "retirement.years_count": 20},
    "309": {"ev.item1_category": "講演料", "ev.item1_amount": 100_000, "ev.item1_tax": 10_210},
    "313": {"ev.item1_category": "家賃", "ev.item1_amount": 1_200_000},
    "314": {"ev.item1_category": "売買", "ev.item1_amount": 300_000},
    "359": {"ev.share1_kind": "普通株式", "ev.amount": 120_000, "ev.tax": 24_504},
    "339": {"ev.item1_category": "講演料", "ev.item1_amount": 800_000},
    "376": {"ev.item1_property_kind": "土地", "ev.item1_amount": 30_000_000},
    "gensen_kyuyo_recipient": SALARY,
    "gensen_kyuyo_tax_office": SALARY,
    "kyuyo_shiharai_hokokusho": SALARY,
    "taishoku_gensen_recipient": {"retirement.u.amount": 10_000_000, "retirement.years_count": 20},
    "taishoku_gensen_tax_office": {
        "retirement.u.amount": 10_000_000, "retirement.years_count": 20,
    },
    "shiharai_chosho_309": {"lines.0.category": "講演料", "lines.0.amount": 100_000},
    "fuyo_kojo": {},
    "kojin_bango_todoke": {},
    "ido_todokede": MOVED,
    "ido_todokede_passed_on": MOVED,
    "santei_kiso_todoke": MONTHS | {"ev.old_apply": date(2025, 9, 1)},
    "getsugaku_henko_todoke": MONTHS | {
        "ev.old_apply": date(2025, 9, 1), "ev.apply": date(2026, 10, 1),
    },
    "shoyo_shiharai_todoke": {"ev.paid": date(2026, 7, 10), "ev.currency": 512_345},
    "shiharai_chosho_309_payee": {"lines.0.category": "講演料", "lines.0.amount": 100_000},
    "shiharai_chosho_313": RENT, "shiharai_chosho_313_payee": RENT,
    "shiharai_chosho_314": {"fees.0.category": "売買", "fees.0.amount": 300_000},
    "shiharai_chosho_314_payee": {"fees.0.category": "売買", "fees.0.amount": 300_000},
    "shiharai_chosho_376": LAND, "shiharai_chosho_376_payee": LAND,
    "hifuyosha_ido_todoke": {"change": "1"},
    "taishoku_shinkoku": {
        "retirement.a.payable": date(2026, 9, 30),
        "retirement.a.service.from": date(1996, 4, 1),
        "retirement.a.service.to": date(2026, 9, 30),
    },
    "kyuyo_soukatsuhyo": {},
}  # fmt: skip
MEMBERS: dict[str, dict[str, Any]] = {
    "2202700": {
        "became": date(2026, 9, 1), "became_reason": "2", "occupation": "1", "income": 0,
    },
}  # fmt: skip
KOYO = {"office.koyo_number": "13011234567"}
HEADS: dict[str, dict[str, Any]] = {
    "10101": KOYO, "10191": KOYO, "koyo_shutoku_todoke": KOYO, "koyo_soshitsu_todoke": KOYO,
    "koyo_kojin_bango_todoke": {**KOYO, "doc.kind_code": "1"},
    "2225700": {"doc.apply_year": "2026"}, "santei_kiso_todoke": {"doc.apply_year": "2026"},
    "hotei_chosho_goukeihyo": {"co.tax_office": "麹町", "sum.G01": "1"},
    "kyuyo_soukatsuhyo": {"city.name": "千代田区", "cnt.sum": "3",
                          "co.office_address": "東京都千代田区霞が関１－１"},
    "ido_todokede": {"city.name": "千代田区"},
    "ido_todokede_passed_on": {"city.name": "千代田区"},
}  # fmt: skip
YEARS = {"375": 2024, "gensen_kyuyo_tax_office": 2025}


def filed(
    side: Side,
    form: str,
    chosen: list[Person],
    output: str = "",
    *,
    locked: bool = False,
    **told: Any,
) -> Filing:
    """Prepared with the facts of the form, and made."""
    recipe = recipes()[form]
    with side.scope():
        year = YEARS.get(form, 2026) if recipe.yearly else None
        filing = preparing.prepare_filing(
            preparing.Wanted(form, side.office, year, output, locked=locked),
            chosen,
            actor=side.operator,
        )
        asked = {one.name for one in recipe.asks}
        own = {name: value for name, value in FACTS.get(form, {}).items() if name in asked} | told
        given = {}
        for one in queries.subjects_of(filing):
            given[one.person.id] = {**one.asked, **own}
            for row, _, _ in one.members:
                given[row.person_id] = MEMBERS.get(form, {})
        actions.set_facts(
            filing, given, actor=side.operator,
            head={**filing.head, **HEADS.get(form, {})} if form in HEADS else None,
        )  # fmt: skip
    return made(side, filing)


def said(filing: Filing) -> list[str]:
    return [
        f"{one['item_name']}：{one['code']} {one['detail']} ({one['fact']})"
        for one in filing.problems
    ]


def whom(form: str, people: Any, payee: Any) -> list[Person]:
    recipe = recipes()[form]
    if not recipe.has_people:
        return []
    if form in {"2202700", "hifuyosha_ido_todoke", "ininjo_daisango"}:
        return [people[0][0]]  # the other one has no family
    return [payee[0]] if recipe.whom == "payee" else [person for person, _ in people]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def told_company(label: str) -> Side:
    """A company that has told everything forms ask of companies."""
    side = make_side(label)
    with side.scope():
        company = side.company
        change = companies.OwnFacts(
            name="株式会社青空", kana="カブシキガイシャアオゾラ", corporate_number="7000012050002",
            postcode="1000013", address="東京都千代田区霞が関１－１", telephone="03-1234-5678",
            representative="青空　太郎", tax_office="", tax_reference="",
        )  # fmt: skip
        companies.change_company(company, change, version=company.version, actor=side.steward)
    return side
