#!/usr/bin/env python3
# ruff: noqa: T201  a command line talks by printing
"""Checks an exported azukari ledger, or a certificate of disposal, without azukari or a network.

Needs Python 3.10 or later and nothing else: copy this one file anywhere. It shares no code with
the program that wrote the ledger.

    python3 verify_ledger.py 台帳.jsonl [--anchor checkpoint.txt] [--key KEY]
    python3 verify_ledger.py 廃棄証明書.json [--ledger-export 台帳.jsonl] [--key KEY] [--json]

An anchor is a checkpoint received earlier (by mail, on a disposal certificate): only against an
anchor can a ledger that was set back to an older copy be told from a good one. KEY is the line
`name+id+base64` handed out when the ledger was opened, or its fingerprint of 64 hexadecimal digits
as it is printed on the access sheet; without it the key inside the file is used, which tells that
the file was not altered, but not who made it.
Exit codes: 0 nothing found, 1 something found, 2 wrong use.

Sources: RFC 6962 and RFC 9162 (Merkle trees), RFC 8032 section 5.1.7 (Ed25519),
C2SP signed-note and tlog-checkpoint (notes), checked with their published vectors.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from bisect import bisect_left
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EXPORT_FORMAT = "azukari-ledger-export/1"
CERTIFICATE_FORMAT = "azukari-disposal-certificate/1"

CHANGED = "changed"
DROPPED = "dropped"
INSERTED = "inserted"
REORDERED = "reordered"
RENUMBERED = "renumbered"
TRUNCATED = "truncated"
REWRITTEN = "rewritten"
ROLLED_BACK = "rolled-back"
FORKED = "forked"
HASH_LIST = "hash-list"
SIGNATURE = "signature"
CHECKPOINT = "checkpoint"
MALFORMED = "malformed"
OTHER_KEY = "other-key"

WORDS = {
    CHANGED: ("{0}番の記録が書き換えられています。", "leaf {0} was changed"),
    DROPPED: ("{0}番の記録が抜き取られています。", "leaf {0} was dropped"),
    INSERTED: ("{0}行目に、あとから記録が差し込まれています。", "line {0}: a leaf was inserted"),
    REORDERED: ("{0}番の記録の順序が入れ替えられています。", "leaf {0} was moved"),
    RENUMBERED: ("{0}番の記録の番号が付け替えられています。", "leaf {0} carries another index"),
    TRUNCATED: (
        "{0}番から{1}番までの記録が末尾から切り取られています。",
        "leaves {0} to {1} were cut off the end",
    ),
    REWRITTEN: (
        "{0}番から{1}番までの記録のどれかが、署名された時点と違います。",
        "something in leaves {0} to {1} differs from what was signed",
    ),
    ROLLED_BACK: (
        "台帳が古い状態に戻されています(控えは{1}件、この台帳は{0}件)。",
        "the ledger was rolled back: {0} leaves, but the anchor has {1}",
    ),
    FORKED: (
        "最初の{0}件が、控えのチェックポイントと一致しません。過去の記録が作り直されています。",
        "the first {0} leaves do not match the anchor: the past was rewritten",
    ),
    HASH_LIST: (
        "{0}番のハッシュ値が書き換えられています(記録そのものは署名と一致します)。",
        "the listed hash of leaf {0} was changed (the leaf itself matches the signature)",
    ),
    SIGNATURE: (
        "チェックポイント({0})の署名が正しくありません。",
        "a checkpoint ({0}) is not signed by the key of this ledger",
    ),
    CHECKPOINT: ("チェックポイントがありません。", "there is no signed checkpoint"),
    MALFORMED: ("{0}行目を読み取れません。", "line {0} cannot be read"),
    OTHER_KEY: (
        "検証鍵が、お手元の鍵と違います。",
        "the key of this file is not the key you gave",
    ),
}


class WrongUse(Exception):
    """The file or an argument is not what this program reads."""


class Finding(NamedTuple):
    kind: str
    numbers: tuple[Any, ...] = ()

    def words(self) -> str:
        japanese, english = WORDS[self.kind]
        return f"{japanese.format(*self.numbers)} / {english.format(*self.numbers)}"


# Hashing: RFC 6962 section 2.1 -----------------------------------------------------------------


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


def parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Roots:
    """Roots of all prefixes asked for, in one pass over the hashes."""

    def __init__(self) -> None:
        self.size = 0
        self.stack: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        height, joined = 0, leaf
        while self.stack and self.stack[-1][0] == height:
            joined = parent(self.stack.pop()[1], joined)
            height += 1
        self.stack.append((height, joined))
        self.size += 1

    def root(self) -> bytes:
        if not self.stack:
            return hashlib.sha256(b"").digest()
        joined = self.stack[-1][1]
        for _, left in reversed(self.stack[:-1]):
            joined = parent(left, joined)
        return joined


def roots_at(hashes: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    tree, found = Roots(), {}
    if 0 in sizes:
        found[0] = tree.root()
    for one in hashes:
        tree.add(one)
        if tree.size in sizes:
            found[tree.size] = tree.root()
    return found


def root_of_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """The root a path leads to, walking down from the top; None if its length is wrong."""
    turns = []
    while size > 1:
        split = 1 << ((size - 1).bit_length() - 1)
        right = index >= split
        turns.append(right)
        index, size = (index - split, size - split) if right else (index, split)
    if index != 0 or size != 1 or len(turns) != len(path):
        return None
    joined = leaf
    for right, sibling in zip(reversed(turns), path, strict=True):
        joined = parent(sibling, joined) if right else parent(joined, sibling)
    return joined


# Ed25519 verification: RFC 8032 section 5.1 ----------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended: X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def point_add(a: Point, b: Point) -> Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def point_read(encoded: bytes) -> Point | None:
    """Section 5.1.3; refuses encodings that are not the only one."""
    if len(encoded) != 32:
        return None
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def point_write(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_read((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def good_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Section 5.1.7 without cofactor: encode([S]B - [k]A) equals R."""
    key = point_read(public)
    if key is None or BASE is None or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    factor = int.from_bytes(digest, "little") % L
    minus = (P - key[0], key[1], key[2], P - key[3])
    table = (NEUTRAL, BASE, minus, point_add(BASE, minus))
    sum_ = NEUTRAL
    for bit in range(252, -1, -1):
        sum_ = point_add(sum_, sum_)
        sum_ = point_add(sum_, table[(scalar >> bit & 1) | (factor >> bit & 1) << 1])
    return point_write(sum_) == signature[:32]


