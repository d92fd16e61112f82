"""廃棄証明書 as a document for machines: one JSON object, laid out in lines.

    {"format":"azukari-disposal-certificate/1",
    "statement":{…who, what, why, when, and from when nothing brings it back…},
    "numbers":[
    [one number, in the order of COLUMNS],
    …
    ],
    "seal":{"leaf":…,"numbers":[…],"checkpoint":"…","key":"…"}}

Everything before the line of the seal is what is certified, byte for byte: its SHA-256 stands in
the ledger's record of the issue.  The seal leads from that record to the signed head of the
company's tree (RFC 6962, C2SP tlog-checkpoint); for a few numbers also from the record of each
destruction.  Names of the people whose numbers these were are not in it: it goes to outsiders.
`ledger/standalone/verify_ledger.py` reads it, and shares no code with this.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final, NamedTuple

from azukari.ledger.queries import LeafProof
from azukari.vault.door import ErasureClass

FORMAT: Final = "azukari-disposal-certificate/1"
COLUMNS: Final = (
    "person", "code", "kind", "handle", "reason", "rules", "due_on", "destroyed_at", "generation",
    "leaf", "leaf_hash",
)  # fmt: skip
WITH_OWN_PROOF: Final = 20
"""Up to so many numbers the seal carries the record of each destruction, with its path."""

METHOD: Final = "番号ごとに異なる暗号鍵の消去と、暗号化した番号の削除"
COVERED: Final = (
    "このシステムのデータベース、鍵の保管庫と、そのバックアップにある、番号とその暗号文"
)
NOT_COVERED: Final = (
    "紙に印刷したもの、提出したもの、メールで送ったもの、ダウンロードしたファイル、"
    "動作中の機器のメモリ、申告されていない複製"
)
CLASSES: Final[Mapping[ErasureClass, tuple[str, str]]] = {
    ErasureClass.RETENTION: (
        "保持型",
        (
            "鍵束はバックアップにも含まれます。その鍵束を含む最後のバックアップを捨てた日から、"
            "どの複製からも番号を復元できません。"
        ),
    ),
    ErasureClass.WINDOW: (
        "期間型",
        (
            "鍵束はバックアップに含まれません。鍵束が廃棄のときの世代を忘れた日から、"
            "バックアップをいつまで残していても番号を復元できません。"
        ),
    ),
}

_HEAD: Final = f'{{"format":"{FORMAT}",\n'.encode()
_NUMBERS: Final = b'"numbers":[\n'
_END: Final = b"],\n"
_SEAL: Final = b'"seal":'
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring


@dataclass(frozen=True, slots=True)
class Party:
    """The company whose numbers these were; its id is the name of its ledger."""

    id: str
    code: str
    name: str
    corporate_number: str
    contract: str


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what towards the disposal; `at` None where only the person was kept."""

    label: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Numbers destroyed under one generation of the ring, and the day from which it is final."""

    generation: int
    numbers: int
    final_on: date
    is_final: bool


@dataclass(frozen=True, slots=True)
class Erasure:
    """Logical finality: `first` to `last` key destroyed; cryptographic: by generation."""

    erasure_class: ErasureClass
    first: datetime
    last: datetime
    generations: tuple[Forgetting, ...]

    @property
    def final_on(self) -> date:
        return max(one.final_on for one in self.generations)


@dataclass(frozen=True, slots=True)
class Statement:
    """`batch`: code and figures of the batch, empty without one; `rules` and `reasons`: what the
    codes in the rows mean.
    """

    id: str
    code: str
    issued_at: datetime
    issued_by: str
    company: Party
    batch: Mapping[str, str | int]
    note: str
    acts: tuple[Act, ...]
    erasure: Erasure
    reasons: Mapping[str, str]
    rules: Mapping[str, Mapping[str, str]]
    count: int


class Number(NamedTuple):
    """One destroyed number, as its row says: references only.

    `due_on` a date, `destroyed_at` a moment in UTC, `leaf_hash` base64, all as text.
    """

    person: str
    code: str
    kind: str
    handle: str
    reason: str
    rules: Sequence[str]
    due_on: str | None
    destroyed_at: str
    generation: int
    leaf: int
    leaf_hash: str


# writing ----------------------------------------------------------------------------------------


def certified_part(statement: Statement, numbers: Iterable[Number]) -> bytes:
    """The lines before the seal; at least one number."""
    rows = ",\n".join(map(_line, numbers))
    head = _HEAD + b'"statement":' + _encode(_stated(statement)).encode() + b",\n"
    return head + _NUMBERS + rows.encode() + b"\n" + _END


def _line(one: Number) -> str:
    # As `_encode` would write it, in a third of the time: what is not quoted here cannot hold
    # anything that JSON escapes.
    due_on = "null" if one.due_on is None else f'"{one.due_on}"'
    return (
        f'["{one.person}",{_quoted(one.code)},{_quoted(one.kind)},"{one.handle}",'
        f"{_quoted(one.reason)},[{','.join(map(_quoted, one.rules))}],{due_on},"
        f'"{one.destroyed_at}",{one.generation},{one.leaf},"{one.leaf_hash}"]'
    )


def digest_of(certified: bytes) -> str:
    return sha256(certified).hexdigest()


def seal(leaf: LeafProof, numbers: Iterable[LeafProof], checkpoint: str, key: str) -> bytes:
    """The last line: the record of the issue (and of each destruction), and the signed head."""
    sealed = {
        "leaf": _proof(leaf),
        "numbers": [_proof(one) for one in numbers],
        "checkpoint": checkpoint,
        "key": key,
    }
    return _SEAL + _encode(sealed).encode() + b"}\n"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _stated(told: Statement) -> dict[str, Any]:
    company = told.company
    return {
        "id": told.id,
        "code": told.code,
        "issued_at": _moment(told.issued_at),
        "issued_by": told.issued_by,
        "company": {
            "id": company.id,
            "code": company.code,
            "name": company.name,
            "corporate_number": company.corporate_number,
            "contract": company.contract,
        },
        "batch": dict(told.batch),
        "note": told.note,
        "acts": [
            {"label": act.label, "name": act.name, "at": act.at and _moment(act.at)}
            for act in told.acts
        ],
        "method": {"code": "crypto-erase", "text": METHOD},
        "erasure": _erased(told.erasure),
        "reasons": dict(told.reasons),
        "rules": {rule: dict(words) for rule, words in told.rules.items()},
        "count": told.count,
        "columns": list(COLUMNS),
    }


def _erased(erasure: Erasure) -> dict[str, Any]:
    label, meaning = CLASSES[erasure.erasure_class]
    return {
        "class": erasure.erasure_class.value,
        "label": label,
        "meaning": meaning,
        "logical_from": _moment(erasure.first),
        "logical_until": _moment(erasure.last),
        "final_on": erasure.final_on.isoformat(),
        "generations": [
            {
                "generation": one.generation,
                "numbers": one.numbers,
                "final_on": one.final_on.isoformat(),
                "final": one.is_final,
            }
            for one in erasure.generations
        ],
        "covers": COVERED,
        "excludes": NOT_COVERED,
    }


def _proof(proof: LeafProof) -> dict[str, Any]:
    return {
        "index": proof.index,
        "body": proof.body,
        "path": [b64encode(step).decode() for step in proof.path],
    }


# reading our own --------------------------------------------------------------------------------


class Read(NamedTuple):
    """A document of our own as papers and pages need it; nothing is verified here."""

    statement: dict[str, Any]
    numbers: list[Number]
    digest: str
    checkpoint: str
    key: str


def read(document: bytes, *, first: int) -> Read:
    """The statement, at most the `first` numbers, and the seal."""
    certified, mark, sealed = document.rpartition(b"\n" + _SEAL)
    head, _, rows = certified.partition(b",\n" + _NUMBERS)
    statement = json.loads(head[len(_HEAD) + len(b'"statement":') :])
    closing = json.loads(sealed.rstrip()[:-1])
    return Read(
        statement,
        [Number(*json.loads(line)) for line in islice(_lines(rows), first)],
        digest_of(certified + mark[:1]),
        closing["checkpoint"],
        closing["key"],
    )


def _lines(rows: bytes) -> Iterator[bytes]:
    start = 0
    while (end := rows.find(b"\n", start)) >= 0:
        yield rows[start:end].rstrip(b",")
        start = end + 1
