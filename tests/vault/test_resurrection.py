"""An old copy of main database, key store or ring, put back, opens nothing until mended."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from psycopg.rows import dict_row

from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import door, strongroom, tombstones
from azukari.vault.ring import Ring
from tests.vault import house


@pytest.fixture
def realm() -> UUID:
    return uuid4()


@pytest.fixture(autouse=True)
def good_again(database: DatabaseUrls) -> Iterator[None]:
    """Whatever a test puts back, the room that the next test finds is in order."""
    door.core()
    yield
    door.forget_core()
    strongroom.unseal(settings.DATA_FOLDER)


def destroy(realm: UUID, cells: list[UUID]) -> None:
    with in_realm(realm):
        door.order_destruction(realm, cells)
    door.finish_destruction(realm)


def refused(words: str) -> None:
    with pytest.raises(door.Resurrected, match=words):
        house.start_again()


@contextmanager
def tampering(url: str) -> Iterator[psycopg.Cursor[dict[str, object]]]:
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        yield connection.cursor()


def put(
    cursor: psycopg.Cursor[dict[str, object]], table: str, rows: list[dict[str, object]]
) -> None:
    for row in rows:
        names, holes = ", ".join(row), ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({holes})", list(row.values()))  # type: ignore[arg-type]


def taken(
    cursor: psycopg.Cursor[dict[str, object]], table: str, column: str, cells: list[UUID]
) -> list[dict[str, object]]:
    return cursor.execute(f"SELECT * FROM {table} WHERE {column} = ANY(%s)", [cells]).fetchall()  # type: ignore[arg-type]


def test_missing_tombstone_is_refused_and_named_by_number(
    database: DatabaseUrls, realm: UUID
) -> None:
    cells = house.deposit(realm, [house.fresh_number() for _ in range(2)])
    destroy(realm, cells)
    with tampering(database["superuser"]) as cursor:
        rows = taken(cursor, "vault_tombstone", "cell", cells)
        cursor.execute("DELETE FROM vault_tombstone WHERE cell = ANY(%s)", [cells])

        refused("2件足りません")

        put(cursor, "vault_tombstone", rows)
    house.start_again()


def test_tombstone_exchanged_for_another_is_refused(database: DatabaseUrls, realm: UUID) -> None:
    [cell] = house.deposit(realm, [house.fresh_number()])
    destroy(realm, [cell])
    exchange = "UPDATE vault_tombstone SET cell = %s WHERE cell = %s"
    with tampering(database["superuser"]) as cursor:
        cursor.execute(exchange, [other := uuid4(), cell])

        refused("控えと違います")

        cursor.execute(exchange, [cell, other])
    house.start_again()


def test_old_key_store_is_refused(database: DatabaseUrls, realm: UUID) -> None:
    destroy(realm, house.deposit(realm, [house.fresh_number()]))
    with tampering(database["keys"]) as cursor:
        cursor.execute("UPDATE vault_count SET batches = batches - 1")

        refused("鍵のデータベースが")
        cursor.execute("UPDATE vault_count SET batches = batches + 1")
    house.start_again()


def test_night_over_an_old_key_store_reseals_nothing(database: DatabaseUrls, realm: UUID) -> None:
    """Put back under a service that goes on: the vault was opened before."""
    destroy(realm, house.deposit(realm, [house.fresh_number()]))
    generation = door.state().generation
    with tampering(database["keys"]) as cursor:
        cursor.execute("UPDATE vault_count SET batches = batches - 1")

        with pytest.raises(door.Resurrected):
            door.rotate(on=date(2026, 6, 2))

        cursor.execute("UPDATE vault_count SET batches = batches + 1")
    assert door.state().generation == generation


@pytest.mark.parametrize("since", ["ticked", "destroyed"])
def test_old_ring_is_refused(realm: UUID, since: str) -> None:
    kept = house.deposit(realm, [number := house.fresh_number()])
    ring = settings.DATA_FOLDER / "ring" / "ring.bin"
    old = ring.read_bytes()
    for _ in range(2):
        if since == "ticked":
            door.core().tick(on="2026-06-01")
        else:
            destroy(realm, house.deposit(realm, [house.fresh_number()]))
    newest = ring.read_bytes()
    ring.write_bytes(old)
    try:
        refused("鍵束")
    finally:
        ring.write_bytes(newest)
    house.start_again()
    assert house.open_digits(realm, kept) == house.digits([number])


def test_replay_destroys_again_what_old_copies_brought_back(
    database: DatabaseUrls, realm: UUID, tmp_path: Path
) -> None:
    numbers = [house.fresh_number() for _ in range(5)]
    cells = house.deposit(realm, numbers)
    gone, living = cells[:3], cells[3:]
    with tampering(database["superuser"]) as main, tampering(database["keys"]) as keys:
        rows, buckets = taken(main, "vault_cell", "id", cells), bucket_of(keys, cells)
        old_keys = taken(keys, "vault_cell_key", "cell", cells)
        counted = keys.execute("SELECT batches FROM vault_count").fetchall()
        destroy(realm, gone)
        log = shutil.copy(strongroom.tombstone_log(settings.DATA_FOLDER), tmp_path / "log")

        put_back(main, keys, rows, old_keys, buckets)
        main.execute("DELETE FROM vault_tombstone WHERE cell = ANY(%s)", [gone])
        keys.execute("UPDATE vault_count SET batches = %s", [counted[0]["batches"]])

    refused("3件足りません")
    core = strongroom.unseal_unchecked(settings.DATA_FOLDER)
    with Path(log).open(encoding="utf-8") as lines:
        added = tombstones.replay(core, tombstones.read_lines(lines))

    house.start_again()
    assert added == 3
    with in_realm(realm):
        assert door.destroyed(realm, cells) == set(gone)
    with pytest.raises(door.NotDeposited):
        house.open_digits(realm, gone)
    assert house.open_digits(realm, living) == house.digits(numbers[3:])
    with tampering(database["keys"]) as keys:
        assert taken(keys, "vault_cell_key", "cell", gone) == []


def bucket_of(
    keys: psycopg.Cursor[dict[str, object]], cells: list[UUID]
) -> list[dict[str, object]]:
    found = keys.execute(
        "SELECT DISTINCT b.* FROM vault_bucket b JOIN vault_cell_key k ON k.bucket = b.id"
        " WHERE k.cell = ANY(%s)",
        [cells],
    )
    return found.fetchall()


def put_back(
    main: psycopg.Cursor[dict[str, object]],
    keys: psycopg.Cursor[dict[str, object]],
    rows: list[dict[str, object]],
    old_keys: list[dict[str, object]],
    buckets: list[dict[str, object]],
) -> None:
    """Rows and keys as they were before the destruction."""
    keys.execute(
        "DELETE FROM vault_cell_key WHERE cell = ANY(%s)", [[row["cell"] for row in old_keys]]
    )
    for bucket in buckets:
        keys.execute("DELETE FROM vault_bucket WHERE id = %s", [bucket["id"]])
    put(keys, "vault_bucket", buckets)
    put(keys, "vault_cell_key", old_keys)
    main.execute("DELETE FROM vault_cell WHERE id = ANY(%s)", [[row["id"] for row in rows]])
    put(main, "vault_cell", rows)


def test_replay_of_a_list_that_is_too_old_is_refused(database: DatabaseUrls, realm: UUID) -> None:
    [cell] = house.deposit(realm, [house.fresh_number()])
    destroy(realm, [cell])
    with tampering(database["superuser"]) as cursor:
        rows = taken(cursor, "vault_tombstone", "cell", [cell])
        cursor.execute("DELETE FROM vault_tombstone WHERE cell = %s", [cell])

        with pytest.raises(door.Resurrected, match="1件足りません"):
            tombstones.replay(strongroom.unseal_unchecked(settings.DATA_FOLDER), [])

        put(cursor, "vault_tombstone", rows)


def test_ring_of_the_first_release_gets_its_digest(realm: UUID) -> None:
    destroy(realm, house.deposit(realm, [house.fresh_number()]))
    before = door.core().ring()
    with door.core()._ring.changing() as change:
        change.store(replace(change.ring, tombstone_key=b"", tombstones=0))

    house.start_again()

    after = door.core().ring()
    assert after.tombstone_key not in {b"", before.tombstone_key}
    assert (after.destroyed, after.batches) == (before.destroyed, before.batches)
    assert after.tombstones == after.digest_of(tombstones.counted_up_to(after.batches))[1]


def test_ring_of_the_first_release_is_read() -> None:
    raw = b'{"generations":[[1,"%s"]],"settled":1,"revision":4,"destroyed":2,"ticked_on":"2026-01-01"}'

    ring = Ring.from_bytes(raw % (b"00" * 32))

    assert (ring.destroyed, ring.batches, ring.tombstone_key, ring.revision) == (2, 0, b"", 4)


def test_log_is_read_back_and_a_torn_line_passed_over(tmp_path: Path, realm: UUID) -> None:
    cells = house.deposit(realm, [house.fresh_number() for _ in range(3)])
    destroy(realm, cells)
    [told] = [one for one in tombstones.everything() if one.realm == realm]
    log = tmp_path / "log"
    for _ in range(2):
        tombstones.append_to_log(log, [told])
        with log.open("a") as torn:
            torn.write("7 00ff num")

    with log.open(encoding="utf-8") as lines:
        read = list(tombstones.read_lines(lines))

    assert read == [told, told]
    assert log.stat().st_mode & 0o777 == 0o600
