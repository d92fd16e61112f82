"""A whole sheet taken back: what it added goes, what it changed becomes as before, numbers end."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.register import actions as register
from azukari.register import queries
from azukari.register.models import (
    NumberRecord,
    NumberState,
    Person,
    RecordState,
    Sheet,
    SheetState,
    SheetStep,
)
from azukari.register.sheets import actions, shutting, undoing
from azukari.register.sheets.actions import NotApplicable
from azukari.register.sheets.command import register_file, undo_file
from azukari.register.sheets.taking_back import Obstacle
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.actor import NotPermitted
from azukari.vault import door
from azukari.vault.models import Cell, Tombstone
from tests.cast import Cast, Side, make_side
from tests.killing import killed_at
from tests.numbers import valid_number
from tests.register.sheet_files import employee, family, of
from tests.register.test_sheet_work import CHECKED, PURPOSES, leaves, small_chunks

__all__ = ["small_chunks"]
_numbers = map(valid_number, count(83_000_000))
_codes = (f"U{n:05d}" for n in count(1))


@pytest.fixture(scope="module")
def side(database: DatabaseUrls) -> Side:
    return make_side("UN")


def registered(side: Side, *people: dict[str, str]) -> UUID:
    told = register_file(of(*people), "f.csv", PURPOSES, CHECKED, actor=side.operator)
    assert told["state"] == "applied", told
    return UUID(told["sheet"])


def undone(side: Side, sheet: UUID) -> dict[str, Any]:
    return undo_file(sheet, actor=side.operator)


def figures(told: dict[str, Any]) -> tuple[str, int, int, int]:
    return told["state"], told["removed"], told["restored"], told["kept"]


def foreseen(side: Side, sheet: UUID) -> undoing.Foreseen:
    with side.scope():
        return undoing.foresee(Sheet.objects.get(id=sheet))


def the(side: Side, code: str) -> Person | None:
    with side.scope():
        return Person.objects.filter(employee_code=code, family_code=0).first()


def test_people_a_sheet_added_go_with_their_numbers(side: Side) -> None:
    codes = [next(_codes) for _ in range(60)]
    sheet = registered(side, *(employee(code, next(_numbers)) for code in codes))
    with side.scope():
        cells = list(
            NumberRecord.objects.filter(person__employee_code__in=codes).values_list(
                "cell", flat=True
            )
        )
    before = leaves(side, Action.NUMBER_DISPOSED)
    said = foreseen(side, sheet)

    told = undone(side, sheet)

    assert (said.removed, said.destroyed, said.kept) == (60, 60, 0)
    assert figures(told) == ("undone", 60, 0, 0)
    with side.scope():
        assert not Person.objects.filter(employee_code__in=codes).exists()
        assert not NumberRecord.objects.filter(cell__in=cells).exists()
        assert not Cell.objects.filter(id__in=cells).exists()
        gone = Tombstone.objects.filter(cell__in=cells, keys_destroyed_at__isnull=False)
        assert gone.count() == 60
        assert not SheetStep.objects.filter(sheet=sheet).exists()
    assert leaves(side, Action.NUMBER_DISPOSED) == before + 60


def test_same_file_may_come_again_afterwards(side: Side) -> None:
    people = [employee(next(_codes), next(_numbers))]
    undone(side, registered(side, *people))

    told = register_file(of(*people), "f.csv", PURPOSES, CHECKED, actor=side.operator)

    assert (told["added"], told["refused"]) == (1, 0)


def test_changes_become_as_before_and_numbers_of_those_who_stay_end(side: Side) -> None:
    code = next(_codes)
    plain = employee(code, "", 退職年月日="")
    del plain["個人番号"]
    registered(side, plain)
    sheet = registered(
        side, employee(code, next(_numbers), 氏名="山本　次郎", 退職年月日="2026/03/31")
    )

    told = undone(side, sheet)

    person = the(side, code)
    assert person is not None
    assert figures(told) == ("undone", 0, 1, 0)
    assert (person.name, person.left_on, person.number_state) == (
        "髙橋　太郎", None, NumberState.NONE,
    )  # fmt: skip
    assert person.search_key.startswith("高橋太郎")
    with side.scope():
        [record] = queries.records_of(person)
        [back, _change] = queries.changes_of(person)
    assert record.state == RecordState.DISPOSED
    assert back.changes["name"] == ["山本　次郎", "髙橋　太郎"]
    assert back.changes["left_on"] == ["2026-03-31", None]


def test_who_was_changed_since_stays_and_is_named(side: Side) -> None:
    one, other = next(_codes), next(_codes)
    sheet = registered(side, employee(one, next(_numbers)), employee(other, next(_numbers)))
    person = the(side, one)
    assert person is not None
    with side.scope():
        register.change_person(
            person, {"name": "別　名", "kana": "ベツ　メイ"}, version=person.version,
            actor=side.operator,
        )  # fmt: skip
    said = foreseen(side, sheet)

    told = undone(side, sheet)

    assert [(p.employee_code, why) for p, why in said.named] == [(one, Obstacle.CHANGED_SINCE)]
    assert figures(told) == ("undone", 1, 0, 1)
    stays = the(side, one)
    assert stays is not None
    assert (stays.name, stays.number_state) == ("別　名", NumberState.ACTIVE)
    assert the(side, other) is None


def test_change_that_was_changed_since_is_not_taken_back(side: Side) -> None:
    code = next(_codes)
    registered(side, employee(code, next(_numbers)))
    sheet = registered(side, {"社員番号": code, "住所": "東京都"})
    person = the(side, code)
    assert person is not None
    with side.scope():
        register.change_person(
            person, {"name": person.name, "kana": person.kana, "address": "大阪府"},
            version=person.version, actor=side.operator,
        )  # fmt: skip

    told = undone(side, sheet)

    assert figures(told) == ("undone", 0, 0, 1)
    after = the(side, code)
    assert after is not None
    assert after.address == "大阪府"


def test_employee_with_family_of_another_file_waits_for_it(side: Side) -> None:
    code = next(_codes)
    employees = registered(side, employee(code, next(_numbers)))
    families = registered(side, family(code, 1, next(_numbers)))

    first = foreseen(side, employees)
    told = [undone(side, families), undone(side, employees)]

    assert first.reasons == {Obstacle.HAS_FAMILY: 1}
    assert [figures(one) for one in told] == [("undone", 1, 0, 0)] * 2


def test_used_number_stays(side: Side) -> None:
    from azukari.law.purpose import Purpose
    from azukari.register import clocks

    code = next(_codes)
    sheet = registered(side, employee(code, next(_numbers)))
    with side.scope():
        record = NumberRecord.objects.get(person__employee_code=code)
        clocks.note_use(
            {record.id: record.person_id}, Purpose.HEALTH_PENSION, "2200700", date(2026, 4, 5)
        )

    assert figures(undone(side, sheet)) == ("undone", 0, 0, 1)
    assert the(side, code) is not None


def test_closed_sheet_is_not_taken_back(side: Side) -> None:
    sheet = registered(side, employee(next(_codes), next(_numbers)))
    with side.scope():
        shutting.shut_sheet(Sheet.objects.get(id=sheet), actor=side.operator)

    with pytest.raises(NotApplicable):
        undone(side, sheet)
    with side.scope():
        row = Sheet.objects.get(id=sheet)
        assert (row.state, row.rest_cell) == (SheetState.APPLIED, None)
        assert not SheetStep.objects.filter(sheet=row).exists()


def test_sheet_closes_by_itself_after_a_month(side: Side) -> None:
    bad = employee(next(_codes), "")
    told = register_file(
        of(employee(next(_codes), next(_numbers)), bad), "f.csv", PURPOSES, CHECKED,
        actor=side.operator,
    )  # fmt: skip
    with side.scope():
        row = Sheet.objects.get(id=told["sheet"])
        rest = row.rest_cell
        row.sent_at = timezone.now() - timedelta(days=31)
        row.save()
        shut = shutting.shut_old()
        row.refresh_from_db()

    assert rest is not None
    assert (shut, row.rest_cell, row.closed_at is not None) == (1, None, True)
    with side.scope():
        assert not Cell.objects.filter(id=rest).exists()


def test_undoing_needs_the_right_to_delete(side: Side, cast: Cast) -> None:
    sheet = registered(side, employee(next(_codes), next(_numbers)))

    with pytest.raises(NotPermitted):
        undo_file(sheet, actor=side.steward)
    with pytest.raises(Sheet.DoesNotExist):
        undo_file(sheet, actor=cast.b.operator)


def test_killed_undoing_goes_on_and_agrees_with_the_ledger(
    side: Side, database: DatabaseUrls
) -> None:
    codes = [next(_codes) for _ in range(60)]
    sheet = registered(side, *(employee(code, next(_numbers)) for code in codes))
    before = leaves(side, Action.NUMBER_DISPOSED)
    with side.scope():
        row, is_due = undoing.start_undoing(Sheet.objects.get(id=sheet), actor=side.operator)
        task = actions.plan_work("undo", row)
    assert is_due

    for at in ("sheet:step-undone", "destroy:keys-gone"):
        ids = side.contract.id, side.company.id, sheet
        killed_at(at, database, "tests.register.undo_child", *ids)
    door.forget_core()
    undoing.undo(side.operator, task.id, sheet)

    with side.scope():
        row = Sheet.objects.get(id=sheet)
        assert (row.state, row.removed, row.kept) == (SheetState.UNDONE, 60, 0)
        assert not Person.objects.filter(employee_code__in=codes).exists()
    assert leaves(side, Action.NUMBER_DISPOSED) == before + 60


def test_what_a_large_file_would_lose_is_counted_as_far_as_one_can_wait(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "_STEPS_FORESEEN", 1)
    sheet = registered(side, *(employee(next(_codes), next(_numbers)) for _ in range(60)))

    said = foreseen(side, sheet)

    # The last of three chunks of 25.
    assert (said.removed, said.rows_left) == (10, 50)
