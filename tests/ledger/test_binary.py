from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.types.array import ListBinaryDumper
from psycopg.types.uuid import UUIDBinaryDumper

from azukari.ledger.binary import pack_ids, psycopg_cursor


@given(st.lists(st.uuids(), min_size=1, max_size=50))
def test_ids_are_packed_as_psycopg_packs_them(ids: Sequence[UUID]) -> None:
    psycopg_s = ListBinaryDumper(list, Transformer())
    psycopg_s.sub_dumper = UUIDBinaryDumper(UUID)

    assert pack_ids(ids) == psycopg_s.dump(list(ids))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("uuid", [UUID(int=7), UUID(int=2**128 - 1)]),
        ("uuid", [UUID(int=7), None]),
        ("uuid", []),
        ("text", ["あ", "い\n"]),
        ("bytea", [b"", b"\x00\xff"]),
    ],
)
def test_arrays_arrive_as_they_were_sent(database: object, kind: str, values: list[Any]) -> None:
    with psycopg_cursor("default") as cursor:
        cursor.execute(f"SELECT %b::{kind}[]", [values], binary=True)

        assert cursor.fetchone() == (values,)


def test_ids_beside_something_else_are_refused(database: object) -> None:
    with psycopg_cursor("default") as cursor, pytest.raises((TypeError, errors.Error)):
        cursor.execute("SELECT %b::uuid[]", [[UUID(int=7), b"no id"]], binary=True)
