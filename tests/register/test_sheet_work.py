"""Whole files over the real register, vault and ledger; also with `kill -9` in the middle."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.progress.models import State
from azukari.register import queries
from azukari.register.actions import Verification
from azukari.register.models import (
    NumberRecord,
    NumberState,
    Person,
    PersonChange,
    PersonKind,
    Sheet,
    SheetProblem,
    SheetState,
)
from azukari.register.sheets import actions, limits, work
from azukari.register.sheets.actions import NotApplicable
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.command import register_file
from azukari.register.sheets.receiving import Sending, keep_sheet, receive_sheet
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.actor import NotPermitted
from azukari.vault import door
from azukari.vault.models import Cell
from tests.cast import Cast, Side, make_side
from tests.killing import killed_at
from tests.numbers import valid_number
from tests.register.sheet_files import company_files, employee, family, of, truth

PURPOSES = [Purpose.TAX_WITHHOLDING, Purpose.HEALTH_PENSION, Purpose.CATEGORY3]
CHECKED = Verification("CARD", "CARD", "AUTH_POA", verified_on=date(2026, 4, 1))
CHUNK = 25


@pytest.fixture(scope="module")
def side(database: DatabaseUrls) -> Side:
    """A company nobody else writes into."""
    return make_side("S")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS_PER_CHUNK", CHUNK)


_numbers = iter(range(80_000_000, 81_000_000))
_codes = iter(range(1, 100_000))


def number() -> str:
    return valid_number(next(_numbers))


def code() -> str:
    return f"S{next(_codes):05d}"


def registered(side: Side, content: bytes, name: str = "file.csv", **how: Any) -> dict[str, Any]:
    return register_file(content, name, PURPOSES, CHECKED, actor=side.operator, **how)


def sending(content: bytes, **how: Any) -> Sending:
    return Sending(content, "f.csv", PURPOSES, CHECKED, **how)


def codes_of(told: dict[str, Any], row: int = 1) -> set[str]:
    return {one["code"] for one in told["problems"] if one["row"] == row}


def the(side: Side, employee_code: str, family_code: int = 0) -> Person:
    with side.scope():
        return Person.objects.get(employee_code=employee_code, family_code=family_code)


def digits_of(side: Side, person: Person) -> str:
    with side.scope():
        record = queries.active_record(person)
        assert record is not None
        reading = door.Reading(Action.NUMBER_COMPARED)
        held = door.open_number(side.company.id, record.cell, reading, actor=side.operator)
    return held.reveal_digits()


def leaves(side: Side, action: Action) -> int:
    from azukari.ledger.models import Leaf
    from azukari.ledger.realm_scope import in_realm

    with in_realm(side.company.id):
        return Leaf.objects.filter(realm=side.company.id, action=action).count()


def good_rows(content: bytes, wrong: dict[int, dict[str, str]]) -> Iterator[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return (row for place, row in enumerate(rows, 1) if place not in wrong)


# whole companies ------------------------------------------------------------------------------


def test_company_with_mistakes_is_registered_but_for_them(
    database: DatabaseUrls, tmp_path: Path
) -> None:
    side = make_side("W")
    files = company_files(tmp_path, 120, seed=7, error_rate=0.15)
    wrong = {name: truth(tmp_path, name) for name in files}

    told = {name: registered(side, content) for name, content in files.items()}

    bad = {
        name: {row for row, line in lines.items() if line["class"] == "reject"}
        for name, lines in wrong.items()
    }
    reject = {one["row"] for one in told["employees"]["problems"] if one["weight"] == "reject"}
    assert reject == bad["employees"]
    lost = {
        row["社員番号"]
        for place, row in enumerate(
            csv.DictReader(io.StringIO(files["employees"].decode("utf-8-sig"), newline="")), 1
        )
        if place in bad["employees"]
    }
    family_reject = {one["row"]: one for one in told["families"]["problems"]
                     if one["weight"] == "reject"}  # fmt: skip
    for row, one in family_reject.items():
        # Families of refused employees find nobody to belong to.
        assert row in bad["families"] or (one["code"] == "employee_unknown" and lost)
    assert bad["families"] <= set(family_reject)
    for name in files:
        assert told[name]["added"] == told[name]["good"]
        assert told[name]["rows"] == told[name]["good"] + told[name]["refused"]
    everybody = told["employees"]["good"] + told["families"]["good"]
    with side.scope():
        assert Person.objects.filter(number_state=NumberState.ACTIVE).count() == everybody
        assert NumberRecord.objects.count() == everybody
        assert Cell.objects.filter(realm=side.company.id, kind="number").count() == everybody
        # Of the files only the refused rows are left, without numbers.
        left = Cell.objects.filter(realm=side.company.id, kind="file").values_list("id", flat=True)
        assert set(left) == set(Sheet.objects.values_list("rest_cell", flat=True)) - {None}
    assert leaves(side, Action.NUMBER_RECORDED) == everybody
    sample = list(good_rows(files["employees"], wrong["employees"]))[::20]
    for row in sample:
        assert digits_of(side, the(side, row["社員番号"])) == row["個人番号"]


def test_same_file_again_changes_nothing(database: DatabaseUrls, tmp_path: Path) -> None:
    side = make_side("T")
    files = company_files(tmp_path, 60, seed=8)
    for content in files.values():
        registered(side, content)
    before = leaves(side, Action.NUMBER_RECORDED)

    again = [registered(side, content) for content in files.values()]

    for told in again:
        assert (told["added"], told["changed"], told["refused"]) == (0, 0, 0)
        assert told["unchanged"] == told["rows"]
    assert leaves(side, Action.NUMBER_RECORDED) == before
    with side.scope():
        assert PersonChange.objects.count() == 0
        assert set(Person.objects.values_list("version", flat=True)) == {1}


def test_facts_of_a_row_reach_the_person(side: Side) -> None:
    host, digits, third = code(), number(), number()
    registered(
        side,
        of(
            employee(
                host, digits, 入社年月日="令和2年4月1日", 部署コード="D1", 部署名="総務部",
                郵便番号="100-0001", 住所="東京都千代田区千代田１－１", 電話番号="03-1234-5678",
                メールアドレス="taro@example.com", 基礎年金番号="1234-567890",
            )
        ),
    )  # fmt: skip

    registered(
        side,
        of(family(host, 3, third, 続柄="妻", 性別="女", 同居区分="1", 扶養区分="1", 第3号区分="1")),
    )

    person, spouse = the(side, host), the(side, host, 3)
    assert (person.hired_on, person.department, person.postcode, person.telephone) == (
        date(2020, 4, 1),
        "総務部",
        "1000001",
        "03-1234-5678",
    )
    assert (person.pension_number, person.search_key) == ("1234567890", "高橋太郎 タカハシタロウ")
    assert (spouse.kind, spouse.host_id, spouse.relationship) == (
        PersonKind.FAMILY,
        person.id,
        "WIFE",
    )
    assert (spouse.lives_together, spouse.tax_dependent, spouse.category3) == (True, True, True)
    assert (digits_of(side, person), digits_of(side, spouse)) == (digits, third)
    with side.scope():
        record = queries.active_record(spouse)
        assert record is not None
        assert record.purposes == ["TAX_WITHHOLDING", "HEALTH_PENSION", "CATEGORY3"]
        assert (record.number_check, record.verified_on) == ("CARD", date(2026, 4, 1))


def test_purpose_of_category3_goes_only_to_whom_the_row_says(side: Side) -> None:
    host = code()
    registered(side, of(employee(host, number())))

    registered(side, of(family(host, 1, number(), 第3号区分="0")))

    with side.scope():
        record = queries.active_record(the(side, host, 1))
    assert record is not None
    assert record.purposes == ["TAX_WITHHOLDING", "HEALTH_PENSION"]


def test_change_keeps_history_and_what_the_file_is_silent_about(side: Side) -> None:
    who, digits = code(), number()
    full = employee(who, digits, 住所="東京都千代田区１－１", 部署名="総務部")
    registered(side, of(full))

    told = registered(side, of({**full, "氏名": "髙橋　次郎", "住所": "", "部署名": "人事部"}))

    person = the(side, who)
    assert (told["changed"], told["unchanged"]) == (1, 0)
    assert (person.name, person.address, person.department, person.version) == (
        "髙橋　次郎",
        "東京都千代田区１－１",
        "人事部",
        2,
    )
    with side.scope():
        [change] = PersonChange.objects.filter(person=person)
    assert change.changes == {
        "name": ["髙橋　太郎", "髙橋　次郎"],
        "department": ["総務部", "人事部"],
    }
    assert digits_of(side, person) == digits


def test_file_without_a_column_of_numbers_registers_people_only(side: Side) -> None:
    who = code()
    person = employee(who, "")
    del person["個人番号"]

    first = register_file(of(person), "f.csv", [], Verification(), actor=side.operator)
    later = registered(side, of(employee(who, number())))

    assert (first["added"], later["changed"]) == (1, 1)
    assert the(side, who).number_state == NumberState.ACTIVE
    with side.scope():
        assert PersonChange.objects.filter(person__employee_code=who).count() == 0


# against the register -------------------------------------------------------------------------


def test_another_number_for_somebody_is_refused(side: Side) -> None:
    who, digits = code(), number()
    registered(side, of(employee(who, digits)))

    told = registered(side, of(employee(who, number())))

    assert (told["state"], codes_of(told)) == ("checked", {"number_differs"})
    assert digits_of(side, the(side, who)) == digits


def test_number_of_somebody_else_is_refused_unless_it_may_be_the_same_person(side: Side) -> None:
    host, other, digits = code(), code(), number()
    registered(side, of(employee(host, number()), employee(other, number())))
    registered(side, of(family(host, 1, digits)))

    stranger = registered(side, of(family(other, 1, digits, 生年月日="2001/1/1")))
    child = registered(side, of(family(other, 1, digits)))

    assert codes_of(stranger) == {"number_of_somebody_else"}
    assert (child["added"], codes_of(child)) == (1, {"number_also_held"})


def test_family_of_an_unknown_employee_is_refused(side: Side) -> None:
    told = registered(side, of(family(code(), 1, number())))

    assert (told["good"], codes_of(told)) == (0, {"employee_unknown"})


def test_person_without_need_of_a_number_is_refused(side: Side) -> None:
    who = code()
    person = employee(who, "")
    del person["個人番号"]
    registered(side, of(person))
    with side.scope():
        Person.objects.filter(employee_code=who).update(number_state=NumberState.NOT_NEEDED)

    told = registered(side, of(employee(who, number())))

    assert codes_of(told) == {"number_not_needed"}


# law and permission ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purposes", "verification", "refusal"),
    [
        ([], CHECKED, FileCode.NO_PURPOSE),
        ([Purpose.PAYMENT_REPORT], CHECKED, FileCode.NO_PURPOSE),
        (PURPOSES, Verification(), FileCode.NO_VERIFICATION),
        (PURPOSES, Verification("CARD"), FileCode.NO_VERIFICATION),
    ],
)
def test_numbers_need_purpose_and_verification(
    side: Side, purposes: list[Purpose], verification: Verification, refusal: FileCode
) -> None:
    told = register_file(
        of(employee(code(), number())), "f.csv", purposes, verification, actor=side.operator
    )

    assert told == {"state": "unreadable", "code": refusal.value, "column": ""}


def test_auditor_may_not_send(side: Side) -> None:
    with side.scope(), pytest.raises(NotPermitted):
        receive_sheet(sending(of(employee(code(), number()))), actor=side.auditor)


def test_file_name_with_a_number_is_not_kept(side: Side) -> None:
    digits = number()

    told = registered(side, of(employee(code(), digits)), f"{digits}.csv")

    with side.scope():
        assert Sheet.objects.get(id=told["sheet"]).file_name == "（12桁の数字を含むファイル名）"


def test_other_company_sees_neither_sheet_nor_problems(side: Side, cast: Cast) -> None:
    told = registered(side, of(employee(code(), "")))

    with cast.b.scope():
        assert Sheet.anywhere.filter(id=told["sheet"]).count() == 0
        assert SheetProblem.anywhere.filter(sheet_id=told["sheet"]).count() == 0


# steps ----------------------------------------------------------------------------------------


def received(side: Side, content: bytes) -> Sheet:
    with side.scope():
        sheet = keep_sheet(sending(content), actor=side.operator)
        task = actions.plan_work("check", sheet)
    work.check(side.operator, task.id, sheet.id)
    return reread(side, sheet)


def reread(side: Side, sheet: Sheet) -> Sheet:
    with side.scope():
        return Sheet.objects.get(id=sheet.id)


def started(side: Side, sheet: Sheet) -> UUID:
    with side.scope():
        actions.start_applying(sheet, only_good=True, actor=side.operator)
        return actions.plan_work("apply", sheet).id


def some(count: int) -> bytes:
    return of(*(employee(code(), number()) for _ in range(count)))


def test_check_writes_nothing_but_its_findings(side: Side) -> None:
    who = code()

    sheet = received(side, of(employee(who, number()), employee(code(), "")))

    assert (sheet.state, sheet.rows, sheet.good, sheet.refused) == ("checked", 2, 1, 1)
    assert (sheet.added, sheet.changed, sheet.unchanged) == (1, 0, 0)
    with side.scope():
        assert not Person.objects.filter(employee_code=who).exists()
        problem = SheetProblem.objects.get(sheet=sheet)
        assert (problem.row, problem.column, problem.code) == (2, "個人番号", "number_missing")


def test_stop_takes_effect_between_two_chunks_and_the_rest_can_follow(side: Side) -> None:
    sheet = received(side, some(2 * CHUNK + 5))
    task = started(side, sheet)
    with side.scope():
        actions.stop_sheet(sheet, actor=side.operator)

    with pytest.raises(progress.Cancelled):
        work.apply(side.operator, task, sheet.id)
    with side.scope():
        progress.cancelled(task)
        half = reread(side, sheet)
        _, is_due = actions.start_applying(half, only_good=True, actor=side.operator)
        again = actions.plan_work("apply", half).id
    work.apply(side.operator, again, sheet.id)

    done = reread(side, sheet)
    assert (half.applied_through, half.added, is_due) == (CHUNK, CHUNK, True)
    assert (done.state, done.added) == (SheetState.APPLIED, 2 * CHUNK + 5)


def test_second_click_starts_nothing(side: Side) -> None:
    sheet = received(side, some(2))
    with side.scope():
        actions.start_applying(sheet, only_good=True, actor=side.operator)
        actions.plan_work("apply", sheet)

        _, is_due = actions.start_applying(sheet, only_good=True, actor=side.operator)

    assert is_due is False


def test_second_run_of_a_finished_job_does_nothing(side: Side) -> None:
    sheet = received(side, some(3))
    task = started(side, sheet)
    work.apply(side.operator, task, sheet.id)
    written = leaves(side, Action.NUMBER_RECORDED)

    work.apply(side.operator, task, sheet.id)
    work.check(side.operator, task, sheet.id)

    assert leaves(side, Action.NUMBER_RECORDED) == written
    assert reread(side, sheet).added == 3


def test_refused_rows_stop_who_wants_all_or_nothing(side: Side) -> None:
    told = registered(side, of(employee(code(), number()), employee(code(), "")), only_good=False)

    assert (told["state"], told["good"], told["refused"]) == ("checked", 1, 1)


def test_register_that_changed_after_the_check_is_heeded(side: Side) -> None:
    who, digits = code(), number()
    sheet = received(side, of(employee(who, digits), employee(code(), number())))
    registered(side, of(employee(who, number())))

    task = started(side, sheet)
    work.apply(side.operator, task, sheet.id)

    done = reread(side, sheet)
    assert (done.added, done.good, done.refused) == (1, 1, 1)
    with side.scope():
        assert SheetProblem.objects.get(sheet=sheet).code == "number_differs"


def test_discarded_file_is_destroyed(side: Side) -> None:
    sheet = received(side, some(1))

    with side.scope():
        actions.discard_sheet(sheet, actor=side.operator)
    with side.scope():
        door.finish_destruction(side.company.id)
        assert sheet.cell is not None
        assert door.is_destroyed(side.company.id, sheet.cell)
        with pytest.raises(NotApplicable):
            actions.apply_sheet(sheet, actor=side.operator)


def test_forgotten_file_is_discarded_after_a_week(side: Side) -> None:
    old, young = received(side, some(1)), received(side, some(1))
    with side.scope():
        due = Cell.objects.get(id=old.cell).destroy_at
        assert due is not None
        assert abs(due - old.sent_at - timedelta(days=7)) < timedelta(minutes=1)
        door.keep_until(side.company.id, [old.cell], timezone.now())

        door.destroy_due(side.company.id, actions.files_gone)

    assert reread(side, old).state == SheetState.DISCARDED
    assert reread(side, young).state == SheetState.CHECKED


def test_file_unreadable_in_the_middle_is_destroyed_with_one_reason(side: Side) -> None:
    sheet = received(side, some(2 * CHUNK) + 'S99999,"髙橋'.encode())

    assert (sheet.state, sheet.cell) == (SheetState.UNREADABLE, None)
    with side.scope():
        assert [one.code for one in SheetProblem.objects.filter(sheet=sheet)] == ["broken_quoting"]
        task = progress.of_subject(sheet.id)
    assert task is not None
    assert task.state == State.DONE


def test_kind_that_was_not_meant_is_refused(side: Side) -> None:
    from azukari.register.sheets.headings import SheetKind

    with side.scope(), pytest.raises(FileRefused) as refused:
        keep_sheet(sending(some(1), kind=SheetKind.FAMILIES), actor=side.operator)

    assert refused.value.code is FileCode.OTHER_KIND


# kill -9 --------------------------------------------------------------------------------------


def killed(urls: DatabaseUrls, side: Side, sheet: Sheet, at: str) -> None:
    ids = side.contract.id, side.company.id, sheet.id
    killed_at(at, urls, "tests.register.sheet_child", *ids, CHUNK)


def test_every_effect_is_there_once_after_kills_everywhere(database: DatabaseUrls) -> None:
    side = make_side("K")
    people = [employee(code(), number()) for _ in range(4 * CHUNK)]
    sheet = received(side, of(*people))
    task = started(side, sheet)
    seen: list[int] = []

    for point in (
        "deposit:keys-durable",
        "sheet:before-commit",
        "sheet:chunk-applied",
        "sheet:before-commit",
        "sheet:chunk-applied",
    ):
        killed(database, side, sheet, point)
        seen.append(reread(side, sheet).applied_through)
    door.forget_core()
    work.apply(side.operator, task, sheet.id)

    assert seen == [0, 0, CHUNK, CHUNK, 2 * CHUNK]
    done = reread(side, sheet)
    assert (done.state, done.added, done.applied_through) == ("applied", 4 * CHUNK, 4 * CHUNK)
    with side.scope():
        count = Counter(NumberRecord.objects.values_list("person__employee_code", flat=True))
        assert count == Counter(person["社員番号"] for person in people)
        cells = set(NumberRecord.objects.values_list("cell", flat=True))
        stored = Cell.objects.filter(realm=side.company.id, kind="number")
        assert set(stored.values_list("id", flat=True)) == cells
    assert leaves(side, Action.NUMBER_RECORDED) == 4 * CHUNK
    for person in people[:: CHUNK - 1]:
        assert digits_of(side, the(side, person["社員番号"])) == person["個人番号"]


def test_kill_before_the_file_is_destroyed_leaves_it_to_the_next_round(
    database: DatabaseUrls,
) -> None:
    side = make_side("L")
    sheet = received(side, some(2))
    started(side, sheet)

    killed(database, side, sheet, "sheet:before-destruction")

    assert reread(side, sheet).state == SheetState.APPLIED
    with side.scope():
        door.finish_destruction(side.company.id)
        assert sheet.cell is not None
        assert door.is_destroyed(side.company.id, sheet.cell)
