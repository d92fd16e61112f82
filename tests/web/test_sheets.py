from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from azukari.progress import actions as progress
from azukari.register.models import Person, Sheet, SheetState
from azukari.register.sheets import undoing, work
from azukari.register.sheets.codes import Code, FileCode, Weight
from azukari.tenancy.rights import RoleKind
from azukari.web.sheet_words import FILE_WORDS, WEIGHT_WORDS, say
from azukari.web.words import NUMBER_IN_TEXT
from tests.cast import Cast, Side
from tests.register.sheet_files import employee, family, of
from tests.register.test_sheet_books import book_of
from tests.web.browser import browser, errors_of, holds_digits, new_code, new_number, text_of

CHECKS = {"purposes": ["HEALTH_PENSION"], "number_check": "CARD", "person_check": "CARD"}


def send(client: Client, content: bytes, name: str = "社員.csv", **facts: Any) -> Any:
    return client.post(
        "/sheets/new", {"file": SimpleUploadedFile(name, content), **CHECKS, **facts}
    )


def run(side: Side, verb: Any, sheet_id: UUID) -> None:
    """What the worker does with the job the page has written."""
    with side.scope():
        task = progress.of_subject(sheet_id)
    assert task is not None
    verb(side.operator, task.id, sheet_id)


def sent(side: Side, content: bytes) -> UUID:
    answer = send(browser(side), content)
    assert answer.status_code == 302, errors_of(answer)
    return UUID(answer.url.rpartition("/")[2])


def checked(side: Side, content: bytes) -> UUID:
    sheet_id = sent(side, content)
    run(side, work.check, sheet_id)
    return sheet_id


def state(side: Side, sheet_id: UUID) -> str:
    with side.scope():
        return Sheet.objects.get(id=sheet_id).state


def test_file_goes_from_sending_to_people(cast: Cast) -> None:
    who, digits = new_code(), new_number()
    client = browser(cast.a)

    sheet_id = sent(cast.a, of(employee(who, digits), employee(new_code(), "")))
    waiting = client.get(f"/sheets/{sheet_id}")
    run(cast.a, work.check, sheet_id)
    found = client.get(f"/sheets/{sheet_id}")
    client.post(f"/sheets/{sheet_id}/apply")
    run(cast.a, work.apply, sheet_id)
    done = client.get(f"/sheets/{sheet_id}")

    assert "順番待ち" in text_of(waiting)
    assert "正しい行 1件を登録する" in text_of(found)
    assert "個人番号がありません。" in text_of(found)
    assert "登録が終わりました。" in text_of(done)
    assert not any(holds_digits(page, digits) for page in (waiting, found, done))
    with cast.a.scope():
        assert Person.objects.filter(employee_code=who).exists()


def test_row_is_named_as_a_spreadsheet_counts(cast: Cast) -> None:
    sheet_id = checked(cast.a, of(employee(new_code(), new_number()), employee(new_code(), "")))

    answer = browser(cast.a).get(f"/sheets/{sheet_id}/problems.csv")

    lines = text_of(answer).removeprefix("\ufeff").splitlines()
    assert lines[1].startswith("3,2,個人番号,断った行,number_missing,")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_list_of_findings_starts_no_formula(cast: Cast) -> None:
    sheet_id = checked(cast.a, of(employee(new_code(), new_number(), 氏名="=1+1")))

    text = text_of(browser(cast.a).get(f"/sheets/{sheet_id}/problems.csv"))

    assert text.splitlines()[1].endswith(",'=1+1,")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空です"),
        (b"PK\x03\x04....", "Excelのブックとして読み取れません"),
        (b"a,b\r\n1,2\r\n", "見出しが見つかりません"),
        ("氏名,氏名カナ\r\n1,2\r\n".encode(), "「社員番号」: 必要な列がありません"),
    ],
)
def test_wrong_file_is_said_beside_the_field(cast: Cast, content: bytes, said: str) -> None:
    [error] = errors_of(send(browser(cast.a), content))

    assert error.startswith("ファイル")
    assert said in error


