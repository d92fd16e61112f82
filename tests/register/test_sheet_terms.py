"""For what and by which check a number came, said once for the file or row by row; 番号変更."""

from datetime import date
from typing import Any

import pytest

from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import Body, Record
from azukari.register.actions import Verification
from azukari.register.models import NumberRecord, NumberState, Person, RecordState
from azukari.register.sheets.command import register_file, undo_file
from azukari.vault import door
from tests.cast import Cast, Side
from tests.numbers import valid_number
from tests.register.sheet_files import employee, family, of

PURPOSES = [Purpose.TAX_WITHHOLDING, Purpose.HEALTH_PENSION, Purpose.CATEGORY3]
CARD = Verification("CARD", "CARD", verified_on=date(2026, 4, 1))
_numbers = iter(range(83_000_000, 83_100_000))
_codes = iter(range(1, 10_000))


def number() -> str:
    return valid_number(next(_numbers))


def code() -> str:
    return f"T{next(_codes):05d}"


def sent(side: Side, content: bytes, said: Verification = CARD, **how: Any) -> dict[str, Any]:
    purposes = how.pop("purposes", PURPOSES)
    return register_file(content, "f.csv", purposes, said, actor=side.operator, **how)


def codes_of(told: dict[str, Any], row: int = 1) -> set[tuple[str, str]]:
    return {(one["column"], one["code"]) for one in told["problems"] if one["row"] == row}


def record_of(side: Side, who: str, place: int = 0) -> NumberRecord:
    with side.scope():
        return NumberRecord.objects.select_related("person").get(
            person__employee_code=who, person__family_code=place, state=RecordState.ACTIVE
        )


def leaves_of(side: Side, person: Person) -> list[Record]:
    with in_realm(side.company.id):
        rows = Leaf.objects.filter(realm=side.company.id).order_by("index")
        records = [Record.from_bytes(Body(row.body.encode())) for row in rows]
    return [one for one in records if person.id in one.subjects]


# row by row -----------------------------------------------------------------------------------


def test_columns_of_a_row_win_over_what_is_said_of_the_file(cast: Cast) -> None:
    mine, whole = code(), code()
    told = sent(
        cast.a,
        of(
            employee(
                mine, number(), 利用目的="雇用保険、財形", 番号確認="住民票の写し", 身元確認="運転免許証",
                確認日="令和8年5月1日", 確認者="人事　花子",
            ),
            employee(whole, number()),
        ),
    )  # fmt: skip

    assert told["good"] == 2
    row, other = record_of(cast.a, mine), record_of(cast.a, whole)
    assert (row.purposes, row.provision) == (["EMPLOYMENT_INS", "ASSET_SAVINGS"], "employee_self")
    assert (row.number_check, row.person_check) == ("NUM_RESIDENT", "ID_PHOTO1")
    assert (row.verified_on, row.verified_by_name) == (date(2026, 5, 1), "人事　花子")
    assert other.purposes == ["TAX_WITHHOLDING", "HEALTH_PENSION"]
    assert (other.number_check, other.verified_on) == ("CARD", date(2026, 4, 1))
    assert other.verified_by_name == cast.a.operator.name
    [leaf] = leaves_of(cast.a, row.person)
    assert (leaf.action, leaf.purpose) == (Action.NUMBER_RECORDED, "EMPLOYMENT_INS,ASSET_SAVINGS")
    assert leaf.details["relation"] == "employee_self"
    assert leaf.details["number_check"] == "NUM_RESIDENT"
    assert leaf.details["identity_check"] == "ID_PHOTO1"


def test_family_is_verified_by_the_employee_and_category3_by_the_company(cast: Cast) -> None:
    host = code()
    sent(cast.a, of(employee(host, number(), 氏名="髙橋　太郎")))

    said = Verification("CARD", "CARD", "AUTH_POA", verified_on=date(2026, 4, 1))
    told = sent(
        cast.a,
        of(
            family(host, 1, number(), 続柄="妻", 性別="2", 第3号区分="1"),
            family(host, 2, number(), 第3号区分="0"),
        ),
        said,
    )

    assert told["good"] == 2
    spouse, child = record_of(cast.a, host, 1), record_of(cast.a, host, 2)
    assert (spouse.provision, spouse.authority_check) == ("category3_agent", "AUTH_POA")
    assert spouse.verified_by_name == cast.a.operator.name
    assert (child.provision, child.number_check, child.verified_on) == ("tax_dependent", "", None)
    assert child.verified_by_name == "髙橋　太郎"


