"""Merkle trees as in RFC 6962 section 2.1 and RFC 9162 section 2.1, nothing invented.

A tree of ten million leaves is never held in memory. Appending needs the *frontier* only: the
roots of the complete subtrees that make up the tree (one per set bit of its size). Proofs read
hashes of complete subtrees; kept are those of `KEPT_LEVELS` (leaves, then 2^8, 2^16, 2^24 leaves),
the ones between are folded again from the kept level below, a few thousand hashes at most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Final, Protocol

HASH_SIZE: Final = 32
KEPT_LEVELS: Final = (0, 8, 16, 24)
EMPTY_ROOT: Final = sha256(b"").digest()


class ProofRefused(Exception):
    """A proof, root or frontier is malformed or asks for something outside the tree."""


class KeptHashes(Protocol):
    """Where complete subtrees of the kept levels are read from (rows, or lists in a test)."""

    def read(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Hashes of the subtrees `start` … `stop - 1` of 2^level leaves, in order."""


def leaf_hash(body: bytes) -> bytes:
    return sha256(b"\x00" + body).digest()


def leaf_hashes(bodies: Iterable[bytes]) -> list[bytes]:
    return [sha256(b"\x00" + body).digest() for body in bodies]


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _pair(nodes: Sequence[bytes]) -> list[bytes]:
    """The parents of neighbouring nodes; an odd last one is left out."""
    return [
        sha256(b"\x01" + left + right).digest()
        for left, right in zip(nodes[::2], nodes[1::2], strict=False)
    ]


@dataclass(frozen=True, slots=True)
class CompleteNodes:
    """New complete subtrees of one level, from index `start` on."""

    level: int
    start: int
    hashes: list[bytes]


@dataclass(frozen=True, slots=True)
class Frontier:
    """Size of a tree and the roots of its complete subtrees, largest first (a compact range)."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ProofRefused("the frontier does not fit the size of its tree")

    @classmethod
    def from_bytes(cls, size: int, joined: bytes) -> "Frontier":
        if len(joined) % HASH_SIZE:
            raise ProofRefused("a frontier is a whole number of hashes")
        cuts = range(0, len(joined) + 1, HASH_SIZE)
        return cls(size, tuple(joined[a:b] for a, b in pairwise(cuts)))

    def to_bytes(self) -> bytes:
        return b"".join(self.peaks)

    def root(self) -> bytes:
        """MTH(D[size]), RFC 6962 section 2.1."""
        if not self.peaks:
            return EMPTY_ROOT
        joined = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            joined = node_hash(peak, joined)
        return joined

    def append(self, hashes: Sequence[bytes]) -> "Growth":
        """Grow by many leaf hashes, level by level; the cost is two hashes per leaf."""
        old_peaks = list(self.peaks)
        peaks: list[bytes] = []
        kept: list[CompleteNodes] = []
        nodes, level = list(hashes), 0
        while nodes or old_peaks:
            start = self.size >> level
            if nodes and level in KEPT_LEVELS:
                kept.append(CompleteNodes(level, start, nodes))
            if start & 1:
                nodes = [old_peaks.pop(), *nodes]
            if len(nodes) & 1:
                peaks.append(nodes[-1])
            nodes, level = _pair(nodes), level + 1
        return Growth(Frontier(self.size + len(hashes), tuple(reversed(peaks))), kept)


@dataclass(frozen=True, slots=True)
class Growth:
    """What an append leaves behind: the new frontier and the kept subtrees it completed."""

    frontier: Frontier
    kept: list[CompleteNodes] = field(default_factory=list)


def fold(nodes: Sequence[bytes]) -> bytes:
    """Root of a complete subtree from its 2^k hashes."""
    while len(nodes) > 1:
        nodes = _pair(nodes)
    return nodes[0]


def _complete(tree: KeptHashes, level: int, index: int) -> bytes:
    """Hash of one complete subtree, folded from the kept level at or below it."""
    base = max(kept for kept in KEPT_LEVELS if kept <= level)
    width = 1 << (level - base)
    nodes = tree.read(base, index * width, (index + 1) * width)
    if len(nodes) != width:
        raise ProofRefused(f"kept hashes are missing at level {base}")
    return fold(nodes)


def _split(width: int) -> int:
    """The largest power of two below `width` (`k` of RFC 6962 section 2.1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_root(tree: KeptHashes, start: int, stop: int) -> bytes:
    """MTH(D[start:stop]) for the ranges that occur in proofs (start is a multiple of the split)."""
    width = stop - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return _complete(tree, level, start >> level)
    middle = start + _split(width)
    return node_hash(_range_root(tree, start, middle), _range_root(tree, middle, stop))


def root_at(tree: KeptHashes, size: int) -> bytes:
    """Root the tree had at an earlier (or its present) size."""
    return _range_root(tree, 0, size) if size else EMPTY_ROOT


def prove_inclusion(tree: KeptHashes, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]), RFC 6962 section 2.1.1: siblings from the leaf up."""
    if not 0 <= index < size:
        raise ProofRefused("the leaf is not in a tree of this size")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(_range_root(tree, middle, stop))
            stop = middle
        else:
            path.append(_range_root(tree, start, middle))
            start = middle
    return path[::-1]


def prove_consistency(tree: KeptHashes, old_size: int, size: int) -> list[bytes]:
    """PROOF(old_size, D[size]), RFC 6962 section 2.1.2; empty for 0 or an unchanged size."""
    if not 0 <= old_size <= size:
        raise ProofRefused("the older tree is larger than the newer one")
    if old_size in {0, size}:
        return []
    proof: list[bytes] = []
    start, stop, whole = 0, size, True
    while old_size != stop:
        middle = start + _split(stop - start)
        if old_size <= middle:
            proof.append(_range_root(tree, middle, stop))
            stop = middle
        else:
            proof.append(_range_root(tree, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(_range_root(tree, start, stop))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """RFC 9162 section 2.1.3.2. `leaf` is a leaf hash."""
    if not 0 <= index < size:
        return False
    node, last, joined = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            joined = node_hash(sibling, joined)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            joined = node_hash(joined, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and joined == root


def verify_consistency(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> bool:
    """RFC 9162 section 2.1.4.2; the empty tree is consistent with every tree."""
    if old_size in {0, size}:
        expected = EMPTY_ROOT if old_size == 0 else root
        return not proof and old_root == expected
    if not 0 < old_size < size:
        return False
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and older == old_root and newer == root
