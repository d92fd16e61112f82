"""差分チェック on screen, from two tenants."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from azukari.check.difference.comparing import Kind
from azukari.check.difference.models import DifferenceRow, Handling
from azukari.check.difference.work import compare
from azukari.progress import actions as progress
from azukari.register.models import Person
from azukari.register.sheets.codes import FileCode
from azukari.tenancy.rights import RoleKind
from azukari.web.sheet_words import FILE_WORDS
from azukari.web.words import NUMBER_IN_TEXT
from tests.cast import Cast, Side
from tests.register.sheet_files import of
from tests.register.test_sheet_books import book_of
from tests.web.browser import browser, employee, errors_of, new_code, new_number, text_of

NAME = "差分　太郎"


def row(code: str, **facts: str) -> dict[str, str]:
    return {
        "社員番号": code, "家族連番": "0", "続柄": "本人", "氏名": NAME, "氏名カナ": "サブン　タロウ",
        **facts,
    }  # fmt: skip


def send(side: Side, content: bytes, name: str = "給与.csv", **said: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return browser(side).post("/differences/new", {"file": file, **said})


def sent(side: Side, content: bytes, name: str = "給与.csv", **said: str) -> UUID:
    answer = send(side, content, name, **said)
    assert answer.status_code == 302, errors_of(answer)
    return UUID(answer.url.rpartition("/")[2])


def compared(side: Side, content: bytes) -> UUID:
    return worked_off(side, sent(side, content))


def worked_off(side: Side, run_id: UUID) -> UUID:
    with side.scope():
        task = progress.of_subject(run_id)
    assert task is not None
    compare(side.operator, task.id, run_id)
    return run_id


def found(side: Side, run_id: UUID, code: str) -> DifferenceRow:
    with side.scope():
        rows = DifferenceRow.objects.filter(run_id=run_id, employee_code=code)
        return rows.get(kind__in=[Kind.DIFFERS, Kind.ONLY_THERE])


def deal(side: Side, run_id: UUID, act: str, *rows: DifferenceRow, **facts: str) -> Any:
    said = {"act": act, "selected": [str(one.id) for one in rows], **facts}
    return browser(side).post(f"/differences/{run_id}/deal", said, follow=True)


def test_file_is_sent_compared_and_taken_over(cast: Cast) -> None:
    known, new = new_code(), new_code()
    person = employee(cast.a, employee_code=known, name=NAME, kana="サブン　タロウ")
    content = of(row(known, 氏名="差分　次郎"), row(new))

    waiting = browser(cast.a).get(f"/differences/{sent(cast.a, content)}")
    run_id = compared(cast.a, content)
    page = browser(cast.a).get(f"/differences/{run_id}?q={known}")
    taken = deal(
        cast.a, run_id, "take-ticked", found(cast.a, run_id, known), found(cast.a, run_id, new)
    )

    assert "順番待ち" in text_of(waiting)
    assert "差分　次郎" in text_of(page)
    assert "2件に給与の値を反映しました。" in text_of(taken)
    with cast.a.scope():
        assert Person.objects.get(id=person.id).name == "差分　次郎"
        assert Person.objects.filter(employee_code=new).exists()


def test_setting_aside_wants_a_reason(cast: Cast) -> None:
    code = new_code()
    run_id = compared(cast.a, of(row(code)))
    one = found(cast.a, run_id, code)

    without = deal(cast.a, run_id, "aside-ticked", one)
    done = deal(cast.a, run_id, "aside-ticked", one, because="来月から入社")
    aside = browser(cast.a).get(f"/differences/{run_id}?handling=aside&q={code}")
    back = deal(cast.a, run_id, "open-ticked", one)

    assert "対応しない理由を入力してください。" in text_of(without)
    assert "1件を、内容が変わるまで表示しないようにしました。" in text_of(done)
    assert "来月から入社" in text_of(aside)
    assert "未対応に戻しました。" in text_of(back)
    assert found(cast.a, run_id, code).handling == Handling.OPEN


def test_unknown_columns_are_asked_for_once(cast: Cast) -> None:
    code = new_code()
    content = f"甲,乙,丙,丁\r\n{code},{NAME},サブン　タロウ,X\r\n".encode()
    run_id = sent(cast.a, content)
    client = browser(cast.a)

    waiting = client.get(f"/differences/{run_id}")
    asked = client.get(f"/differences/{run_id}/columns")
    answer = client.post(
        f"/differences/{run_id}/columns",
        {
            "column_0": "employee.employee_code", "column_1": "employee.name",
            "column_2": "employee.kana", "column_3": "ignore",
        },
    )  # fmt: skip
    again = compared(cast.a, content)

    assert "列の対応を確かめてください。" in text_of(waiting)
    assert "何の列か" in text_of(asked)
    assert answer.status_code == 302, errors_of(answer)
    assert found(cast.a, again, code).there == NAME


def test_a_sheet_of_a_book_is_chosen_by_its_name(cast: Cast) -> None:
    january, may = new_code(), new_code()
    content = book_of(**{"1月": row(january), "5月 分": row(may), "空": {}})

    numbered = send(cast.a, content, "給与.xlsx", book_sheet=new_number())
    wrong = send(cast.a, content, "給与.xlsx", book_sheet="6月")
    run_id = sent(cast.a, content, "給与.xlsx", book_sheet="５月分")
    waiting = text_of(browser(cast.a).get(f"/differences/{run_id}"))
    worked_off(cast.a, run_id)
    page = text_of(browser(cast.a).get(f"/differences/{run_id}"))
    listed = text_of(browser(cast.a).get("/differences"))

    assert errors_of(numbered) == [f"シートの名前：{NUMBER_IN_TEXT}"]
    assert errors_of(wrong) == [f"シートの名前：「6月」: {FILE_WORDS[FileCode.NO_SUCH_SHEET]}"]
    for text in (waiting, page):
        assert "給与.xlsx（5月 分）" in text
        assert "次のものは比べていません: 1月。" in text
    assert "給与.xlsx（5月 分）" in listed
    assert found(cast.a, run_id, may).name == NAME
    with cast.a.scope():
        assert not DifferenceRow.objects.filter(run_id=run_id, employee_code=january).exists()
    assert browser(cast.b).get(f"/differences/{run_id}").status_code == 404


def test_the_first_sheet_is_compared_where_none_is_named(cast: Cast) -> None:
    january, may = new_code(), new_code()
    run_id = sent(cast.b, book_of(**{"1月": row(january), "5月": row(may)}), "給与.xlsx")

    worked_off(cast.b, run_id)

    assert found(cast.b, run_id, january).name == NAME
    assert "次のものは比べていません: 5月。" in text_of(
        browser(cast.b).get(f"/differences/{run_id}")
    )
    assert browser(cast.a).get(f"/differences/{run_id}").status_code == 404


def test_columns_of_the_sheet_that_is_named_are_asked_for(cast: Cast) -> None:
    code = new_code()
    told = {"い": code, "ろ": NAME, "は": "サブン　タロウ", "に": "X"}
    run_id = sent(cast.a, book_of(表紙=row(new_code()), 名簿=told), "給与.xlsx", book_sheet="名簿")
    client = browser(cast.a)

    asked = text_of(client.get(f"/differences/{run_id}/columns"))
    answer = client.post(
        f"/differences/{run_id}/columns",
        {"column_0": "employee.employee_code", "column_1": "employee.name", "column_3": "ignore"},
    )
    worked_off(cast.a, run_id)

    assert "「給与.xlsx（名簿）」の見出しを確かめてください。" in asked
    assert answer.status_code == 302, errors_of(answer)
    assert found(cast.a, run_id, code).there == NAME


def test_what_cannot_be_read_is_said(cast: Cast) -> None:
    file = SimpleUploadedFile("給与.csv", "甲\r\n1\r\n".encode())

    answer = browser(cast.a).post("/differences/new", {"file": file})

    assert answer.status_code == 200
    assert errors_of(answer)


def test_list_as_file(cast: Cast) -> None:
    code = new_code()
    run_id = compared(cast.a, of(row(code)))

    answer = browser(cast.a).get(f"/differences/{run_id}/differences.csv?q={code}")

    lines = text_of(answer).removeprefix("\ufeff").splitlines()
    assert lines[1].startswith(f"{code},,{NAME},給与のみ,")


def test_another_company_and_other_roles(cast: Cast) -> None:
    run_id = compared(cast.a, of(row(new_code())))
    paths = [f"/differences/{run_id}", f"/differences/{run_id}/differences.csv"]

    assert [browser(cast.b).get(path).status_code for path in paths] == [404, 404]
    assert browser(cast.b).post(f"/differences/{run_id}/deal").status_code == 404
    assert browser(cast.a, RoleKind.OFFICER).get(paths[0]).status_code == 200
    assert browser(cast.a, RoleKind.OFFICER).post(f"{paths[0]}/deal").status_code == 403
    assert browser(cast.a, RoleKind.AUDITOR).get(paths[0]).status_code == 403