# Notes: C2SP signed-note and tlog-checkpoint ---------------------------------------------------


class Head(NamedTuple):
    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: list[tuple[str, bytes]]


class Key(NamedTuple):
    name: str
    identifier: bytes
    public: bytes


def whole_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a whole number")  # noqa: TRY004  one error for all malformed input
    return value


def read_base64(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64")
    return raw


def read_key(line: str) -> Key:
    """`name+hex id+base64(0x01 || public key)`."""
    try:
        name, identifier, encoded = line.strip().split("+", 2)
        raw = read_base64(encoded)
    except ValueError as error:
        raise WrongUse("検証鍵の書式が違います。 / the key line is malformed") from error
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] != 1 or identifier != expected.hex():
        raise WrongUse("検証鍵の書式が違います。 / the key line is malformed")
    return Key(name, expected, raw[1:])


def fingerprint(key: Key) -> str:
    """SHA-256 of the public key; one for all ledgers of an installation."""
    digits = hashlib.sha256(key.public).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, 64, 4))


def choose_key(own: Key | None, trusted: str) -> tuple[Key | None, bool | None]:
    """The key to check with, and whether it is the trusted one (None: nobody said which)."""
    if not trusted:
        return own, None
    digits = re.sub(r"[\s:]", "", trusted).lower()
    if re.fullmatch("[0-9a-f]{64}", digits):
        return own, own is not None and hashlib.sha256(own.public).hexdigest() == digits
    given = read_key(trusted)
    return given, given == own


def read_head(note: str) -> Head:
    """Raises ValueError for anything that is not a checkpoint note."""
    text, gap, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or not tail.endswith("\n") or len(lines) < 3:
        raise ValueError("note")
    if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise ValueError("size")
    root = read_base64(lines[2])
    if len(root) != 32:
        raise ValueError("root")
    signatures = []
    for line in tail[:-1].split("\n"):
        mark, name, encoded = line.split(" ")
        if mark != "\u2014":
            raise ValueError("signature")
        signatures.append((name, read_base64(encoded)))
    return Head(lines[0], int(lines[1]), root, (text + "\n").encode(), signatures)


