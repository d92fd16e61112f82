"""One record of a handling: its closed schema and its only form in bytes.

Fields follow the handling record of the guideline (取扱規程に基づく運用の記録: who, when, what,
which persons, why, with which result). Never in it: an individual number, or a hash of one.
Canonical bytes are JSON, UTF-8, keys sorted, no blanks, no fractions of numbers; empty fields are
left out. Those bytes are the leaf of the Merkle tree, so the form never changes within a version.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, NewType, Protocol
from uuid import UUID

from azukari.ledger.actions import Action, Result
from azukari.ledger.number_in_text import holds_number

VERSION: Final = 1
TIME_FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
TEXT_LIMIT: Final = 200
REASON_LIMIT: Final = 1000

DETAIL_KEYS: Final = frozenset(
    {
        "after", "approved_by", "authority_check", "batch", "before", "certificate",
        "changed", "channel", "company", "contract", "document_kinds", "error",
        "expires_at", "file", "file_hash", "finality", "form_version", "format",
        "generation", "identity_check", "key_class", "kind", "method", "number_check",
        "office", "period", "permission", "refusal", "relation", "rule", "run", "schedule",
        "second_factor", "session", "size", "target", "to", "user", "user_agent", "year",
    }
)  # fmt: skip

DetailValue = str | int | bool
Body = NewType("Body", bytes)
"""The canonical bytes of a checked record; only this module makes them."""

_THUMBPRINT: Final = re.compile(r"(?:[0-9a-f]{8,64})?")
_TEXTS: Final = ("actor_name", "role", "address", "purpose", "form", "reason", "request_id")
_IDS: Final = ("subjects", "handles")
_ANYBODY: Final = UUID(int=0)
_ANYBODY_TEXT: Final = str(_ANYBODY).encode()


class Doer(Protocol):
    """Who acts, as `tenancy.actor.Actor` knows it."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> tuple[str, ...]: ...
    @property
    def certificate(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def request_id(self) -> str: ...


class RecordRefused(ValueError):
    """The record does not keep to the schema. The text names the field, never its content."""


class NumberInRecord(RecordRefused):
    """A text field contains something that is a valid individual number."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"操作記録の項目「{name}」に個人番号と思われる12桁の数字があります。"
            "個人番号を除いて、もう一度入力してください。"
        )
        self.field = name


@dataclass(frozen=True, slots=True)
class Record:
    """Who did what to which persons' numbers, why, and how it ended.

    `at` is aware; `certificate` the first hex digits of the certificate's SHA-256; `subjects`
    are ids of persons, `handles` ids of deposits; `count` how many persons or rows were touched.
    Raises RecordRefused or NumberInRecord when made with anything outside the schema.
    """

    at: datetime
    action: Action
    actor: UUID | None = None
    actor_name: str = ""
    role: str = ""
    certificate: str = ""
    address: str = ""
    subjects: tuple[UUID, ...] = ()
    handles: tuple[UUID, ...] = ()
    purpose: str = ""
    form: str = ""
    reason: str = ""
    count: int = 0
    result: Result = Result.DONE
    request_id: str = ""
    details: Mapping[str, DetailValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_types(self)
        for name in _TEXTS:
            _check_text(name, getattr(self, name), REASON_LIMIT if name == "reason" else TEXT_LIMIT)
        for key, value in self.details.items():
            if isinstance(value, bool):
                continue
            _check_text(key, str(value), REASON_LIMIT)

    @classmethod
    def by(
        cls, actor: Doer, action: Action, *, at: datetime | None = None, **rest: Any
    ) -> "Record":
        """A record of what this actor does now; `rest` are the fields that tell what."""
        return cls(
            at=at or datetime.now(UTC),
            action=action,
            actor=actor.user_id,
            actor_name=actor.name,
            role=",".join(actor.roles),
            certificate=actor.certificate,
            address=actor.address,
            request_id=actor.request_id,
            **rest,
        )

    def to_bytes(self) -> Body:
        return _canonical(self._fields())

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "v": VERSION,
            "at": self.at.astimezone(UTC).strftime(TIME_FORMAT),
            "action": self.action.value,
            "result": self.result.value,
            "actor": str(self.actor) if self.actor else "",
            "certificate": self.certificate,
            "count": self.count,
            "details": dict(self.details),
        }
        fields |= {name: getattr(self, name) for name in _TEXTS}
        fields |= {name: [str(one) for one in getattr(self, name)] for name in _IDS}
        return {name: value for name, value in fields.items() if value not in ("", 0, [], {})}

    @classmethod
    def from_bytes(cls, body: bytes) -> "Record":
        """Parses canonical bytes; anything unknown or written otherwise is refused."""
        fields = _parse(body)
        version = fields.pop("v", None)
        if version != VERSION:
            raise RecordRefused("the version of the record is not known")
        unknown = fields.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise RecordRefused(f"the record has {len(unknown)} unknown fields")
        try:
            record = cls(**_typed(fields))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, RecordRefused):
                raise
            raise RecordRefused("a field of the record is of the wrong kind") from error
        if record.to_bytes() != body:
            raise RecordRefused("the record is not in its canonical form")
        return record


def bodies_for_each(
    record: Record, persons: Iterable[tuple[UUID | str, UUID | str | None]]
) -> Iterator[Body]:
    """The same record once per (person, handle), as bodies for `pens.write_many`; ≥ 10^5 per s.

    Ids may be texts as PostgreSQL writes them, which takes it a tenth of the time.  `record` is
    checked once and must name no subjects or handles itself.
    """
    if record.subjects or record.handles:
        raise RecordRefused("the record already names its subjects")
    with_handle = _template(replace(record, subjects=(_ANYBODY,), handles=(_ANYBODY,)))
    bare = _template(replace(record, subjects=(_ANYBODY,)))
    for person, handle in persons:
        if handle is None:
            yield Body(bare % str(person).encode())
        else:
            yield Body(with_handle % (str(handle).encode(), str(person).encode()))


def around_ids(record: Record) -> tuple[str, str, str]:
    """What `bodies_for_each` writes before the handle, between it and the person, and behind."""
    if record.subjects or record.handles:
        raise RecordRefused("the record already names its subjects")
    whole = replace(record, subjects=(_ANYBODY,), handles=(_ANYBODY,)).to_bytes().decode()
    before, _, rest = whole.partition(f'"handles":["{_ANYBODY}"]')
    between, _, behind = rest.rpartition(f'"subjects":["{_ANYBODY}"]')
    return f'{before}"handles":["', f'"]{between}"subjects":["', f'"]{behind}'


def _template(record: Record) -> bytes:
    """The body with %b for its handle and its subject, in this order."""
    body = record.to_bytes().replace(b"%", b"%%")
    for name in (b"handles", b"subjects"):
        # Such a list cannot occur in a text: a quotation mark inside one is written \".
        body = body.replace(b'"%b":["%b"]' % (name, _ANYBODY_TEXT), b'"%b":["%%b"]' % name)
    return body


class Facts(NamedTuple):
    """What lists are filtered by, as it is written in the body."""

    action: str
    actor: str | None
    at: str
    subjects: list[str]


# Keys are sorted, so only actor, actor_name and address can stand before the time; a quotation
# mark inside a text is written \". Ten times as fast as reading the JSON.
_HEAD: Final = re.compile(
    r'\{"action":"([A-Z_]+)"(?:,"actor":"([0-9a-f-]{36})")?(?:,"actor_name":"(?:[^"\\]|\\.)*")?'
    r'(?:,"address":"(?:[^"\\]|\\.)*")?,"at":"([^"]+)"'
)
_SUBJECTS: Final = ',"subjects":["'
_END: Final = f'"],"v":{VERSION}}}'
# Of one person, of which nearly every body tells: where the list begins, its id, and the end.
_ID_FROM: Final = -len(_END) - len(str(_ANYBODY))
_LIST_FROM: Final = _ID_FROM - len(_SUBJECTS)


def facts_of(text: str) -> Facts:
    """Reads a canonical body. Raises RecordRefused for anything else."""
    action, actor, at = _head_of(text).groups()
    return Facts(action, actor, at, _subjects_of(text))


def facts_of_each(texts: Iterable[str]) -> Iterator[Facts]:
    """The same for many bodies. Those of one run begin alike, and that is read only once."""
    head, action, actor, at = "\0", "", None, ""
    for text in texts:
        if not text.startswith(head):
            match = _head_of(text)
            head, (action, actor, at) = match[0], match.groups()
        yield Facts(action, actor, at, _subjects_of(text))


def times_of_each(texts: Iterable[str]) -> Iterator[str]:
    """Their times alone, for bodies that were just made."""
    head, at = "\0", ""
    for text in texts:
        if not text.startswith(head):
            match = _head_of(text)
            head, at = match[0], match[3]
        yield at


def _head_of(text: str) -> re.Match[str]:
    head = _HEAD.match(text)
    if head is None:
        raise RecordRefused("the record is not in its canonical form")
    return head


def _subjects_of(text: str) -> list[str]:
    if text[_LIST_FROM:_ID_FROM] == _SUBJECTS and text.endswith(_END):
        return [text[_ID_FROM : -len(_END)]]
    start = text.rfind(_SUBJECTS)
    if start < 0:
        return []
    return text[start + len(_SUBJECTS) : text.index('"]', start)].split('","')


def _check_types(record: Record) -> None:
    if not isinstance(record.at, datetime) or record.at.tzinfo is None:
        raise RecordRefused("the time of a record needs a time zone")
    if not isinstance(record.action, Action) or not isinstance(record.result, Result):
        raise RecordRefused("action and result come from their closed lists")
    if not (record.actor is None or isinstance(record.actor, UUID)):
        raise RecordRefused("the actor is the id of a user")
    if not _THUMBPRINT.fullmatch(record.certificate):
        raise RecordRefused("the certificate is given by hex digits of its SHA-256")
    if not _is_count(record.count):
        raise RecordRefused("the count is a whole number")
    for name in _IDS:
        ids = getattr(record, name)
        if not isinstance(ids, tuple) or not all(isinstance(one, UUID) for one in ids):
            raise RecordRefused(f"{name} are ids")
    if not record.details.keys() <= DETAIL_KEYS:
        raise RecordRefused("a detail is not in the closed list")
    if not all(isinstance(value, str | int) for value in record.details.values()):
        raise RecordRefused("a detail is text, a whole number or yes/no")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_text(name: str, text: object, limit: int) -> None:
    if not isinstance(text, str):
        raise RecordRefused(f"{name} is not text")
    if len(text) > limit:
        raise RecordRefused(f"{name} is longer than {limit} letters")
    try:
        text.encode()
    except UnicodeEncodeError:
        # The error's own text would quote what was written.
        raise RecordRefused(f"{name} has letters that cannot be written") from None
    if holds_number(text):
        raise NumberInRecord(name)


def _canonical(fields: Mapping[str, Any]) -> Body:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Body(text.encode())


def _parse(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError) as error:
        raise RecordRefused("the record is not JSON") from error
    if not isinstance(fields, dict):
        raise RecordRefused("the record is not a JSON object")
    return fields


def _no_fraction(_text: str) -> float:
    raise RecordRefused("the record has a number with a fraction")


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    typed = dict(fields)
    typed["at"] = datetime.strptime(fields["at"], TIME_FORMAT).replace(tzinfo=UTC)
    typed["action"] = Action(fields["action"])
    typed["result"] = Result(fields["result"])
    if "actor" in fields:
        typed["actor"] = UUID(fields["actor"])
    for name in _IDS:
        typed[name] = tuple(UUID(one) for one in fields.get(name, ()))
    return typed
