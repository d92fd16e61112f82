"""No number lies anywhere on disk in any form a search would try, and nothing is deterministic."""

from base64 import b64encode, b85encode
from hashlib import sha1, sha256
from pathlib import Path
from uuid import uuid4

import psycopg

from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import door
from azukari.vault.models import Cell, CellKeyRow
from tests.vault import house

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def forms_of(number: str) -> set[bytes]:
    """How twelve digits may lie in a file."""
    full_width = number.translate(_FULL_WIDTH)
    ascii_ = number.encode()
    # Within a longer text base64 has three phases; the digits wholly covered by each are asked.
    phases = [b64encode(bytes(lead) + ascii_)[(lead * 8 + 5) // 6 :][:13] for lead in range(3)]
    return {
        ascii_,
        f"{number[:4]} {number[4:8]} {number[8:]}".encode(),
        f"{number[:4]}-{number[4:8]}-{number[8:]}".encode(),
        number.encode("utf-16-le"),
        number.encode("utf-16-be"),
        bytes.fromhex(number),  # packed BCD
        full_width.encode(),
        full_width.encode("cp932"),
        full_width.encode("euc-jp"),
        full_width.encode("utf-16-le"),
        *phases,
        b85encode(ascii_),
        ascii_.hex().encode(),
        ascii_.hex().upper().encode(),
        int(number).to_bytes(5, "big"),
        int(number).to_bytes(5, "little"),
        *(h(ascii_).digest() for h in (sha1, sha256)),
        *(h(ascii_).hexdigest().encode() for h in (sha1, sha256)),
    }


def everything_at_rest(folder: Path) -> dict[Path, bytes]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            try:
                found[path] = path.read_bytes()
            except FileNotFoundError:  # the server removes files of its own
                continue
    return found


def test_no_form_of_a_number_is_on_disk(database: DatabaseUrls, data_folder: Path) -> None:
    realm = uuid4()
    numbers = [house.fresh_number() for _ in range(2)]
    cells = house.deposit(realm, numbers)
    [gone] = house.deposit(realm, [disposed := house.fresh_number()])
    house.open_digits(realm, [*cells, gone])
    with in_realm(realm):
        door.find_same(realm, numbers)
        door.order_destruction(realm, [gone])
    door.finish_destruction(realm)
    door.core().tick(on="2026-05-04")
    with psycopg.connect(database["superuser"], autocommit=True) as connection:
        connection.execute("CHECKPOINT")

    content = everything_at_rest(data_folder)

    hits = [
        (path.name, form[:2])
        for number in house.digits([*numbers, disposed])
        for form in forms_of(number)
        for path, raw in content.items()
        if form in raw
    ]
    assert hits == []
    # The search is able to find: the handle is in the main database, in the key store, in WAL.
    with_handle = {path for path, raw in content.items() if cells[0].bytes in raw}
    assert {"base", "pg_wal"} <= {part for path in with_handle for part in path.parts}
    assert len(with_handle) >= 3
    assert any(path.name == "ring.bin" for path in content)


def test_equal_numbers_have_no_equal_columns(database: DatabaseUrls) -> None:
    realm, number = uuid4(), house.fresh_number()

    cells = house.deposit(realm, [number] * 20)

    with in_realm(realm):
        rows = [
            (bytes(c.ciphertext), bytes(c.commitment)) for c in Cell.objects.filter(id__in=cells)
        ]
    wrapped = [bytes(key.wrapped) for key in CellKeyRow.objects.filter(cell__in=cells)]
    columns = [*zip(*rows, strict=True), tuple(wrapped)]
    assert [len(set(column)) for column in columns] == [20, 20, 20]
    assert [len({len(value) for value in column}) for column in columns] == [1, 1, 1]
