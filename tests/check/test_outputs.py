"""Files given out of the register: for whom, why, sealed, counted and destroyed."""

import csv
import io
import tempfile
import zipfile
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from azukari.check import actions, queries, rules
from azukari.check.actions import Asked
from azukari.check.command import export_now
from azukari.check.making import make_output
from azukari.check.models import Output, OutputState
from azukari.check.people import BETWEEN, NUMBER, people_of
from azukari.check.queries import Wanted
from azukari.check.rules import Content, Format, OutputProblem, OutputRefused
from azukari.law.purpose import PersonKind, Purpose
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.register.models import NumberRecord, Person
from azukari.register.sheets.command import register_file
from azukari.register.sheets.comparison import KIND_OF_PERSON
from azukari.register.sheets.headings import SheetKind, template_fields
from azukari.register.sheets.templates import Line, text_of
from azukari.register.spreadsheet import as_book, as_plain_book
from azukari.tenancy.actor import NotPermitted
from azukari.vault import door
from azukari.vault.models import Cell
from tests.cast import Cast, Side
from tests.numbers import valid_number
from tests.register.sheet_files import employee, family, of
from tests.register.test_sheet_work import CHECKED, PURPOSES

_numbers = map(valid_number, count(84_000_000))
_codes = (f"X{n:05d}" for n in count(1))
WHY = "年末調整の確認"


def registered(side: Side, *people: dict[str, str]) -> None:
    told = register_file(of(*people), "f.csv", PURPOSES, CHECKED, actor=side.operator)
    assert told["refused"] == 0, told


def asked(codes: tuple[str, ...], content: Content = Content.NUMBERS, **how: Any) -> Asked:
    kind = how.pop("kind", SheetKind.EMPLOYEES)
    given = {
        "format": Format.CSV, "reason": WHY, "whom": "テスト", "purpose": Purpose.HEALTH_PENSION,
    }  # fmt: skip
    return Asked(Wanted(kind, codes=codes), content, **{**given, **how})


def exported(side: Side, ask: Asked) -> tuple[dict[str, Any], bytes]:
    facts, sealed = export_now(ask, actor=side.operator)
    assert sealed is not None
    return facts, opened(sealed, facts["passphrase"])


def opened(sealed: bytes, passphrase: str) -> bytes:
    with pyzipper.AESZipFile(io.BytesIO(sealed)) as archive:
        [name] = archive.namelist()
        return archive.read(name, pwd=passphrase.encode())


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_numbers_leave_sealed_for_a_purpose_and_come_back_the_same(cast: Cast) -> None:
    one, other = next(_codes), next(_codes)
    digits = next(_numbers)
    without = employee(other, "")
    del without["個人番号"]
    registered(cast.a, employee(one, digits, 氏名カナ="タカハシ　タロウ"))
    registered(cast.a, without)

    facts, content = exported(cast.a, asked((one, other)))
    again = register_file(content, "again.csv", PURPOSES, CHECKED, actor=cast.a.operator)

    assert [(row["社員番号"], row["個人番号"]) for row in rows_of(content)] == [
        (one, digits), (other, ""),
    ]  # fmt: skip
    assert (facts["people"], facts["without_number"]) == (2, 1)
    assert (again["unchanged"], again["refused"]) == (1, 1)
    with cast.a.scope():
        output = Output.objects.get(id=facts["export"])
        assert (output.state, output.downloads, output.people_ids) == (OutputState.MADE, 1, [])
        assert output.secret_cell is None


def test_number_held_for_something_else_stays(cast: Cast) -> None:
    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers)))

    facts, content = exported(cast.a, asked((code,), purpose=Purpose.EMPLOYMENT_INS))

    assert ([row["個人番号"] for row in rows_of(content)], facts["without_number"]) == ([""], 1)


def test_number_that_waits_for_its_second_check_stays(cast: Cast) -> None:
    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers)))
    with cast.a.scope():
        NumberRecord.objects.filter(person__employee_code=code).update(awaits_second_check=True)

    facts, content = exported(cast.a, asked((code,)))

    assert ([row["個人番号"] for row in rows_of(content)], facts["without_number"]) == ([""], 1)


