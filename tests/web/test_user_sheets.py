"""Users by file: checked row by row, registered once, links handed out; nobody else's users."""

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from azukari.register import spreadsheet
from azukari.register.sheets.templates import Line as Row
from azukari.tenancy import user_sheets, users
from azukari.tenancy.models import Membership, Role, User, UserSheet
from azukari.tenancy.rights import RoleKind
from tests.cast import Side, make_side
from tests.web.browser import browser, errors_of, new_number, see, text_of
from tests.web.entering import actions_of

pytestmark = pytest.mark.usefixtures("existing_routes")
STEWARD = RoleKind.STEWARD
FILES = "/settings/users/files"
HEAD = ["ユーザID", "氏名", "メールアドレス", "部署", "権限", "有効開始日", "有効終了日"]


@pytest.fixture
def a(database) -> Side:
    return make_side("FA", web_collection=True)


@pytest.fixture(scope="module")
def b(database) -> Side:
    return make_side("FB", web_collection=True)


def file_of(*rows: list[str], head: list[str] = HEAD, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode(encoding)


def send(side: Side, content: bytes, name: str = "users.csv", kind: RoleKind = STEWARD) -> Any:
    return browser(side, kind).post(FILES, {"file": SimpleUploadedFile(name, content)})


def sent(side: Side, content: bytes, name: str = "users.csv") -> UserSheet:
    answer = send(side, content, name)
    assert answer.status_code == 302, errors_of(answer)
    with side.scope():
        return UserSheet.objects.get(id=answer.url.rpartition("/")[2])


def act(side: Side, sheet: UserSheet, act: str) -> Any:
    return browser(side, STEWARD).post(f"{FILES}/{sheet.id}/{act}")


def found(sheet: UserSheet) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["said"]) for one in sheet.problems]


def user_of(side: Side, code: str) -> User:
    with side.scope():
        return User.objects.get(user_code=code)


def links_in(answer: Any) -> dict[str, str]:
    rows = list(csv.DictReader(io.StringIO(text_of(answer).removeprefix("\ufeff"))))
    assert all(datetime.strptime(row["有効期限"], "%Y-%m-%d %H:%M") for row in rows)
    return {row["ユーザID"]: re.sub(r"https?://testserver", "", row["リンク"]) for row in rows}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "xlsx"])
def test_good_rows_are_registered_once_and_links_are_handed_out(a: Side, encoding: str) -> None:
    rows = [
        ["ｈａｎａｋｏ", "髙橋 花子", "hanako@example.co.jp", "人事部", "運用担当者", "令和8年4月1日", ""],
        ["taro", "山田 太郎", "", "総務部", "監査", "", "2027/3/31"],
    ]  # fmt: skip
    if encoding == "xlsx":
        content = spreadsheet.as_book([Row(HEAD), *map(Row, rows)])
        sheet = sent(a, content, "users.xlsx")
    else:
        sheet = sent(a, file_of(*rows, encoding=encoding))
    page = text_of(browser(a, STEWARD).get(f"{FILES}/{sheet.id}"))
    assert "髙橋　花子" in page
    with a.scope():
        assert not User.objects.filter(user_code="hanako").exists()

    first, second = act(a, sheet, "apply"), act(a, sheet, "apply")

    assert first.url == second.url == f"{FILES}/{sheet.id}"
    hanako, taro = user_of(a, "hanako"), user_of(a, "taro")
    assert (hanako.name, hanako.department) == ("髙橋　花子", "人事部")
    assert (hanako.valid_from, taro.valid_to) == (date(2026, 4, 1), date(2027, 3, 31))
    with a.scope():
        assert Membership.objects.get(user=hanako).role.kind == "operator"
        assert User.objects.count() == 6
    links = links_in(act(a, sheet, "links"))
    assert set(links) == {"hanako", "taro"}
    for link in links.values():
        assert a.client().get(link).status_code == 200
    page = text_of(browser(a, STEWARD).get(f"{FILES}/{sheet.id}"))
    assert not any(link in page for link in links.values())
    told = actions_of(a)
    assert told.count("USER_CREATED") == 4 + 2
    assert told.count("USER_LINK_ISSUED") == 2
    assert told.count("USERS_SHEET_APPLIED") == 1


