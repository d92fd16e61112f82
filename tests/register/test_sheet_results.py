"""The result of a sheet to take away, and templates with the people who miss a number."""

import csv
import io
from itertools import count
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.register.models import NumberState, Person, Sheet
from azukari.register.sheets import actions, results, templates, work
from azukari.register.sheets.command import register_file
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.receiving import Sending, keep_sheet
from azukari.tenancy.actor import NotPermitted
from azukari.web.sheet_words import say
from tests.cast import Cast, Side
from tests.numbers import valid_number, wrong_check_digit
from tests.register.sheet_files import employee, family, of, write
from tests.register.test_sheet_work import CHECKED, PURPOSES, leaves

_numbers = map(valid_number, count(82_000_000))
_wrong = map(wrong_check_digit, count(82_500_000))
_codes = (f"R{n:05d}" for n in count(1))


def checked(side: Side, content: bytes) -> Sheet:
    with side.scope():
        sending = Sending(content, "f.csv", PURPOSES, CHECKED, again=True)
        sheet = keep_sheet(sending, actor=side.operator)
        task = actions.plan_work("check", sheet)
    work.check(side.operator, task.id, sheet.id)
    with side.scope():
        return Sheet.objects.get(id=sheet.id)


def written(side: Side) -> int:
    """Outputs of the state that the ledger holds or is about to."""
    from azukari.ledger.models import Outbox
    from azukari.ledger.realm_scope import in_realm

    with in_realm(side.company.id):
        waiting = Outbox.objects.filter(realm=side.company.id, body__contains="STATUS_EXPORTED")
        return waiting.count() + leaves(side, Action.STATUS_EXPORTED)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_result_stands_beside_the_rows_without_numbers(cast: Cast) -> None:
    good, bad = next(_numbers), next(_wrong)
    elsewhere = next(_numbers)
    content = of(
        employee(next(_codes), good, 氏名カナ="たかはし　たろう", 住所="=HYPERLINK(1)"),
        employee(next(_codes), bad, 住所=elsewhere),
        employee(next(_codes), next(_numbers)),
    )
    sheet = checked(cast.a, content)

    with cast.a.scope():
        text = b"".join(results.result_text(sheet, Packed.of(content), say))
        book = results.result_book(sheet, Packed.of(content), say)

    head, first, second, third = rows_of(text)
    place = {name: at for at, name in enumerate(head)}
    assert head[-2:] == ["結果", "内容と直し方"]
    assert (first[-2], second[-2], third[-2:]) == ("断った", "断った", ["", ""])
    assert "表計算の数式になる文字" in first[-1]
    assert say("number_check_digit") in second[-1]
    assert {row[place["個人番号"]] for row in (first, second, third)} == {results.MASK}
    assert (first[place["住所"]], second[place["住所"]]) == ("'=HYPERLINK(1)", results.MASK)
    in_book = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[-2] for row in in_book] == ["結果", "断った", "断った", ""]
    assert in_book[1][place["住所"]] == "=HYPERLINK(1)"
    for digits in (good, bad, elsewhere):
        assert digits not in text.decode()
        assert all(digits not in str(cell) for row in in_book for cell in row)


def test_book_is_coloured_where_the_problem_is(cast: Cast) -> None:
    import zipfile

    content = of(employee(next(_codes), next(_wrong)))
    sheet = checked(cast.a, content)

    with cast.a.scope():
        book = results.result_book(sheet, Packed.of(content), say)

    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        styles = parts.read("xl/styles.xml").decode()
        cells = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "FFFFD6D6" in styles
    assert "<f>" not in cells


def test_refused_rows_come_alone_and_can_be_sent_again(cast: Cast) -> None:
    one, other = next(_codes), next(_codes)
    content = of(
        employee(one, next(_numbers), 住所=""), employee(other, next(_wrong), 住所="東京都")
    )
    told = register_file(content, "f.csv", PURPOSES, CHECKED, actor=cast.a.operator)
    with cast.a.scope():
        sheet = Sheet.objects.get(id=told["sheet"])
        rest = actions.open_rest(sheet, actor=cast.a.operator)

    assert rest is not None
    [head, row] = rows_of(rest.whole())
    assert row == [other, "髙橋　太郎", "タカハシ　タロウ", "1980/01/02", "1", "", "東京都"]
    row[head.index("個人番号")] = next(_numbers)
    again = register_file(write(head, row), "f.csv", PURPOSES, CHECKED, actor=cast.a.operator)
    assert (told["added"], again["added"], again["refused"]) == (1, 1, 0)
    with cast.b.scope():
        assert not Sheet.anywhere.filter(id=sheet.id).exists()


