"""Nothing is lost and nothing doubled when clicks and workers meet."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from django.db import connections
from django.utils import timezone

from azukari.collect import applying, requesting, reviewing
from azukari.collect.models import Application, Mail, Request, RequestBatch
from azukari.collect.rules import ApplicationState, Channel, CollectRefused
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf, Outbox
from azukari.ledger.realm_scope import in_realm
from azukari.register.models import NumberState, Person
from tests.cast import Cast, Side
from tests.collect.cast import asked, asking, filled_in, handed_in, me
from tests.web.browser import employee

CLICKS = 4


def at_once(side: Side, acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Each act in a thread and a transaction of its own, begun together; what became of them."""
    begin = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        begin.wait()
        try:
            with side.scope():
                act()
        except CollectRefused as refused:
            return refused.problem.value
        except requesting.AskedBefore:
            return "asked_before"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(one, acts))


def leaves(side: Side, action: Action, asked_or_applied: Application | Request) -> int:
    """Of the tree, and of what waits to come into it."""
    about = str(asked_or_applied.id)
    with in_realm(side.company.id):
        told = [
            body
            for table in (Leaf, Outbox)
            for body in table.objects.filter(realm=side.company.id).values_list("body", flat=True)
        ]
    return sum(about in str(body) and f'"{action.value}"' in str(body) for body in told)


def test_application_is_begun_once(cast: Cast) -> None:
    side = cast.a
    person = employee(side)
    request = asked(side, person)
    actor = me(side, person)

    came = at_once(side, [lambda: applying.start(request, signed_in=True, actor=actor)] * CLICKS)

    assert came == {"done": CLICKS}
    with side.scope():
        assert Application.objects.filter(request=request).count() == 1


def test_application_is_handed_in_once(cast: Cast) -> None:
    side = cast.a
    person = employee(side, mail="at-once@example.jp")
    application = filled_in(side, person)
    actor = me(side, person)

    came = at_once(side, [lambda: applying.submit(application, actor=actor)] * CLICKS)

    assert came == {"done": 1, "not_editable": CLICKS - 1}
    with side.scope():
        application.refresh_from_db()
        assert (application.state, application.version) == (ApplicationState.SUBMITTED, 2)
        assert Mail.objects.filter(application=application, kind="received").count() == 1
    assert leaves(side, Action.APPLICATION_SUBMITTED, application) == 1


def test_application_is_decided_once(cast: Cast) -> None:
    """One approves, one returns, one takes it back, at the same moment."""
    side = cast.a
    person = employee(side)
    application = handed_in(side, person)
    version = application.version

    came = at_once(
        side,
        [
            lambda: applying.withdraw(application, actor=me(side, person)),
            lambda: reviewing.reject(
                application, "重複しています", version=version, actor=side.operator
            ),
            lambda: reviewing.begin_check(application, actor=side.operator),
        ],
    )

    with side.scope():
        application.refresh_from_db()
        person.refresh_from_db()
        assert application.state in {ApplicationState.WITHDRAWN, ApplicationState.REJECTED}
        assert application.items.filter(cell__isnull=False).count() == 0
        assert person.number_state == NumberState.NONE
    ended = [Action.APPLICATION_WITHDRAWN, Action.APPLICATION_REJECTED]
    assert sum(leaves(side, action, application) for action in ended) == 1
    assert came["done"] in {1, 2}


def test_person_is_asked_once(cast: Cast) -> None:
    side = cast.a
    person = employee(side, mail="asked-at-once@example.jp")
    wanted = asking(channel=Channel.MAIL)

    def ask() -> None:
        requesting.ask(Person.objects.filter(id=person.id), wanted, actor=side.operator)

    at_once(side, [ask] * CLICKS)

    with side.scope():
        request = Request.objects.get(person=person)
        assert Mail.objects.filter(request=request).count() == 1


def test_wave_is_made_once_of_one_sending(cast: Cast) -> None:
    side = cast.a
    person = employee(side, mail="one-wave@example.jp")
    wanted = asking(title="一度だけ", channel=Channel.MAIL, key="of one page")

    def ask() -> None:
        requesting.ask(Person.objects.filter(id=person.id), wanted, actor=side.operator)

    came = at_once(side, [ask] * CLICKS)

    assert came == {"done": 1, "asked_before": CLICKS - 1}
    with side.scope():
        batch = RequestBatch.objects.get(title="一度だけ")
        assert (batch.asked, batch.left_out) == (1, {})
        assert Request.objects.get(person=person).batch_id == batch.id


def test_key_of_one_company_is_none_of_another(cast: Cast) -> None:
    wanted = asking(title="どちらの会社も", key="of two companies")

    for side in (cast.a, cast.b):
        person = employee(side)
        with side.scope():
            requesting.ask(Person.objects.filter(id=person.id), wanted, actor=side.operator)

    for side in (cast.a, cast.b):
        with side.scope():
            assert RequestBatch.objects.get(title="どちらの会社も").asked == 1


def test_person_is_asked_again_once(cast: Cast) -> None:
    side = cast.a
    person = employee(side, mail="again-at-once@example.jp")
    request = asked(side, person)
    with side.scope():
        seen = requesting.standing_of(request)
    day = timezone.localdate() + timedelta(days=20)

    def again() -> None:
        requesting.send_again(
            request, channel=Channel.MAIL, deadline=day, seen=seen, actor=side.operator
        )

    came = at_once(side, [again] * CLICKS)

    assert came == {"done": 1, "request_moved": CLICKS - 1}
    with side.scope():
        request = Request.objects.get(person=person)
        assert (request.state, request.channel, request.deadline) == ("created", "mail", day)
        assert Mail.objects.filter(request=request, kind="request").count() == 1
        seen = requesting.standing_of(request)

    came = at_once(side, [again] * CLICKS)

    assert came == {"done": 1, "request_moved": CLICKS - 1}
    with side.scope():
        assert Mail.objects.filter(request=request, kind="request").count() == 2
