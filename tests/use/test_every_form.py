"""Every form on offer, from people and figures to the finished file, read back by its own check."""

import io
import zipfile
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone

from azukari.filings import catalog, words
from azukari.filings.catalog import tax
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.paper import helper
from azukari.filings.recipes import printed
from azukari.filings.recipes.recipe import recipes
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.register import actions as register
from azukari.register.models import NumberUse, Person
from azukari.tenancy import companies
from azukari.use import actions, preparing, queries
from azukari.use.models import Filing, FilingState
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from tests.cast import Cast, Side, make_side
from tests.numbers import valid_number
from tests.use.cast import fresh, joined, leaf_of, made, numbers

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


@pytest.fixture(scope="module")
def side(database: object) -> Side:
    """A company that has told everything forms ask of companies."""
    side = make_side("EF")
    with side.scope():
        company = side.company
        change = companies.CompanyChange(
            name="株式会社青空", kana="カブシキガイシャアオゾラ", corporate_number="7000012050002",
            postcode="1000013", address="東京都千代田区霞が関１－１", telephone="03-1234-5678",
            representative="青空　太郎",
        )  # fmt: skip
        companies.change_company(company, change, version=company.version, actor=side.steward)
    return side


@pytest.fixture(scope="module")
def people(side: Side) -> list[tuple[Person, str]]:
    """An employee with wife, child and small child, and one alone; each with a number."""
    found = []
    for digits in numbers(2):
        person = joined(
            side, digits, purposes=EVERY, postcode="1000013", address="東京都千代田区霞が関２－２",
            address_kana="トウキョウトチヨダク", left_on=date(2026, 9, 30), insured_number="12",
            hired_on=date(2026, 4, 1), employment_insurance_number="50123456789",
        )  # fmt: skip
        found.append((person, digits))
    return found


@pytest.fixture(scope="module")
def family(side: Side, people: list[tuple[Person, str]]) -> dict[str, str]:
    """By relation, the numbers of the first one's family."""
    told = {}
    rows = (("WIFE", "山田　花子", date(1988, 2, 2), "2"), ("CHILD", "山田　一郎", date(2006, 5, 5), "1"),
            ("STEPCHILD", "山田　二郎", date(2018, 5, 5), "1"))  # fmt: skip
    for at, (relation, name, born, sex) in enumerate(rows):
        digits = valid_number(6_400_000 + at)
        with side.scope():
            member = register.register_family_member(
                people[0][0],
                {"name": name, "kana": "ヤマダ　カゾク", "relationship": relation, "sex": sex,
                 "birth_date": born, "tax_dependent": True, "health_dependent": True,
                 "lives_together": True, "category3": relation == "WIFE"},
                actor=side.operator,
            )  # fmt: skip
            register.record_number(
                member,
                parse(digits),
                [Purpose.TAX_WITHHOLDING, Purpose.TAX_DEDUCTION_FORMS, Purpose.HEALTH_PENSION],
                register.Verification("CARD", "CARD"),
                actor=side.operator,
            )
        told[relation] = digits
    return told


@pytest.fixture(scope="module")
def payee(side: Side) -> tuple[Person, str]:
    digits = valid_number(6_500_000)
    with side.scope():
        person = register.register_payee(
            {"employee_code": "P0001", "name": "講師　花子", "kana": "コウシ　ハナコ",
             "address": "東京都港区芝公園４－１", "payee_kind": "lecturer"},
            actor=side.operator,
        )  # fmt: skip
        register.record_number(
            person,
            parse(digits),
            [Purpose.PAYMENT_REPORT],
            register.Verification("CARD", "CARD"),
            actor=side.operator,
        )
    return person, digits


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


def taken(side: Side, filing: Filing) -> bytes:
    with side.scope():
        return actions.download(filing, actor=side.operator)[1]


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


@pytest.mark.parametrize("form", [one.code for one in recipes().values() if not one.is_paper])
def test_data_file_passes_the_check_of_its_office(
    form: str, side: Side, people: Any, family: Any, payee: Any
) -> None:
    filing = filed(side, form, whom(form, people, payee))

    assert said(filing) == []
    content = taken(side, filing)
    format_ = catalog.recognise(content, filing.file_name)
    assert format_ is not None
    problems = catalog.check(format_, content, today=TODAY)
    assert [words.located(one) for one in problems] == []


@pytest.mark.parametrize("form", [one.code for one in recipes().values() if one.is_paper])
def test_paper_form_is_printed_for_everybody(
    form: str, side: Side, people: Any, family: Any, payee: Any
) -> None:
    filing = filed(side, form, whom(form, people, payee))

    assert said(filing) == []
    text = text_of(taken(side, filing))
    shown = {"payee": "講師", "nobody": "青空"}.get(recipes()[form].whom, "山田")
    assert shown in text


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


