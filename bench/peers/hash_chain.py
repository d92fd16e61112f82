"""A tamper-evident log as it is usually written: each row holds the hash of the one before."""

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from uuid import UUID, uuid4

from django.db import models, transaction
from django.utils import timezone

from azukari.tenancy.ids import new_id
from bench.measure import Measured, WrongResult, expect, measuring
from bench.peers.django_alone import make_tables

BATCH = 1000
_FIRST = "0" * 64
_TABLES = """
CREATE TABLE entry (
    id bigserial PRIMARY KEY, realm uuid NOT NULL, at timestamptz NOT NULL, actor uuid,
    action varchar(32) NOT NULL, person uuid NOT NULL, body text NOT NULL,
    previous varchar(64) NOT NULL, hash varchar(64) NOT NULL);
CREATE INDEX ON entry (realm, at);
CREATE INDEX ON entry (realm, actor, at);
CREATE INDEX ON entry (realm, person);
"""


class Entry(models.Model):
    realm = models.UUIDField()
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    action = models.CharField(max_length=32)
    person = models.UUIDField()
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "bench_peer"
        db_table = "entry"
        managed = False

    def __str__(self) -> str:
        return self.action


def append_and_verify(leaves: int) -> dict[str, Measured]:
    make_tables(_TABLES)
    realm, actor = uuid4(), uuid4()
    people = [(new_id(), uuid4()) for _ in range(leaves)]
    with measuring() as appending, transaction.atomic():
        entries = _chained(realm, actor, people)
        while batch := list(islice(entries, BATCH)):
            Entry.objects.bulk_create(batch, batch_size=BATCH)
    with measuring() as verifying:
        verified = _verify(realm)
    expect("entries", verified, leaves)
    return {"append": Measured(leaves, appending), "verify": Measured(leaves, verifying)}


def _chained(realm: UUID, actor: UUID, people: list[tuple[UUID, UUID]]) -> Iterator[Entry]:
    previous = _FIRST
    for person, handle in people:
        at = timezone.now()
        body = json.dumps(
            {
                "action": "NUMBER_RECORDED",
                "actor": str(actor),
                "actor_name": "運用 太郎",
                "at": at.isoformat(),
                "handles": [str(handle)],
                "purpose": "HEALTH_PENSION",
                "subjects": [str(person)],
            },
            sort_keys=True,
            ensure_ascii=False,
        )
        entry = Entry(
            realm=realm,
            at=at,
            actor=actor,
            action="NUMBER_RECORDED",
            person=person,
            body=body,
            previous=previous,
            hash=_hash(previous, body),
        )
        previous = entry.hash
        yield entry


def _hash(previous: str, body: str) -> str:
    return hashlib.sha256((previous + body).encode()).hexdigest()


def _verify(realm: UUID) -> int:
    """How many entries, all of them in the chain."""
    previous, count = _FIRST, 0
    for entry in Entry.objects.filter(realm=realm).order_by("id").iterator(chunk_size=5000):
        if entry.previous != previous or entry.hash != _hash(previous, entry.body):
            raise WrongResult(f"the chain of the peer is broken at {count}")
        previous = entry.hash
        count += 1
    return count
