import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from azukari.dispose.actions import dispose_number
from azukari.dispose.rules import Reason
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.recipes.recipe import recipes
from azukari.jobs import filings as jobs
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.progress.models import Progress, State
from azukari.register import actions as register
from azukari.register.models import Person
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.models import Office
from azukari.use import actions, preparing, queries
from azukari.use.models import Filing, FilingPerson, FilingState
from azukari.use.preparing import Wanted
from azukari.use.queries import CandidateFilter
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from azukari.vault.models import Cell
from tests.cast import Cast, Side, make_side
from tests.use.cast import (
    HIRED,
    fresh,
    joined,
    leaf_of,
    leaves,
    made,
    numbers,
    prepared,
)

NUMBER_ITEM = 12


def taken(side: Side, filing: Filing) -> bytes:
    with side.scope():
        return actions.download(filing, actor=side.operator)[1]


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
    child = subprocess.run(
        [sys.executable, "-m", "tests.use.make_child", *map(str, ids)],
        env={
            **os.environ,
            "AZUKARI_DATABASE_URL": database["database"],
            "AZUKARI_KEYS_DATABASE_URL": database["keys"],
            "AZUKARI_CRASH_AT": "deposit:keys-durable",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        check=False,
        timeout=60,
    )
    assert child.returncode == -9
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


# downloading and destroying ---------------------------------------------------------------------


def test_each_download_is_counted_and_written_down(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))

    first, second = taken(cast.a, filing), taken(cast.a, filing)

    assert first == second
    leaves_ = leaves(cast.a, Action.FILE_DOWNLOADED, subject=filing.id)
    assert [leaf.details["file_hash"] for leaf in leaves_] == [filing.sha256] * 2
    done = fresh(cast.a, filing)
    assert (done.downloads, done.downloaded_by_name) == (2, cast.a.operator.name)


def older(side: Side, filing: Filing, **times: timedelta) -> None:
    with side.scope():
        Filing.objects.filter(id=filing.id).update(
            **{name: timezone.now() - ago for name, ago in times.items()}
        )


def turned_back(side: Side, filing: Filing, by: timedelta) -> None:
    """As if this much time had passed for the file's clock."""
    with side.scope():
        Cell.objects.filter(id=filing.cell).update(destroy_at=F("destroy_at") - by)


def test_expired_file_is_destroyed_and_its_record_stays(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    turned_back(cast.a, filing, timedelta(days=800))

    with cast.a.scope():
        door.destroy_due(cast.a.company.id, actions.files_gone)

    done = fresh(cast.a, filing)
    assert (done.state, done.sha256) == (FilingState.DESTROYED, filing.sha256)
    with cast.a.scope():
        assert door.is_destroyed(cast.a.company.id, filing.cell)
    [leaf] = leaf_of(cast.a, Action.FILE_EXPIRED, filing)
    assert leaf.handles == (filing.cell,)
    with pytest.raises(UseRefused) as refused:
        taken(cast.a, filing)
    assert refused.value.problem is UseProblem.NO_FILE


def test_expired_file_is_not_given_out_before_the_round_comes(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    older(cast.a, filing, expires_at=timedelta(seconds=1))

    with pytest.raises(UseRefused) as refused:
        taken(cast.a, filing)

    assert refused.value.problem is UseProblem.EXPIRED


def test_copy_is_kept_two_years_and_fetched_again_for_a_reason(cast: Cast) -> None:
    digits = numbers(1)[0]
    person = joined(cast.a, digits)
    filing = made(cast.a, prepared(cast.a, person))
    filed = taken(cast.a, filing)
    older(cast.a, filing, expires_at=timedelta(days=30))
    with cast.a.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)
        actions.make_again(filing, "記載の確認のため", actor=cast.a.operator)

    again = taken(cast.a, filing)

    assert again == filed
    assert shfd0006.read(again).records[0][NUMBER_ITEM] == digits
    # 厚生年金保険法施行規則 第28条: two years from the day after completion.
    today = timezone.localdate()
    assert timezone.localtime(filing.kept_until).date() == today.replace(
        year=today.year + 2
    ) + timedelta(days=1)
    reasons = [leaf.reason for leaf in leaf_of(cast.a, Action.FILING_MADE, filing)]
    assert reasons == ["記載の確認のため", ""]


def test_copy_can_be_destroyed_before_its_time(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))

    with cast.a.scope():
        actions.destroy_copy(filing, actor=cast.a.operator)

    assert fresh(cast.a, filing).state == FilingState.DESTROYED
    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        actions.make_again(filing, "", actor=cast.a.operator)
    assert refused.value.problem is UseProblem.NO_FILE


def test_round_of_one_company_leaves_the_other_alone(cast: Cast) -> None:
    filing = made(cast.b, prepared(cast.b, joined(cast.b)))
    turned_back(cast.b, filing, timedelta(days=800))

    with cast.a.scope():
        door.destroy_due(cast.a.company.id, actions.files_gone)

    assert fresh(cast.b, filing).state == FilingState.MADE


# who and whom -----------------------------------------------------------------------------------