NUMBERS_ON = {
    # (recipient's copy, tax office, municipality): whose numbers each copy shows.
    "gensen_kyuyo_recipient": set(),
    "gensen_kyuyo_tax_office": {"own", "WIFE", "CHILD"},
    "kyuyo_shiharai_hokokusho": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "315": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "375": {"own", "WIFE", "CHILD"},
    "2202700": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "fuyo_kojo": {"own", "WIFE", "CHILD", "STEPCHILD"},
    "2225700": set(),  # below 70 no number belongs on it
}


@pytest.mark.parametrize("form", NUMBERS_ON)
def test_each_copy_shows_the_numbers_of_its_row_and_no_other_is_opened(
    form: str, side: Side, people: Any, family: Any
) -> None:
    person, digits = people[0]
    filing = filed(side, form, [person])
    content = taken(side, filing)
    text = text_of(content) if filing.file_name.endswith(".pdf") else content.decode("cp932")
    everybody = {"own": digits, **family}

    shown = {whose for whose, one in everybody.items() if one in text.replace(" ", "")}
    opened = leaf_of(side, Action.NUMBER_OPENED, filing)

    assert shown == NUMBERS_ON[form]
    assert len(opened) == len(NUMBERS_ON[form])
    assert {one.form for one in opened} <= {form}


def test_one_pdf_for_each_person_in_a_zip(side: Side, people: Any, family: Any) -> None:
    filing = filed(
        side, "gensen_kyuyo_recipient", whom("gensen_kyuyo_recipient", people, None), "zip"
    )

    with zipfile.ZipFile(io.BytesIO(taken(side, filing))) as archive:
        names = archive.namelist()
        pages = [text_of(archive.read(name)) for name in names]

    assert names == [f"{person.employee_code}.pdf" for person, _ in people]
    assert ["一郎" in page for page in pages] == [True, False]


def shown(side: Side, filing: Filing) -> str:
    with side.scope():
        return actions.show_passphrase(filing, actor=side.operator)


@pytest.mark.parametrize("output", ["pdf", "zip"])
def test_pdf_under_a_passphrase_opens_with_what_is_shown_once(
    side: Side, people: Any, output: str
) -> None:
    form = "gensen_kyuyo_tax_office"
    filing = filed(side, form, whom(form, people, None), output, locked=True)
    passphrase = shown(side, filing)
    content = taken(side, filing)

    with pytest.raises(UseRefused) as refused:
        shown(side, filing)

    assert refused.value.problem is UseProblem.ALREADY_SHOWN
    files = [content]
    if output == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [archive.read(name) for name in archive.namelist()]
    for file in files:
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(file)
        document = pypdfium2.PdfDocument(file, password=passphrase)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert any(digits in text for _, digits in people)
    [leaf] = leaf_of(side, Action.FILING_PASSPHRASE_SHOWN, filing)
    assert leaf.form == form
    assert passphrase not in repr(leaf)


def test_passphrase_goes_with_the_copy(side: Side, people: Any) -> None:
    filing = filed(side, "gensen_kyuyo_recipient", [people[1][0]], locked=True)

    with side.scope():
        actions.destroy_copy(filing, actor=side.operator)

    with side.scope():
        assert door.is_destroyed(side.company.id, filing.secret_cell)
    with pytest.raises(UseRefused):
        shown(side, filing)


def test_data_file_is_never_under_a_passphrase(side: Side, people: Any) -> None:
    filing = filed(side, "316", [people[1][0]], locked=True)

    assert (filing.locked, filing.secret_cell) == (False, None)


@pytest.mark.parametrize("output", ["pdf", "zip"])
def test_paper_is_made_again_byte_for_byte_after_the_number_is_gone(
    side: Side, output: str
) -> None:
    from azukari.dispose.actions import dispose_number
    from azukari.dispose.rules import Reason

    person = joined(side, purposes=EVERY, postcode="1000013", address="東京都千代田区")
    filing = filed(side, "shutoku_todoke", [person], output)
    filed_once = taken(side, filing)
    with side.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)
        Filing.objects.filter(id=filing.id).update(expires_at=timezone.now())
        actions.make_again(filing, "控えの確認", actor=side.operator)

    assert filing.kept_until > filing.expires_at
    assert taken(side, filing) == filed_once


