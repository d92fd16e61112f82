"""Asking: the people are frozen, then asked chunk by chunk.

Each chunk is one transaction with its rows, leaves, mails and progress.  After `kill -9` the next
worker goes on behind those of the batch that are handled.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.utils import timezone

from azukari.collect import announcing, setting
from azukari.collect.models import Application, Request, RequestBatch, RequestedPerson
from azukari.collect.rules import (
    OPEN_REQUESTS,
    ApplicationState,
    Channel,
    CollectProblem,
    CollectRefused,
    Occasion,
    RequestState,
)
from azukari.collect.whom import Wanted, wanted_of
from azukari.collect.writing import refuse_number_in
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record, bodies_for_each
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.progress.whole_joins import whole_joins
from azukari.register.models import NumberState, Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.ids import new_id

AT_ONCE: Final = 50  # so many people are asked without a job
CHUNK: Final = 500
_LARGEST_HOUSEHOLD: Final = 50


@dataclass(frozen=True)
class Asking:
    """What is said to whom; `whom` is the choice of people in words.

    `key`: of one sending of a form, so that a second click asks nobody again.
    """

    title: str
    whom: str
    deadline: date
    channel: Channel = Channel.MAIL
    occasion: Occasion = Occasion.CHOSEN
    declaration_name: str = ""
    key: str = ""


class AskedBefore(Exception):
    """A batch was made of this sending already."""

    def __init__(self, batch: RequestBatch) -> None:
        super().__init__("asked before")
        self.batch = batch


@dataclass
class Made:
    """What became of one chunk."""

    requests: list[Request] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def households(employees: QuerySet[Person]) -> QuerySet[Person]:
    """The employees (or payees) and their families, as far as a number is missing."""
    families = Person.objects.filter(host__in=employees)
    # Both kinds as one list of ids: two lists with OR between them are gone through once for each
    # person of the company as soon as they are too long to be hashed.
    people = employees.order_by().values("id").union(families.values("id"))
    return missing_among(Person.objects.filter(id__in=people))


def missing_among(people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of the people whose number is missing."""
    return people.filter(number_state=NumberState.NONE)


def with_number(kind: str, codes: Sequence[str]) -> QuerySet[Person]:
    """Those whose number is held, for 番号変更."""
    return Person.objects.filter(
        kind=kind, employee_code__in=codes, number_state=NumberState.ACTIVE
    )


def how_many(people: QuerySet[Person]) -> int:
    # Often they were registered a moment ago, here as where they are frozen.
    with whole_joins():
        return people.count()


def ask(people: QuerySet[Person], asking: Asking, *, actor: Actor) -> RequestBatch:
    """Asks for the numbers of these people; a family member is asked through the employee.

    More than `AT_ONCE` are asked in the background.  Raises `CollectRefused`, and `AskedBefore`
    of a key that made a batch; who comes with it at the same moment waits for the first one.
    """
    actor.require("application:create")
    refuse_number_in(asking.title)
    if not how_many(people):
        raise CollectRefused(CollectProblem.NOBODY_TO_ASK)
    if asking.deadline < timezone.localdate():
        raise CollectRefused(CollectProblem.DEADLINE_PASSED)
    batch, is_new = RequestBatch.objects.defer("people_ids").get_or_create(
        id=uuid5(actor.company, asking.key) if asking.key else new_id(),
        defaults={
            "company_id": actor.company,
            "title": asking.title.strip()[:80],
            "whom": asking.whom[:200],
            "occasion": asking.occasion,
            "channel": asking.channel,
            "deadline": asking.deadline,
            "declaration_name": asking.declaration_name,
            "created_by": actor.user_id,
            "created_by_name": actor.name,
        },
    )
    if not is_new:
        raise AskedBefore(batch)
    count = _freeze(batch, people)
    if count <= AT_ONCE:
        make_requests(batch.id, actor=actor)
        batch.refresh_from_db()
    else:
        task = progress.plan("requests", batch.id, total=count)
        queue.enqueue("requests.make", actor=actor, progress_id=task.id, batch_id=batch.id)
    return batch


def _freeze(batch: RequestBatch, people: QuerySet[Person]) -> int:
    """Households stand together, since they share a code; how many people."""
    ids = people.order_by("employee_code", "family_code").values("id")
    row = RequestBatch.objects.filter(id=batch.id)
    # Put there by the database: many ids need not come here and go back.
    with whole_joins():
        row.update(people_ids=ArraySubquery(ids))
    count: int = row.values_list("people_ids__len", flat=True).get()
    return count


def progress_of(batch: RequestBatch) -> Progress | None:
    return progress.of_subject(batch.id)


def stop(batch: RequestBatch, *, actor: Actor) -> bool:
    """Asks the worker to stop between two chunks; who has been asked by then stays asked.

    Whether it is still at work.
    """
    actor.require("application:create")
    task = progress_of(batch)
    if task is None or task.is_over:
        return False
    progress.ask_to_cancel(task.id)
    return True


