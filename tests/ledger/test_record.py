from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.ledger.actions import Action, Result
from azukari.ledger.number_in_text import holds_number
from azukari.ledger.record import (
    NumberInRecord,
    Record,
    RecordRefused,
    bodies_for_each,
    facts_of,
)
from tests.numbers import valid_number, wrong_check_digit

AT = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
KANJI = str.maketrans("0123456789", "〇一二三四五六七八九")
WAYS = [
    lambda n: n,
    lambda n: f"番号は{n}です",
    lambda n: f"No{n}x",
    lambda n: f"{n[:4]} {n[4:8]} {n[8:]}",
    lambda n: f"{n[:4]}-{n[4:8]}-{n[8:]}",
    lambda n: f"{n[:4]}ー{n[4:8]}－{n[8:]}",
    lambda n: f"{n[:4]}\u3000{n[4:8]}\u00a0{n[8:]}",
    " ".join,
    "\u200b".join,
    lambda n: n.translate(FULL_WIDTH),
    lambda n: n.translate(KANJI),
    lambda n: "-".join([n[:4], n[4:8], n[8:]]).translate(FULL_WIDTH),
    lambda n: f"3 {n}",
    lambda n: f"{n}\n{n}",
]


def record(**fields: Any) -> Record:
    return Record(**({"at": AT, "action": Action.NUMBER_REVEALED} | fields))


def test_bytes_are_canonical() -> None:
    person = UUID(int=5)

    body = record(
        actor=UUID(int=1), actor_name="山田", subjects=(person,), count=1, reason="確認のため"
    ).to_bytes()

    assert body.decode() == (
        '{"action":"NUMBER_REVEALED","actor":"00000000-0000-0000-0000-000000000001",'
        '"actor_name":"山田","at":"2026-01-05T00:30:00.000000Z","count":1,'
        '"reason":"確認のため","result":"DONE",'
        '"subjects":["00000000-0000-0000-0000-000000000005"],"v":1}'
    )


def test_time_is_written_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert record(at=AT.astimezone(tokyo)).to_bytes() == record().to_bytes()


texts = st.text(max_size=30).filter(lambda text: not holds_number(text))
records = st.builds(
    Record,
    at=st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1)),
    action=st.sampled_from(Action),
    actor=st.none() | st.uuids(),
    actor_name=texts,
    role=texts,
    certificate=st.sampled_from(["", "0123456789abcdef"]),
    subjects=st.lists(st.uuids(), max_size=3).map(tuple),
    handles=st.lists(st.uuids(), max_size=3).map(tuple),
    reason=texts,
    count=st.integers(0, 10**9),
    result=st.sampled_from(Result),
    details=st.dictionaries(
        st.sampled_from(["run", "file", "year"]),
        texts | st.booleans() | st.integers(0, 10**6),
        max_size=3,
    ),
)


@given(records)
def test_record_is_read_back(one: Record) -> None:
    assert Record.from_bytes(one.to_bytes()) == one


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(3))
def test_number_in_any_writing_is_refused(way: Any, seed: int) -> None:
    number = valid_number(seed)

    with pytest.raises(NumberInRecord) as refusal:
        record(reason=way(number))

    assert refusal.value.field == "reason"
    assert number not in str(refusal.value)


@pytest.mark.parametrize(
    "field", ["actor_name", "role", "address", "purpose", "form", "request_id"]
)
def test_number_in_any_field_is_refused(field: str) -> None:
    with pytest.raises(NumberInRecord):
        record(**{field: valid_number(1)})


def test_number_in_a_detail_is_refused() -> None:
    with pytest.raises(NumberInRecord):
        record(details={"file": f"{valid_number(1)}.pdf"})


@given(st.integers(0, 10**6))
def test_other_digits_are_accepted(seed: int) -> None:
    assert not holds_number(wrong_check_digit(seed))
    assert not holds_number(f"1{valid_number(seed)}")  # 13 digits: a 法人番号 or a time stamp
    assert not holds_number(str(uuid4()))
    assert not holds_number(f"a{valid_number(seed)}bcd")  # the short form of a thumbprint
    assert not holds_number(valid_number(seed)[:-1] + "円")


@pytest.mark.parametrize(
    "fields",
    [
        {"at": AT.replace(tzinfo=None)},
        {"action": "NUMBER_REVEALED"},
        {"actor": "someone"},
        {"certificate": "no hex"},
        {"count": -1},
        {"count": 1.5},
        {"count": True},
        {"subjects": [UUID(int=1)]},
        {"subjects": ("x",)},
        {"reason": "x" * 1001},
        {"reason": None},
        {"reason": "\ud800"},
        {"details": {"unknown": "x"}},
        {"details": {"year": 1.5}},
        {"details": {"year": None}},
    ],
)
def test_what_is_outside_the_schema_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(RecordRefused):
        record(**fields)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"number":"x","v":1'),
        (b'"v":1', b'"v":1.0'),
        (b'"v":1', b'"v": 1'),
        (b'"DONE"', b'"GONE"'),
        (b'"at":"2026', b'"at":2026,"x":"'),
        (b'"count":3', b'"count":NaN'),
        (b"{", b"["),
    ],
)
def test_foreign_bytes_are_refused(old: bytes, new: bytes) -> None:
    body = record(count=3).to_bytes()
    assert old in body

    with pytest.raises(RecordRefused):
        Record.from_bytes(body.replace(old, new, 1))


def test_bodies_for_each_equal_single_records() -> None:
    run = record(action=Action.NUMBER_OPENED, reason='"subjects":[]', count=1)
    persons = [(uuid4(), uuid4()), (uuid4(), None)]

    bodies = list(bodies_for_each(run, persons))

    (first, handle), (second, _) = persons
    common = {"action": Action.NUMBER_OPENED, "reason": '"subjects":[]', "count": 1}
    assert bodies == [
        record(**common, subjects=(first,), handles=(handle,)).to_bytes(),
        record(**common, subjects=(second,)).to_bytes(),
    ]


@given(records)
def test_facts_are_read_from_the_body(one: Record) -> None:
    facts = facts_of(one.to_bytes().decode())

    assert facts.action == one.action.value
    assert facts.actor == (str(one.actor) if one.actor else None)
    assert datetime.fromisoformat(facts.at) == one.at
    assert facts.subjects == [str(person) for person in one.subjects]


def test_facts_are_not_read_from_texts() -> None:
    tricky = record(
        actor_name='x","at":"1999',
        address="\\",
        reason=',"subjects":["x"]',
        subjects=(UUID(int=3),),
    )

    facts = facts_of(tricky.to_bytes().decode())

    assert facts.at == "2026-01-05T00:30:00.000000Z"
    assert facts.subjects == [str(UUID(int=3))]


def test_every_action_has_a_label_and_its_own_name() -> None:
    assert all(action.label and action.value == action.name for action in Action)
    assert Action("SIGNED_IN") is Action.SIGNED_IN
