"""Statements about all people of a chunk at once.

Whole columns travel as one text each, taken apart by the server: six times cheaper than arrays of
values bound one by one.  Ids travel as arrays, which `psycopg_cursor` sends in one piece.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from azukari.ledger.binary import execute_binary, psycopg_cursor, read_binary, send_at_once

Columns = dict[str, tuple[str, Sequence[Any]]]
"""Column → type of its values in the database, and one value per row."""

_IDS: Final = "uuid"

# Neither can occur in a value, since control characters are refused at reading.
_BETWEEN: Final = "\x1f"
_NULL: Final = "\x1e"


class Rows(NamedTuple):
    """`text` stands behind FROM and names the rows `new`; `values` are bound to it."""

    text: str
    values: list[Any]


def rows_from(columns: Columns, never_null: str = "id") -> Rows:
    """What all rows have alike travels once."""
    same = [
        name for name, (_, values) in columns.items() if name != never_null and _is_alike(values)
    ]
    differing = {name: columns[name] for name in columns if name not in same}
    # SELECT, since PostgreSQL would cut bare values up while it plans, and copy them as it goes on.
    # Not one `unnest` of all columns: that writes each of them down before the first row comes.
    each = ", ".join(
        f"unnest((SELECT %s)::uuid[]) AS {name}"
        if kind == _IDS
        else f"unnest(string_to_array((SELECT %s), '{_BETWEEN}', '{_NULL}')::{kind}[]) AS {name}"
        for name, (kind, _) in differing.items()
    )
    rows = f"(SELECT {each}) AS differing"
    if same:
        alike = ", ".join(f"%s::{columns[name][0]} AS {name}" for name in same)
        rows += f", (SELECT {alike}) AS alike"
    # The last of a column of texts is NULL, so that an empty one alone is not read as no text.
    text = f"(SELECT * FROM {rows}) AS new WHERE new.{never_null} IS NOT NULL"  # noqa: S608
    columnwise = [
        list(values) if kind == _IDS else _join(values) for kind, values in differing.values()
    ]
    return Rows(text, columnwise + [_text(columns[name][1][0]) for name in same])


def _is_alike(values: Sequence[Any]) -> bool:
    return values[-1] == values[0] and values.count(values[0]) == len(values)


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
