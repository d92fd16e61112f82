from datetime import date
from html import unescape
from typing import Any

import pytest

from azukari.register import actions, queries
from azukari.register.models import NumberState, Person, PersonChange
from azukari.register.rules import FilingNote, RegisterProblem
from azukari.tenancy.rights import RoleKind
from azukari.web import words
from tests.cast import Cast
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    family_member,
    new_code,
    new_number,
    payee,
    see,
    text_of,
    with_number,
)


def the_form(**facts: str) -> dict[str, str]:
    return {"employee_code": new_code(), "name": "佐藤 健", "kana": "さとう たける", **facts}


def test_employee_registered_by_screen_goes_on_to_the_number(cast: Cast) -> None:
    typed = the_form(
        employee_code="Ａ１０１",
        birth_date="昭和60年3月4日",
        sex="1",
        postcode="１００－０００１",
        telephone="０３（３４５６）７８９０",
        hired_on="R6.4.1",
        department="営業部",
    )

    answer = browser(cast.a).post("/people/new", typed)

    with cast.a.scope():
        made = Person.objects.get(employee_code="A101")
    assert answer.status_code == 302
    assert answer.url == f"/people/{made.id}/number"
    assert (made.name, made.kana) == ("佐藤　健", "サトウ　タケル")
    assert (str(made.birth_date), str(made.hired_on)) == ("1985-03-04", "2024-04-01")
    assert (made.postcode, made.telephone) == ("1000001", "03-3456-7890")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "氏名を入力してください。"),
        ("name", "=1+1", "氏名：先頭に =、+、-、@ は使えません。先頭の記号を取り除いてください。"),
        (
            "kana",
            "佐藤",
            "氏名カナ：カタカナで入力してください。ひらがなや半角カナでも入力できます。",
        ),
        (
            "birth_date",
            "令和8年13月1日",
            "生年月日：存在しない日付です。年月日をもう一度ご確認ください。",
        ),
        (
            "birth_date",
            "むかし",
            (
                "生年月日：日付として読み取れません。"
                "2026/4/1、令和8年4月1日、R8.4.1 のように入力してください。"
            ),
        ),
        (
            "birth_date",
            "2199/1/1",
            "生年月日が今日より後になっています。もう一度ご確認ください。",
        ),
        (
            "birth_date",
            "平成31年5月1日",
            "生年月日：その元号にはない日付です。元号と年をもう一度ご確認ください。",
        ),
        (
            "postcode",
            "12345",
            "郵便番号：桁数が合いません。7桁の郵便番号を入力してください。",
        ),
        (
            "telephone",
            "電話なし",
            "電話番号：数字とハイフンで入力してください。市外局番からの電話番号を入力してください。",
        ),
        ("pension_number", "123", "基礎年金番号：10桁の数字で入力してください。"),
        ("insured_number", "1234567", "被保険者整理番号：6桁までの数字で入力してください。"),
        (
            "employment_insurance_number",
            "1234-567890",
            "雇用保険被保険者番号：11桁の数字で入力してください。",
        ),
        ("address_kana", "東京都", f"住所カナ：{words.NOT_ADDRESS_KANA}"),
        ("mail", "だれか", "メールアドレス：有効なメールアドレスを入力してください。"),
    ],
)
def test_registration_says_what_is_wrong_by_field(
    cast: Cast, field: str, typed: str, said: str
) -> None:
    answer = browser(cast.a).post("/people/new", the_form(**{field: typed}))

    assert answer.status_code == 200
    assert errors_of(answer) == [said]


def test_registration_refuses_leaving_before_joining(cast: Cast) -> None:
    typed = the_form(hired_on="2024/4/1", left_on="2023/4/1")

    answer = browser(cast.a).post("/people/new", typed)

    assert errors_of(answer) == [
        "退職年月日が入社年月日より前になっています。どちらかを直してください。"
    ]


def test_registration_refuses_a_code_in_use_and_keeps_what_was_typed(cast: Cast) -> None:
    taken = employee(cast.a)

    answer = browser(cast.a).post(
        "/people/new", the_form(employee_code=taken.employee_code, address="千代田区１－１")
    )

    assert errors_of(answer) == [
        "社員番号：この社員番号は、ほかの社員が使っています。社員番号をもう一度ご確認ください。"
    ]
    assert see(answer).with_id("id_address").attrs["value"] == "千代田区１－１"


def test_registration_refuses_a_number_among_other_words(cast: Cast) -> None:
    digits = new_number()

    answer = browser(cast.a).post("/people/new", the_form(address=f"番号は{digits}"))

    assert errors_of(answer) == [
        "住所：12桁の数字が入っています。個人番号を記録に残さないよう、取り除いてから入力してください。"
    ]