@pytest.mark.parametrize("content", [Content.STATUS, Content.BASIC])
def test_without_numbers_nothing_is_opened(cast: Cast, content: Content) -> None:
    code, digits = next(_codes), next(_numbers)
    registered(cast.a, employee(code, digits))

    _facts, text = exported(cast.a, asked((code,), content, purpose=None))

    [row] = rows_of(text)
    assert "個人番号" not in row
    assert digits not in text.decode()
    assert row.get("個人番号の状態", "登録済") == "登録済"


def test_spreadsheets_get_no_formula_and_keep_zeros(cast: Cast) -> None:
    code, digits = next(_codes), next(_numbers)
    registered(cast.a, employee(code, digits, 住所="－"))

    _, text = exported(cast.a, asked((code,), format=Format.CSV_SHEET))
    _, system = exported(cast.a, asked((code,), format=Format.CSV))
    _, book = exported(cast.a, asked((code,), format=Format.BOOK))

    assert text.startswith("\ufeff".encode())
    assert not system.startswith("\ufeff".encode())
    assert (rows_of(text)[0]["個人番号"], rows_of(system)[0]["個人番号"]) == (f"'{digits}", digits)
    assert rows_of(text)[0]["住所"] == f"'{rows_of(system)[0]['住所']}"
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert row[head.index("個人番号")] == digits


def test_families_and_their_departments(cast: Cast) -> None:
    code, department = next(_codes), f"課{next(_codes)}"
    registered(cast.a, employee(code, next(_numbers), 部署名=department))
    digits = next(_numbers)
    registered(cast.a, family(code, 1, digits))

    ask = Asked(
        Wanted(SheetKind.FAMILIES, department=department), Content.NUMBERS, Format.CSV, WHY,
        "テスト", Purpose.TAX_WITHHOLDING,
    )  # fmt: skip
    _, content = exported(cast.a, ask)

    assert [row["個人番号"] for row in rows_of(content)] == [digits]


def test_other_company_is_never_among_the_people(cast: Cast) -> None:
    code = next(_codes)
    registered(cast.b, employee(code, next(_numbers)))

    with pytest.raises(OutputRefused) as refused:
        export_now(asked((code,)), actor=cast.a.operator)

    assert refused.value.problem is OutputProblem.NOBODY


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"reason": " "}, OutputProblem.REASON_MISSING),
        ({"purpose": None}, OutputProblem.PURPOSE_MISSING),
        ({"purpose": Purpose.PAYMENT_REPORT}, OutputProblem.PURPOSE_DOES_NOT_FIT),
    ],
)
def test_what_is_missing_is_refused(
    cast: Cast, how: dict[str, Any], problem: OutputProblem
) -> None:
    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers)))

    with pytest.raises(OutputRefused) as refused:
        export_now(asked((code,), **how), actor=cast.a.operator)

    assert refused.value.problem is problem


def test_what_is_refused_is_not_stored(cast: Cast) -> None:
    code = next(_codes)

    with cast.a.scope():
        with pytest.raises(OutputRefused):
            actions.ask_output(asked((code,), whom=f"nobody {code}"), actor=cast.a.operator)
        assert not Output.objects.filter(whom=f"nobody {code}").exists()


def test_number_in_the_reason_is_refused(cast: Cast) -> None:
    code, digits = next(_codes), next(_numbers)
    registered(cast.a, employee(code, digits))

    with pytest.raises(OutputRefused) as refused:
        export_now(asked((code,), reason=f"{digits}の件"), actor=cast.a.operator)

    assert refused.value.problem is OutputProblem.NUMBER_IN_REASON


def test_auditor_asks_for_nothing(cast: Cast) -> None:
    with cast.a.scope(), pytest.raises(NotPermitted):
        actions.ask_output(asked(("A",), Content.STATUS), actor=cast.a.auditor)


