import pytest

from azukari.dispose.models import Disposal
from azukari.register.models import NumberState, Person
from tests.cast import Cast
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    family_member,
    holds_digits,
    new_number,
    text_of,
    with_number,
)


def the_form(person: Person, **facts: str) -> dict[str, str]:
    return {
        "reason": "recorded_by_mistake",
        "note": "",
        "typed_code": person.employee_code,
        **facts,
    }


def disposed(cast: Cast, **facts: str) -> tuple[Person, Disposal]:
    person = with_number(cast.a, employee(cast.a, **facts), new_number())
    browser(cast.a).post(f"/people/{person.id}/number/dispose", the_form(person))
    with cast.a.scope():
        return person, Disposal.objects.get(person=person)


def test_page_says_what_happens_before(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    text = text_of(browser(cast.a).get(f"/people/{person.id}/number/dispose"))

    assert "元に戻せません。" in text
    assert f"{person.employee_code}　{person.name}" in text


def test_disposal_leads_to_its_page(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)
    client = browser(cast.a)

    answer = client.post(f"/people/{person.id}/number/dispose", the_form(person))
    page = client.get(answer.url)

    with cast.a.scope():
        done = Disposal.objects.get(person=person)
        assert Person.objects.get(id=person.id).number_state == NumberState.DISPOSED
    assert answer.url == f"/disposals/{done.id}"
    assert done.keys_destroyed_at is not None
    text = text_of(page)
    assert "誤って登録した" in text
    assert "Aの運用担当者" in text
    assert f"第{done.generation}世代" in text
    assert "あと8回の更新で" in text
    assert not holds_digits(page, digits)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"reason": ""}, "廃棄の理由を選んでください。"),
        ({"reason": "other"}, "補足：「その他」を選んだときは、補足に理由を入力してください。"),
        (
            {"note": "123456789012"},
            "補足：12桁の数字が入っています。個人番号を記録に残さないよう、取り除いてから入力してください。",
        ),
        (
            {"typed_code": "ちがう"},
            (
                "確認のため、社員番号を入力してください："
                "社員番号が違います。廃棄する人の社員番号をもう一度ご確認ください。"
            ),
        ),
    ],
)
def test_disposal_says_what_is_missing_and_does_nothing(
    cast: Cast, facts: dict[str, str], said: str
) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    answer = browser(cast.a).post(f"/people/{person.id}/number/dispose", the_form(person, **facts))

    assert errors_of(answer) == [said]
    with cast.a.scope():
        assert Person.objects.get(id=person.id).number_state == NumberState.ACTIVE


def test_second_disposal_finds_nothing_left(cast: Cast) -> None:
    person, _ = disposed(cast)

    answer = browser(cast.a).post(
        f"/people/{person.id}/number/dispose", the_form(person), follow=True
    )

    assert "廃棄する個人番号がありません。" in text_of(answer)


def test_family_number_is_disposed_of_under_its_employee(cast: Cast) -> None:
    member = with_number(cast.a, family_member(cast.a, employee(cast.a)), new_number())
    client = browser(cast.a)

    answer = client.post(f"/family/{member.id}/number/dispose", the_form(member), follow=True)

    assert f"{member.employee_code}-1　{member.name}" in text_of(answer)
    assert "（妻）" in text_of(answer)


def test_list_finds_by_person_and_reason_and_pages(cast: Cast) -> None:
    person, _ = disposed(cast, name="廃棄　済男", kana="ハイキ　スミオ")
    client = browser(cast.a)

    assert "廃棄　済男" in text_of(client.get("/disposals", {"q": "ﾊｲｷ"}))
    assert "廃棄　済男" in text_of(client.get("/disposals", {"q": person.employee_code}))
    assert "廃棄　済男" not in text_of(client.get("/disposals", {"q": "廃棄", "reason": "other"}))
    nobody = text_of(client.get("/disposals", {"q": "誰でもない"}))
    assert "条件に合う廃棄の記録はありません" in nobody


def test_list_refuses_a_number_as_search_word(cast: Cast) -> None:
    answer = browser(cast.a).get("/disposals", {"q": new_number()})

    assert answer.url == "/disposals"