def test_list_finds_variants_and_widths(cast: Cast) -> None:
    made = employee(cast.a, name="髙﨑　𠮷之助", kana="タカサキ　ヨシノスケ")

    client = browser(cast.a)

    for typed in ("高崎", "吉之助 高崎", "ﾀｶｻｷ", "たかさき", made.employee_code):
        assert made.name in text_of(client.get("/people", {"q": typed}))
    assert made.name not in text_of(client.get("/people", {"q": "高橋 吉之助"}))


def test_list_pages_by_keyset_and_keeps_the_conditions(cast: Cast) -> None:
    for n in range(120):
        employee(cast.a, name=f"頁　{n:03d}", kana="ページ", department="頁部")
    client = browser(cast.a)

    seen, url = [], "?q=頁&sort=-code&department=頁部"
    pages = 0
    while url:
        page = see(client.get(f"/people{url}"))
        seen += [a.text for a in page.all("a") if a.text.startswith("頁　")]
        url = next((a.attrs["href"] for a in page.all("a") if "次のページ" in a.text), "")
        pages += 1
    back = next(a.attrs["href"] for a in page.all("a") if "前のページ" in a.text)
    before = see(client.get(f"/people{back}"))

    assert pages == 3
    assert seen == [f"頁　{n:03d}" for n in reversed(range(120))]
    assert [a.text for a in before.all("a") if a.text.startswith("頁　")] == seen[50:100]
    assert page.one("p", class_="count").text == "120人"


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-name", "department", "-department"])
def test_every_order_pages_without_gap_or_repeat(cast: Cast, sort: str) -> None:
    mark = f"順{sort}"
    for n in range(7):
        employee(cast.a, name=f"{mark}　{n}", kana="アイウ"[n % 3], department=f"{mark}{n % 2}")
    with cast.a.scope():
        wanted = queries.PeopleFilter("employee", words=mark)
        whole = [p.id for p in queries.page_of_people(wanted, sort=sort).people]
        first = queries.page_of_people(wanted, sort=sort, size=3)
        second = queries.page_of_people(wanted, sort=sort, size=3, after=first.after)
        third = queries.page_of_people(wanted, sort=sort, size=3, after=second.after)
        back = queries.page_of_people(wanted, sort=sort, size=3, before=third.before)

    paged = [p.id for page in (first, second, third) for p in page.people]
    assert paged == whole
    assert len(whole) == 7
    assert (first.before, third.after) == ("", "")
    assert [p.id for p in back.people] == [p.id for p in second.people]


def test_list_refuses_a_number_as_search_word(cast: Cast) -> None:
    digits = new_number()

    client = browser(cast.a)
    answer = client.get("/people", {"q": digits})
    shown = client.get(answer.url)

    assert answer.url == "/people"
    assert "個人番号では検索できません。" in text_of(shown)
    assert digits not in text_of(shown)


def test_list_without_anybody_says_what_to_do_next(cast: Cast) -> None:
    answer = browser(cast.a).get("/people", {"q": "いるはずのない名前"})

    assert "条件に合う人はいません" in text_of(answer)


def test_family_list_is_found_by_the_employees_department(cast: Cast) -> None:
    host = employee(cast.a, department="家族部")
    family_member(cast.a, host, name="家族部の　花子")

    answer = browser(cast.a).get("/family", {"department": "家族部"})

    assert "家族部の　花子" in text_of(answer)
    assert host.name in text_of(answer)


def test_family_member_registered_by_screen(cast: Cast) -> None:
    host = employee(cast.a)
    who = {"relationship": "CHILD", "name": "髙橋 一", "kana": "タカハシ ハジメ"}
    typed = {**who, "tax_dependent": "on"}

    answer = browser(cast.a).post(f"/people/{host.id}/family/new", typed)

    with cast.a.scope():
        (made,) = queries.family_of(host)
    assert answer.url == f"/family/{made.id}/number"
    assert (made.family_code, made.tax_dependent, made.number_state) == (1, True, NumberState.NONE)


def test_family_member_without_need_for_a_number_gets_none(cast: Cast) -> None:
    host = employee(cast.a)
    who = {"relationship": "GREAT_GRANDPARENT", "name": "祖", "kana": "ソ"}
    typed = {**who, "number_not_needed": "on"}
    client = browser(cast.a)

    answer = client.post(f"/people/{host.id}/family/new", typed)

    with cast.a.scope():
        (made,) = queries.family_of(host)
    assert answer.url == f"/family/{made.id}"
    assert made.number_state == NumberState.NOT_NEEDED
    assert "「個人番号登録不要」の人です。" in text_of(client.get(f"/family/{made.id}/number"))


