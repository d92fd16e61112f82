from itertools import count
from typing import Any

import pytest

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions
from azukari.register.models import Person, PersonKind
from tests.cast import Cast, Side
from tests.cli.conftest import Here
from tests.numbers import valid_number

_codes = count(1)
_seeds = count(7_720_000)


def joined(side: Side, **facts: Any) -> Person:
    given = {
        "employee_code": f"PC{next(_codes):04d}",
        "name": "見本　花子",
        "kana": "ミホン　ハナコ",
        "department": "営業部",
        **facts,
    }
    with side.scope():
        return actions.register_employee(given, actor=side.operator)


def with_number(side: Side, person: Person) -> str:
    digits = valid_number(next(_seeds))
    with side.scope():
        actions.record_number(
            person,
            parse(digits),
            [Purpose.HEALTH_PENSION],
            actions.Verification("CARD", "CARD"),
            actor=side.operator,
        )
    return digits


def child(side: Side, host: Person) -> Person:
    facts = {"name": "見本　一", "kana": "ミホン　ハジメ", "relationship": "CHILD"}
    with side.scope():
        return actions.register_family_member(host, facts, number_needed=False, actor=side.operator)


def of(side: Side) -> tuple[str, str, str, str]:
    return "--contract", side.contract.code, "--company", "001"


def test_find_by_part_of_name_kana_and_code(here: Here, cast: Cast) -> None:
    person = joined(cast.a, name="探索　人子", kana="タンサク　ヒトコ")

    found = [
        here.good("person", "find", *words, *of(cast.a))["people"]
        for words in (["探索"], ["たんさく", "ヒト"], [person.employee_code])
    ]

    assert found[0] == found[1] == found[2]
    assert found[0] == [
        {
            "id": str(person.id),
            "kind": "employee",
            "code": person.employee_code,
            "name": "探索　人子",
            "kana": "タンサク　ヒトコ",
            "department": "営業部",
            "left_on": None,
            "number": "none",
            "number_label": "未登録",
        }
    ]


def test_find_by_kind_has_only_those(here: Here, cast: Cast) -> None:
    host = joined(cast.a)
    member = child(cast.a, host)

    both = here.good("person", "find", host.employee_code, *of(cast.a))
    family = here.good("person", "find", host.employee_code, "--kind", "family", *of(cast.a))

    assert [one["id"] for one in both["people"]] == [str(host.id), str(member.id)]
    assert [(one["id"], one["code"], one["number"]) for one in family["people"]] == [
        (str(member.id), f"{host.employee_code}-1", "not_needed")
    ]


def test_find_says_that_there_are_more(here: Here, cast: Cast) -> None:
    host = joined(cast.a, kana="オオゼイ　タロウ")
    for _ in range(2):
        joined(cast.a, kana="オオゼイ　ジロウ")

    two = here.good("person", "find", "オオゼイ", "--limit", 2, *of(cast.a))
    three = here.good("person", "find", "オオゼイ", "--limit", 3, *of(cast.a))
    text = here("person", "find", "オオゼイ", "--limit", 2, *of(cast.a), json=False)

    assert (len(two["people"]), two["more"]) == (2, True)
    assert (len(three["people"]), three["more"]) == (3, False)
    assert text.stdout.splitlines()[0] == (
        f"{host.employee_code}\t見本　花子\tオオゼイ　タロウ\t未登録"
    )
    assert text.stdout.splitlines()[2].startswith("ほかにもいます。")


def test_find_of_nobody_exits_with_1(here: Here, cast: Cast) -> None:
    done = here("person", "find", "だれでもない", *of(cast.a))

    assert (done.code, done.answer) == (1, {"people": [], "more": False})


def test_people_of_another_contract_are_not_found(here: Here, cast: Cast) -> None:
    person = joined(cast.a, name="甲社　だけ", kana="コウシャ　ダケ")

    found = here("person", "find", "コウシャ", *of(cast.b))
    by_id = here("person", "show", str(person.id), *of(cast.b))
    by_code = here("person", "show", person.employee_code, *of(cast.b))

    assert (found.code, found.answer["people"]) == (1, [])
    assert (by_id.code, by_id.stdout) == (by_code.code, by_code.stdout) == (1, "")
    assert by_id.stderr == "その人はこの会社に登録されていません。\n"


