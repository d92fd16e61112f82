"""断った行の訂正: refused rows put right on the screen, sent and applied as a sheet of their own."""

from typing import Any
from uuid import UUID

import pytest

from azukari.register.models import Person, Sheet, SheetState
from azukari.register.sheets import work
from tests.cast import Cast, Side
from tests.register.sheet_files import employee, family, of, write
from tests.web.browser import browser, holds_digits, new_code, new_number, text_of
from tests.web.test_sheets import checked, run


def opened(side: Side, sheet_id: UUID, query: str = "") -> Any:
    return browser(side).get(f"/sheets/{sheet_id}/correct{query}")


def filled(page: Any, **typed: str) -> dict[str, str]:
    """What the page holds, with what somebody types over it; `name__field`."""
    data: dict[str, str] = {}
    for form in (page.context["page"], *page.context["forms"]):
        for bound in form:
            value = bound.value()
            if value not in (None, False) and bound.name != "number":
                data[bound.html_name] = str(value)
    return data | {name.replace("__", "-"): text for name, text in typed.items()}


def corrected(side: Side, sheet_id: UUID, data: dict[str, str]) -> UUID:
    answer = browser(side).post(f"/sheets/{sheet_id}/correct", data)
    assert answer.status_code == 302, text_of(answer)
    return UUID(answer.url.rpartition("/")[2])


def apply(side: Side, sheet_id: UUID) -> None:
    run(side, work.check, sheet_id)
    browser(side).post(f"/sheets/{sheet_id}/apply")
    run(side, work.apply, sheet_id)


def the(side: Side, sheet_id: UUID) -> Sheet:
    with side.scope():
        return Sheet.objects.get(id=sheet_id)


def is_there(side: Side, code: str, family_code: int = 0) -> bool:
    with side.scope():
        found = Person.objects.filter(employee_code=code, family_code=family_code)
        return found.filter(number_state="active").exists()


def test_row_is_put_right_before_the_file_is_applied_and_keeps_its_number(cast: Cast) -> None:
    who, digits = new_code(), new_number()
    sheet_id = checked(
        cast.a,
        of(employee(new_code(), new_number()), employee(who, digits, 氏名カナ="髙橋", 性別="9")),
    )

    page = opened(cast.a, sheet_id)
    fixed = filled(page) | {"2-0-kana": "タカハシ　タロウ", "2-0-sex": "男"}
    follow_up = corrected(cast.a, sheet_id, fixed)
    apply(cast.a, follow_up)

    [form] = page.context["forms"]
    assert set(form.errors) == {"kana", "sex"}
    assert [bound.name for bound in form.blamed] == ["employee_code", "name", "kana", "sex"]
    assert not holds_digits(page, digits)
    assert (the(cast.a, follow_up).corrects_id, the(cast.a, follow_up).corrected_rows) == (
        sheet_id, [2],
    )  # fmt: skip
    assert the(cast.a, follow_up).state == SheetState.APPLIED
    assert is_there(cast.a, who)
    assert opened(cast.a, sheet_id).status_code == 302


def test_number_is_typed_anew_once_the_file_is_gone(cast: Cast) -> None:
    who, digits = new_code(), new_number()
    sheet_id = checked(
        cast.a, of(employee(new_code(), new_number()), employee(who, digits, 生年月日="2023/2/29"))
    )
    browser(cast.a).post(f"/sheets/{sheet_id}/apply")
    run(cast.a, work.apply, sheet_id)

    page = opened(cast.a, sheet_id)
    typed = filled(page) | {"2-0-birth_date": "1980/3/1", "2-0-number": digits}
    follow_up = corrected(cast.a, sheet_id, typed)
    apply(cast.a, follow_up)

    assert is_there(cast.a, who)
    again = browser(cast.a).get(f"/sheets/{sheet_id}")
    assert "断った行を直したもの" in text_of(again)
    assert "断った行を直す" not in text_of(again)


def test_only_rows_that_were_changed_are_sent_and_the_others_stay(cast: Cast) -> None:
    first, second = new_code(), new_code()
    sheet_id = checked(cast.a, of(employee(first, ""), employee(second, "")))
    page = opened(cast.a, sheet_id)

    follow_up = corrected(cast.a, sheet_id, filled(page, **{"2__0__number": new_number()}))
    left = opened(cast.a, sheet_id)

    assert the(cast.a, follow_up).corrected_rows == [2]
    assert [form.person.row for form in left.context["forms"]] == [1]