def test_file_without_refused_rows_leaves_nothing(cast: Cast) -> None:
    content = of(employee(next(_codes), next(_numbers)))

    told = register_file(content, "f.csv", PURPOSES, CHECKED, actor=cast.a.operator)

    with cast.a.scope():
        sheet = Sheet.objects.get(id=UUID(told["sheet"]))
        assert (sheet.cell, sheet.rest_cell) == (None, None)
        assert actions.open_sent(sheet, "結果", actor=cast.a.operator) is None


@pytest.mark.parametrize("book", [False, True])
def test_template_holds_exactly_who_misses_a_number(cast: Cast, book: bool) -> None:
    side, department = cast.a, f"課{next(_codes)}"
    missing, has, left, elsewhere = (next(_codes) for _ in range(4))
    facts = {"部署名": department, "雇用区分": "役員", "退職年月日": ""}
    people = [
        employee(missing, "", **facts),
        employee(has, next(_numbers), **facts),
        employee(left, "", **{**facts, "退職年月日": "2026/01/31"}),
        employee(elsewhere, "", **{**facts, "部署名": "ほか"}),
    ]
    for person in people:
        if not person["個人番号"]:
            del person["個人番号"]
        register_file(of(person), "f.csv", PURPOSES, CHECKED, actor=side.operator)
    before = written(side)

    with side.scope():
        content = templates.missing_template(
            SheetKind.EMPLOYEES, department=department, book=book, actor=side.operator
        )
        count_of = templates.count_missing(SheetKind.EMPLOYEES, department)

    head, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        if book
        else rows_of(content)
    )
    assert ([row[0] for row in rows], count_of) == ([missing], 1)
    rows[0][head.index("個人番号")] = next(_numbers)
    told = register_file(write(head, *rows), "f.csv", PURPOSES, CHECKED, actor=side.operator)
    assert (told["changed"], told["refused"], list(told["problems"])) == (1, 0, [])
    with side.scope():
        person = Person.objects.get(employee_code=missing)
    assert (person.number_state, person.version, person.employment_class) == (
        NumberState.ACTIVE, 2, "director",
    )  # fmt: skip
    assert written(side) == before + 1


def test_family_template_keeps_what_the_register_knows(cast: Cast) -> None:
    side, host = cast.a, next(_codes)
    person = family(host, 1, "", 特定親族="1", 同居区分="2")
    del person["個人番号"]
    for content in (of(employee(host, next(_numbers))), of(person)):
        register_file(content, "f.csv", list(Purpose), CHECKED, actor=side.operator)

    with side.scope():
        content = templates.missing_template(SheetKind.FAMILIES, actor=side.operator)
    head, *rows = rows_of(content)
    [row] = [row for row in rows if row[0] == host]
    row[head.index("個人番号")] = next(_numbers)
    told = register_file(write(head, row), "f.csv", list(Purpose), CHECKED, actor=side.operator)

    assert (told["changed"], list(told["problems"])) == (1, [])
    with side.scope():
        relative = Person.objects.get(employee_code=host, kind="family")
    assert (relative.version, relative.lives_together, relative.specific_relative) == (
        2, False, True,
    )  # fmt: skip


def test_auditor_takes_no_template(cast: Cast) -> None:
    with cast.a.scope(), pytest.raises(NotPermitted):
        templates.missing_template(SheetKind.EMPLOYEES, actor=cast.a.auditor)


# sent back ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text", "book"])
def test_result_file_put_right_is_taken_back_as_it_is(cast: Cast, kind: str) -> None:
    good, wrong, digits = next(_codes), next(_codes), next(_numbers)
    content = of(
        employee(good, next(_numbers)),
        employee(wrong, digits, 生年月日="2023/02/29"),
        employee(next(_codes), "12"),
    )
    sheet = checked(cast.a, content)
    with cast.a.scope():
        if kind == "text":
            rows = rows_of(b"".join(results.result_text(sheet, Packed.of(content), say)))
        else:
            book = io.BytesIO(results.result_book(sheet, Packed.of(content), say))
            cells = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).iter_rows()
            rows = [[str(cell) for cell in row] for row in cells]
    head = rows[0]
    rows[2][head.index("生年月日")] = "1980/02/28"
    rows[2][head.index("個人番号")] = digits

    told = register_file(write(head, *rows[1:]), "r.csv", PURPOSES, CHECKED, actor=cast.a.operator)

    assert (told["rows"], told["added"], told["refused"]) == (2, 1, 1)
    # The one that was right is passed over, the one nobody put right says what it lacks.
    assert [(one["row"], one["code"]) for one in told["problems"]] == [(3, "number_missing")]
    with cast.a.scope():
        assert Person.objects.filter(employee_code=wrong).exists()
        assert not Person.objects.filter(employee_code=good).exists()
