"""Long files in sealed pieces: read as they were, and refused when anything about them changed."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azukari.ledger import pens
from azukari.ledger.pens import LedgerUnavailable
from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import archiving, depositing, door, envelope, pieces, tombstones
from azukari.vault.core import Core
from azukari.vault.envelope import NotOpened
from azukari.vault.models import Cell, Piece
from azukari.vault.pieces import FileOpening, FileSealing
from azukari.vault.sealing import Deposit, Sealed
from tests.vault import house

PIECE = 64
CONTENT = bytes(range(256)) * 3 + b"the end"


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", PIECE)


@pytest.fixture
def realm(database: DatabaseUrls) -> UUID:
    return uuid4()


# cut -----------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=300), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_keeps_the_bytes_however_they_come(some: list[bytes]) -> None:
    found = list(pieces.cut(iter(some)))

    assert b"".join(found) == b"".join(some)
    assert found == list(pieces.cut(b"".join(some)))
    assert all(len(piece) == PIECE for piece in found[:-1])
    assert len(found) == 1 or 0 < len(found[-1]) <= PIECE


# sealed --------------------------------------------------------------------------------------


def sealed(count: int) -> tuple[bytes, Sealed, list[bytes], list[bytes]]:
    """Key, head, what was sealed, and how it lies there."""
    key = envelope.new_key()
    sealing = FileSealing(key, uuid4(), uuid4(), uuid4(), "file")
    told = [b"%d" % number * (number + 1) for number in range(count)]
    stored = [sealing.seal(piece) for piece in told]
    assert [number for number, _ in stored] == list(range(count))
    return key, sealing.head(), told, [one for _, one in stored]


def test_pieces_open_as_they_were_sealed() -> None:
    key, head, told, stored = sealed(5)
    opening = FileOpening(key, head)

    assert (opening.count, opening.size) == (5, sum(map(len, told)))
    assert [opening.open(number, one) for number, one in enumerate(stored)] == told


@given(st.integers(0, 5), st.integers(0, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_piece_opens_at_its_own_place_only(there: int, taken_from: int) -> None:
    key, head, told, stored = sealed(6)
    opening = FileOpening(key, head)

    if there == taken_from:
        assert opening.open(there, stored[taken_from]) == told[there]
        return
    with pytest.raises(NotOpened):
        opening.open(there, stored[taken_from])


@given(st.integers(0, 3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_piece_of_another_file_does_not_open(number: int) -> None:
    key, head, _, _ = sealed(4)
    *_, others = sealed(4)
    # Even one that was sealed under the very same key, for another cell.
    same_key = FileSealing(key, head.realm, head.subject, uuid4(), head.kind)
    for _ in range(number):
        same_key.seal(b"")

    for foreign in (others[number], same_key.seal(b"foreign")[1]):
        with pytest.raises(NotOpened):
            FileOpening(key, head).open(number, foreign)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_flipped_bit_of_a_piece_is_an_error(data: st.DataObject) -> None:
    key, head, _, stored = sealed(2)
    number = data.draw(st.integers(0, 1))
    bit = data.draw(st.integers(0, 8 * len(stored[number]) - 1))
    altered = bytearray(stored[number])
    altered[bit // 8] ^= 1 << bit % 8

    with pytest.raises(NotOpened):
        FileOpening(key, head).open(number, bytes(altered))


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_altered_or_moved_head_is_an_error(data: st.DataObject) -> None:
    key, head, _, _ = sealed(3)
    moved = data.draw(
        st.sampled_from(["realm", "subject", "cell", "kind", "version", "ciphertext", "commitment"])
    )
    flipped = bytearray(head.ciphertext if moved == "ciphertext" else head.commitment)
    flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1
    other: object = {"kind": "number", "version": 1}.get(moved, uuid4())
    if moved in {"ciphertext", "commitment"}:
        other = bytes(flipped)

    with pytest.raises(NotOpened):
        FileOpening(key, replace(head, **{moved: other}))


def test_head_of_another_file_does_not_shorten_this_one() -> None:
    """Under the same key and with fewer pieces, as nobody seals it but who has the key."""
    key, head, _, _ = sealed(3)
    shorter = FileSealing(key, head.realm, head.subject, uuid4(), head.kind)
    shorter.seal(b"")

    with pytest.raises(NotOpened):
        FileOpening(key, replace(head, ciphertext=shorter.head().ciphertext))


def test_equal_pieces_lie_there_differently() -> None:
    sealing = FileSealing(envelope.new_key(), uuid4(), uuid4(), uuid4(), "file")
    stored = [sealing.seal(b"the same") for _ in range(4)]

    assert all(one[1][12:] != other[1][12:] for one, other in pairwise(stored))


# at the door ---------------------------------------------------------------------------------


def deposit(realm: UUID, content: bytes = CONTENT) -> UUID:
    with in_realm(realm):
        return door.deposit_file(realm, uuid4(), content, until=house.LATER)


def opened(realm: UUID, cell: UUID) -> bytes:
    with in_realm(realm):
        return door.open_file(realm, cell, house.READING, actor=house.SOMEBODY)


def read(realm: UUID, cell: UUID) -> door.DepositedFile:
    with in_realm(realm):
        return door.read_file(realm, cell, house.READING, actor=house.SOMEBODY)


def stored(realm: UUID, cell: UUID) -> int:
    with in_realm(realm):
        return Piece.objects.filter(realm=realm, cell=cell).count()


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE, 5 * PIECE + 3])
def test_file_of_any_length_reads_as_it_was(realm: UUID, length: int) -> None:
    content = CONTENT[:length]

    cell = deposit(realm, content)

    assert opened(realm, cell) == content
    file = read(realm, cell)
    assert (file.size, b"".join(file.pieces())) == (length, content)
    # Again, and outside of any scope.
    assert b"".join(file.pieces()) == content
    assert stored(realm, cell) == (0 if length <= PIECE else -(-length // PIECE))


def test_long_file_of_before_there_were_pieces_reads_as_it_was(realm: UUID) -> None:
    with in_realm(realm):
        whole = Deposit(uuid4(), uuid4(), CONTENT)
        [cell] = depositing._deposit(realm, door.Kind.FILE, [whole], house.LATER)

    assert (opened(realm, cell), stored(realm, cell)) == (CONTENT, 0)
    assert list(read(realm, cell).pieces()) == [CONTENT]


def test_only_what_was_taken_of_the_source_is_in_memory(realm: UUID) -> None:
    taken: list[int] = []

    def source() -> Iterator[bytes]:
        for number in range(6):
            taken.append(number)
            with in_realm(realm):
                # Everything before the last two is stored already.
                assert Piece.objects.filter(realm=realm).count() >= number - 2
            yield bytes([number]) * PIECE

    with in_realm(realm):
        cell = door.deposit_file(realm, uuid4(), source(), until=house.LATER)

    assert taken == list(range(6))
    assert opened(realm, cell) == b"".join(bytes([number]) * PIECE for number in range(6))


def test_record_is_durable_before_a_piece_is_unwrapped(
    realm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = deposit(realm)

    def refusing(*_: object) -> None:
        raise LedgerUnavailable

    def unwrapped(*_: object) -> None:
        pytest.fail("the vault opened something without a record")

    monkeypatch.setattr(pens, "before_open_each", refusing)
    monkeypatch.setattr(Core, "open_file", unwrapped)

    with pytest.raises(LedgerUnavailable):
        read(realm, cell)


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM vault_piece WHERE cell = %(cell)s AND number = 3",
        (
            "DELETE FROM vault_piece WHERE cell = %(cell)s AND number ="
            " (SELECT max(number) FROM vault_piece WHERE cell = %(cell)s)"
        ),
        (
            "UPDATE vault_piece p SET ciphertext = o.ciphertext FROM vault_piece o"
            " WHERE p.cell = %(cell)s AND p.number = 2 AND o.cell = %(cell)s AND o.number = 3"
        ),
        (
            "UPDATE vault_piece p SET ciphertext = o.ciphertext FROM vault_piece o"
            " WHERE p.cell = %(cell)s AND p.number = 2 AND o.cell = %(other)s AND o.number = 2"
        ),
        (
            "UPDATE vault_cell p SET ciphertext = o.ciphertext FROM vault_cell o"
            " WHERE p.id = %(cell)s AND o.id = %(other)s"
        ),
        "UPDATE vault_cell SET version = 1 WHERE id = %(cell)s AND 1 = 1",
    ],
)
def test_rows_somebody_changed_are_never_read_as_a_file(
    realm: UUID, database: DatabaseUrls, tampering: str
) -> None:
    import psycopg

    cell, other = deposit(realm), deposit(realm, CONTENT[::-1][: 4 * PIECE])
    with psycopg.connect(database["superuser"]) as connection:
        done = connection.execute(tampering, {"cell": cell, "other": other})
        assert done.rowcount == 1

    with pytest.raises((NotOpened, door.NotDeposited)):
        opened(realm, cell)


def test_pieces_beyond_the_last_one_are_not_read(realm: UUID, database: DatabaseUrls) -> None:
    import psycopg

    cell = deposit(realm)
    with psycopg.connect(database["superuser"]) as connection:
        connection.execute(
            "INSERT INTO vault_piece (realm, cell, number, ciphertext)"
            " SELECT realm, cell, 1000, ciphertext FROM vault_piece"
            " WHERE cell = %s AND number = 0",
            [cell],
        )

    assert opened(realm, cell) == CONTENT


def test_another_realm_sees_and_opens_nothing(realm: UUID) -> None:
    cell = deposit(realm)

    assert stored(uuid4(), cell) == 0
    with in_realm(elsewhere := uuid4()), pytest.raises(door.NotDeposited):
        door.read_file(elsewhere, cell, house.READING, actor=house.SOMEBODY)


# its end -------------------------------------------------------------------------------------


def test_pieces_go_with_their_cell_under_one_tombstone(realm: UUID) -> None:
    gone, stays = deposit(realm), deposit(realm)
    before = door.state()

    with in_realm(realm):
        door.order_destruction(realm, [gone])
    done = door.finish_destruction(realm)

    assert list(done) == [gone]
    assert (stored(realm, gone), opened(realm, stays)) == (0, CONTENT)
    assert door.state().destroyed == before.destroyed + 1
    with in_realm(realm):
        assert door.is_destroyed(realm, gone)


def test_clock_takes_the_pieces_as_well(realm: UUID) -> None:
    with in_realm(realm):
        cell = door.deposit_file(realm, uuid4(), CONTENT, until=timezone.now())
        assert door.destroy_due(realm) == 1

    assert stored(realm, cell) == 0


def test_file_destroyed_while_it_is_read_ends_the_reading(realm: UUID) -> None:
    cell = deposit(realm)
    reading = read(realm, cell).pieces()
    next(reading)

    with in_realm(realm):
        door.order_destruction(realm, [cell])

    with pytest.raises(door.NotDeposited):
        list(reading)


def test_destroyed_file_does_not_open_from_a_copy_of_its_rows(realm: UUID) -> None:
    cell = deposit(realm)
    with in_realm(realm):
        head = Cell.objects.get(id=cell)
        copies = list(Piece.objects.filter(realm=realm, cell=cell))
        door.order_destruction(realm, [cell])
    door.finish_destruction(realm)

    with in_realm(realm):
        head.save(force_insert=True)
        Piece.objects.bulk_create(copies)
    with pytest.raises(NotOpened):
        opened(realm, cell)


def test_deposit_that_is_rolled_back_leaves_no_piece(realm: UUID) -> None:
    with pytest.raises(ZeroDivisionError), in_realm(realm):
        door.deposit_file(realm, uuid4(), CONTENT, until=house.LATER)
        raise ZeroDivisionError

    with in_realm(realm):
        assert (Piece.objects.filter(realm=realm).count(), Cell.objects.filter(realm=realm).count()) == (0, 0)  # fmt: skip


def test_replaying_tombstones_takes_pieces_that_came_back(realm: UUID) -> None:
    cell = deposit(realm)
    with in_realm(realm):
        head, copies = Cell.objects.get(id=cell), list(Piece.objects.filter(realm=realm, cell=cell))
        door.order_destruction(realm, [cell])
    door.finish_destruction(realm)
    with in_realm(realm):
        head.save(force_insert=True)
        Piece.objects.bulk_create(copies)

    archiving.replay_tombstones(list(tombstones.lines(tombstones.everything())))

    assert stored(realm, cell) == 0
    with in_realm(realm):
        assert not Cell.objects.filter(id=cell).exists()


def test_neither_depositing_nor_reading_holds_more_than_some_pieces(
    realm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 1 << 18)
    length = 40 * pieces.PIECE_BYTES
    tracemalloc.start()
    try:
        with in_realm(realm):
            source = (bytes([at % 251]) * 50_000 for at in range(length // 50_000))
            cell = door.deposit_file(realm, uuid4(), source, until=house.LATER)
        file = read(realm, cell)
        found = sum(map(len, file.pieces()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == file.size == length // 50_000 * 50_000
    assert peak < 8 * pieces.PIECE_BYTES
