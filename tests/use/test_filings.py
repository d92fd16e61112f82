import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.jobs import filings as jobs
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.progress.models import Progress, State
from azukari.register import actions as register
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.models import Office
from azukari.use import actions, queries
from azukari.use.models import Filing, FilingPerson, FilingState
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault.models import Cell
from tests.cast import Cast, Side
from tests.killing import killed_at
from tests.use.cast import (
    fresh,
    joined,
    leaf_of,
    leaves,
    made,
    numbers,
    prepared,
    taken,
)

NUMBER_ITEM = 12


def last_media_number(side: Side, value: int | None = None) -> int:
    with side.scope():
        if value is not None:
            Office.objects.filter(id=side.office.id).update(last_media_number=value)
        return Office.objects.get(id=side.office.id).last_media_number


# making -----------------------------------------------------------------------------------------


def test_file_holds_everybody_with_their_numbers(cast: Cast) -> None:
    digits = numbers(3)
    people = [joined(cast.a, one) for one in digits]
    filing = prepared(cast.a, *people)

    done = made(cast.a, filing)

    assert done.problems == []
    content = taken(cast.a, done)
    document = shfd0006.read(content)
    assert [
        record[NUMBER_ITEM] == one for record, one in zip(document.records, digits, strict=True)
    ] == [True, True, True]
    assert shfd0006.check(content, today=timezone.localdate()) == []
    assert document.media[3] == f"{done.media_number:03d}"
    assert done.state == FilingState.MADE
    assert (done.size, done.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert done.expires_at - done.made_at == timedelta(hours=24)


def test_making_is_written_down_for_each_number_and_for_the_file(cast: Cast) -> None:
    people = [joined(cast.a), joined(cast.a)]
    filing = prepared(cast.a, *people)

    made(cast.a, filing)

    opened = leaf_of(cast.a, Action.NUMBER_OPENED, filing)
    assert {one.subjects for one in opened} == {(person.id,) for person in people}
    assert {(one.purpose, one.form) for one in opened} == {("HEALTH_PENSION", "2200700")}
    assert [one.count for one in leaf_of(cast.a, Action.FILING_STARTED, filing)] == [2]
    assert [one.count for one in leaf_of(cast.a, Action.FILING_MADE, filing)] == [2]


def test_progress_ends_with_the_file(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))

    made(cast.a, filing)

    with cast.a.scope():
        task = Progress.objects.get(subject=filing.id)
    assert (task.state, task.done, task.total) == (State.DONE, 1, 1)


def test_person_without_number_is_filed_by_pension_number(cast: Cast) -> None:
    person = joined(
        cast.a, None, pension_number="1234567890", postcode="1008580",
        address_kana="トウキョウトチヨダク", address="東京都千代田区",
    )  # fmt: skip

    content = taken(cast.a, made(cast.a, prepared(cast.a, person)))

    [record] = shfd0006.read(content).records
    assert (record[12], record[15], record[16], record[28]) == ("", "1234", "567890", "100")


def test_number_held_for_another_purpose_is_never_opened(cast: Cast) -> None:
    person = joined(cast.a, purposes=[Purpose.TAX_WITHHOLDING])

    done = made(cast.a, prepared(cast.a, person, joined(cast.a)))

    assert done.state == FilingState.REFUSED
    assert [one["code"] for one in done.problems] == ["purpose-missing"]
    assert leaves(cast.a, Action.NUMBER_OPENED, subject=person.id) == []


def test_one_bad_row_refuses_the_whole_file(cast: Cast) -> None:
    good, bad = joined(cast.a), joined(cast.a, name="髙橋　太郎")
    before = last_media_number(cast.a)

    done = made(cast.a, prepared(cast.a, good, bad))

    assert done.state == FilingState.REFUSED
    assert [(one["person"], one["item"], one["code"]) for one in done.problems] == [
        (str(bad.id), 8, "unusable-character")
    ]
    assert done.cell is None
    assert last_media_number(cast.a) == before
    assert leaf_of(cast.a, Action.NUMBER_OPENED, done) == []
    assert [one.result.value for one in leaf_of(cast.a, Action.FILING_REFUSED, done)] == ["REFUSED"]


def test_refused_filing_is_mended_and_made(cast: Cast) -> None:
    person = joined(cast.a, name="髙橋　太郎")
    filing = made(cast.a, prepared(cast.a, person))
    with cast.a.scope():
        person.refresh_from_db()
        register.change_person(
            person, {"name": "高橋　太郎"}, version=person.version, actor=cast.a.operator
        )

    done = made(cast.a, filing)

    assert (done.state, done.problems) == (FilingState.MADE, [])


def test_facts_of_a_refused_filing_can_be_given_again(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a), pay=None))
    assert [one["fact"] for one in filing.problems] == ["ev.pay_currency"]

    with cast.a.scope():
        [one] = queries.subjects_of(filing)
        given = {one.person.id: {**one.asked, "ev.pay_currency": 250_000}}
        actions.set_facts(filing, given, actor=cast.a.operator)

    assert fresh(cast.a, filing).state == FilingState.PREPARING
    assert made(cast.a, filing).state == FilingState.MADE


# media number -----------------------------------------------------------------------------------