def waiting(side: Side, code: str, monkeypatch: pytest.MonkeyPatch) -> Output:
    monkeypatch.setattr(rules, "SECOND_PERSON_FROM", 1)
    registered(side, employee(code, next(_numbers)))
    with side.scope():
        return actions.ask_output(asked((code,)), actor=side.operator)


def test_many_numbers_need_a_second_person(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    output = waiting(cast.a, next(_codes), monkeypatch)
    before = output.state

    with cast.a.scope():
        actions.decide_output(output, approve=True, actor=cast.a.officer)
        task = progress.of_subject(output.id)
    assert task is not None
    make_output(cast.a.operator, task.id, output.id)

    with cast.a.scope():
        output = Output.objects.get(id=output.id)
        passphrase = actions.show_passphrase(output, actor=cast.a.operator)
        _, sealed = actions.download(output, actor=cast.a.operator)
    assert before == OutputState.ASKED
    assert (output.state, output.decided_by_name) == (OutputState.MADE, cast.a.officer.name)
    assert len(rows_of(opened(sealed, passphrase))) == 1


def test_nobody_agrees_to_their_own_request(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    output = waiting(cast.a, next(_codes), monkeypatch)
    operator = cast.a.operator
    both = replace(operator, permissions=operator.permissions | {"export:approve"})

    with cast.a.scope(), pytest.raises(OutputRefused) as refused:
        actions.decide_output(output, approve=True, actor=both)
    with cast.a.scope():
        actions.decide_output(output, approve=False, actor=cast.a.officer)
        output.refresh_from_db()

    assert refused.value.problem is OutputProblem.SAME_PERSON
    assert (output.state, output.people_ids) == (OutputState.REFUSED, [])


def test_passphrase_is_shown_once_and_to_one_person(cast: Cast) -> None:
    from dataclasses import replace
    from uuid import uuid4

    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers)))
    with cast.a.scope():
        output = actions.ask_output(asked((code,)), actor=cast.a.operator)
        task = progress.of_subject(output.id)
    assert task is not None
    make_output(cast.a.operator, task.id, output.id)

    colleague = replace(cast.a.operator, user_id=uuid4())
    with cast.a.scope():
        for act in (actions.show_passphrase, actions.download):
            with pytest.raises(OutputRefused) as refused:
                act(output, actor=colleague)
            assert refused.value.problem is OutputProblem.NOT_YOURS
        actions.show_passphrase(output, actor=cast.a.operator)
        with pytest.raises(OutputRefused) as twice:
            actions.show_passphrase(output, actor=cast.a.operator)
    assert twice.value.problem is OutputProblem.ALREADY_SHOWN


def test_downloads_are_counted_and_end(cast: Cast) -> None:
    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers)))
    facts, _ = export_now(asked((code,)), actor=cast.a.operator)

    with cast.a.scope():
        output = Output.objects.get(id=facts["export"])
        for _ in range(rules.MOST_DOWNLOADS - 1):
            actions.download(output, actor=cast.a.operator)
        with pytest.raises(OutputRefused) as refused:
            actions.download(output, actor=cast.a.operator)

    assert refused.value.problem is OutputProblem.DOWNLOADS_USED_UP


def test_file_is_destroyed_when_its_time_is_over(cast: Cast) -> None:
    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers)))
    facts, _ = export_now(asked((code,)), actor=cast.a.operator)
    with cast.a.scope():
        output = Output.objects.get(id=facts["export"])
        cell = output.cell
        Cell.objects.filter(id=cell).update(destroy_at=timezone.now() - timedelta(seconds=1))
        door.destroy_due(cast.a.company.id, actions.files_gone)
        output.refresh_from_db()

    assert (output.state, output.cell) == (OutputState.DESTROYED, None)
    with cast.a.scope():
        assert not Cell.objects.filter(id=cell).exists()
        assert door.is_destroyed(cast.a.company.id, cell)


def test_making_again_changes_nothing(cast: Cast) -> None:
    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers)))
    facts, _ = export_now(asked((code,)), actor=cast.a.operator)
    with cast.a.scope():
        before = Output.objects.get(id=facts["export"])
        task = actions.plan_work(before)

    make_output(cast.a.operator, task.id, before.id)

    with cast.a.scope():
        assert Output.objects.get(id=before.id).cell == before.cell