def make_requests(batch_id: UUID, *, actor: Actor, limit: int | None = None) -> int:
    """The next chunk of people of the batch is asked; how many are still to be."""
    actor.require("application:create")
    row = RequestBatch.objects.filter(id=batch_id)
    batch = row.defer("people_ids").select_for_update().get()
    if batch.made_at is not None:
        return 0
    frozen: int = row.values_list("people_ids__len", flat=True).get()
    # Whole households, so that nobody gets two requests for one pass.
    people, handled = _next_households(batch, limit or frozen)
    made = _ask_people(people, batch, actor)
    batch.handled += handled
    batch.asked += len(made.requests)
    batch.left_out = dict(Counter(batch.left_out) + made.left_out)
    batch.save(update_fields=["handled", "asked", "left_out"])
    left = frozen - batch.handled
    if not left:
        row.update(made_at=timezone.now(), people_ids=[])
    return left


def _next_households(batch: RequestBatch, limit: int) -> tuple[list[Person], int]:
    """At least `limit` people behind those that are handled, whole households (they share a
    code), as far as they are still in the register; and how many of the frozen ids that takes.
    """
    places = f"people_ids__{batch.handled}_{batch.handled + limit + _LARGEST_HOUSEHOLD}"
    ahead: list[UUID] = RequestBatch.objects.values_list(places, flat=True).get(id=batch.id)
    found = Person.objects.select_related("host").in_bulk(ahead)
    codes = [found[one].employee_code if one in found else "" for one in ahead]
    cut = min(limit, len(ahead))
    while 0 < cut < len(ahead) and codes[cut] == codes[cut - 1]:
        cut += 1
    return [found[one] for one in ahead[:cut] if one in found], cut


def _ask_people(people: list[Person], batch: RequestBatch, actor: Actor) -> Made:
    terms = setting.terms_on(timezone.localdate())
    made = Made()
    changed = batch.occasion == Occasion.NUMBER_CHANGED
    wanted = wanted_of([(person, changed) for person in people], terms)
    made.left_out[CollectProblem.NOBODY_TO_ASK.value] = len(people) - len(wanted)
    declaration_name = batch.declaration_name or company_at_work(actor.company).declaration_name
    by_host: dict[UUID, list[Wanted]] = defaultdict(list)
    for one in wanted:
        by_host[one.person.host_id or one.person.id].append(one)
    # Under lock, so that whoever asks them at the same moment sees these requests.
    found = Person.objects.select_for_update(of=("self",), no_key=True).filter(id__in=by_host)
    hosts = {one.id: one for one in found.order_by("id")}
    open_now = {
        one.person_id: one
        for one in Request.objects.select_for_update(of=("self",)).filter(
            person__in=by_host, state__in=list(OPEN_REQUESTS)
        )
    }
    rows: list[RequestedPerson] = []
    for host_id, group in by_host.items():
        request = open_now.get(host_id)
        if request is not None:
            added = _add_to(request, group)
            made.left_out[CollectProblem.ALREADY_ASKED.value] += len(group) - len(added)
            rows += added
            continue
        request = _new_request(hosts[host_id], batch, declaration_name, actor)
        made.requests.append(request)
        rows += [_asked(request, one) for one in group]
    Request.objects.bulk_create(made.requests)
    RequestedPerson.objects.bulk_create(rows)
    _write_asked(rows, batch, actor)
    announcing.requested([one for one in made.requests if one.channel == Channel.MAIL])
    return made


def _new_request(
    person: Person, batch: RequestBatch, declaration_name: str, actor: Actor
) -> Request:
    channel = Channel(batch.channel)
    if channel is Channel.MAIL and not person.mail:
        channel = Channel.LETTER  # nobody is left out for want of an address
    on_screen = channel is Channel.SCREEN
    return Request(
        company_id=actor.company,
        batch=batch,
        person=person,
        occasion=batch.occasion,
        channel=channel,
        state=RequestState.SENT if on_screen else RequestState.CREATED,
        sent_at=timezone.now() if on_screen else None,
        declaration_name=declaration_name,
        deadline=batch.deadline,
        created_by=actor.user_id,
        created_by_name=actor.name,
    )


def _asked(request: Request, wanted: Wanted) -> RequestedPerson:
    return RequestedPerson(
        company_id=request.company_id,
        request=request,
        person=wanted.person,
        changed=wanted.changed,
        purposes=[purpose.code for purpose in wanted.purposes],
        provision=wanted.provision.value,
    )


def _add_to(request: Request, group: list[Wanted]) -> list[RequestedPerson]:
    """Who is not in the open request yet comes in, unless it is being answered already."""
    if Application.objects.filter(request=request, state=ApplicationState.DRAFT).exists():
        return []
    there = set(request.people.values_list("person_id", flat=True))
    return [_asked(request, one) for one in group if one.person.id not in there]


def _write_asked(rows: Iterable[RequestedPerson], batch: RequestBatch, actor: Actor) -> None:
    by_purpose: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        by_purpose[",".join(row.purposes)].append(row.person_id)
    for purposes, people in by_purpose.items():
        record = Record.by(
            actor,
            Action.INVITATION_SENT,
            purpose=purposes,
            count=1,
            details={
                "target": str(batch.id), "channel": batch.channel, "kind": batch.occasion,
                "expires_at": batch.deadline.isoformat(),
            },
        )  # fmt: skip
        pens.write_many(actor.company, bodies_for_each(record, [(one, None) for one in people]))