@pytest.mark.parametrize(
    ("facts", "label"),
    [({"purposes": []}, "利用目的"), ({"number_check": ""}, "番号確認の方法")],
)
def test_numbers_need_purpose_and_verification(
    cast: Cast, facts: dict[str, Any], label: str
) -> None:
    [error] = errors_of(send(browser(cast.a), of(employee(new_code(), new_number())), **facts))

    assert error.startswith(label)


def test_file_with_nothing_good_offers_no_registration(cast: Cast) -> None:
    sheet_id = checked(cast.a, of(family(new_code(), 1, new_number())))

    text = text_of(browser(cast.a).get(f"/sheets/{sheet_id}"))

    assert "登録できる行がありません。" in text
    assert "件を登録する" not in text
    assert "この社員番号の社員が登録されていません。" in text


def test_file_broken_in_the_middle_says_so(cast: Cast) -> None:
    people = [employee(new_code(), new_number()) for _ in range(30)]
    sheet_id = checked(cast.a, of(*people) + b'A9,"')

    text = text_of(browser(cast.a).get(f"/sheets/{sheet_id}"))

    assert "このファイルは読み取れません。" in text
    assert "引用符" in text


def test_discarded_file_registers_nobody(cast: Cast) -> None:
    who = new_code()
    sheet_id = checked(cast.a, of(employee(who, new_number())))
    client = browser(cast.a)

    client.post(f"/sheets/{sheet_id}/discard")
    client.post(f"/sheets/{sheet_id}/apply")

    assert state(cast.a, sheet_id) == SheetState.DISCARDED
    with cast.a.scope():
        assert not Person.objects.filter(employee_code=who).exists()


def test_stop_asks_the_job(cast: Cast) -> None:
    sheet_id = sent(cast.a, of(employee(new_code(), new_number())))

    browser(cast.a).post(f"/sheets/{sheet_id}/stop")

    with cast.a.scope():
        task = progress.of_subject(sheet_id)
        assert task is not None
        assert task.cancel_asked
    with pytest.raises(progress.Cancelled):
        run(cast.a, work.check, sheet_id)
    assert state(cast.a, sheet_id) == SheetState.DISCARDED


def test_double_click_enqueues_once(cast: Cast) -> None:
    from azukari.progress.models import Progress

    sheet_id = checked(cast.a, of(employee(new_code(), new_number())))
    client = browser(cast.a)

    for _ in range(2):
        assert client.post(f"/sheets/{sheet_id}/apply").status_code == 302

    with cast.a.scope():
        assert Progress.objects.filter(subject=sheet_id, kind="sheet.apply").count() == 1


@pytest.mark.parametrize("kind", ["employees", "families"])
def test_template_is_a_line_of_headings(cast: Cast, kind: str) -> None:
    text = text_of(browser(cast.a).get(f"/sheets/template/{kind}"))

    assert text.startswith("\ufeff社員番号,")
    assert text.count("\r\n") == 1


def test_unknown_template_is_not_found(cast: Cast) -> None:
    assert browser(cast.a).get("/sheets/template/mixed").status_code == 404


def test_filter_of_findings_keeps_only_its_kind(cast: Cast) -> None:
    sheet_id = checked(
        cast.a,
        of(employee(f"{new_code()}　", new_number()), employee(new_code(), "", 氏名="髙橋 花子")),
    )
    client = browser(cast.a)

    fixed = text_of(client.get(f"/sheets/{sheet_id}?weight=fix"))

    assert "前後の空白を除いて読み取りました。" in fixed
    assert "個人番号がありません。" not in fixed