def test_family_flags_and_own_address_are_kept(cast: Cast) -> None:
    host = employee(cast.a, address="東京都千代田区千代田１－１")
    typed = {
        "relationship": "CHILD",
        "name": "髙橋 一",
        "kana": "タカハシ ハジメ",
        "birth_date": "平成18年5月1日",
        "lives_together": "no",
        "address": "京都府京都市上京区１",
        "specific_relative": "on",
        "disabled": "on",
        "nonresident": "on",
        "dependent_until": "2026/3/31",
    }
    client = browser(cast.a)

    client.post(f"/people/{host.id}/family/new", typed)

    with cast.a.scope():
        (made,) = queries.family_of(host)
    text = text_of(client.get(f"/family/{made.id}"))
    assert (made.specific_relative, made.disabled, made.nonresident) == (True, True, True)
    assert (made.lives_together, str(made.dependent_until)) == (False, "2026-03-31")
    assert "特定親族、障害者、非居住者" in text
    assert "京都府京都市上京区１" in text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"lives_together": "no", "address": "東京都千代田区千代田１－１"},
            f"住所：{words.say(RegisterProblem.APART_AT_SAME_ADDRESS)}",
        ),
        (
            {"relationship": "WIFE", "specific_relative": "on"},
            f"特定親族：{words.say(RegisterProblem.SPECIFIC_RELATIVE_IS_SPOUSE)}",
        ),
        (
            {"birth_date": "2020/4/1", "dependent_until": "2019/4/1"},
            words.say(RegisterProblem.DEPENDENT_BEFORE_BORN),
        ),
    ],
)
def test_family_says_what_does_not_fit(cast: Cast, facts: dict[str, str], said: str) -> None:
    host = employee(cast.a, address="東京都千代田区千代田１－１")
    typed = {"relationship": "CHILD", "name": "子", "kana": "コ", **facts}

    answer = browser(cast.a).post(f"/people/{host.id}/family/new", typed)

    assert errors_of(answer) == [said]


def test_employment_facts_are_kept_and_shown_in_groups(cast: Cast) -> None:
    typed = the_form(
        employment_class="part_time",
        office_id=str(cast.a.office.id),
        pension_number="1234-567890",
        insured_number="１２３",
        employment_insurance_number="1234-567890-1",
        address_kana="とうきょうと 1-2",
    )
    client = browser(cast.a)

    client.post("/people/new", typed)

    with cast.a.scope():
        made = Person.objects.get(kind="employee", employee_code=typed["employee_code"])
    text = text_of(client.get(f"/people/{made.id}"))
    assert (made.pension_number, made.insured_number) == ("1234567890", "123")
    assert made.employment_insurance_number == "12345678901"
    assert made.address_kana == "トウキョウト　1-2"
    for shown in ("パート・アルバイト", "1234-567890", "1234-567890-1", cast.a.office.name):
        assert shown in text


def test_office_of_another_tenant_cannot_be_chosen(cast: Cast) -> None:
    answer = browser(cast.a).post("/people/new", the_form(office_id=str(cast.b.office.id)))

    assert [error.partition("：")[0] for error in errors_of(answer)] == ["事業所"]


def test_notes_about_filings_are_told_and_forbid_nothing(cast: Cast) -> None:
    long = "ア" * 26
    made = employee(cast.a, kana=long, address="東京都")

    text = text_of(browser(cast.a).get(f"/people/{made.id}"))

    for note in (
        FilingNote.KANA_IN_ONE_PIECE,
        FilingNote.KANA_TOO_LONG,
        FilingNote.ADDRESS_WITHOUT_KANA,
    ):
        assert words.say(note) in text


