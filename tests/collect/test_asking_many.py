"""Many people are asked by a worker: each once, whatever happens to it.

Everyday it is killed a few times; AZUKARI_TEST_KILLS=200 kills a batch of 9,000 two hundred times.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connections

from azukari.collect import requesting
from azukari.collect.models import Mail, Request, RequestBatch, RequestedPerson
from azukari.collect.rules import Channel, RequestState
from azukari.jobs import collect as jobs
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import facts_of
from azukari.ledger.verify import verify_realm
from azukari.pki.signing import verify as check_signature
from azukari.progress import actions as progress
from azukari.progress.models import Progress, State
from azukari.register.models import Person, PersonKind
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.rights import RoleKind
from azukari.tenancy.signing import ledger_signer
from tests.cast import Side, make_side
from tests.collect.cast import asking
from tests.killing import KILLS, LONG, killer

HOUSEHOLDS = 3_000 if KILLS >= 200 else 150
IN_EACH = 3
AT_ONCE = 10  # people of a step
CHILD = "tests.collect.ask_child"


@pytest.fixture
def small_steps() -> Iterator[None]:
    with patch.object(requesting, "CHUNK", AT_ONCE):
        yield


def company(code: str) -> Side:
    """Employees with two of the family each, nobody's number known; some can be asked by mail."""
    side = make_side(code, web_collection=True)
    of_company = {
        "company_id": side.company.id,
        "name": "収集　太郎",
        "kana": "シュウシュウ　タロウ",
    }
    hosts = [
        Person(
            kind=PersonKind.EMPLOYEE,
            employee_code=f"M{at:05d}",
            mail=f"m{at}@example.jp" if at % 2 else "",
            **of_company,
        )
        for at in range(HOUSEHOLDS)
    ]
    families = [
        Person(
            kind=PersonKind.FAMILY,
            host=host,
            employee_code=host.employee_code,
            family_code=number,
            relationship="WIFE" if number == 1 else "CHILD",
            tax_dependent=True,
            **of_company,
        )
        for host in hosts
        for number in range(1, IN_EACH)
    ]
    with side.scope():
        Person.objects.bulk_create([*hosts, *families])
    return side


def everybody_asked(side: Side, **said: object) -> tuple[RequestBatch, Progress]:
    with side.scope():
        employees = Person.objects.filter(kind=PersonKind.EMPLOYEE)
        batch = requesting.ask(
            requesting.households(employees),
            asking(channel=Channel.MAIL, **said),
            actor=side.operator,
        )
        task = requesting.progress_of(batch)
    assert task is not None
    assert task.total == HOUSEHOLDS * IN_EACH
    return batch, task


def now(side: Side, batch: RequestBatch) -> RequestBatch:
    """As it stands, with requests, people and progress agreeing about it."""
    with side.scope():
        found = RequestBatch.objects.get(id=batch.id)
        assert Request.objects.filter(batch=batch).count() == found.asked
        people = RequestedPerson.objects.filter(request__batch=batch).count()
        assert people + sum(found.left_out.values()) == found.handled
    return found


def assert_each_asked_once(side: Side) -> None:
    """One open request for each household, everybody in it, one mail, one leaf for each person."""
    with side.scope():
        asked = Counter(Request.objects.values_list("person_id", flat=True))
        assert asked == Counter(
            Person.objects.filter(kind=PersonKind.EMPLOYEE).values_list("id", flat=True)
        )
        people = Counter(RequestedPerson.objects.values_list("person_id", flat=True))
        assert people == Counter(Person.objects.values_list("id", flat=True))
        mailed = Counter(Mail.objects.values_list("address", flat=True))
        assert mailed == Counter(Person.objects.exclude(mail="").values_list("mail", flat=True))
    realm = side.company.id
    sequencer.sequence(realm)
    sequencer.checkpoint_now(realm, ledger_signer())
    assert verify_realm(realm, ledger_signer().public_key, check_signature).findings == []
    with in_realm(realm):
        leaves = Leaf.objects.filter(realm=realm, action=Action.INVITATION_SENT)
        bodies = leaves.values_list("body", flat=True)
        told = Counter(one for body in bodies for one in facts_of(body).subjects)
    assert told == Counter(str(one) for one in people)


