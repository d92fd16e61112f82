"""支払先 as the third kind of sheet, and the columns of employees and families that came later."""

from datetime import date
from itertools import count

import pytest

from azukari.law.purpose import Purpose
from azukari.register.actions import Verification
from azukari.register.models import NumberRecord, NumberState, Person, PersonKind
from azukari.register.sheets.codes import FileCode
from azukari.register.sheets.command import register_file
from azukari.register.sheets.dry_run import check_file
from azukari.register.sheets.headings import SheetKind, template_headings
from tests.cast import Cast
from tests.numbers import valid_number
from tests.register.sheet_files import employee, family, of, read

CHECKED = Verification("CARD", "CARD", verified_on=date(2026, 4, 1))
_numbers = map(valid_number, count(81_000_000))


def payee(code: str, number: str, **facts: str) -> dict[str, str]:
    return {
        "支払先コード": code,
        "氏名": "講師　花子",
        "氏名カナ": "コウシ　ハナコ",
        "支払先区分": "講師・執筆者等",
        "契約開始日": "2026/04/01",
        "契約終了日": "令和9年3月31日",
        "個人番号": number,
        **facts,
    }


def test_payees_are_told_by_their_headings() -> None:
    found = read(of(payee("P1", next(_numbers))))

    assert found.layout.kind is SheetKind.PAYEES
    assert found.good == [1]
    facts = found.facts[1]
    assert (facts["payee_kind"], facts["contract_from"], facts["contract_to"]) == (
        "lecturer", date(2026, 4, 1), date(2027, 3, 31),
    )  # fmt: skip


@pytest.mark.parametrize("kind", [SheetKind.EMPLOYEES, SheetKind.FAMILIES, SheetKind.PAYEES])
def test_every_template_is_recognised_as_its_kind(kind: SheetKind) -> None:
    headings = template_headings(kind)
    row = dict.fromkeys(headings, "1")

    assert read(of(row)).layout.kind is kind


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"支払先区分": "友人"}, {"payee_kind_unknown"}),
        ({"契約終了日": "2026/03/31"}, {"ended_before_started"}),
        ({"支払先コード": ""}, {"employee_code_missing"}),
    ],
)
def test_wrong_payees_are_refused(facts: dict[str, str], codes: set[str]) -> None:
    assert read(of(payee("P2", next(_numbers), **facts))).refused(1) == codes


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"特定親族": "1", "続柄": "妻"}, {"specific_relative_is_spouse"}),
        ({"扶養から外れた日": "2015/05/04"}, {"dependent_before_born"}),
        ({"障害者": "たぶん"}, {"flag_wrong"}),
    ],
)
def test_contradicting_families_are_refused(facts: dict[str, str], codes: set[str]) -> None:
    assert read(of(family("A1", 1, next(_numbers), **facts))).refused(1) == codes


def test_unknown_employment_class_is_left_out_with_a_word() -> None:
    found = read(of(employee("A1", next(_numbers), 雇用区分="月給")))

    assert (found.good, found.codes(1)) == ([1], {"employment_class_unknown"})
    assert found.facts[1]["employment_class"] == ""


@pytest.mark.parametrize(
    ("word", "code"),
    [("正社員", "regular"), ("ﾊﾟｰﾄ･ｱﾙﾊﾞｲﾄ", "part_time"), ("取締役", "director"), ("", "")],
)
def test_employment_class_is_read_as_companies_write_it(word: str, code: str) -> None:
    found = read(of(employee("A1", next(_numbers), 雇用区分=word)))

    assert (found.facts[1]["employment_class"], found.codes(1)) == (code, set())


def test_new_columns_reach_the_register(cast: Cast) -> None:
    side = cast.a
    one, other = "NC001", "NCP01"
    files = [
        of(employee(one, next(_numbers), 雇用区分="役員", 雇用保険被保険者番号="5012-345678-9")),
        of(family(one, 1, next(_numbers), 特定親族="1", 障害者="有", 扶養から外れた日="2026/9/30")),
        of(payee(other, next(_numbers))),
    ]

    told = [
        register_file(content, "x.csv", list(Purpose), CHECKED, actor=side.operator)
        for content in files
    ]

    assert [(one["state"], one["added"]) for one in told] == [("applied", 1)] * 3
    with side.scope():
        employed = Person.objects.get(employee_code=one, kind=PersonKind.EMPLOYEE)
        relative = Person.objects.get(employee_code=one, kind=PersonKind.FAMILY)
        paid = Person.objects.get(employee_code=other, kind=PersonKind.PAYEE)
        record = NumberRecord.objects.get(person=paid)
    assert (employed.employment_class, employed.employment_insurance_number) == (
        "director", "50123456789",
    )  # fmt: skip
    assert (relative.specific_relative, relative.disabled, relative.dependent_until) == (
        True, True, date(2026, 9, 30),
    )  # fmt: skip
    assert (paid.payee_kind, paid.number_state) == ("lecturer", NumberState.ACTIVE)
    assert record.purposes == ["PAYMENT_REPORT"]


def test_a_payment_after_the_end_keeps_the_number_longer(cast: Cast) -> None:
    """The payment report is about the year of the payment, not of the contract."""
    side = cast.a
    row = payee("LASTPAID", next(_numbers), 契約終了日="2026/12/31")
    due = []
    for facts in ({}, {"最後の支払日": "2027/1/31"}):
        told = register_file(
            of(row | facts), "x.csv", [Purpose.PAYMENT_REPORT], CHECKED, actor=side.operator
        )
        assert told["state"] == "applied"
        with side.scope():
            due.append(Person.objects.get(employee_code="LASTPAID").number_due_on)

    assert due == [date(2027, 2, 1), date(2028, 2, 1)]


def test_code_of_an_employee_is_free_for_a_payee(cast: Cast) -> None:
    side = cast.a
    for content in (of(employee("SAME1", next(_numbers))), of(payee("SAME1", next(_numbers)))):
        told = register_file(content, "x.csv", list(Purpose), CHECKED, actor=side.operator)
        assert (told["added"], told["refused"]) == (1, 0)


def test_acquaintance_verifies_no_payee(cast: Cast) -> None:
    told = register_file(
        of(payee("P9", next(_numbers))), "x.csv", [Purpose.PAYMENT_REPORT],
        Verification("CARD", "ID_ACQUAINTED"), actor=cast.a.operator,
    )  # fmt: skip

    assert (told["state"], told["code"]) == ("unreadable", FileCode.NO_VERIFICATION)


def test_dry_run_writes_nothing_and_sees_one_company_only(cast: Cast) -> None:
    content = of(payee("DRY1", next(_numbers)), payee("DRY2", "12"))
    register_file(content, "x.csv", list(Purpose), CHECKED, actor=cast.b.operator)
    with cast.a.scope():
        before = Person.objects.count()

    *problems, summary = check_file(content, list(Purpose), CHECKED, actor=cast.a.operator)
    *_, of_b = check_file(content, list(Purpose), CHECKED, actor=cast.b.operator)

    assert [(one["row"], one["code"], one["class"]) for one in problems] == [
        (2, "number_length", "reject")
    ]
    assert (summary["kind"], summary["added"], summary["refused"]) == ("payees", 1, 1)
    assert (of_b["added"], of_b["unchanged"]) == (0, 1)
    with cast.a.scope():
        assert Person.objects.count() == before