# 住所を入力 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "address", "note"),
    [
        (
            {"postcode": "１００－０００１"},
            ("東京都千代田区千代田", "トウキョウトチヨダクチヨダ"),
            words.POSTCODE_FILLED,
        ),
        (
            {"postcode": "4520961", "address": "古い住所"},
            ("愛知県清須市", "アイチケンキヨスシ"),
            words.POSTCODE_OF_MANY,
        ),
        (
            {"postcode": "1000001", "address": "東京都千代田区千代田１－１", "address_kana": "x"},
            ("東京都千代田区千代田１－１", "x"),
            words.ADDRESS_STANDS,
        ),
        ({"postcode": "9999999", "address": "元"}, ("元", None), words.POSTCODE_UNKNOWN),
        ({"postcode": "1"}, (None, None), words.POSTCODE_UNKNOWN),
        ({}, (None, None), words.POSTCODE_UNKNOWN),
    ],
)
def test_address_is_filled_in_and_nothing_is_saved(
    cast: Cast, typed: dict[str, str], address: tuple[str | None, ...], note: str
) -> None:
    form = the_form(**typed)

    answer = browser(cast.a).post("/people/new", {**form, "act": "fill-address"})

    page = see(answer)
    shown = [page.with_id(f"id_{name}").attrs.get("value") for name in ("address", "address_kana")]
    with cast.a.scope():
        saved = Person.objects.filter(employee_code=form["employee_code"]).exists()
    assert (tuple(shown), saved) == (address, False)
    assert note in text_of(answer)
    assert page.with_id("id_name").attrs["value"] == form["name"]
    assert errors_of(answer) == []


def test_address_is_filled_into_a_change_that_keeps_its_version(cast: Cast) -> None:
    host = employee(cast.a)
    member = family_member(cast.a, host, lives_together=True, disabled=True)
    client = browser(cast.a)
    typed = {"name": "新", "relationship": "CHILD", "postcode": "1000001", "version": "1"}

    page = see(client.post(f"/family/{member.id}/change", {**typed, "act": "fill-address"}))

    assert page.one("input", name_="version").attrs["value"] == "1"
    assert page.with_id("id_address").attrs["value"] == "東京都千代田区千代田"
    assert "checked" not in page.with_id("id_disabled").attrs  # as it was sent, not as it is kept
    with cast.a.scope():
        assert Person.objects.get(id=member.id).address == ""


def test_category3_is_for_spouses(cast: Cast) -> None:
    host = employee(cast.a)
    typed = {"relationship": "CHILD", "name": "子", "kana": "コ", "category3": "on"}

    answer = browser(cast.a).post(f"/people/{host.id}/family/new", typed)

    assert errors_of(answer) == [
        "国民年金第3号被保険者になるのは配偶者だけです。続柄か、第3号被保険者のチェックを直してください。"
    ]


def change_of(client: Any, person: Person, **facts: str) -> dict[str, str]:
    page = see(client.get(f"/people/{person.id}/change"))
    version = page.one("input", name_="version").attrs["value"]
    given = {"employee_code": person.employee_code, "name": person.name, "kana": person.kana}
    return {**given, "version": version, **facts}


def test_change_is_kept_with_before_and_after(cast: Cast) -> None:
    made = employee(cast.a, department="総務部")
    client = browser(cast.a)

    answer = client.post(f"/people/{made.id}/change", change_of(client, made, department="営業部"))

    page = text_of(client.get(answer.url))
    with cast.a.scope():
        (change,) = PersonChange.objects.filter(person=made)
    assert change.changes == {"department": ["総務部", "営業部"]}
    assert "基本情報の変更（部署名：総務部 → 営業部）" in page
    assert "Aの運用担当者" in page


def test_change_by_somebody_faster_is_shown_side_by_side(cast: Cast) -> None:
    made = employee(cast.a, department="総務部")
    client = browser(cast.a)
    mine = change_of(client, made, department="営業部")
    with cast.a.scope():
        facts = {"department": "経理部"}
        actions.change_person(made, facts, version=made.version, actor=cast.a.operator)

    answer = client.post(f"/people/{made.id}/change", mine)

    (line,) = see(answer).all("tr")[1:]
    assert line.text == "部署名経理部営業部"
    with cast.a.scope():
        assert Person.objects.get(id=made.id).department == "経理部"
    again = client.post(
        f"/people/{made.id}/change",
        {**mine, "version": see(answer).one("input", name_="version").attrs["value"]},
    )
    assert again.status_code == 302
    with cast.a.scope():
        assert Person.objects.get(id=made.id).department == "営業部"


def test_somebody_elses_change_of_another_field_is_kept(cast: Cast) -> None:
    made = employee(cast.a, department="総務部", address="東京", birth_date=None)
    client = browser(cast.a)
    mine = change_of(client, made, department="営業部", address="東京")
    with cast.a.scope():
        facts = {"address": "大阪"}
        actions.change_person(made, facts, version=made.version, actor=cast.a.operator)

    page = see(client.post(f"/people/{made.id}/change", mine))

    assert [line.text for line in page.all("tr")[1:]] == ["部署名総務部営業部"]
    assert page.with_id("id_address").attrs["value"] == "大阪"