def test_links_taken_again_end_those_before(a: Side) -> None:
    sheet = sent(a, file_of(["hanako", "髙橋 花子", "", "", "監査", "", ""]))
    act(a, sheet, "apply")

    old, new = links_in(act(a, sheet, "links")), links_in(act(a, sheet, "links"))

    assert a.client().get(old["hanako"]).status_code == 404
    assert a.client().get(new["hanako"]).status_code == 200
    with a.scope():
        User.objects.filter(user_code="hanako").update(password="set")
    assert act(a, sheet, "links").status_code == 302


def test_users_who_are_there_change_by_the_cells_that_say_something(a: Side) -> None:
    officer = user_of(a, "officer")
    with a.scope():
        User.objects.filter(id=officer.id).update(department="古い部", mail="old@example.co.jp")
    sheet = sent(a, file_of(
        ["officer", "", "なし", "新しい部", "運用担当者", "", "2027/3/31"],
        ["auditor", "FAの監査", "", "", "監査", "", ""],
    ))  # fmt: skip
    page = see(browser(a, STEWARD).get(f"{FILES}/{sheet.id}")).one("main").text
    assert "部署：古い部 → 新しい部" in page
    assert "権限：責任者 → 運用担当者" in page
    assert (sheet.added, sheet.changed, sheet.unchanged) == (0, 1, 1)

    act(a, sheet, "apply")

    after = user_of(a, "officer")
    assert (after.name, after.department, after.mail) == (officer.name, "新しい部", "")
    assert after.valid_to == date(2027, 3, 31)
    assert after.has_usable_password()
    with a.scope():
        assert Membership.objects.get(user=after).role.kind == "operator"
    assert actions_of(a).count("USER_CHANGED") == 1


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (["", "花子", "", "", "監査", "", ""], "ユーザID", "ユーザIDを入力してください"),
        (["花子", "花子", "", "", "監査", "", ""], "ユーザID", "英数字"),
        (["x1", "", "", "", "監査", "", ""], "氏名", "氏名を入力してください"),
        (["x1", "花子", "hanako", "", "監査", "", ""], "メールアドレス", "形ではありません"),
        (["x1", "花子", "", "", "", "", ""], "権限", "権限を選んでください"),
        (["x1", "花子", "", "", "部長", "", ""], "権限", "監査、責任者、運用担当者、管理担当者"),
        (["x1", "花子", "", "", "監査", "2026/13/1", ""], "有効開始日", ""),
        (["x1", "花子", "", "", "監査", "2026/4/2", "2026/4/1"], "有効終了日", "より前の日付"),
        (["steward", "花子", "", "", "監査", "", ""], "", "自分自身"),
        (["steward", "花子", "", "", "", "", "2027/3/31"], "", "自分自身"),
    ],
)
def test_bad_row_is_told_by_row_and_column_and_the_good_ones_go_on(
    a: Side, row: list[str], column: str, said: str
) -> None:
    good = ["good", "良い　人", "", "", "監査", "", ""]

    sheet = sent(a, file_of(good, row))
    act(a, sheet, "apply")

    [(number, where, words)] = found(sheet)
    assert (number, where) == (3, column)
    assert said in words
    assert words.endswith("。") or "例：" in words or "次のどれか" in words
    page = text_of(browser(a, STEWARD).get(f"{FILES}/{sheet.id}"))
    assert words in page
    assert words in text_of(browser(a, STEWARD).get(f"{FILES}/{sheet.id}/problems.csv"))
    assert user_of(a, "good").name == "良い　人"
    assert user_of(a, "steward").valid_to is None
    with a.scope():
        assert User.objects.count() == 5


def test_user_who_stands_twice_is_refused_the_second_time(a: Side) -> None:
    row = ["same", "花子", "", "", "監査", "", ""]

    sheet = sent(a, file_of(row, [], row))

    assert found(sheet) == [
        (4, "ユーザID", "同じユーザIDが2行目にもあります。どちらか一方を消してください。")
    ]
    assert sheet.added == 1


