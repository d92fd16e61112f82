"""The ledger in the database, as the runtime role sees it under row-level security."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction
from django.db.utils import DatabaseError, InternalError, ProgrammingError

from azukari.ledger import export, pens, queries, sequencer, verify
from azukari.ledger.actions import Action
from azukari.ledger.checkpoint import parse_checkpoint
from azukari.ledger.merkle import Frontier, leaf_hash, leaf_hashes, verify_consistency
from azukari.ledger.models import Leaf, Mention, Outbox, Tree
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import Record, bodies_for_each
from azukari.ledger.standalone import verify_ledger as verifier
from azukari.pki import signing
from azukari.tenancy.signing import ledger_signer

pytestmark = pytest.mark.usefixtures("database")
# The installation's own: signing all trees of the run with another key would spoil them.
SIGNER = ledger_signer()
AT = datetime(2026, 1, 5, tzinfo=UTC)
_minutes = count()


def record(action: Action = Action.NUMBER_REVEALED, **fields: Any) -> Record:
    return Record(**({"at": AT + timedelta(minutes=next(_minutes)), "action": action} | fields))


@pytest.fixture
def realm() -> UUID:
    return uuid4()


def page(realm: UUID, asked: queries.Filter | None = None, **rest: Any) -> queries.Page:
    with in_realm(realm):
        return queries.records(realm, asked, **rest)


def listed(realm: UUID, asked: queries.Filter | None = None) -> list[Record]:
    return [entry.record for entry in page(realm, asked).entries]


def check(realm: UUID) -> verify.Verification:
    return verify.verify_realm(realm, SIGNER.public_key, signing.verify)


# Pens ------------------------------------------------------------------------------------------


def test_change_is_written_with_the_transaction_and_lost_with_it(realm: UUID) -> None:
    kept, lost = record(), record()

    pens.write(kept, realm)
    with transaction.atomic():
        pens.write(lost, realm)
        transaction.set_rollback(True)

    assert listed(realm) == [kept]


def test_reading_stays_when_the_business_is_rolled_back(realm: UUID) -> None:
    reading = record()

    with transaction.atomic():
        pens.before_open(realm, [reading])
        transaction.set_rollback(True)

    assert listed(realm) == [reading]


def test_many_readings_are_committed_at_once(realm: UUID) -> None:
    persons = [(uuid4(), uuid4()) for _ in range(30)]

    with transaction.atomic():
        pens.before_open(realm, bodies_for_each(record(count=1), persons))
        transaction.set_rollback(True)

    assert {one.subjects[0] for one in listed(realm)} == {person for person, _ in persons}
    assert sequencer.sequence(realm) == 30


@pytest.mark.parametrize("people", [1, 30])
def test_readings_of_many_are_written_as_each_alone(realm: UUID, people: int) -> None:
    whose = [(uuid4(), uuid4()) for _ in range(people)]
    # Nothing that is typed may be taken for a place where an id goes.
    nobody = f'"handles":["{UUID(int=0)}"],"subjects":["{UUID(int=0)}"] 50 % %s %b'
    reading = record(count=1, reason=nobody, request_id="7", details={"target": nobody})

    with transaction.atomic():
        pens.before_open_each(realm, reading, whose)
        transaction.set_rollback(True)

    with in_realm(realm):
        bodies = set(Outbox.objects.values_list("body", flat=True).filter(realm=realm))
    assert bodies == {one.decode() for one in bodies_for_each(reading, whose)}
    assert sequencer.sequence(realm) == people
    assert not check(realm).findings


def test_reading_inside_a_transaction_that_could_take_it_back_is_refused(realm: UUID) -> None:
    with transaction.atomic(using="ledger"), pytest.raises(RuntimeError):
        pens.before_open(realm, [record()])


def test_ledger_that_cannot_be_written_refuses_and_recovers(realm: UUID) -> None:
    with connections["ledger"].cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")

    with pytest.raises(pens.LedgerUnavailable):
        pens.before_open(realm, [record()])

    connections["ledger"].close()
    pens.before_open(realm, [record()])
    assert len(listed(realm)) == 1


def test_lost_connection_refuses_and_the_next_reading_is_written(realm: UUID) -> None:
    with connections["ledger"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = cursor.fetchone()[0]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process])

    with pytest.raises(pens.LedgerUnavailable):
        pens.before_open(realm, [record()])
    pens.before_open(realm, [record()])

    assert len(listed(realm)) == 1


def test_pen_gives_the_realm_back(realm: UUID) -> None:
    other = uuid4()
    pens.write(record(), other)

    with in_realm(realm):
        pens.write(record(), other)
        pens.write_many(other, [record()])
        seen = queries.records(other).entries
        own = Outbox.objects.filter(realm=realm).count()

    assert (seen, own) == ([], 0)
    assert len(page(other).entries) == 3


def test_many_changes_go_straight_into_the_tree(realm: UUID) -> None:
    run = record(action=Action.NUMBER_DISPOSED, count=1)
    persons = [(uuid4(), uuid4()) for _ in range(600)]

    with transaction.atomic():
        first = pens.write_many(realm, [record(), record(reason='back\\slash "quoted"\ttab\n')])
        rest = pens.write_many(realm, bodies_for_each(run, persons))

    assert (first, rest) == (range(2), range(2, 602))
    assert [one.subjects for one in listed(realm, queries.Filter(subject=persons[7][0]))] == [
        (persons[7][0],)
    ]
    assert check(realm).good
    assert check(realm).size == 602


def test_many_changes_are_lost_with_their_transaction(realm: UUID) -> None:
    pens.write_many(realm, [record()])

    with transaction.atomic():
        pens.write_many(realm, [record(), record()])
        transaction.set_rollback(True)

    assert pens.write_many(realm, [record()]) == range(1, 2)
    assert check(realm).good


def test_nothing_to_write_is_nothing(realm: UUID) -> None:
    pens.before_open(realm, [])

    assert pens.write_many(realm, []) == range(0)
    assert page(realm).entries == []


# Sequencer -------------------------------------------------------------------------------------


def test_waiting_records_become_leaves_in_order(realm: UUID) -> None:
    written = [record() for _ in range(5)]
    for one in written:
        pens.write(one, realm)

    moved = sequencer.sequence(realm)

    assert moved == 5
    with in_realm(realm):
        leaves = list(Leaf.objects.filter(realm=realm).order_by("index"))
        assert [leaf.body.encode() for leaf in leaves] == [one.to_bytes() for one in written]
        assert [bytes(leaf.leaf_hash) for leaf in leaves] == [
            leaf_hash(one.to_bytes()) for one in written
        ]
        assert not Outbox.objects.filter(realm=realm).exists()
        kept = Tree.objects.get(realm=realm)
    expected = Frontier().append(leaf_hashes(one.to_bytes() for one in written)).frontier
    assert Frontier.from_bytes(kept.size, bytes(kept.frontier)) == expected
    assert sequencer.sequence(realm) == 0


def test_all_realms_are_sequenced() -> None:
    realms = [uuid4() for _ in range(3)]
    for one in realms:
        pens.write(record(), one)

    sequencer.sequence_all()

    assert [entry.index for one in realms for entry in page(one).entries] == [0, 0, 0]


def test_realm_in_use_is_left_for_the_next_time(realm: UUID) -> None:
    pens.before_open(realm, [record()])

    with transaction.atomic():
        pens.write_many(realm, [record()])
        sequencer.sequence_all()
        waiting = [entry.index for entry in queries_in(realm)]
    sequencer.sequence_all()

    assert sorted(waiting, key=str) == [0, None]
    assert sorted(str(entry.index) for entry in page(realm).entries) == ["0", "1"]
    assert check(realm).good


def queries_in(realm: UUID) -> list[queries.Entry]:
    with in_realm(realm):
        return queries.records(realm).entries


def test_parallel_writers_make_one_tree(realm: UUID) -> None:
    def work() -> None:
        try:
            for _ in range(5):
                pens.write_many(realm, [record(), record()])
                pens.write(record(), realm)
                sequencer.sequence(realm)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    sequencer.sequence(realm)

    verification = check(realm)
    assert verification.good
    assert verification.size == 60


def test_loop_moves_records_and_signs_when_stopped(realm: UUID) -> None:
    stop = threading.Event()
    loop = sequencer.SequencerLoop(SIGNER, interval=0.05)
    thread = threading.Thread(target=loop.run, args=(stop,))
    pens.write(record(), realm)

    thread.start()
    for _ in range(200):
        if page(realm).entries[0].index == 0:
            break
        threading.Event().wait(0.05)
    stop.set()
    thread.join(30)

    assert page(realm).entries[0].index == 0
    with in_realm(realm):
        note = queries.latest_checkpoint(realm)
    assert note is not None
    assert parse_checkpoint(note).size == 1


def test_checkpoint_is_signed_once_per_size(realm: UUID) -> None:
    pens.write_many(realm, [record()])

    first = sequencer.checkpoint_now(realm, SIGNER)
    again = sequencer.checkpoint_now(realm, signing.SigningKey.create())
    pens.write_many(realm, [record()])
    later = sequencer.checkpoint_now(realm, SIGNER)

    assert first == again
    old, new = parse_checkpoint(first), parse_checkpoint(later)
    assert (old.size, new.size) == (1, 2)
    with in_realm(realm):
        proof = queries.consistency(realm, 1)
    assert verify_consistency(1, 2, proof, old.root, new.root)
    assert check(realm).good


# Questions -------------------------------------------------------------------------------------


def test_pages_are_newest_first_and_complete(realm: UUID) -> None:
    written = [record() for _ in range(7)]
    pens.write_many(realm, written[:4])
    for one in written[4:]:
        pens.write(one, realm)

    seen, after = [], None
    for _ in range(10):
        shown = page(realm, after=after, limit=3)
        seen += shown.entries
        if shown.next is None:
            break
        after = queries.Cursor.parse(str(shown.next))

    assert [entry.record for entry in seen] == written[::-1]
    assert [entry.index for entry in seen] == [None, None, None, 3, 2, 1, 0]


def test_pages_of_records_of_one_moment_are_complete(realm: UUID) -> None:
    persons = [(uuid4(), None) for _ in range(10)]
    pens.write_many(realm, bodies_for_each(record(), persons))

    first = page(realm, limit=4)
    second = page(realm, after=first.next, limit=6)

    assert [entry.index for entry in first.entries + second.entries] == list(range(9, -1, -1))
    assert second.next is None


@pytest.mark.parametrize("sequenced", [True, False])
def test_records_are_filtered(realm: UUID, sequenced: bool) -> None:
    person, actor = uuid4(), uuid4()
    about = record(subjects=(uuid4(), person, person))
    done = record(actor=actor)
    action = record(action=Action.FILE_DOWNLOADED)
    for one in (about, done, action):
        pens.write(one, realm)
    if sequenced:
        sequencer.sequence(realm)

    assert listed(realm, queries.Filter(subject=person)) == [about]
    assert listed(realm, queries.Filter(actor=actor)) == [done]
    assert listed(realm, queries.Filter(actions=(Action.FILE_DOWNLOADED,))) == [action]
    assert listed(realm, queries.Filter(since=done.at)) == [action, done]
    assert listed(realm, queries.Filter(until=done.at)) == [about]
    assert listed(realm, queries.Filter(subject=uuid4())) == []


def test_proof_of_a_written_record_leads_to_the_signed_root(realm: UUID) -> None:
    pens.write_many(realm, [record() for _ in range(300)])
    ticket = pens.write(record(), realm)
    with in_realm(realm):
        assert queries.index_of(ticket) is None
    sequencer.sequence(realm)
    pens.write_many(realm, [record() for _ in range(300)])
    head = parse_checkpoint(sequencer.checkpoint_now(realm, SIGNER))
    pens.write_many(realm, [record()])

    with in_realm(realm):
        index = queries.index_of(ticket)
        assert index is not None
        proof = queries.proof(realm, index, head.size)
        with pytest.raises(queries.NotCovered):
            queries.proof(realm, 601, head.size)

    assert (index, proof.index) == (300, 300)
    leaf = verifier.leaf_hash(proof.body.encode())
    assert verifier.root_of_path(index, head.size, leaf, proof.path) == head.root


def test_records_are_found_by_their_handle(realm: UUID) -> None:
    handles = [uuid4() for _ in range(3)]
    one = record(action=Action.NUMBER_DISPOSED)
    bodies = list(bodies_for_each(one, [(uuid4(), handle) for handle in handles]))
    pens.write_many(realm, [record(), *bodies])

    def found(action: Action, later: timedelta = timedelta(0)) -> dict[str, tuple[int, str]]:
        with in_realm(realm):
            return queries.places_by_handle(realm, action, one.at + later, one.at + later)

    digests = [b64encode(leaf_hash(body)).decode() for body in bodies]
    places = zip(range(1, 4), digests, strict=True)
    assert found(Action.NUMBER_DISPOSED) == dict(zip(map(str, handles), places, strict=True))
    assert found(Action.NUMBER_RECORDED) == {}
    assert found(Action.NUMBER_DISPOSED, timedelta(microseconds=1)) == {}


# Export and verification -----------------------------------------------------------------------


def test_export_is_verified_by_a_stranger(realm: UUID) -> None:
    pens.write_many(realm, [record(reason="改行\nと\\と\u2028") for _ in range(300)])
    anchor = sequencer.checkpoint_now(realm, SIGNER)
    pens.write_many(realm, [record()])
    sequencer.checkpoint_now(realm, SIGNER)
    pens.write_many(realm, [record()])

    lines = list(export.export_ledger(realm, SIGNER.public_key))

    read = verifier.read_export(iter(lines))
    assert len(read.leaves) == 301
    assert verifier.check_export(read, None, verifier.read_head(anchor)) == []


@pytest.fixture
def as_owner(database: Any) -> Iterator[Any]:
    """What only somebody past the runtime role can do to the tables."""
    import psycopg

    with psycopg.connect(database["owner"], autocommit=True) as connection:
        yield connection


LEAF_5 = ' WHERE "index" = 5'
ZEROS = "decode(repeat('00', 32), 'hex')"
TOUCHES = [
    (
        f"UPDATE ledger_leaf SET body = replace(body, 'REVEALED', 'FORGED') {LEAF_5}",
        {
            verify.Fault.LEAF_CHANGED,
            verify.Fault.COLUMNS_CHANGED,
            verify.Fault.SUBTREE_CHANGED,
            verify.Fault.ROOT_CHANGED,
            verify.Fault.CHECKPOINT_CONTRADICTED,
        },
    ),
    (
        f"DELETE FROM ledger_leaf {LEAF_5}",
        {
            verify.Fault.LEAF_MISSING,
            verify.Fault.ROOT_CHANGED,
            verify.Fault.CHECKPOINT_CONTRADICTED,
        },
    ),
    (f"UPDATE ledger_leaf SET leaf_hash = {ZEROS} {LEAF_5}", {verify.Fault.LEAF_CHANGED}),
    (f"UPDATE ledger_leaf SET action = 'SIGNED_IN' {LEAF_5}", {verify.Fault.COLUMNS_CHANGED}),
    (f"UPDATE ledger_leaf SET at = now() {LEAF_5}", {verify.Fault.COLUMNS_CHANGED}),
    (f"DELETE FROM ledger_mention {LEAF_5}", {verify.Fault.MENTIONS_CHANGED}),
    (
        f"UPDATE ledger_mention SET subject = gen_random_uuid() {LEAF_5}",
        {verify.Fault.MENTIONS_CHANGED},
    ),
    (
        f'UPDATE ledger_subtree SET hash = {ZEROS} WHERE "index" = 0',
        {verify.Fault.SUBTREE_CHANGED},
    ),
    (
        f"UPDATE ledger_tree SET frontier = {ZEROS} || {ZEROS} || {ZEROS} WHERE size = 259",
        {verify.Fault.ROOT_CHANGED},
    ),
    (
        "UPDATE ledger_checkpoint SET note = replace(note, '259', '258') WHERE size = 259",
        {verify.Fault.CHECKPOINT_REFUSED},
    ),
]


@pytest.mark.parametrize(("statement", "faults"), TOUCHES)
def test_touched_table_is_found(
    realm: UUID, as_owner: Any, statement: str, faults: set[verify.Fault]
) -> None:
    pens.write_many(realm, [record(subjects=(uuid4(),)) for _ in range(259)])
    sequencer.checkpoint_now(realm, SIGNER)
    assert check(realm).good

    touched = as_owner.execute(f"{statement} AND realm = '{realm}'")

    assert touched.rowcount == 1
    assert {finding.fault for finding in check(realm).findings} == faults


def test_leaf_put_in_past_the_tree_is_found(realm: UUID, as_owner: Any) -> None:
    pens.write_many(realm, [record() for _ in range(3)])

    as_owner.execute(
        'INSERT INTO ledger_leaf SELECT realm, 3, body, leaf_hash, at, action, actor'
        ' FROM ledger_leaf WHERE realm = %s AND "index" = 2', [realm]
    )  # fmt: skip

    assert check(realm).findings == [verify.Finding(verify.Fault.LEAF_ADDED, 3)]


def test_cut_off_leaves_are_found(realm: UUID, as_owner: Any) -> None:
    pens.write_many(realm, [record() for _ in range(3)])
    sequencer.checkpoint_now(realm, SIGNER)

    as_owner.execute('DELETE FROM ledger_leaf WHERE "index" > 0 AND realm = %s', [realm])

    assert {finding.fault for finding in check(realm).findings} == {
        verify.Fault.LEAF_MISSING,
        verify.Fault.ROOT_CHANGED,
        verify.Fault.CHECKPOINT_CONTRADICTED,
    }


# Walls -----------------------------------------------------------------------------------------


def test_other_realm_is_not_seen(realm: UUID) -> None:
    other = uuid4()
    pens.write_many(other, [record(subjects=(uuid4(),))])
    pens.write(record(), other)
    sequencer.checkpoint_now(other, SIGNER)

    with in_realm(realm):
        tables = (Outbox, Leaf, Mention, Tree)
        seen = [model.objects.filter(realm=other).count() for model in tables]  # type: ignore[attr-defined]
        with pytest.raises(queries.NotCovered):
            queries.proof(other, 0, 1)

    assert seen == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leaf SET body = ''",
        "DELETE FROM ledger_leaf",
        "DELETE FROM ledger_mention",
        "UPDATE ledger_checkpoint SET note = ''",
        "DELETE FROM ledger_subtree",
        "DELETE FROM ledger_tree",
        "TRUNCATE ledger_leaf",
    ],
)
def test_runtime_role_can_only_add(realm: UUID, statement: str) -> None:
    with (
        pytest.raises((ProgrammingError, InternalError, DatabaseError)),
        in_realm(realm),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)
