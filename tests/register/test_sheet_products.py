"""Files of other products, as they are, over the real register: CSV, text and Excel books."""

from datetime import date
from pathlib import Path

import pytest

from azukari.law.purpose import Purpose
from azukari.register import queries
from azukari.register.actions import Verification
from azukari.register.models import NumberState, Person
from azukari.register.sheets.command import register_file
from azukari.serve.postgres_roles import DatabaseUrls
from tests.cast import Side, make_side
from tests.numbers import valid_number
from tests.register.sheet_files import write

SAMPLES = Path(__file__).parent.parent / "products" / "samples"
PURPOSES = [Purpose.TAX_WITHHOLDING, Purpose.HEALTH_PENSION]
CHECKED = Verification("CARD", "CARD", verified_on=date(2026, 4, 1))

_numbers = iter(range(82_000_000, 83_000_000))
_sides = iter("ABCDEFGHIJKLMNOPQRSTUVW")


@pytest.fixture
def side(database: DatabaseUrls) -> Side:
    """A company of its own, since the samples all speak of the same invented people."""
    return make_side(f"P{next(_sides)}")


def sample(name: str, encoding: str = "cp932") -> bytes:
    """Each NUMBER of the sample becomes another valid one."""
    text = (SAMPLES / name).read_bytes().decode(encoding)
    while "NUMBER" in text:
        text = text.replace("NUMBER", valid_number(next(_numbers)), 1)
    return text.encode(encoding)


def send(side: Side, content: bytes) -> dict:
    return register_file(content, "file", PURPOSES, CHECKED, actor=side.operator)


def refused(told: dict) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in told["problems"] if one["weight"] == "reject"]


def people(side: Side, **facts: object) -> list[tuple]:
    with side.scope():
        rows = Person.objects.filter(**facts).order_by("employee_code", "family_code")
        return list(rows.values_list("employee_code", "family_code", "name", "number_state"))


def test_employees_of_a_product_are_registered_as_they_are(side: Side) -> None:
    told = send(side, sample("obc_bugyo_employee.csv"))

    with side.scope():
        [person] = Person.objects.all()
    assert (told["state"], told["added"], told["refused"]) == ("applied", 1, 0)
    assert (person.employee_code, person.name, person.kana, person.department) == (
        "000001",
        "架空　太郎",
        "カクウ　タロウ",
        "本社",
    )
    assert (person.birth_date, person.hired_on) == (date(1985, 2, 3), date(2015, 4, 1))


def test_family_side_by_side_becomes_people_of_their_own(side: Side) -> None:
    send(side, sample("smarthr_employee.csv", "utf-8-sig"))

    told = send(side, sample("smarthr_family_wide.csv", "utf-8-sig"))

    assert (told["kind"], told["added"], refused(told)) == ("families", 3, [])
    assert [row[:3] for row in people(side, kind="family")] == [
        ("0001", 1, "架空　良子"),
        ("0001", 2, "架空　一郎"),
        ("0002", 1, "見本　梅"),
    ]


def test_family_of_a_product_is_found_again_by_name(side: Side) -> None:
    send(side, sample("smarthr_employee.csv", "utf-8-sig"))
    file = sample("smarthr_family_wide.csv", "utf-8-sig")
    send(side, file)

    again = send(side, file)

    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)


def test_numbers_of_employees_and_family_come_in_one_file(side: Side) -> None:
    send(side, sample("obc_bugyo_employee.csv"))
    families = ["社員番号", "家族連番", "続柄", "氏名", "氏名カナ", "生年月日"]
    send(side, write(families, ["000001", "1", "妻", "架空　良子", "カクウ　ヨシコ", "1987/5/6"]))

    told = send(side, sample("obc_mynumber.csv"))

    assert (told["kind"], told["changed"], refused(told)) == ("mixed", 2, [])
    assert {row[3] for row in people(side)} == {NumberState.ACTIVE}


def test_numbers_without_any_code_find_people_by_name(side: Side) -> None:
    send(side, sample("obc_bugyo_employee.csv"))
    families = ["社員番号", "家族連番", "続柄", "氏名", "氏名カナ", "生年月日"]
    send(side, write(families, ["000001", "1", "妻", "架空　良子", "カクウ　ヨシコ", "1987/5/6"]))

    told = send(side, sample("yayoi_mynumber.txt"))

    assert (told["changed"], refused(told)) == (2, [])
    assert [(row[2], row[3]) for row in people(side)] == [
        ("架空　太郎", NumberState.ACTIVE),
        ("架空　良子", NumberState.ACTIVE),
    ]


def test_name_that_two_people_have_is_never_guessed_at(side: Side) -> None:
    headings = ["社員番号", "氏名", "氏名カナ"]
    send(side, write(headings, *([code, "架空　太郎", "カクウ　タロウ"] for code in ("1", "2"))))

    told = send(side, sample("yayoi_mynumber.txt"))

    assert refused(told)[0] == (1, "name_ambiguous")
    assert {row[3] for row in people(side)} == {NumberState.NONE}


def test_somebody_new_needs_more_than_a_number(side: Side) -> None:
    told = send(side, sample("staff_express_mynumber.csv"))

    assert refused(told) == [(1, "kana_missing")]


def test_file_about_money_is_refused_with_the_product_named(side: Side) -> None:
    told = send(side, sample("obc_bugyo_payroll.csv"))

    assert (told["state"], told["code"], told["column"]) == (
        "unreadable",
        "other_content",
        "給与奉行",
    )


def test_number_typed_twice_must_be_the_same_twice(side: Side) -> None:
    text = sample("officestation_family.csv").decode("cp932")

    told = send(side, text.encode("cp932"))

    # `sample` put another number into each of the two cells.
    assert refused(told) == [(1, "number_not_confirmed")]


def test_damage_done_by_a_spreadsheet_is_refused_never_repaired(side: Side) -> None:
    send(side, write(["社員番号", "氏名", "氏名カナ"], ["1", "架空　太郎", "カクウ　タロウ"]))

    told = send(side, sample("damaged_by_excel.csv"))

    assert (1, "number_spreadsheet_exponent") in refused(told)


def test_book_with_a_title_and_formatted_cells_is_read_as_people_see_it(side: Side) -> None:
    content = (SAMPLES / "officestation_family.xlsx").read_bytes()

    told = send(side, content)

    with side.scope():
        second = Person.objects.get(employee_code="0002")
    # Row 1 holds no number but the word that stands for one in samples.
    assert refused(told) == [(1, "number_not_digits")]
    assert (second.hired_on, second.birth_date, second.sex) == (
        date(2020, 10, 1),
        date(1992, 11, 30),
        "2",
    )
    assert told["encoding"] == "xlsx"


def test_other_company_knows_none_of_them(side: Side) -> None:
    send(side, sample("obc_bugyo_employee.csv"))
    other = make_side("PZ")

    with other.scope():
        assert list(queries.departments()) == []
