import json
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from azukari.dispose import certificate_document as document
from azukari.dispose.certificate_document import Number
from tests.dispose.papers import a_statement

_WORDS = st.text(max_size=20)


@given(
    person=st.uuids(),
    code=_WORDS,
    kind=_WORDS,
    handle=st.uuids(),
    reason=_WORDS,
    rules=st.lists(_WORDS, max_size=3),
    due_on=st.none() | st.dates(),
    destroyed_at=st.datetimes(),
    generation=st.integers(0),
    leaf=st.integers(0),
)
def test_lines_of_numbers_are_canonical_json(
    person: UUID,
    code: str,
    kind: str,
    handle: UUID,
    reason: str,
    rules: Sequence[str],
    due_on: date | None,
    destroyed_at: datetime,
    generation: int,
    leaf: int,
) -> None:
    number = Number(
        str(person), code, kind, str(handle), reason, rules, due_on and due_on.isoformat(),
        destroyed_at.isoformat(), generation, leaf, "A" * 43 + "=",
    )  # fmt: skip

    part = document.certified_part(a_statement(2), [number, number]).decode()

    line = json.dumps(number, ensure_ascii=False, separators=(",", ":"))
    assert part.endswith(f'"numbers":[\n{line},\n{line}\n],\n')