def test_nothing_changed_sends_nothing_unless_it_is_meant(cast: Cast) -> None:
    host, child = new_code(), new_number()
    sheet_id = checked(cast.a, of(family(host, 1, child)))
    page = opened(cast.a, sheet_id)
    client = browser(cast.a)

    nothing = client.post(f"/sheets/{sheet_id}/correct", filled(page))
    apply(cast.a, checked_and_ready(cast.a, host))
    follow_up = corrected(cast.a, sheet_id, filled(page, **{"1__0__as_is": "on"}))
    apply(cast.a, follow_up)

    assert nothing.url.endswith("/correct?after=0")
    assert is_there(cast.a, host, 1)


def checked_and_ready(side: Side, host: str) -> UUID:
    return checked(side, of(employee(host, new_number())))


def test_correction_that_is_still_wrong_can_be_corrected_itself(cast: Cast) -> None:
    who = new_code()
    sheet_id = checked(cast.a, of(employee(who, "123")))

    second = corrected(
        cast.a, sheet_id, filled(opened(cast.a, sheet_id), **{"1__0__number": "456"})
    )
    run(cast.a, work.check, second)
    third = corrected(
        cast.a, second, filled(opened(cast.a, second), **{"1__0__number": new_number()})
    )
    apply(cast.a, third)

    assert is_there(cast.a, who)


def test_two_clicks_send_one_correction(cast: Cast) -> None:
    sheet_id = checked(cast.a, of(employee(new_code(), "")))
    data = filled(opened(cast.a, sheet_id), **{"1__0__number": new_number()})

    first, second = (corrected(cast.a, sheet_id, data) for _ in range(2))

    assert first == second


def test_discarded_correction_gives_the_rows_back(cast: Cast) -> None:
    sheet_id = checked(cast.a, of(employee(new_code(), "")))
    data = filled(opened(cast.a, sheet_id), **{"1__0__number": new_number()})
    follow_up = corrected(cast.a, sheet_id, data)
    run(cast.a, work.check, follow_up)

    browser(cast.a).post(f"/sheets/{follow_up}/discard")

    assert len(opened(cast.a, sheet_id).context["forms"]) == 1


def test_people_of_another_product_are_put_right_one_by_one(cast: Cast) -> None:
    """Wide families: the good member of the row is registered by the file itself."""
    host = new_code()
    apply(cast.a, checked_and_ready(cast.a, host))
    head = ["従業員 社員番号", "従業員 姓", "従業員 名"]
    for prefix in ("配偶者", "家族1"):
        names = ["続柄", "姓", "名", "姓(ヨミガナ)", "名(ヨミガナ)", "生年月日", "性別"]
        head += [f"{prefix} {name}" for name in names]
    spouse = ["妻", "髙橋", "花子", "タカハシ", "ハナコ", "1980/02/30", "女性"]
    child = ["子", "髙橋", "一郎", "タカハシ", "イチロウ", "2015/04/01", "男性"]
    sheet_id = checked(cast.a, write(head, [host, "髙橋", "太郎", *spouse, *child]))

    page = opened(cast.a, sheet_id)
    data = filled(page) | {"1-0-birth_date": "1980/02/28"}
    follow_up = corrected(cast.a, sheet_id, data)
    apply(cast.a, follow_up)
    run_apply(cast.a, sheet_id)

    blamed = [bool(form.errors) for form in page.context["forms"]]
    assert blamed == [True, False]
    with cast.a.scope():
        names = set(Person.objects.filter(host__employee_code=host).values_list("name", flat=True))
    assert names == {"髙橋　花子", "髙橋　一郎"}


def run_apply(side: Side, sheet_id: UUID) -> None:
    browser(side).post(f"/sheets/{sheet_id}/apply")
    run(side, work.apply, sheet_id)


def test_row_of_another_company_is_not_put_right(cast: Cast) -> None:
    sheet_id = checked(
        cast.a,
        of(
            employee(new_code(), new_number(), 会社コード="001"),
            {**employee(new_code(), new_number()), "会社コード": "002"},
        ),
    )

    assert opened(cast.a, sheet_id).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_other_company_cannot_correct(cast: Cast, method: str) -> None:
    sheet_id = checked(cast.a, of(employee(new_code(), "")))

    answer = getattr(browser(cast.b), method)(f"/sheets/{sheet_id}/correct")

    assert answer.status_code == 404


def test_what_nobody_can_see_is_gone_from_the_field_and_still_named(cast: Cast) -> None:
    who = new_code()
    sheet_id = checked(cast.a, of(employee(who, new_number(), 氏名="髙橋　太郎\x0b")))

    page = opened(cast.a, sheet_id)
    follow_up = corrected(cast.a, sheet_id, filled(page, **{"1__0__as_is": "on"}))
    apply(cast.a, follow_up)

    [form] = page.context["forms"]
    assert form["name"].value() == "髙橋　太郎"
    assert "制御文字" in form.errors["name"][0]
    assert "もう一度入力してください" not in text_of(page)
    assert is_there(cast.a, who)