def test_findings_of_one_code_are_picked_out_and_counted(cast: Cast) -> None:
    people = [employee(new_code(), "") for _ in range(3)]
    sheet_id = checked(cast.a, of(*people, employee(new_code(), "12")))
    client = browser(cast.a)

    every = text_of(client.get(f"/sheets/{sheet_id}"))
    missing = client.get(f"/sheets/{sheet_id}?code=number_missing")

    assert "個人番号がありません（3件）" in every
    assert {one[0].code for one in missing.context["problems"]} == {"number_missing"}
    assert len(missing.context["problems"]) == 3


def test_findings_are_paged(cast: Cast) -> None:
    sheet_id = checked(cast.a, of(*(employee(new_code(), "") for _ in range(60))))
    client = browser(cast.a)

    first = client.get(f"/sheets/{sheet_id}")

    assert "次のページ" in text_of(first)
    assert "前のページ" not in text_of(first)


def test_search_with_a_number_is_not_made(cast: Cast) -> None:
    digits = new_number()

    answer = browser(cast.a).get(f"/sheets?q={digits}")

    assert (answer.status_code, answer.url) == (302, "/sheets")


def test_list_shows_the_newest_of_this_company_only(cast: Cast) -> None:
    sheet_id = sent(cast.a, of(employee(new_code(), new_number())))

    ours, theirs = (text_of(browser(side).get("/sheets")) for side in (cast.a, cast.b))

    assert f"/sheets/{sheet_id}" in ours
    assert str(sheet_id) not in theirs


@pytest.mark.parametrize(
    ("path", "method"),
    [("", "get"), ("/problems.csv", "get"), ("/apply", "post"), ("/discard", "post"),
     ("/stop", "post")],
)  # fmt: skip
def test_other_tenant_finds_nothing(cast: Cast, path: str, method: str) -> None:
    sheet_id = checked(cast.a, of(employee(new_code(), new_number())))

    answer = getattr(browser(cast.b), method)(f"/sheets/{sheet_id}{path}")

    assert answer.status_code == 404
    assert "株式会社A商事" not in text_of(answer)
    assert state(cast.a, sheet_id) == SheetState.CHECKED


def test_who_may_only_look_gets_no_buttons(cast: Cast) -> None:
    sheet_id = checked(cast.a, of(employee(new_code(), new_number())))
    officer = browser(cast.a, RoleKind.OFFICER)

    page = officer.get(f"/sheets/{sheet_id}")

    assert "確認済（未登録）" in text_of(page)
    assert "件を登録する" not in text_of(page)
    assert officer.post(f"/sheets/{sheet_id}/apply").status_code == 403


@pytest.mark.parametrize("code", [*Code, *FileCode])
def test_every_code_has_words(code: Code | FileCode) -> None:
    assert say(code.value).endswith("。")


def test_every_weight_has_words() -> None:
    assert set(WEIGHT_WORDS) == set(Weight)


# the same again -------------------------------------------------------------------------------


def test_same_file_is_recognised_and_can_go_on(cast: Cast) -> None:
    content = of(employee(new_code(), new_number()))
    first = sent(cast.a, content)

    refused = send(browser(cast.a), content, "again.csv")
    again = send(browser(cast.a), content, "again.csv", again="on")
    elsewhere = send(browser(cast.b), content)

    [error] = errors_of(refused)
    assert "同じ内容のファイルを" in error
    assert again.status_code == elsewhere.status_code == 302
    assert not again.url.endswith(str(first))


def test_two_clicks_send_one_file(cast: Cast) -> None:
    content, key = of(employee(new_code(), new_number())), new_code()
    client = browser(cast.a)

    first, second = (send(client, content, key=key) for _ in range(2))
    other = send(client, of(employee(new_code(), new_number())), key=key)

    assert first.url == second.url
    assert "もうファイルを送りました" in errors_of(other)[0]


def test_page_opens_with_a_key_of_its_own(cast: Cast) -> None:
    client = browser(cast.a)
    keys = {client.get("/sheets/new").context["form"]["key"].value() for _ in range(2)}

    assert len(keys) == 2