def test_each_verb_asks_for_its_permission(cast: Cast) -> None:
    person = joined(cast.a)
    filing = prepared(cast.a, person)
    officer = cast.a.officer

    for verb in (
        lambda: preparing.prepare_filing(Wanted("2200700", cast.a.office), [person], actor=officer),
        lambda: actions.set_facts(filing, {}, actor=officer),
        lambda: actions.leave_out(filing, [], actor=officer),
        lambda: actions.start_filing(filing, actor=officer),
        lambda: actions.download(filing, actor=officer),
    ):
        with cast.a.scope(), pytest.raises(NotPermitted):
            verb()


def test_candidates_are_those_who_joined_in_the_period(cast: Cast) -> None:
    side = make_side("C")
    early = joined(side, hired_on=date(2026, 3, 31))
    inside = joined(side, hired_on=HIRED)
    late = joined(side, hired_on=date(2026, 5, 1))
    wanted = CandidateFilter(hired_from=HIRED, hired_to=date(2026, 4, 30))

    with side.scope():
        found = [person.id for person in candidates(wanted)]
        everybody = [person.id for person in candidates(CandidateFilter())]

    assert found == [inside.id]
    assert set(everybody) == {early.id, inside.id, late.id}


def candidates(wanted: CandidateFilter) -> list[Person]:
    recipe = recipes()["2200700"]
    return list(queries.find_candidates(wanted, recipe, today=HIRED + timedelta(days=20)))


def test_due_are_those_who_joined_lately_and_were_not_filed(cast: Cast) -> None:
    side = make_side("D")
    joined(side, hired_on=HIRED - timedelta(days=100))
    waiting = joined(side, hired_on=HIRED)
    filed = joined(side, hired_on=HIRED)
    made(side, prepared(side, filed))

    with side.scope():
        found = [person.id for person in candidates(CandidateFilter(due=True))]

    assert found == [waiting.id]


def test_dependants_are_known_from_the_register(cast: Cast) -> None:
    person = joined(cast.a)
    with cast.a.scope():
        register.register_family_member(
            person,
            {"name": "山田　花", "kana": "ヤマダ　ハナ", "relationship": "WIFE",
             "health_dependent": True},
            actor=cast.a.operator,
        )  # fmt: skip

    with cast.a.scope():
        [one] = queries.subjects_of(prepared(cast.a, person))

    assert one.asked["ev.has_dependents"] == "1"


def test_same_person_stands_once_and_places_follow_the_order(cast: Cast) -> None:
    first, second = joined(cast.a), joined(cast.a)

    filing = prepared(cast.a, second, first, second)

    with cast.a.scope():
        rows = FilingPerson.objects.filter(filing=filing).order_by("place")
        assert [row.person_id for row in rows] == [second.id, first.id]


def test_people_left_out_are_not_in_the_file(cast: Cast) -> None:
    bad, good = joined(cast.a, None), joined(cast.a)
    filing = prepared(cast.a, bad, good)

    with cast.a.scope():
        actions.leave_out(filing, [bad.id], actor=cast.a.operator)

    done = made(cast.a, filing)
    assert (done.state, done.people) == (FilingState.MADE, 1)


def test_note_with_a_number_is_refused(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))

    with cast.a.scope():
        [one] = queries.subjects_of(filing)
    facts = {one.person.id: {**one.asked, "ev.note": f"番号は{numbers(1)[0]}"}}
    with cast.a.scope(), pytest.raises(UseRefused) as refused:
        actions.set_facts(filing, facts, actor=cast.a.operator)

    assert refused.value.problem is UseProblem.NUMBER_IN_NOTE


def test_other_company_sees_no_filing(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))

    with cast.b.scope():
        assert not Filing.objects.filter(id=filing.id).exists()
        assert not Filing.anywhere.filter(id=filing.id).exists()
        assert not FilingPerson.anywhere.filter(filing_id=filing.id).exists()


def test_number_disposed_after_choosing_refuses_the_file(cast: Cast) -> None:
    person = joined(cast.a)
    filing = prepared(cast.a, person)
    with cast.a.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)

    done = made(cast.a, filing)

    assert [(one["fact"], one["code"]) for one in done.problems] == [
        ("emp.mynumber", "number-missing")
    ]


def test_hundred_people_take_few_queries(cast: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    with cast.a.scope():
        people = [
            register.register_employee(
                {"employee_code": f"H{place:04d}", "name": "山田　太郎", "kana": "ヤマダ　タロウ"},
                actor=cast.a.operator,
            )
            for place in range(100)
        ]
    filing = prepared(cast.a, *people)

    with cast.a.scope(), CaptureQueriesContext(connections["default"]) as asked:
        queries.subjects_of(filing)

    assert len(asked) == 3


def test_digits_compare_equal_in_memory_only(cast: Cast) -> None:
    digits = numbers(1)[0]
    done = made(cast.a, prepared(cast.a, joined(cast.a, digits)))

    stored = repr(vars(done)) + repr([vars(one) for one in _rows(cast.a, done)])

    assert digits not in stored
    assert parse(shfd0006.read(taken(cast.a, done)).records[0][NUMBER_ITEM]) == parse(digits)


def _rows(side: Side, filing: Filing) -> list[FilingPerson]:
    with side.scope():
        return list(FilingPerson.objects.filter(filing=filing))