def test_every_number_that_leaves_is_written_down(cast: Cast) -> None:
    from tests.register.test_sheet_work import leaves

    codes = (next(_codes), next(_codes))
    registered(cast.b, *(employee(code, next(_numbers)) for code in codes))
    before = opened_in_ledger(cast.b, leaves)

    export_now(asked(codes), actor=cast.b.operator)

    assert opened_in_ledger(cast.b, leaves) == before + 2


def opened_in_ledger(side: Side, leaves: Any) -> int:
    from azukari.ledger.models import Outbox
    from azukari.ledger.realm_scope import in_realm

    with in_realm(side.company.id):
        waiting = Outbox.objects.filter(realm=side.company.id, body__contains="NUMBER_OPENED")
        return waiting.count() + leaves(side, Action.NUMBER_OPENED)


def test_state_by_department_counts_who_is_asked_for(cast: Cast) -> None:
    department = f"課{next(_codes)}"
    facts = {"部署名": department}
    without = [employee(next(_codes), "", **facts, 退職年月日=day) for day in ("", "2026/01/31")]
    for one in without:
        del one["個人番号"]
    registered(cast.a, employee(next(_codes), next(_numbers), **facts))
    registered(cast.a, *without)

    with cast.a.scope():
        [row] = [
            one
            for one in queries.status_by_department(SheetKind.EMPLOYEES)
            if one.department == department
        ]
    with cast.b.scope():
        theirs = queries.status_by_department(SheetKind.EMPLOYEES)

    assert (row.registered, row.missing, row.total) == (1, 1, 2)
    assert department not in {one.department for one in theirs}


# rules ----------------------------------------------------------------------------------------


@given(
    content=st.sampled_from(Content), how=st.sampled_from(Format),
    people=st.integers(0, 2_000_000), purpose=st.none() | st.sampled_from(Purpose),
    kind=st.sampled_from(PersonKind), reason=st.sampled_from(["", "  ", WHY]),
)  # fmt: skip
def test_nothing_leaves_without_people_reason_and_fitting_purpose(
    content: Content, how: Format, people: int, purpose: Purpose | None, kind: PersonKind,
    reason: str,
) -> None:  # fmt: skip
    problem = rules.may_ask(
        content=content, file_format=how, people=people, kind=kind, purpose=purpose, reason=reason
    )

    fits = content is not Content.NUMBERS or (purpose is not None and kind in purpose.kinds)
    most = rules.MOST_IN_BOOK if how is Format.BOOK else rules.MOST_PEOPLE
    assert (problem is None) == (0 < people <= most and bool(reason.strip()) and fits)


def test_cells_of_outputs_say_what_templates_say(cast: Cast) -> None:
    code = next(_codes)
    registered(cast.a, employee(code, next(_numbers), 雇用区分="正社員", 住所="千代田区 1"))
    registered(cast.a, family(code, 1, next(_numbers), 同居区分="1", 扶養区分="", 第3号区分="0"))
    with cast.a.scope():
        for kind in (SheetKind.EMPLOYEES, SheetKind.FAMILIES):
            person = Person.objects.get(employee_code=code, kind=KIND_OF_PERSON[kind])
            names = template_fields(kind)
            [(handle, said)] = people_of(
                [str(person.id)], cast.a.company.id, names, Purpose.HEALTH_PENSION.code
            )
            cells = said.replace(NUMBER, "").split(BETWEEN)
            assert cells == [text_of(person, name) for name in names]
            assert handle is not None


def test_books_are_made_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # A folder that is not there: whoever spooled rows to a file would fail.
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    head, rows = ["氏名", "個人番号"], [["=1+1", "012"], ["\x01x", ""]]

    books = [
        as_plain_book(head, rows),
        as_book(Line(row) for row in [head, *rows]),
    ]

    for book in books:
        found = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
        assert found == [head, ["=1+1", "012"], ["x", ""]]
        assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