# what would change ----------------------------------------------------------------------------


def test_change_and_repair_are_shown_before_and_after(cast: Cast) -> None:
    who = new_code()
    first = checked(cast.a, of(employee(who, new_number())))
    browser(cast.a).post(f"/sheets/{first}/apply")
    run(cast.a, work.apply, first)

    changed = checked(
        cast.a, of({"社員番号": who, "氏名": "髙橋　次郎", "氏名カナ": "たかはし　じろう"})
    )
    page = browser(cast.a).get(f"/sheets/{changed}")

    assert [(one.code, one.name, one.changes) for one in page.context["preview"]] == [
        (
            who,
            "髙橋　太郎",
            [
                ("氏名", "髙橋　太郎", "髙橋　次郎"),
                ("氏名カナ", "タカハシ　タロウ", "タカハシ　ジロウ"),
            ],
        )
    ]
    assert "たかはし　じろう → タカハシ　ジロウ" in text_of(page)


# taken back -----------------------------------------------------------------------------------


def applied(side: Side, content: bytes) -> UUID:
    sheet_id = checked(side, content)
    browser(side).post(f"/sheets/{sheet_id}/apply")
    run(side, work.apply, sheet_id)
    return sheet_id


def test_registration_is_taken_back_after_saying_what_that_does(cast: Cast) -> None:
    who = new_code()
    sheet_id = applied(cast.a, of(employee(who, new_number())))
    client = browser(cast.a)

    asked = client.get(f"/sheets/{sheet_id}/undo")
    client.post(f"/sheets/{sheet_id}/undo")
    waiting = client.get(f"/sheets/{sheet_id}")
    run(cast.a, undoing.undo, sheet_id)
    done = client.get(f"/sheets/{sheet_id}")

    said = asked.context["foreseen"]
    assert (said.removed, said.destroyed, said.kept) == (1, 1, 0)
    assert "取消中" in text_of(waiting)
    assert "この登録は取り消しました。" in text_of(done)
    with cast.a.scope():
        assert not Person.objects.filter(employee_code=who).exists()


def test_closed_registration_offers_no_way_back(cast: Cast) -> None:
    sheet_id = applied(cast.a, of(employee(new_code(), new_number())))
    client = browser(cast.a)

    client.post(f"/sheets/{sheet_id}/close")
    page = client.get(f"/sheets/{sheet_id}")
    asked = client.get(f"/sheets/{sheet_id}/undo")

    assert "まとめて取り消す" not in text_of(page)
    assert asked.status_code == 302
    assert state(cast.a, sheet_id) == SheetState.APPLIED


def test_other_company_can_neither_take_back_nor_close(cast: Cast) -> None:
    sheet_id = applied(cast.a, of(employee(new_code(), new_number())))
    client = browser(cast.b)

    answers = [
        client.get(f"/sheets/{sheet_id}/undo"),
        client.post(f"/sheets/{sheet_id}/undo"),
        client.post(f"/sheets/{sheet_id}/close"),
        client.get(f"/sheets/{sheet_id}/refused.csv"),
        client.get(f"/sheets/{sheet_id}/result.xlsx"),
    ]

    assert [one.status_code for one in answers] == [404] * 5
    assert state(cast.a, sheet_id) == SheetState.APPLIED


def test_refused_rows_and_result_are_fetched(cast: Cast) -> None:
    digits = new_number()
    content = of(employee(new_code(), digits), employee(new_code(), "12"))
    sheet_id = checked(cast.a, content)
    client = browser(cast.a)

    files = [
        client.get(f"/sheets/{sheet_id}/{name}")
        for name in ("result.csv", "result.xlsx", "refused.csv", "problems.csv")
    ]
    client.post(f"/sheets/{sheet_id}/apply")
    run(cast.a, work.apply, sheet_id)
    after = client.get(f"/sheets/{sheet_id}/refused.csv")
    gone = client.get(f"/sheets/{sheet_id}/result.csv")

    assert [one.status_code for one in files] == [200] * 4
    contents = [one.getvalue() for one in files]
    assert all(digits.encode() not in content for content in contents)
    assert after.getvalue() == contents[2]
    assert gone.status_code == 302