@pytest.mark.parametrize(
    ("facts", "column", "problem"),
    [
        ({"利用目的": "懸賞"}, "利用目的", "purpose_unknown"),
        ({"利用目的": "支払調書"}, "利用目的", "purpose_does_not_fit"),
        ({"提供の方法": "代理人"}, "提供の方法", "provision_unknown"),
        ({"提供の方法": "前の勤務先"}, "書類の保管", "paper_missing"),
        ({"番号確認": "名刺"}, "番号確認", "method_unknown"),
        ({"番号確認": "運転免許証"}, "番号確認", "method_does_not_settle"),
        ({"確認日": "2999/1/1"}, "確認日", "date_out_of_range"),
        ({"確認日": "2026/12/31"}, "確認日", "verified_in_future"),
        ({"番号変更の理由": "なんとなく"}, "番号変更の理由", "change_reason_unknown"),
    ],
)
def test_row_that_is_not_lawful_is_refused(
    cast: Cast, facts: dict[str, str], column: str, problem: str
) -> None:
    columns = {"書類の保管": "", "提供の方法": "", **facts}

    told = sent(cast.a, of(employee(code(), number(), **columns)))

    assert (told["good"], codes_of(told)) == (0, {(column, problem)})


def test_way_that_needs_a_paper_is_taken_with_it(cast: Cast) -> None:
    who = code()

    told = sent(
        cast.a,
        of(employee(who, number(), 提供の方法="前の勤務先", 書類の保管="1")),
        Verification(),
    )

    assert told["good"] == 1
    record = record_of(cast.a, who)
    assert (record.provision, record.paper_held) == ("former_employer", True)
    assert (record.number_check, record.verified_by_name) == ("", "")


def test_columns_may_stand_for_what_is_not_said_of_the_file(cast: Cast) -> None:
    first, second = code(), code()
    said = {"利用目的": "税", "番号確認": "CARD", "身元確認": "CARD"}

    told = sent(
        cast.a,
        of(employee(first, number(), **said), employee(second, number())),
        Verification(),
        purposes=[],
    )

    assert told["good"] == 1
    assert record_of(cast.a, first).purposes == ["TAX_WITHHOLDING", "TAX_DEDUCTION_FORMS"]
    assert codes_of(told, 2) == {("利用目的", "purpose_missing")}


def test_category3_without_authority_is_refused(cast: Cast) -> None:
    host = code()
    sent(cast.a, of(employee(host, number())))

    told = sent(cast.a, of(family(host, 1, number(), 続柄="妻", 性別="2", 第3号区分="1")))

    assert codes_of(told) == {("代理権確認", "authority_check_missing")}


# 番号変更 --------------------------------------------------------------------------------------


def test_number_is_changed_with_a_reason(cast: Cast) -> None:
    who, old, new = code(), number(), number()
    sent(cast.a, of(employee(who, old)))
    before = record_of(cast.a, who)
    content = of({"社員番号": who, "個人番号": new, "番号変更の理由": "請求"})

    told, again = sent(cast.a, content), sent(cast.a, content)

    assert (told["changed"], again["unchanged"]) == (1, 1)
    record = record_of(cast.a, who)
    assert record.id != before.id
    assert record.purposes == before.purposes
    with cast.a.scope():
        before.refresh_from_db()
        held = door.open_number(
            cast.a.company.id, record.cell, door.Reading(Action.NUMBER_COMPARED),
            actor=cast.a.operator,
        )  # fmt: skip
        assert record.person.number_state == NumberState.ACTIVE
    assert held.reveal_digits() == new
    assert (before.state, before.superseded_because) == (
        RecordState.SUPERSEDED,
        "漏えいのおそれにより、本人の請求で変更された",
    )
    leaf = next(
        one for one in leaves_of(cast.a, record.person) if one.action is Action.NUMBER_SUPERSEDED
    )
    assert leaf.handles == (before.cell, record.cell)
    assert leaf.reason == before.superseded_because


def test_changed_number_of_somebody_else_is_refused(cast: Cast) -> None:
    who, other, taken = code(), code(), number()
    sent(cast.a, of(employee(who, number()), employee(other, taken, 生年月日="1990/1/1")))

    told = sent(cast.a, of({"社員番号": who, "個人番号": taken, "番号変更の理由": "訂正"}))

    assert codes_of(told) == {("個人番号", "number_of_somebody_else")}


def test_change_taken_back_leaves_the_number_before(cast: Cast) -> None:
    who = code()
    sent(cast.a, of(employee(who, number())))
    before = record_of(cast.a, who)
    told = sent(cast.a, of({"社員番号": who, "個人番号": number(), "番号変更の理由": "職権"}))
    after = record_of(cast.a, who)

    undone = undo_file(told["sheet"], actor=cast.a.operator)

    assert (undone["state"], undone["kept"]) == ("undone", 0)
    again = record_of(cast.a, who)
    assert (again.id, again.superseded_at, again.superseded_because) == (before.id, None, "")
    assert again.person.number_state == NumberState.ACTIVE
    with cast.a.scope():
        assert door.is_destroyed(cast.a.company.id, after.cell)