@pytest.mark.parametrize("many", [True, False])
def test_type_of_many_slips_is_set_beside_the_job(
    side: Side, people: Any, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    started = []

    class Watched(helper.Helpers):
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            started.append(self)

    monkeypatch.setattr("azukari.filings.paper.pdf.Helpers", Watched)
    monkeypatch.setattr(printed, "WORTH_A_HELPER", 1 if many else 2)

    filing = filed(side, "gensen_kyuyo_recipient", [person for person, _ in people])

    assert len(started) == (1 if many else 0)
    assert len(pypdfium2.PdfDocument(taken(side, filing))) == 2


def test_number_without_fitting_purpose_refuses_by_name(side: Side) -> None:
    person = joined(side, purposes=[Purpose.HEALTH_PENSION], postcode="1000013",
                    address="東京都千代田区")  # fmt: skip

    filing = filed(side, "315", [person])

    assert filing.state == FilingState.REFUSED
    [one] = filing.problems
    assert (one["code"], one["person"]) == ("purpose-missing", str(person.id))
    assert leaf_of(side, Action.NUMBER_OPENED, filing) == []


def test_person_without_number_stands_on_the_report_with_an_empty_box(side: Side) -> None:
    person = joined(side, None, postcode="1000013", address="東京都千代田区")

    filing = filed(side, "315", [person])

    assert said(filing) == []
    [record] = tax.read(taken(side, filing))
    assert record[94] == ""


def test_payment_report_starts_the_clock_of_its_rule(side: Side, payee: Any) -> None:
    filed(side, "309", [payee[0]])

    with side.scope():
        [use] = NumberUse.objects.filter(record__person=payee[0], form="309")
    # 所得税法 第225条: told by 31 January of the year after.
    assert use.completed_on == date(2027, 1, 31)


def test_cover_of_a_report_sums_what_was_filed(side: Side, people: Any, family: Any) -> None:
    filing = filed(side, "315", whom("315", people, None))

    cover = dict(filing.cover)

    assert cover["支払金額の合計"] == "10,000,000円"
    assert cover["源泉徴収税額の合計"] == "240,000円"
    assert cover["市区町村 13101"] == "2人（うち普通徴収 0人）"
    assert cover["年分"] == "令和8年分"


def test_report_is_cancelled_as_it_was_filed_after_the_number_is_gone(side: Side) -> None:
    from azukari.dispose.actions import dispose_number
    from azukari.dispose.rules import Reason

    digits = numbers(1)[0]
    person = joined(side, digits, purposes=EVERY, postcode="1000013", address="東京都千代田区")
    filing = filed(side, "315", [person])
    before = tax.read(taken(side, filing))
    with side.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)
        cancel = actions.cancel_filed(filing, actor=side.operator)

    done = made(side, cancel)

    [record] = tax.read(taken(side, done))
    assert (before[0][9], record[9]) == ("0", "3")
    assert [one for at, one in enumerate(record) if at != 9] == [
        one for at, one in enumerate(before[0]) if at != 9
    ]
    assert record[94].endswith(digits)


def test_correction_bears_the_mark_of_its_format(side: Side, people: Any, family: Any) -> None:
    person = people[1][0]
    eltax, nta = filed(side, "315", [person]), filed(side, "316", [person])

    marks = []
    for filing in (eltax, nta):
        with side.scope():
            new = actions.correct_filed(filing, actor=side.operator)
        marks.append(tax.read(taken(side, made(side, new)))[0][9])

    assert marks == ["2", "0"]


def test_pension_notice_has_no_cancelling_record(side: Side, people: Any) -> None:
    filing = filed(side, "2200700", [people[1][0]])

    with side.scope(), pytest.raises(UseRefused):
        actions.cancel_filed(filing, actor=side.operator)


def test_seventy_and_over_bear_their_number_on_pay_notices(side: Side) -> None:
    digits = numbers(1)[0]
    person = joined(side, digits, birth_date=date(1950, 1, 1))

    filing = filed(side, "2265700", [person])

    assert said(filing) == []
    [record] = shfd0006.read(taken(side, filing)).records
    assert (record[14], record[17]) == (digits, "1")


def test_sixth_and_further_relatives_go_to_the_remarks(side: Side) -> None:
    person = joined(side, purposes=EVERY, postcode="1000013", address="東京都千代田区")
    with side.scope():
        for at in range(6):
            register.register_family_member(
                person,
                {"name": f"山田　子{at}", "kana": "ヤマダ　コ", "relationship": "CHILD",
                 "birth_date": date(2005, 1, 1 + at), "tax_dependent": True},
                actor=side.operator,
            )  # fmt: skip

    filing = filed(side, "315", [person], remarks="前職あり")

    [record] = tax.read(taken(side, filing))
    assert record[85] == "前職あり　（１）山田　子４　（２）山田　子５"


def test_other_company_gets_nothing(cast: Cast, side: Side, people: Any) -> None:
    filing = filed(side, "2265700", [people[1][0]])

    with cast.b.scope():
        assert not Filing.objects.filter(id=filing.id).exists()
    assert fresh(side, filing).state == FilingState.MADE