def test_media_number_is_raised_by_released_files_and_goes_round(cast: Cast) -> None:
    last_media_number(cast.a, 998)

    first = made(cast.a, prepared(cast.a, joined(cast.a)))
    second = made(cast.a, prepared(cast.a, joined(cast.a)))

    assert (first.media_number, second.media_number) == (999, 1)
    assert last_media_number(cast.a) == 1


def test_media_numbers_differ_when_two_are_made_at_once(cast: Cast) -> None:
    begun = []
    for filing in [prepared(cast.a, joined(cast.a)) for _ in range(4)]:
        with cast.a.scope():
            task, _ = actions.begin_filing(filing, actor=cast.a.operator)
        begun.append((task.id, filing))
    actor = cast.a.operator

    def work(one: tuple) -> None:
        try:
            jobs.make(actor, one[0], one[1].id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, begun))

    given = [fresh(cast.a, filing).media_number for _, filing in begun]
    assert len(set(given)) == 4
    assert last_media_number(cast.a) == max(given)


# starting ---------------------------------------------------------------------------------------


def jobs_of(filing: Filing) -> int:
    return ProcrastinateJob.objects.filter(args__filing_id=str(filing.id)).count()


def test_double_click_starts_once(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))

    started = []
    for _ in range(2):
        with cast.a.scope():
            started.append(actions.start_filing(filing, actor=cast.a.operator).id)

    assert started[0] == started[1]
    assert jobs_of(filing) == 1
    assert len(leaf_of(cast.a, Action.FILING_STARTED, filing)) == 1


def test_clicks_at_the_same_time_start_once(cast: Cast) -> None:
    filing, actor = prepared(cast.a, joined(cast.a)), cast.a.operator

    def click(_: int) -> object:
        try:
            with cast.a.scope():
                return actions.start_filing(filing, actor=actor).id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        started = set(pool.map(click, range(4)))

    assert len(started) == 1
    assert jobs_of(filing) == 1


def test_made_filing_is_not_made_again(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))

    again = made(cast.a, filing)

    assert (again.cell, again.media_number) == (filing.cell, filing.media_number)


def test_filing_whose_work_broke_off_can_be_begun_again(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))
    with cast.a.scope():
        task, _ = actions.begin_filing(filing, actor=cast.a.operator)
        Progress.objects.filter(id=task.id).update(state=State.FAILED, finished_at=timezone.now())

    assert made(cast.a, filing).state == FilingState.MADE


@pytest.mark.parametrize("act", ["set_facts", "leave_out"])
def test_filing_that_is_made_cannot_be_changed(cast: Cast, act: str) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a), joined(cast.a)))

    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        getattr(actions, act)(filing, {}, actor=cast.a.operator)

    assert refused.value.problem is UseProblem.CANNOT_BE_CHANGED


def test_killed_worker_leaves_one_file_after_the_rerun(cast: Cast, database: DatabaseUrls) -> None:
    digits = numbers(1)[0]
    filing = prepared(cast.a, joined(cast.a, digits))
    before = last_media_number(cast.a)
    with cast.a.scope():
        task, _ = actions.begin_filing(filing, actor=cast.a.operator)
    ids = [cast.a.contract.id, cast.a.company.id, task.id, filing.id]
    killed_at("deposit:keys-durable", database, "tests.use.make_child", *ids)
    assert fresh(cast.a, filing).state == FilingState.MAKING
    assert last_media_number(cast.a) == before

    jobs.make(cast.a.operator, task.id, filing.id)
    jobs.make(cast.a.operator, task.id, filing.id)

    done = fresh(cast.a, filing)
    with cast.a.scope():
        files = Cell.objects.filter(subject=filing.id, kind="file").count()
    assert (done.state, files) == (FilingState.MADE, 1)
    assert done.media_number == before % 999 + 1
    assert last_media_number(cast.a) == done.media_number
    assert shfd0006.read(taken(cast.a, done)).records[0][NUMBER_ITEM] == digits


def test_digits_compare_equal_in_memory_only(cast: Cast) -> None:
    digits = numbers(1)[0]
    done = made(cast.a, prepared(cast.a, joined(cast.a, digits)))

    stored = repr(vars(done)) + repr([vars(one) for one in _rows(cast.a, done)])

    assert digits not in stored
    assert parse(shfd0006.read(taken(cast.a, done)).records[0][NUMBER_ITEM]) == parse(digits)


def _rows(side: Side, filing: Filing) -> list[FilingPerson]:
    with side.scope():
        return list(FilingPerson.objects.filter(filing=filing))


def test_same_facts_for_everybody_lie_over_what_is_stored(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a), joined(cast.a))
    told = {"ev.pay_currency": 210_000, "ev.note": "途中入社", "ev.acquired": date(2026, 4, 2)}

    with cast.a.scope():
        actions.tell_everybody(filing, {**told, "ev.has_dependents": None}, actor=cast.a.operator)

    with cast.a.scope():
        asked = [one.asked for one in queries.subjects_of(filing)]
    for one in asked:
        assert {name: one[name] for name in told} == told
        assert "ev.has_dependents" not in one
        assert one["ev.insured_kind"] == "1"
    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        note = {"ev.note": f"番号は{numbers(1)[0]}"}
        actions.tell_everybody(filing, note, actor=cast.a.operator)
    assert refused.value.problem is UseProblem.NUMBER_IN_NOTE