def test_code_change_reaches_the_family(cast: Cast) -> None:
    made = employee(cast.a)
    member = family_member(cast.a, made)
    client = browser(cast.a)
    code = new_code()

    client.post(f"/people/{made.id}/change", change_of(client, made, employee_code=code))

    with cast.a.scope():
        assert Person.objects.get(id=member.id).employee_code == code


def test_number_held_forbids_not_needed(cast: Cast) -> None:
    member = family_member(cast.a, employee(cast.a), health_dependent=True)
    with_number(cast.a, member, new_number())
    typed = {
        "relationship": "WIFE",
        "name": member.name,
        "kana": member.kana,
        "number_not_needed": "on",
        "version": str(member.version),
    }

    answer = browser(cast.a).post(f"/family/{member.id}/change", typed)

    assert errors_of(answer) == [
        "個人番号登録不要：個人番号を保管しているあいだは「個人番号登録不要」にできません。先に個人番号を廃棄してください。"
    ]


def test_person_page_masks_the_number_and_offers_acts_by_right(cast: Cast) -> None:
    digits = new_number()
    made = with_number(cast.a, employee(cast.a, birth_date=None), digits)

    operator = text_of(browser(cast.a).get(f"/people/{made.id}"))
    officer = text_of(browser(cast.a, RoleKind.OFFICER).get(f"/people/{made.id}"))

    assert f"/people/{made.id}/number/show" in operator
    assert f"/people/{made.id}/number/dispose" in operator
    assert "健康保険・厚生年金保険届出事務" in unescape(operator)
    assert "個人番号の登録" in operator
    assert digits not in operator
    assert f"/people/{made.id}/number/show" not in officer
    assert f"/people/{made.id}/number/dispose" not in officer
    assert f"/people/{made.id}/change" not in officer


def test_person_without_a_number_can_be_asked_for_it_where_they_are(cast: Cast) -> None:
    lacking, left = employee(cast.a), employee(cast.a, left_on=date(2020, 3, 31))
    child = family_member(cast.a, lacking)
    held = with_number(cast.a, employee(cast.a), new_number())
    lecturer = payee(cast.a)
    client = browser(cast.a)

    offered = {
        path: client.get(path).context["acts"].get("ask")
        for path in (
            f"/people/{lacking.id}", f"/family/{child.id}", f"/payees/{lecturer.id}",
            f"/people/{held.id}", f"/people/{left.id}",
        )
    }  # fmt: skip

    through_employee = f"/requests/new?kind=employee&codes={lacking.employee_code}"
    assert list(offered.values()) == [
        through_employee, through_employee,
        f"/requests/new?kind=payee&codes={lecturer.employee_code}", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "path", "method"),
    [
        (RoleKind.STEWARD, "/people", "get"),
        (RoleKind.STEWARD, "/people/{employee}", "get"),
        (RoleKind.AUDITOR, "/family", "get"),
        (RoleKind.OFFICER, "/people/new", "get"),
        (RoleKind.OFFICER, "/people/{employee}/change", "post"),
        (RoleKind.OFFICER, "/people/{employee}/family/new", "post"),
        (RoleKind.OFFICER, "/family/{family}/change", "post"),
    ],
)
def test_wrong_role_is_refused(cast: Cast, kind: RoleKind, path: str, method: str) -> None:
    host = employee(cast.a)
    member = family_member(cast.a, host)

    answer = getattr(browser(cast.a, kind), method)(path.format(employee=host.id, family=member.id))

    assert answer.status_code == 403
    assert host.name not in text_of(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/people/{employee}",
        "/people/{employee}/change",
        "/people/{employee}/family/new",
        "/family/{family}",
        "/family/{family}/change",
        "/family/{employee}",  # an employee under the family's permission
        "/people/{family}",
    ],
)
def test_other_tenants_people_are_not_found(cast: Cast, path: str) -> None:
    host = employee(cast.a, name="見えない　甲")
    member = family_member(cast.a, host, name="見えない　乙")
    url = path.format(employee=host.id, family=member.id)

    for answer in (browser(cast.b).get(url), browser(cast.b).post(url, {"name": "奪取"})):
        assert answer.status_code in {404, 405}
        assert "見えない" not in text_of(answer)


def test_lists_of_another_tenant_are_empty_of_us(cast: Cast) -> None:
    host = employee(cast.a, name="見えない　甲")
    family_member(cast.a, host, name="見えない　乙")
    client = browser(cast.b)

    for path in ("/people?q=見えない", "/family?q=見えない", f"/people?after={host.id}"):
        text = text_of(client.get(path))
        assert "見えない　甲" not in text
        assert "見えない　乙" not in text