def test_number_of_somebody_is_refused_and_kept_nowhere(a: Side) -> None:
    digits = new_number()

    sheet = sent(a, file_of(["x1", "花子", "", digits, "監査", "", ""]))
    named = send(a, file_of(["x1", "花子", "", "", "監査", "", ""]), f"{digits}.csv")

    assert [one[:2] for one in found(sheet)] == [(2, "部署")]
    assert digits not in str((sheet.lines, sheet.problems))
    assert digits not in text_of(browser(a, STEWARD).get(f"{FILES}/{sheet.id}"))
    assert any("ファイルの名前" in line for line in errors_of(named))


def test_kinds_of_mail_are_read_and_need_an_address(a: Side) -> None:
    head = ["ユーザID", "メールアドレス", "メール受信区分"]

    sheet = sent(a, file_of(
        ["operator", "op@example.co.jp", "申請到着、連携エラー"],
        ["officer", "", "申請到着"],
        ["auditor", "", "毎日"],
        head=head,
    ))  # fmt: skip
    act(a, sheet, "apply")

    assert user_of(a, "operator").mail_kinds == ["arrived", "sync_error"]
    assert [one[:2] for one in found(sheet)] == [(3, "メールアドレス"), (4, "メール受信区分")]
    cleared = sent(a, file_of(["operator", "なし", "受信しない"], head=head))
    act(a, cleared, "apply")
    assert (user_of(a, "operator").mail_kinds, user_of(a, "operator").mail) == ([], "")


def test_without_the_option_its_columns_are_not_read() -> None:
    side = make_side("FN")

    sheet = sent(side, file_of(["x1", "花子", "監査", "申請到着", "?"],
                               head=["ユーザID", "氏名", "権限", "メール受信区分", "趣味"]))  # fmt: skip

    assert sheet.not_taken == ["メール受信区分", "趣味"]
    assert sheet.added == 1
    assert "メール受信区分" not in text_of(browser(side, STEWARD).get("/settings/users/template"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "PDFは読み取れません"),
        (file_of(), "見出しだけで"),
        (file_of(["x"], head=["趣味"]), "見出しが見つかりません"),
        (file_of(["花子"], head=["氏名"]), "「ユーザID」"),
        (file_of(["a", "b"], head=["ユーザID", "利用者ID"]), "同じ見出し"),
        (file_of(*[[f"u{n}"] for n in range(1001)], head=["ユーザID"]), "1,000行まで"),
    ],
)
def test_file_that_cannot_be_taken_is_told_on_the_form(a: Side, content: bytes, said: str) -> None:
    answer = send(a, content)

    assert any(said in line for line in errors_of(answer))
    with a.scope():
        assert not UserSheet.objects.exists()


def test_what_changed_since_the_check_is_left_alone_and_told(a: Side) -> None:
    sheet = sent(a, file_of(
        ["officer", "古い画面", "", "", "", "", ""], ["new", "花子", "", "", "監査", "", ""]
    ))  # fmt: skip
    with a.scope():
        officer = User.objects.get(user_code="officer")
        facts = users.UserFacts("officer", "先に変えた人")
        role = Role.objects.get(kind="officer")
        users.change_user(officer, facts, role, version=officer.version, actor=a.steward)
        users.create_user(users.UserFacts("new", "先の人"), role, a.company.id, actor=a.steward)

    act(a, sheet, "apply")

    with a.scope():
        sheet.refresh_from_db()
    assert [one[0] for one in found(sheet)] == [2, 3]
    assert user_of(a, "officer").name == "先に変えた人"
    assert user_of(a, "new").name == "先の人"
    assert (sheet.added, sheet.changed, sheet.lines) == (0, 0, [])


def test_given_up_file_registers_nobody(a: Side) -> None:
    sheet = sent(a, file_of(["x1", "花子", "", "", "監査", "", ""]))
    other = sent(a, file_of(["x2", "花子", "", "", "監査", "", ""]))

    act(a, sheet, "discard")
    act(a, sheet, "apply")
    with a.scope():
        UserSheet.objects.filter(id=other.id).update(sent_at="2026-01-01T00:00:00Z")
        assert user_sheets.give_up_old() == 1

    with a.scope():
        assert not User.objects.filter(user_code__startswith="x").exists()
        assert list(UserSheet.objects.values_list("state", "lines").distinct()) == [
            ("discarded", [])
        ]