def test_show_tells_everything_but_the_number(here: Here, cast: Cast) -> None:
    person = joined(cast.a, birth_date=None, mail="hanako@example.jp")
    digits = with_number(cast.a, person)
    member = child(cast.a, person)

    told = here.good("person", "show", person.employee_code, *of(cast.a))

    assert digits not in str(told)
    assert told["facts"]["mail"] == "hanako@example.jp"
    assert (told["number"], told["record"]["masked"]) == ("active", "•••• •••• ••••")
    assert told["record"]["purposes"] == [Purpose.HEALTH_PENSION.code]
    assert [one["id"] for one in told["family"]] == [str(member.id)]
    assert [one["what"] for one in told["history"]] == [
        Action.NUMBER_RECORDED.label,
        Action.PERSON_REGISTERED.label,
    ]


def test_show_finds_by_id_and_family_by_its_code(here: Here, cast: Cast) -> None:
    host = joined(cast.a)
    member = child(cast.a, host)

    by_id = here.good("person", "show", str(member.id), *of(cast.a))
    by_code = here.good("person", "show", f"{host.employee_code}-1", *of(cast.a))

    assert by_id == by_code
    assert (by_id["name"], by_id["kind"], by_id["host"]) == ("見本　一", "family", str(host.id))


def test_payee_is_found_and_told_apart_from_the_employee_of_the_same_code(
    here: Here, cast: Cast
) -> None:
    employee = joined(cast.a)
    with cast.a.scope():
        payee = Person.objects.create(
            company_id=cast.a.company.id,
            kind=PersonKind.PAYEE,
            employee_code=employee.employee_code,
            name="講師　独子",
            kana="コウシ　ヒトコ",
            search_key="講師独子 コウシヒトコ",
        )
    asked = ("person", "show", employee.employee_code)

    found = here.good("person", "find", "講師独子", "--kind", "payee", *of(cast.a))
    both = here(*asked, *of(cast.a))
    chosen = here.good(*asked, "--kind", "payee", *of(cast.a))

    assert [(one["id"], one["code"]) for one in found["people"]] == [
        (str(payee.id), employee.employee_code)
    ]
    assert (both.code, both.stdout) == (2, "")
    assert both.stderr == (
        "同じ番号の人が複数います。--kind で employee / payee を指定してください。\n"
    )
    assert (chosen["id"], chosen["kind"]) == (str(payee.id), "payee")


def test_show_as_text(here: Here, cast: Cast) -> None:
    person = joined(cast.a)
    with_number(cast.a, person)

    done = here("person", "show", person.employee_code, *of(cast.a), json=False)

    lines = done.stdout.splitlines()
    assert done.code == 0
    assert lines[:3] == [
        "見本　花子（ミホン　ハナコ）",
        f"社員番号: {person.employee_code}",
        "部署名: 営業部",
    ]
    assert "個人番号: •••• •••• ••••" in lines


def test_looking_writes_nothing_into_the_ledger(here: Here, cast: Cast) -> None:
    person = joined(cast.a)

    def told() -> int:
        with cast.a.scope():
            page = ledger.records(cast.a.company.id, ledger.Filter(subject=person.id), limit=100)
        return len(page.entries)

    before = told()
    here.good("person", "find", person.employee_code, *of(cast.a))
    here.good("person", "show", person.employee_code, *of(cast.a))

    assert told() == before


@pytest.mark.parametrize("verb", ["find", "show"])
def test_twelve_digits_are_refused_and_not_repeated(here: Here, cast: Cast, verb: str) -> None:
    digits = valid_number(next(_seeds))
    mistyped = digits[:-1] + str((int(digits[-1]) + 1) % 10)

    for typed in (digits, mistyped):
        done = here("person", verb, typed, *of(cast.a))
        assert (done.code, done.stdout) == (2, "")
        assert typed not in done.stderr


def test_unknown_kind_is_wrong_use(here: Here, cast: Cast) -> None:
    done = here("person", "find", "x", "--kind", "robot", *of(cast.a))

    assert done.code == 2
    assert done.stderr.startswith("--kind には employee / family")