def signed_by(head: Head, key: Key) -> bool:
    return head.origin == key.name and any(
        name == key.name
        and raw[:4] == key.identifier
        and good_signature(key.public, raw[4:], head.text)
        for name, raw in head.signatures
    )


# Reading an export -----------------------------------------------------------------------------


class Leaf(NamedTuple):
    line: int
    claimed: int  # the index the line gives itself
    digest: bytes


class Export:
    """What an export file says, before anything of it is believed."""

    def __init__(self) -> None:
        self.key: Key | None = None
        self.leaves: list[Leaf] = []
        self.disposals: dict[int, str] = {}  # bodies that tell of a destroyed number
        self.listed: list[bytes] = []
        self.heads: list[tuple[int, Head]] = []
        self.findings: list[Finding] = []

    def take(self, number: int, text: str) -> None:
        """One line after the header."""
        try:
            entry = json.loads(text)
            kind = entry["type"]
            if kind == "leaf":
                index, body = whole_number(entry["index"]), entry["body"]
                self.leaves.append(Leaf(number, index, leaf_hash(body.encode())))
                if body.startswith('{"action":"NUMBER_DISPOSED"'):
                    self.disposals[index] = body
            elif kind == "hashes":
                raw = read_base64(entry["hashes"])
                self.listed += [raw[at : at + 32] for at in range(0, len(raw), 32)]
            elif kind == "checkpoint":
                self.heads.append((number, read_head(entry["note"])))
            else:
                self.findings.append(Finding(MALFORMED, (number,)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.findings.append(Finding(MALFORMED, (number,)))


def read_export(lines: Iterator[str]) -> Export:
    export = Export()
    header = _json_object(next(lines, ""))
    if header.get("format") != EXPORT_FORMAT:
        raise WrongUse(
            "台帳の書き出しでも廃棄証明書でもありません。"
            " / neither an exported ledger nor a certificate of disposal"
        )
    export.key = read_key(str(header.get("key", "")))
    for number, text in enumerate(lines, start=2):
        export.take(number, text)
    return export


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


# Judging an export -----------------------------------------------------------------------------


def check_export(
    export: Export, key: Key | None = None, anchor: Head | None = None
) -> list[Finding]:
    """All findings, the most telling first; an empty list means that nothing was found."""
    key = key or export.key
    if key is None:
        raise WrongUse("検証鍵がありません。 / there is no key")
    findings = list(export.findings)
    heads = []
    for number, head in export.heads:
        if signed_by(head, key):
            heads.append(head)
        else:
            findings.append(Finding(SIGNATURE, (f"{number}行目 / line {number}",)))
    against_anchor = _check_anchor(export, key, heads, anchor) if anchor else []
    if anchor and not against_anchor:
        heads.append(anchor)
    findings += against_anchor
    return findings + (_check_leaves(export, heads) if heads else [Finding(CHECKPOINT)])


def _check_anchor(export: Export, key: Key, heads: list[Head], anchor: Head) -> list[Finding]:
    """Whether the ledger is set back behind the anchor, or has another past than it."""
    if not signed_by(anchor, key):
        return [Finding(SIGNATURE, ("控え / anchor",))]
    newest = max((head.size for head in heads), default=0)
    if newest < anchor.size:
        return [Finding(ROLLED_BACK, (newest, anchor.size))]
    found = [leaf.digest for leaf in export.leaves]
    for hashes in (export.listed, found):
        # Only a history that is right in itself can be another one; else the leaves are named.
        if _matches(hashes, heads) and not _matches(hashes, [anchor]):
            return [Finding(FORKED, (anchor.size,))]
    return []


def _matches(hashes: list[bytes], heads: list[Head]) -> bool:
    """Whether these leaf hashes give every signed root."""
    roots = roots_at(hashes, {head.size for head in heads})
    return all(roots.get(head.size) == head.root for head in heads)


def _check_leaves(export: Export, heads: list[Head]) -> list[Finding]:
    size = max(head.size for head in heads)
    found = [leaf.digest for leaf in export.leaves]
    if _matches(export.listed[:size], heads):
        extra = [Finding(HASH_LIST, (index,)) for index in range(size, len(export.listed))]
        return extra + compare(export.listed[:size], export.leaves)
    if _matches(found[:size], heads):
        return _blame_list(found, export, size)
    return _bracket(export, found, heads)


def _blame_list(found: list[bytes], export: Export, size: int) -> list[Finding]:
    wrong = [
        Finding(HASH_LIST, (index,))
        for index in range(max(size, len(export.listed)))
        if index >= size or export.listed[index : index + 1] != found[index : index + 1]
    ]
    return wrong + compare(found[:size], export.leaves)


def _bracket(export: Export, found: list[bytes], heads: list[Head]) -> list[Finding]:
    """Bodies and listed hashes both disagree with the signatures: say between which heads."""
    newest = max(head.size for head in heads)
    covered = [head for head in heads if head.size <= len(found)]
    if len(found) < newest and _matches(found, covered):
        return [Finding(TRUNCATED, (len(found), newest - 1))]
    sizes = {head.size for head in heads}
    candidates = [roots_at(export.listed, sizes), roots_at(found, sizes)]
    good, bad = 0, newest
    for head in sorted(heads, key=lambda head: head.size):
        if not any(roots.get(head.size) == head.root for roots in candidates):
            bad = head.size
            break
        good = head.size
    return [Finding(REWRITTEN, (good, bad - 1)), *compare(export.listed, export.leaves)]


def compare(expected: list[bytes], leaves: list[Leaf]) -> list[Finding]:
    """Names what happened to the leaves whose right hashes are known."""
    places = _match(expected, leaves)
    missing = sorted(set(range(len(expected))) - {place for place in places if place >= 0})
    findings = []
    for leaf, place in zip(leaves, places, strict=True):
        if place >= 0:
            continue
        at = bisect_left(missing, leaf.claimed)
        if at < len(missing) and missing[at] == leaf.claimed:
            findings.append(Finding(CHANGED, (missing.pop(at),)))
        else:
            findings.append(Finding(INSERTED, (leaf.line,)))
    findings += _name_missing(missing, len(expected))
    kept = [(leaf, place) for leaf, place in zip(leaves, places, strict=True) if place >= 0]
    findings += [Finding(REORDERED, (one,)) for one in _moved([place for _, place in kept])]
    if not findings:
        findings = [Finding(RENUMBERED, (place,)) for leaf, place in kept if leaf.claimed != place]
    return findings


def _match(expected: list[bytes], leaves: list[Leaf]) -> list[int]:
    """For each leaf line the index its hash belongs to, or -1; every index is given once."""
    places = [-1] * len(leaves)
    used = bytearray(len(expected))
    for at, leaf in enumerate(leaves):
        index = leaf.claimed
        if 0 <= index < len(expected) and not used[index] and expected[index] == leaf.digest:
            places[at], used[index] = index, 1
    if all(place >= 0 for place in places):
        return places
    free: dict[bytes, list[int]] = {}
    for index in range(len(expected) - 1, -1, -1):
        if not used[index]:
            free.setdefault(expected[index], []).append(index)
    for at, leaf in enumerate(leaves):
        if places[at] < 0 and free.get(leaf.digest):
            places[at] = free[leaf.digest].pop()
    return places


def _name_missing(missing: list[int], size: int) -> list[Finding]:
    """A gap that reaches the end is a truncation, every other one a dropped leaf."""
    tail = size
    while missing and missing[-1] == tail - 1:
        tail = missing.pop()
    findings = [Finding(DROPPED, (index,)) for index in missing]
    if tail < size:
        findings.append(Finding(TRUNCATED, (tail, size - 1)))
    return findings


def _moved(places: list[int]) -> list[int]:
    """The fewest indices whose removal leaves the order rising (longest rising subsequence)."""
    if all(a < b for a, b in pairwise(places)):
        return []
    ends: list[int] = []
    at_end: list[int] = []
    before = [-1] * len(places)
    for at, place in enumerate(places):
        rank = bisect_left(ends, place)
        ends[rank : rank + 1] = [place]
        at_end[rank : rank + 1] = [at]
        before[at] = at_end[rank - 1] if rank else -1
    stays, at = set(), at_end[-1]
    while at >= 0:
        stays.add(places[at])
        at = before[at]
    return sorted(set(places) - stays)


# Reading a certificate of disposal --------------------------------------------------------------

# A JSON object laid out in lines, so that "everything before the seal" means exact bytes: they are
# what was certified, and the seal itself has only one form.
LINE_FORMAT = f'{{"format":"{CERTIFICATE_FORMAT}",\n'.encode()
LINE_NUMBERS = b'"numbers":[\n'
LINE_END = b"],\n"
COLUMNS = [
    "person", "code", "kind", "handle", "reason", "rules", "due_on", "destroyed_at", "generation",
    "leaf", "leaf_hash",
]  # fmt: skip
WITH_OWN_PROOF = 20  # up to so many numbers, the seal has the record of each with its path


class Broken(Exception):
    """The certificate is not in its form; carries the number of the line."""


class Row(NamedTuple):
    person: str
    handle: str
    leaf: int
    digest: bytes


class Proof(NamedTuple):
    leaf: int
    body: str
    path: list[bytes]


class Certificate(NamedTuple):
    statement: dict[str, Any]
    rows: list[Row]
    digest: str  # SHA-256 of everything before the seal
    certifying: Proof
    proofs: list[Proof]
    head: Head
    key: Key


class Lines:
    """Takes lines one by one, counts them and hashes what was taken."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.left = iter(lines)
        self.number = 0
        self.hashed = hashlib.sha256()

    def take(self) -> bytes:
        line = next(self.left, b"")
        self.number += 1
        self.hashed.update(line)
        return line


def expect(fulfilled: object) -> None:
    if not fulfilled:
        raise ValueError("form")


def read_certificate(content: Iterable[bytes]) -> Certificate:
    """Raises Broken."""
    lines = Lines(content)
    try:
        expect(lines.take() == LINE_FORMAT)
        statement = _read_part(lines.take(), b'"statement":', b",\n")
        expect(statement["columns"] == COLUMNS)
        expect(lines.take() == LINE_NUMBERS)
        rows = list(_read_rows(lines))
        digest = lines.hashed.hexdigest()
        seal = _read_part(lines.take(), b'"seal":', b"}\n")
        expect(lines.take() == b"")
        return _with_seal(statement, rows, digest, seal)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, WrongUse) as error:
        raise Broken(lines.number) from error


def _read_part(line: bytes, before: bytes, after: bytes) -> dict[str, Any]:
    """The object of one line, in the only form in which it is written."""
    expect(line.startswith(before) and line.endswith(after))
    text = line[len(before) : -len(after)].decode()
    value = json.loads(text)
    expect(isinstance(value, dict))
    expect(json.dumps(value, ensure_ascii=False, separators=(",", ":")) == text)
    return dict(value)


def _read_rows(lines: Lines) -> Iterator[Row]:
    more = True
    while more:
        line = lines.take()
        more = line.endswith(b",\n")
        values = json.loads(line[: -2 if more else -1].decode())
        person, _, _, handle, *_, index, digest = values
        expect(len(values) == len(COLUMNS) and isinstance(person + handle, str))
        yield Row(person, handle, whole_number(index), read_base64(digest))
    expect(lines.take() == LINE_END)


def _with_seal(
    statement: dict[str, Any], rows: list[Row], digest: str, seal: dict[str, Any]
) -> Certificate:
    expect(list(seal) == ["leaf", "numbers", "checkpoint", "key"])
    expect(len(seal["numbers"]) == (len(rows) if len(rows) <= WITH_OWN_PROOF else 0))
    head = read_head(seal["checkpoint"])
    expect(len(head.signatures) == 1)
    key = read_key(seal["key"])
    expect(seal["key"] == seal["key"].strip())
    proofs = [_read_proof(one) for one in seal["numbers"]]
    return Certificate(statement, rows, digest, _read_proof(seal["leaf"]), proofs, head, key)


def _read_proof(value: dict[str, Any]) -> Proof:
    expect(list(value) == ["index", "body", "path"])
    path = [read_base64(step) for step in value["path"]]
    return Proof(whole_number(value["index"]), str(value["body"]), path)


# Judging a certificate of disposal --------------------------------------------------------------

FORM, SIGNED, TRUSTED, CERTIFIED, UNCHANGED, AGREES, DESTROYED, IN_EXPORT = (
    "form", "signed", "trusted", "certified", "unchanged", "agrees", "destroyed", "in-export",
)  # fmt: skip

# Words for a check that was passed, failed, or not made.
STEPS: dict[str, dict[bool | None, tuple[str, str]]] = {
    FORM: {
        True: ("証明書の書式どおりです。", "the file is in the form of a certificate"),
        False: (
            "証明書の書式と違います({0}行目)。書き換えられたか、壊れています。",
            "line {0} is not in the form of a certificate: altered or damaged",
        ),
    },
    SIGNED: {
        True: (
            "台帳の先頭(チェックポイント)は、証明書にある検証鍵で署名されています。",
            "the checkpoint is signed by the key in the certificate",
        ),
        False: (
            "台帳の先頭(チェックポイント)の署名が正しくありません。",
            "the signature of the checkpoint is wrong",
        ),
    },
    TRUSTED: {
        True: ("検証鍵は、お手元の鍵と一致します。", "the key is the one you gave"),
        False: (
            "検証鍵が、お手元の鍵と違います。別の設備で作られた証明書です。",
            "the key is not the one you gave: made by another installation",
        ),
        None: (
            "検証鍵の持ち主は確かめていません。指紋を、別の方法で受け取ったものと照らしてください。",
            "whose key it is was not checked: compare the fingerprint",
        ),
    },
    CERTIFIED: {
        True: (
            "発行した記録が、署名された台帳の{0}番にあります。",
            "leaf {0} of the signed ledger tells of this certificate",
        ),
        False: (
            "発行した記録が、署名された台帳にありません。",
            "no leaf of the signed ledger tells of this certificate",
        ),
    },
    UNCHANGED: {
        True: (
            "本文は、発行したときから1文字も変わっていません。",
            "not one character changed since it was issued",
        ),
        False: ("本文が、発行したときと違います。", "the text differs from what was issued"),
    },
    AGREES: {
        True: (
            "会社・証明書番号・件数は、発行した記録と一致します。",
            "company, code and count agree with the leaf",
        ),
        False: (
            "会社・証明書番号・件数のどれかが、発行した記録と違います。",
            "company, code or count differ from the leaf",
        ),
    },
    DESTROYED: {
        True: (
            "{0}件すべての廃棄の記録が、署名された台帳にあります。",
            "the destruction of each of {0} numbers is in the signed ledger",
        ),
        False: (
            "{0}件の廃棄の記録が、署名された台帳と一致しません。",
            "the destruction of {0} numbers is not in the signed ledger",
        ),
        None: (
            "{0}件の廃棄の記録の照合値は本文にあります。1件ずつ照らすには、台帳の書き出しも渡してください。",
            "{0} leaf hashes are in the text; give an export of the ledger to look each up",
        ),
    },
    IN_EXPORT: {
        True: ("台帳の書き出しに問題はありません。", "nothing found in the exported ledger"),
        False: (
            "台帳の書き出しに問題が{0}件あります。",
            "the exported ledger has {0} findings",
        ),
    },
}


class Step(NamedTuple):
    kind: str
    good: bool | None
    number: int = 0

    def words(self) -> tuple[str, str]:
        japanese, english = STEPS[self.kind][self.good]
        return japanese.format(self.number), english.format(self.number)


class Verdict(NamedTuple):
    """What a certificate says, and which checks it passed."""

    steps: list[Step]
    facts: dict[str, str | int]

    @property
    def good(self) -> bool:
        return all(step.good is not False for step in self.steps)

    def as_document(self) -> dict[str, Any]:
        steps = [
            {"check": step.kind, "good": step.good, "text": step.words()[0]} for step in self.steps
        ]
        return {"good": self.good, **self.facts, "steps": steps}


def check_certificate(
    content: Iterable[bytes], trusted: str = "", export: Export | None = None
) -> Verdict:
    """`content`: the file's lines; `trusted`: the key or fingerprint that the reader has.

    Raises WrongUse when `trusted` is neither.
    """
    try:
        certificate = read_certificate(content)
    except Broken as broken:
        return Verdict([Step(FORM, good=False, number=broken.args[0])], {})
    key, head = certificate.key, certificate.head
    _, is_trusted = choose_key(key, trusted)
    leaf = _json_object(certificate.certifying.body)
    steps = [
        Step(FORM, good=True),
        Step(SIGNED, signed_by(head, key)),
        Step(TRUSTED, is_trusted),
        Step(CERTIFIED, _leads_to(certificate.certifying, head) and _certifies(leaf),
             certificate.certifying.leaf),
        Step(UNCHANGED, _details(leaf).get("file_hash") == certificate.digest),
        Step(AGREES, _agrees(certificate, leaf)),
        *_check_rows(certificate, export),
    ]  # fmt: skip
    return Verdict(steps, _facts(certificate))


def _leads_to(proof: Proof, head: Head) -> bool:
    leaf = leaf_hash(proof.body.encode())
    return (
        0 <= proof.leaf < head.size
        and root_of_path(proof.leaf, head.size, leaf, proof.path) == head.root
    )


def _details(record: dict[str, Any]) -> dict[str, Any]:
    details = record.get("details")
    return details if isinstance(details, dict) else {}


def _certifies(leaf: dict[str, Any]) -> bool:
    return leaf.get("action") == "DISPOSAL_CERTIFIED" and leaf.get("result") == "DONE"


def _agrees(certificate: Certificate, leaf: dict[str, Any]) -> bool:
    statement, details = certificate.statement, _details(leaf)
    company = statement.get("company")
    return (
        isinstance(company, dict)
        and f"azukari/ledger/{company.get('id')}" == certificate.head.origin
        and statement.get("code") == details.get("certificate")
        and statement.get("id") == details.get("target")
        and statement.get("count") == leaf.get("count") == len(certificate.rows)
        and len({row.handle for row in certificate.rows}) == len(certificate.rows)
        and all(row.leaf < certificate.certifying.leaf for row in certificate.rows)
    )


def _check_rows(certificate: Certificate, export: Export | None) -> list[Step]:
    rows = certificate.rows
    if export is None and not certificate.proofs:
        return [Step(DESTROYED, None, len(rows))]
    wrong = 0
    if certificate.proofs:
        pairs = zip(rows, certificate.proofs, strict=True)
        wrong = sum(not _is_proved(row, proof, certificate.head) for row, proof in pairs)
    if export is None:
        return [Step(DESTROYED, not wrong, wrong or len(rows))]
    findings = check_export(export, certificate.key, certificate.head)
    if export.key != certificate.key:
        findings.append(Finding(OTHER_KEY))
    bodies = export.disposals
    missing = sum(not _tells_of(row, bodies.get(row.leaf, "")) for row in rows)
    wrong = max(wrong, missing)
    return [
        Step(IN_EXPORT, not findings, len(findings)),
        Step(DESTROYED, not wrong, wrong or len(rows)),
    ]


def _is_proved(row: Row, proof: Proof, head: Head) -> bool:
    return row.leaf == proof.leaf and _tells_of(row, proof.body) and _leads_to(proof, head)


def _tells_of(row: Row, body: str) -> bool:
    """Whether this leaf is the one the row names, and tells of the destruction it claims."""
    if leaf_hash(body.encode()) != row.digest:
        return False
    record = _json_object(body)
    return (
        record.get("action") == "NUMBER_DISPOSED"
        and record.get("result") == "DONE"
        and record.get("handles") == [row.handle]
        and record.get("subjects") == [row.person]
    )


def _facts(certificate: Certificate) -> dict[str, str | int]:
    statement = certificate.statement
    company, erasure = statement.get("company"), statement.get("erasure")
    company = company if isinstance(company, dict) else {}
    erasure = erasure if isinstance(erasure, dict) else {}
    return {
        "certificate": printable(statement.get("code")),
        "company": printable(company.get("name")),
        "contract": printable(company.get("contract")),
        "issued_at": printable(statement.get("issued_at")),
        "numbers": len(certificate.rows),
        "erasure_class": printable(erasure.get("class")),
        "final_on": printable(erasure.get("final_on")),
        "digest": certificate.digest,
        "ledger_size": certificate.head.size,
        "key": f"{certificate.key.name}+{certificate.key.identifier.hex()}",
        "fingerprint": fingerprint(certificate.key),
    }


def printable(value: object) -> str:
    """Text of a file nobody vouches for yet, harmless to a terminal."""
    text = value if isinstance(value, str) else ""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:200])


# Command line ----------------------------------------------------------------------------------


def is_certificate(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.readline() == LINE_FORMAT


def check_file(path: str, trusted: str, anchor: Head | None) -> tuple[list[Finding], str]:
    """Findings in an exported ledger and a line saying what was looked at, with which key."""
    export = open_export(path)
    key, is_trusted = choose_key(export.key, trusted)
    findings = check_export(export, key, anchor)
    # A whole key is the one that signatures are checked with, whatever the file names.
    if is_trusted is False and key == export.key:
        findings.append(Finding(OTHER_KEY))
    return findings, f"{len(export.leaves)}件の記録 / {len(export.leaves)} leaves, {_key_line(key)}"


def open_export(path: str) -> Export:
    # Bytes that are not UTF-8 are kept as they are and found in the line where they stand.
    with Path(path).open(encoding="utf-8", errors="surrogateescape") as file:
        return read_export(iter(file))


def check_certificate_file(path: str, trusted: str, export_path: str | None) -> Verdict:
    export = open_export(export_path) if export_path else None
    with Path(path).open("rb") as file:
        return check_certificate(file, trusted, export)


def _key_line(key: Key | None) -> str:
    return f"検証鍵 / key: {key.name}+{key.identifier.hex()}" if key else ""


def read_anchor(path: str) -> Head:
    try:
        return read_head(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongUse("控えのチェックポイントを読めません。 / the anchor is malformed") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="azukari 台帳と廃棄証明書の検証 / verifies azukari ledgers and certificates"
    )
    parser.add_argument("file", help="台帳の書き出しまたは廃棄証明書 / ledger or certificate")
    parser.add_argument("--anchor", help="控えのチェックポイント / checkpoint received earlier")
    parser.add_argument("--key", default="", help="検証鍵またはその指紋 / key or its fingerprint")
    parser.add_argument("--ledger-export", help="証明書と照らす台帳 / ledger to look numbers up")
    parser.add_argument(
        "--json", action="store_true", help="証明書の結果をJSONで / verdict as JSON"
    )
    asked = parser.parse_args(arguments)
    try:
        if is_certificate(asked.file):
            verdict = check_certificate_file(asked.file, asked.key, asked.ledger_export)
            report_verdict(verdict, as_json=asked.json)
            return 0 if verdict.good else 1
        anchor = read_anchor(asked.anchor) if asked.anchor else None
        findings, what = check_file(asked.file, asked.key, anchor)
    except (WrongUse, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    report(findings, what, anchored=anchor is not None)
    return 1 if findings else 0


def report_verdict(verdict: Verdict, *, as_json: bool) -> None:
    print(json.dumps(verdict.as_document(), ensure_ascii=False) if as_json else told(verdict))


def told(verdict: Verdict) -> str:
    facts = verdict.facts
    marks = {True: "○", False: "×", None: "－"}
    lines = [f"{marks[step.good]} {' / '.join(step.words())}" for step in verdict.steps]
    if facts:
        lines = [
            f"廃棄証明書 {facts['certificate']} {facts['company']} {facts['numbers']}件",
            *lines,
            f"復元できなくなる日 / final on: {facts['final_on']} ({facts['erasure_class']})",
            f"照合値 / digest: {facts['digest']}",
            f"検証鍵の指紋 / fingerprint: {facts['fingerprint']}",
        ]
    return "\n".join([*lines, _conclusion(verdict)])


def _conclusion(verdict: Verdict) -> str:
    if not verdict.good:
        return "この証明書は信頼できません。 / not to be relied on"
    if Step(TRUSTED, good=True) in verdict.steps:
        return "本物です。 / genuine"
    return "書き換えはありません。 / not altered"


def report(findings: list[Finding], what: str, *, anchored: bool) -> None:
    for finding in findings:
        print(finding.words())
    if findings:
        print(f"問題が{len(findings)}件あります。 / findings: {len(findings)} ({what})")
        return
    print(f"問題はありません。 / nothing found ({what})")
    if not anchored:
        print("控えがないため、巻き戻しは確かめていません。 / no anchor: rollback was not checked")


if __name__ == "__main__":
    sys.exit(main())
