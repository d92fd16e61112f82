#!/usr/bin/env python3
# ruff: noqa: T201  a command line talks by printing
"""Checks an exported azukari ledger, or one proof, without azukari and without a network.

Needs Python 3.10 or later and nothing else: copy this one file anywhere. It shares no code with
the program that wrote the ledger.

    python3 verify_ledger.py 台帳.jsonl [--anchor checkpoint.txt] [--key VERIFIER_KEY]
    python3 verify_ledger.py 証明.json [--anchor checkpoint.txt] [--key VERIFIER_KEY]

An anchor is a checkpoint received earlier (by mail, on a disposal certificate): only against an
anchor can a ledger that was set back to an older copy be told from a good one. The key is the line
`name+id+base64` handed out when the ledger was opened; without it the key inside the file is used.
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
    from collections.abc import Iterator

EXPORT_FORMAT = "azukari-ledger-export/1"
PROOF_FORMAT = "azukari-ledger-proof/1"

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
PROOF = "proof"

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
    PROOF: (
        "この記録は、署名された台帳に含まれていません。",
        "the leaf is not in the signed ledger",
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
        self.listed: list[bytes] = []
        self.heads: list[tuple[int, Head]] = []
        self.findings: list[Finding] = []

    def take(self, number: int, text: str) -> None:
        """One line after the header."""
        try:
            entry = json.loads(text)
            kind = entry["type"]
            if kind == "leaf":
                digest = leaf_hash(entry["body"].encode())
                self.leaves.append(Leaf(number, whole_number(entry["index"]), digest))
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
        raise WrongUse("台帳の書き出しではありません。 / this is not an exported ledger")
    export.key = read_key(str(header.get("key", "")))
    for number, text in enumerate(lines, start=2):
        export.take(number, text)
    return export


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
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


# Judging one proof -----------------------------------------------------------------------------


def check_proof(
    document: dict[str, Any], key: Key | None = None, anchor: Head | None = None
) -> list[Finding]:
    """A proof document: body, index, path in base64 from the leaf up, checkpoint note, key."""
    try:
        key = key or read_key(document["key"])
        head = read_head(document["checkpoint"])
        path = [read_base64(step) for step in document["path"]]
        index, leaf = whole_number(document["index"]), leaf_hash(document["body"].encode())
    except (KeyError, TypeError, ValueError, AttributeError):
        return [Finding(MALFORMED, (1,))]
    findings = []
    for one, name in ((head, "証明 / proof"), (anchor, "控え / anchor")):
        if one is not None and not signed_by(one, key):
            findings.append(Finding(SIGNATURE, (name,)))
    if not 0 <= index < head.size or root_of_path(index, head.size, leaf, path) != head.root:
        findings.append(Finding(PROOF))
    if anchor is not None and anchor.size == head.size and anchor.root != head.root:
        findings.append(Finding(FORKED, (anchor.size,)))
    return findings


# Command line ----------------------------------------------------------------------------------


def check_file(path: str, key: Key | None, anchor: Head | None) -> tuple[list[Finding], str]:
    """Findings and a line saying what was looked at, with which key."""
    # Bytes that are not UTF-8 are kept as they are and found in the line where they stand.
    with Path(path).open(encoding="utf-8", errors="surrogateescape") as file:
        if _json_object(file.readline()).get("format") == EXPORT_FORMAT:
            file.seek(0)
            export = read_export(iter(file))
            count = len(export.leaves)
            used = _key_line(key or export.key)
            what = f"{count}件の記録 / {count} leaves, {used}"
            return check_export(export, key, anchor), what
        file.seek(0)
        document = _json_object(file.read())
    if document.get("format") != PROOF_FORMAT:
        raise WrongUse(
            "台帳の書き出しでも証明データでもありません。 / neither an exported ledger nor a proof"
        )
    key = key or read_key(str(document.get("key", "")))
    return check_proof(document, key, anchor), f"証明1件 / one proof, {_key_line(key)}"


def _key_line(key: Key | None) -> str:
    return f"検証鍵 / key: {key.name}+{key.identifier.hex()}" if key else ""


def read_anchor(path: str) -> Head:
    try:
        return read_head(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongUse("控えのチェックポイントを読めません。 / the anchor is malformed") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="azukari 台帳の検証 / verifies an azukari ledger")
    parser.add_argument("file", help="台帳の書き出しまたは証明 / exported ledger or proof")
    parser.add_argument("--anchor", help="控えのチェックポイント / checkpoint received earlier")
    parser.add_argument("--key", help="検証鍵 (名前+ID+base64) / verifier key")
    asked = parser.parse_args(arguments)
    try:
        key = read_key(asked.key) if asked.key else None
        anchor = read_anchor(asked.anchor) if asked.anchor else None
        findings, what = check_file(asked.file, key, anchor)
    except (WrongUse, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    report(findings, what, anchored=anchor is not None)
    return 1 if findings else 0


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
