"""A file nobody is sure about: the company says what its columns are, once."""

from typing import Any
from uuid import UUID

from azukari.register.models import Person, Sheet, SheetMapping, SheetState
from azukari.register.sheets import work
from azukari.register.sheets.mappings import from_stored
from tests.cast import Cast, Side
from tests.register.sheet_files import write
from tests.web.browser import browser, errors_of, holds_digits, new_code, new_number, text_of
from tests.web.test_sheets import run, send, sent, state

HEADINGS = ("管理番号", "お名前", "お名前(よみ)", "うまれた日", "番号", "好きな色")


def odd(code: str, digits: str) -> bytes:
    return write(HEADINGS, [code, "髙橋　太郎", "タカハシ　タロウ", "昭和55年1月2日", digits, "青"])


def fields(side: Side, sheet_id: UUID, **wanted: str) -> dict[str, str]:
    with side.scope():
        columns = from_stored(Sheet.objects.get(id=sheet_id).columns)
    return {f"column_{one.place}": wanted[one.heading] for one in columns if one.heading in wanted}


MEANING = {
    "管理番号": "employee.employee_code",
    "お名前": "employee.name",
    "お名前(よみ)": "employee.kana",
    "うまれた日": "employee.birth_date",
    "番号": "number",
    "好きな色": "ignore",
}


def mapped(side: Side, sheet_id: UUID, meaning: dict[str, str] = MEANING) -> Any:
    return browser(side).post(f"/sheets/{sheet_id}/columns", fields(side, sheet_id, **meaning))


def test_unknown_columns_are_said_once_and_used_for_the_next_file(cast: Cast) -> None:
    first, second, digits = new_code(), new_code(), new_number()
    sheet_id = sent(cast.a, odd(first, digits))
    assert state(cast.a, sheet_id) == SheetState.MAPPING
    page = browser(cast.a).get(f"/sheets/{sheet_id}/columns")
    waiting = browser(cast.a).get(f"/sheets/{sheet_id}")

    answer = mapped(cast.a, sheet_id)
    run(cast.a, work.check, sheet_id)
    next_id = sent(cast.a, odd(second, new_number()))
    next_state = state(cast.a, next_id)
    for one in (sheet_id, next_id):
        if one == next_id:
            run(cast.a, work.check, one)
        browser(cast.a).post(f"/sheets/{one}/apply")
        run(cast.a, work.apply, one)

    assert (answer.status_code, answer.url) == (302, f"/sheets/{sheet_id}")
    assert "列の対応を確かめてください。" in text_of(waiting)
    assert "髙橋　太郎" in text_of(page)
    assert not holds_digits(page, digits)
    assert next_state == SheetState.CHECKING
    with cast.a.scope():
        people = Person.objects.filter(employee_code__in=[first, second])
        assert {str(one.birth_date) for one in people} == {"1980-01-02"}
        assert people.count() == 2


def test_mapping_of_one_company_is_not_the_other_ones(cast: Cast) -> None:
    headings = [f"{new_code()}番", *HEADINGS[1:]]
    content = write(headings, [new_code(), "山田　花子", "ヤマダ　ハナコ", "", new_number(), ""])
    sheet_id = sent(cast.a, content)
    mapped(cast.a, sheet_id, {**MEANING, headings[0]: "employee.employee_code"})

    other = sent(cast.b, content)

    assert state(cast.a, sheet_id) == SheetState.CHECKING
    assert state(cast.b, other) == SheetState.MAPPING
    with cast.b.scope():
        assert not SheetMapping.objects.filter(fields__has_key=headings[0].casefold()).exists()
    assert browser(cast.b).get(f"/sheets/{sheet_id}/columns").status_code == 404


def test_mapping_without_a_code_is_refused_with_a_word(cast: Cast) -> None:
    headings = [f"{new_code()}番", *HEADINGS[1:]]
    sheet_id = sent(cast.a, write(headings, ["1", "山田", "ヤマダ", "", new_number(), ""]))

    answer = mapped(cast.a, sheet_id)
    twice = mapped(cast.a, sheet_id, {"お名前": "employee.name", "お名前(よみ)": "employee.name"})

    assert any("必要な列がありません" in one for one in errors_of(answer)), errors_of(answer)
    assert any("2つあります" in one for one in errors_of(twice))
    assert state(cast.a, sheet_id) == SheetState.MAPPING


def test_payees_can_be_mapped(cast: Cast) -> None:
    headings = [f"{new_code()}先", "なまえ", "なまえ(よみ)", "しめきり", "マイナンバー"]
    who = new_code()
    content = write(headings, [who, "講師　花子", "コウシ　ハナコ", "R9.3.31", new_number()])
    sheet_id = UUID(send(browser(cast.a), content, purposes=["PAYMENT_REPORT"]).url[8:])

    mapped(
        cast.a,
        sheet_id,
        {
            headings[0]: "payee.employee_code", "なまえ": "payee.name",
            "なまえ(よみ)": "payee.kana", "しめきり": "payee.contract_to", "マイナンバー": "number",
        },
    )  # fmt: skip
    run(cast.a, work.check, sheet_id)
    browser(cast.a).post(f"/sheets/{sheet_id}/apply")
    run(cast.a, work.apply, sheet_id)

    with cast.a.scope():
        person = Person.objects.get(employee_code=who)
    assert (person.kind, str(person.contract_to)) == ("payee", "2027-03-31")


def test_applied_file_is_not_mapped_again(cast: Cast) -> None:
    sheet_id = sent(cast.a, odd(new_code(), new_number()))
    mapped(cast.a, sheet_id) if state(cast.a, sheet_id) == SheetState.MAPPING else None
    run(cast.a, work.check, sheet_id)
    browser(cast.a).post(f"/sheets/{sheet_id}/apply")
    run(cast.a, work.apply, sheet_id)

    answer = mapped(cast.a, sheet_id)

    assert answer.status_code == 302
    assert state(cast.a, sheet_id) == SheetState.APPLIED
    with cast.a.scope():
        row = Sheet.objects.get(id=sheet_id)
    assert (row.columns, row.preview) == ([], [])