# two tenants, rights ------------------------------------------------------------------------


def test_user_id_of_another_contract_is_nobody_here(a: Side, b: Side) -> None:
    sheet = sent(b, file_of(["far", "遠い　人", "", "", "監査", "", ""]))
    act(b, sheet, "apply")

    mine = sent(a, file_of(["far", "近い　人", "", "", "監査", "", ""]))
    act(a, mine, "apply")

    assert mine.added == 1
    assert user_of(b, "far").name == "遠い　人"
    assert user_of(a, "far").name == "近い　人"
    for way in ("", "/problems.csv"):
        assert browser(a, STEWARD).get(f"{FILES}/{sheet.id}{way}").status_code == 404
    for way in ("apply", "discard", "links"):
        assert act(a, sheet, way).status_code == 404
    assert "遠い" not in text_of(browser(a, STEWARD).get(FILES))


def test_whoever_may_not_register_users_sends_nothing(a: Side) -> None:
    for kind in (RoleKind.OPERATOR, RoleKind.OFFICER, RoleKind.AUDITOR):
        assert send(a, file_of(["x1"]), kind=kind).status_code == 403


def test_whoever_may_register_but_not_change_changes_nobody(a: Side) -> None:
    with a.scope():
        role = Role.objects.get(kind="auditor")
        role.permissions = ["user:view", "user:create"]
        role.save()
    rows = [["officer", "変える", "", "", "", "", ""], ["x1", "花子", "", "", "監査", "", ""]]

    answer = send(a, file_of(*rows), kind=RoleKind.AUDITOR)

    with a.scope():
        sheet = UserSheet.objects.get(id=answer.url.rpartition("/")[2])
    assert [one[0] for one in found(sheet)] == [2]
    assert sheet.added == 1


# files to take ------------------------------------------------------------------------------


def test_list_comes_out_without_secrets_and_can_be_sent_back(a: Side, b: Side) -> None:
    seen = datetime(2026, 11, 5, 16, 33, tzinfo=UTC)
    with a.scope():
        hashed = User.objects.get(user_code="officer").password
        User.objects.filter(user_code="officer").update(last_signed_in_at=seen)
    client = browser(a, STEWARD)

    answer = client.post("/settings/users/list.csv?q=FAの")
    text = text_of(answer)
    sheet = sent(a, text.encode())

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["ユーザID"] for row in rows} == {"steward", "operator", "officer", "auditor"}
    assert {row["状態"] for row in rows} == {"有効"}
    assert [row["最終ログイン"] for row in rows if row["ユーザID"] == "officer"] == [
        "2026-11-06 01:33"
    ]
    assert hashed not in text
    assert b.company.name not in text
    assert (sheet.added, sheet.changed, sheet.unchanged) == (0, 0, 4)
    assert (sheet.problems, sheet.not_taken) == ([], [])
    assert "USERS_EXPORTED" in actions_of(a)
    few = text_of(client.post("/settings/users/list.csv?q=officer"))
    assert few.count("\r\n") == 2


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_is_taken_as_it_is(a: Side, ending: str) -> None:
    answer = browser(a, STEWARD).get(f"/settings/users/template?format={ending}")
    content = answer.getvalue()

    refused = send(a, content, f"t.{ending}")

    assert any("見出しだけで" in line for line in errors_of(refused))


def test_links_for_the_marked_of_the_list_who_have_no_password(a: Side, b: Side) -> None:
    with a.scope():
        role = Role.objects.get(kind="auditor")
        made, _ = users.create_user(
            users.UserFacts("fresh", "新しい　人"), role, a.company.id, actor=a.steward
        )
    foreign = b.users[RoleKind.OFFICER]
    officer = user_of(a, "officer")
    client = browser(a, STEWARD)

    marked = [str(one.id) for one in (made, officer, foreign)]
    links = links_in(client.post("/settings/users/links", {"selected": marked}))
    nobody = client.post("/settings/users/links", {"selected": [str(officer.id)]}, follow=True)

    assert set(links) == {"fresh"}
    assert a.client().get(links["fresh"]).status_code == 200
    assert user_of(a, "officer").password == officer.password
    assert "一覧で選んでください" in text_of(nobody)
