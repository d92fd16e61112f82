"""Statements about all people of a chunk at once.

Whole columns travel as one text each, taken apart by the server: six times cheaper than arrays of
values bound one by one.  Ids travel as arrays, which `psycopg_cursor` sends in one piece.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from azukari.ledger.binary import execute_binary, psycopg_cursor, read_binary, send_at_once

Columns = dict[str, tuple[str, Sequence[Any]]]
"""Column → type of its values in the database, and one value per row; an `id` is among them."""

# Neither can occur in a value, since control characters are refused at reading.
_BETWEEN: Final = "\x1f"
_NULL: Final = "\x1e"


class Rows(NamedTuple):
    """`text` stands behind FROM and names the rows `new`; `values` are bound to it."""

    text: str
    values: list[Any]


def rows_from(columns: Columns) -> Rows:
    """What all rows have alike travels once."""
    alike = {name for name, (_, values) in columns.items() if name != "id" and _is_alike(values)}
    differing = [name for name in columns if name not in alike]
    same = [name for name in columns if name in alike]
    arrays = ", ".join(
        "(SELECT %s)::uuid[]"
        if _are_ids(columns[name][1])
        else f"string_to_array((SELECT %s), '{_BETWEEN}', '{_NULL}')::{columns[name][0]}[]"
        for name in differing
    )
    # SELECT, since PostgreSQL would cut bare values up while it plans, and copy them as it goes on.
    rows = f"unnest({arrays}) AS differing({', '.join(differing)})"
    if same:
        each = ", ".join(f"%s::{columns[name][0]} AS {name}" for name in same)
        rows += f", (SELECT {each}) AS alike"
    # The last of a column of texts is NULL, so that an empty one alone is not read as no text.
    text = f"(SELECT * FROM {rows}) AS new WHERE new.id IS NOT NULL"  # noqa: S608  our own column names
    columnwise = [_bound(columns[name][1]) for name in differing]
    return Rows(text, columnwise + [_text(columns[name][1][0]) for name in same])


def _is_alike(values: Sequence[Any]) -> bool:
    return values[-1] == values[0] and values.count(values[0]) == len(values)


def _are_ids(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {UUID}


def _bound(values: Sequence[Any]) -> Any:
    return list(values) if _are_ids(values) else _join(values)


def array_of(kind: str) -> str:
    """An array, for a value made by `listed`."""
    return f"string_to_array(%s, '{_BETWEEN}')::{kind}[]"


ANY_TEXT: Final = f"ANY({array_of('text')})"
"""What a column is equal to, for a value made by `listed`."""


def listed(texts: Sequence[str]) -> str:
    return _BETWEEN.join(texts)


def execute(statement: str, values: Sequence[Any]) -> None:
    execute_binary("default", statement, values)


def execute_each(steps: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Statements and their values: PostgreSQL works on one while the next is made.

    Nothing else may be asked of the connection meanwhile.
    """
    with psycopg_cursor("default") as cursor, cursor.connection.pipeline() as pipeline:
        for statement, values in steps:
            pipeline.sync()  # the one before is done, or its error raised here
            cursor.execute(statement, values)
            send_at_once(cursor)


def rows_of(statement: str, values: Sequence[Any]) -> list[Any]:
    return read_binary("default", statement, values)


def _join(values: Sequence[Any]) -> str:
    texts: Iterable[str]
    if None in values:
        texts = (_NULL if one is None else str(one) for one in values)
    else:
        texts = values if isinstance(values[0], str) else map(str, values)
    whole = _BETWEEN.join([*texts, _NULL])
    if whole.count(_BETWEEN) != len(values):
        raise ValueError("a value holds a control character")
    return whole


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