def test_coloured_result_of_many_rows_is_said_to_be_text_only(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azukari.register.sheets.results.MAX_COLOURED_ROWS", 1)
    sheet_id = checked(cast.a, of(employee(new_code(), "12"), employee(new_code(), "12")))
    client = browser(cast.a)

    page, book = client.get(f"/sheets/{sheet_id}"), client.get(f"/sheets/{sheet_id}/result.xlsx")
    text = client.get(f"/sheets/{sheet_id}/result.csv")

    assert "色を付けたXLSXは" in text_of(page)
    assert "result.xlsx" not in text_of(page)
    assert (book.status_code, text.status_code) == (302, 200)


def test_template_of_who_is_missing_is_chosen_on_the_page(cast: Cast) -> None:
    who = new_code()
    person = employee(who, "")
    del person["個人番号"]
    applied(cast.a, of(person))
    client = browser(cast.a)

    page = client.get("/sheets/new")
    chosen = {"kind": "employees", "people": "missing", "format": ""}
    mine = client.get("/sheets/template/any", chosen)
    other = browser(cast.b).get("/sheets/template/any", chosen)
    wrong = client.get("/sheets/template/any", {"kind": "nobody"})

    assert "番号が未登録の人を入れる" in text_of(page)
    assert who in text_of(mine)
    assert who not in text_of(other)
    assert wrong.status_code == 302


# other products -------------------------------------------------------------------------------


def test_counter_templates_are_fetched_with_instructions(cast: Cast) -> None:
    client = browser(cast.a)

    page = client.get("/sheets/products")
    file = client.get("/sheets/products/smarthr")

    assert "カスタムダウンロードフォーマット" in text_of(page)
    assert "姓（ヨミガナ）" in text_of(page)
    assert text_of(file).removeprefix("\ufeff").startswith("社員番号,氏名(姓),")
    assert client.get("/sheets/products/nothing").status_code == 404


def test_a_sheet_of_a_book_is_chosen_by_its_name(cast: Cast) -> None:
    who, digits = new_code(), new_number()
    content = book_of(説明=employee(new_code(), new_number()), 新入社員=employee(who, digits))
    client = browser(cast.a)
    wrong = send(client, content, "名簿.xlsx", book_sheet="退職者")
    assert errors_of(wrong) == [f"シートの名前：「退職者」: {FILE_WORDS[FileCode.NO_SUCH_SHEET]}"]
    numbered = send(client, content, "名簿.xlsx", book_sheet=digits)
    assert errors_of(numbered) == [f"シートの名前：{NUMBER_IN_TEXT}"]

    answer = send(client, content, "名簿.xlsx", book_sheet="新入社員")
    sheet_id = UUID(answer.url.rpartition("/")[2])
    run(cast.a, work.check, sheet_id)
    page = text_of(client.get(f"/sheets/{sheet_id}"))
    result = b"".join(client.get(f"/sheets/{sheet_id}/result.csv").streaming_content).decode(
        "utf-8-sig"
    )
    client.post(f"/sheets/{sheet_id}/apply")
    run(cast.a, work.apply, sheet_id)

    assert "新入社員" in page
    assert who in result
    with cast.a.scope():
        assert Person.objects.filter(employee_code=who).exists()
        assert Person.objects.filter(employee_code=who, number_state="active").exists()
    # The other sheet of the same book is another sending.
    assert send(client, content, "名簿.xlsx").status_code == 302
    assert errors_of(send(client, content, "名簿.xlsx", book_sheet="新入社員"))
    assert browser(cast.b).get(f"/sheets/{sheet_id}").status_code == 404
