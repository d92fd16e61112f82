"""Ten thousand requests: asked, mailed, answered by several people at a time, each of them twice.

Measured are asking (rows, leaves, outbox), sending (texts, single-use links, one commit each) and
answering (begin, purposes, number into the vault, two papers, hand in).  Every answer is handed in
by two threads at once, as by a double click, and the sending is done by two workers: nothing may
be lost, nothing doubled.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Thread
from typing import Final
from uuid import UUID

from django.core import mail
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from azukari.collect import applicant, applying, links, outbox, requesting
from azukari.collect.models import (
    Application,
    ApplicationItem,
    Document,
    Mail,
    MailState,
    Request,
    RequestBatch,
)
from azukari.collect.papers import PaperKind
from azukari.collect.requesting import Asking
from azukari.collect.rules import ApplicationState, Channel, CollectRefused, RequestState
from azukari.law.number import MyNumber
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.register.accounts import places
from azukari.register.models import Person, PersonKind
from azukari.synthetic.generator import number_at
from azukari.tenancy import contracts, scope
from azukari.tenancy.options import Option
from azukari.vault import door
from bench.jobs.house import SEED, actor_of, scope_of
from bench.jobs.registration import check_ledger
from bench.measure import Measured, expect, latencies, measuring

_THREADS: Final = 4
_PICTURE: Final = b"\xff\xd8" + bytes(60_000)  # as large as a clean picture of a card


def collect(place: dict[str, str], people: int) -> dict[str, Measured]:
    [contract] = [one for one in contracts.list_contracts() if str(one.id) == place["contract"]]
    contracts.set_option(contract, Option.WEB_COLLECTION, on=True)
    ids = _employees(place, people)
    door.state()  # the first start of an installation makes its root, and is not for four at once
    with measuring() as asking:
        batch = _ask(place, ids)
    backend = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend), measuring() as sending:
        mail.outbox = []
        _in_threads(2, lambda: outbox.send_waiting(scope_of(place)))
    letters = list(mail.outbox)
    seconds: list[float] = []
    with measuring() as answering:
        _answer_all(place, letters, seconds)
    _check(place, batch, letters, people)
    return {
        "ask": Measured(people, asking),
        "send": Measured(people, sending),
        "answer": Measured(people, answering, latencies(seconds)),
    }


def _employees(place: dict[str, str], count: int) -> list[UUID]:
    rows = [
        Person(
            company_id=place["company"],
            kind=PersonKind.EMPLOYEE,
            employee_code=f"C{one:07d}",
            name="収集　太郎",
            kana="シュウシュウ　タロウ",
            search_key="収集太郎 シュウシュウタロウ",
            mail=f"c{one:07d}@example.jp",
        )
        for one in range(count)
    ]
    with scope.enter(scope_of(place)):
        Person.objects.bulk_create(rows, batch_size=2_000)
    return [one.id for one in rows]


def _ask(place: dict[str, str], people: list[UUID]) -> UUID:
    actor = actor_of(place)
    asking = Asking("負荷", "全員", timezone.localdate() + timedelta(days=14), channel=Channel.MAIL)
    with scope.enter(scope_of(place)):
        batch = RequestBatch.objects.create(
            company_id=place["company"],
            title=asking.title,
            whom=asking.whom,
            occasion=asking.occasion,
            channel=asking.channel,
            deadline=asking.deadline,
            people_ids=people,
            created_by_name=actor.name,
        )
    left = 1
    while left:
        with scope.enter(scope_of(place)):
            left = requesting.make_requests(batch.id, actor=actor, limit=requesting.CHUNK)
    return batch.id


def _answer_all(
    place: dict[str, str], letters: Sequence[mail.EmailMessage], seconds: list[float]
) -> None:
    from time import perf_counter  # noqa: PLC0415  only here

    # The second click of each comes from threads of their own, whose connections stay open.
    with ThreadPoolExecutor(_THREADS) as people, ThreadPoolExecutor(_THREADS) as clicks:

        def answer(at: int) -> None:
            start = perf_counter()
            submit = _fill_in(place, str(letters[at].body), at)
            second = clicks.submit(submit)
            submit()
            second.result()
            seconds.append(perf_counter() - start)

        list(people.map(answer, range(len(letters))))
        for pool in (people, clicks):
            list(pool.map(lambda _: connections.close_all(), range(_THREADS)))


def _fill_in(place: dict[str, str], body: str, at: int) -> Callable[[], None]:
    """By the link out of the mail, as a person without an account does; answers the last click."""
    [url] = [line for line in body.splitlines() if line.startswith("https://")]
    token = url.rpartition("/")[2]
    inside = places.by_token(token).scope
    with inside():
        person = links.look(token).person
        actor = applicant.applicant_actor(UUID(place["contract"]), person)
        request = links.use(token, actor=actor)
    with inside():
        application = applying.start(request, signed_in=False, actor=actor)
        applying.see_purposes(application, actor=actor)
    number: MyNumber = number_at(at, SEED)
    with inside():
        [item] = application.items.select_related("application")
        applying.put_number(item, number, actor=actor)
    for kind in (PaperKind.CARD_BACK, PaperKind.CARD_FRONT):
        with inside():
            applying.add_document(item, kind, _PICTURE, media_type="image/jpeg", actor=actor)

    def submit() -> None:
        with inside():
            try:
                applying.submit(application, actor=actor)
            except CollectRefused:
                return  # the other click was first

    return submit


def _in_threads(count: int, act: Callable[[], object]) -> None:
    start = Barrier(count)

    def at_once() -> None:
        start.wait()
        try:
            act()
        finally:
            connections.close_all()

    threads = [Thread(target=at_once) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _check(
    place: dict[str, str], batch: UUID, letters: Sequence[mail.EmailMessage], people: int
) -> None:
    company = UUID(place["company"])
    got = Counter(letter.to[0] for letter in letters)
    expect("people who got a mail", len(got), people)
    expect("most mails of one person", max(got.values()), 1)
    with scope.enter(scope_of(place)):
        requests = Request.objects.filter(batch=batch)
        expect("requests", requests.count(), people)
        answered = requests.filter(state=RequestState.ANSWERED)
        expect("requests answered", answered.count(), people)
        handed_in = Application.objects.filter(state=ApplicationState.SUBMITTED)
        expect("applications", handed_in.count(), people)
        expect("applicants", handed_in.values("applicant").distinct().count(), people)
        expect("versions but the second", handed_in.exclude(version=2).count(), 0)
        kept = ApplicationItem.objects.filter(cell__isnull=False)
        expect("waiting numbers", kept.count(), people)
        papers = Document.objects.filter(cell__isnull=False)
        expect("papers", papers.count(), 2 * people)
        sent = Mail.objects.filter(state=MailState.SENT, kind="request")
        expect("mails sent", sent.count(), people)
        received = Mail.objects.filter(kind="received")
        expect("mails that it came", received.count(), people)
    check_ledger(company)
    with in_realm(company):
        leaves = Leaf.objects.filter(realm=company, action=Action.APPLICATION_SUBMITTED)
        expect("leaves of what was handed in", leaves.count(), people)
