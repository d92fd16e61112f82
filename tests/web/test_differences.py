"""差分チェック on screen, from two tenants."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from azukari.check.difference.comparing import Kind
from azukari.check.difference.models import DifferenceRow, Handling
from azukari.check.difference.work import compare
from azukari.progress import actions as progress
from azukari.register.models import Person
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side
from tests.register.sheet_files import of
from tests.web.browser import browser, employee, errors_of, new_code, text_of

NAME = "差分　太郎"


def row(code: str, **facts: str) -> dict[str, str]:
    return {
        "社員番号": code, "家族連番": "0", "続柄": "本人", "氏名": NAME, "氏名カナ": "サブン　タロウ",
        **facts,
    }  # fmt: skip


def sent(side: Side, content: bytes) -> UUID:
    file = SimpleUploadedFile("給与.csv", content)
    answer = browser(side).post("/differences/new", {"file": file})
    assert answer.status_code == 302, errors_of(answer)
    return UUID(answer.url.rpartition("/")[2])


def compared(side: Side, content: bytes) -> UUID:
    run_id = sent(side, content)
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