def test_killed_at_random_everybody_is_asked_once(database: DatabaseUrls) -> None:
    side = company("AKILL")
    batch, task = everybody_asked(side, declaration_name="扶養控除等申告書")
    ids = [side.contract.id, side.company.id, side.users[RoleKind.OPERATOR].id, task.id, batch.id]
    kills = 0
    with killer(database, CHILD, AT_ONCE, *ids) as process:
        while kills < KILLS and process.kill():
            kills += 1
            done = now(side, batch).handled / task.total
            process.aim(done=done, kills=kills / KILLS)
        # What the next worker does with a job whose worker died, and with one that is done.
        assert [process.live(LONG), process.live(LONG)] == ["ended", "ended"]

    print(f"killed {kills} times")
    assert kills > KILLS * 2 // 3
    done_batch = now(side, batch)
    assert (done_batch.handled, done_batch.people_ids) == (task.total, [])
    assert done_batch.made_at is not None
    with side.scope():
        task.refresh_from_db()
        assert (task.state, task.done) == (State.DONE, task.total)
        names = set(Request.objects.values_list("declaration_name", flat=True))
        assert names == {"扶養控除等申告書"}
    assert_each_asked_once(side)


def test_two_clicks_at_two_workers_ask_everybody_once(
    database: DatabaseUrls, small_steps: None
) -> None:
    side = company("ACLICK")
    clicks = [everybody_asked(side) for _ in range(2)]

    def work(click: tuple[RequestBatch, Progress]) -> None:
        batch, task = click
        try:
            jobs.make_requests(side.operator, task.id, batch.id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, clicks))

    done = [now(side, batch) for batch, _ in clicks]
    assert sum(one.asked for one in done) == HOUSEHOLDS
    assert sum(one.left_out.get("already_asked", 0) for one in done) == HOUSEHOLDS * IN_EACH
    assert_each_asked_once(side)


def test_it_stops_between_two_steps_and_the_rest_can_be_asked(
    database: DatabaseUrls, small_steps: None
) -> None:
    side = company("ASTOP")
    batch, task = everybody_asked(side)
    work(side, batch, task, steps=2)
    with side.scope():
        requesting.stop(batch, actor=side.operator)

    with pytest.raises(progress.Cancelled):
        jobs.make_requests(side.operator, task.id, batch.id)

    stopped = now(side, batch)
    assert stopped.made_at is None
    assert AT_ONCE < stopped.handled < task.total
    rest, rest_task = everybody_asked(side)
    jobs.make_requests(side.operator, rest_task.id, rest.id)
    assert now(side, rest).left_out["already_asked"] == stopped.handled
    assert_each_asked_once(side)


def work(side: Side, batch: RequestBatch, task: Progress, *, steps: int) -> None:
    for _ in range(steps):
        with side.scope():
            left = requesting.make_requests(batch.id, actor=side.operator, limit=requesting.CHUNK)
            progress.count(task.id, task.total - left)


def test_people_of_an_earlier_release_are_gone_on_with(
    database: DatabaseUrls, small_steps: None
) -> None:
    """It took those who were asked off the front, and kept no place."""
    side = company("AEARLY")
    batch, task = everybody_asked(side)
    work(side, batch, task, steps=1)
    with side.scope():
        row = RequestBatch.objects.get(id=batch.id)
        left: list[UUID] = row.people_ids[row.handled :]
        RequestBatch.objects.filter(id=batch.id).update(people_ids=left, handled=0)

    jobs.make_requests(side.operator, task.id, batch.id)

    with side.scope():
        assert RequestBatch.objects.get(id=batch.id).made_at is not None
        assert not Request.objects.exclude(
            state__in=[RequestState.CREATED, RequestState.SENT]
        ).exists()
    assert_each_asked_once(side)
