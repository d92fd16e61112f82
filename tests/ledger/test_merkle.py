import time
import warnings
from hashlib import sha256
from itertools import pairwise

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.ledger import merkle
from tests.ledger.lists import Lists

# Vectors of the certificate-transparency project (cpp/merkletree/merkle_tree_test.cc), RFC 6962.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
CT_INCLUSION = [  # index, size, path
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, CT_ROOTS[4]]),
    (2, 3, [CT_ROOTS[2]]),
    (1, 5, [CT_ROOTS[1], B, D]),
]
CT_CONSISTENCY = [  # old size, size, proof
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, CT_ROOTS[4]]),
    (2, 5, [B, D]),
]


def tree_of(count: int) -> Lists:
    tree = Lists()
    tree.append([b"leaf %d" % n for n in range(count)])
    return tree


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH word for word, RFC 6962 section 2.1."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_root_of_published_vectors(size: int) -> None:
    tree = Lists()

    tree.append(CT_LEAVES[:size])

    assert tree.frontier.root().hex() == CT_ROOTS[size]
    assert merkle.root_at(tree, size).hex() == CT_ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), CT_INCLUSION)
def test_inclusion_of_published_vectors(index: int, size: int, path: list[str]) -> None:
    tree = Lists()
    tree.append(CT_LEAVES)

    proof = merkle.prove_inclusion(tree, index, size)

    assert [step.hex() for step in proof] == path
    leaf = merkle.leaf_hash(CT_LEAVES[index])
    assert merkle.verify_inclusion(leaf, index, size, proof, bytes.fromhex(CT_ROOTS[size]))


@pytest.mark.parametrize(("old", "size", "path"), CT_CONSISTENCY)
def test_consistency_of_published_vectors(old: int, size: int, path: list[str]) -> None:
    tree = Lists()
    tree.append(CT_LEAVES)

    proof = merkle.prove_consistency(tree, old, size)

    assert [step.hex() for step in proof] == path
    roots = bytes.fromhex(CT_ROOTS[old]), bytes.fromhex(CT_ROOTS[size])
    assert merkle.verify_consistency(old, size, proof, *roots)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_roots_and_paths_equal_pymerkle() -> None:
    warnings.simplefilter("ignore")
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    tree = tree_of(130)
    for n in range(130):
        oracle.append_entry(b"leaf %d" % n)

    for size in range(1, 131):
        assert merkle.root_at(tree, size) == oracle.get_root(size)
    for index, size in ((0, 130), (64, 130), (129, 130), (77, 99), (3, 64)):
        ours = merkle.prove_inclusion(tree, index, size)
        theirs = oracle.prove_inclusion(index + 1, size)
        assert theirs.path[1:] == ours


@given(
    cuts=st.lists(st.integers(0, 700), max_size=5),
    size=st.integers(0, 700),
)
def test_root_does_not_depend_on_batches(cuts: list[int], size: int) -> None:
    hashes = merkle.leaf_hashes([b"%d" % n for n in range(size)])
    tree = Lists()

    for start, stop in pairwise(sorted({0, size, *(cut for cut in cuts if cut < size)})):
        tree.append_hashes(hashes[start:stop])

    assert tree.frontier.root() == naive_root(hashes)
    assert tree.frontier == merkle.Frontier().append(hashes).frontier
    again = merkle.Frontier.from_bytes(size, tree.frontier.to_bytes())
    assert again == tree.frontier


@given(st.data(), st.integers(1, 900))
def test_inclusion_is_proven_and_nothing_else(data: st.DataObject, size: int) -> None:
    tree = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    leaf, root = tree.levels[0][index], tree.frontier.root()

    proof = merkle.prove_inclusion(tree, index, size)

    assert merkle.verify_inclusion(leaf, index, size, proof, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other"), index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    if proof:
        assert not merkle.verify_inclusion(leaf, index, size, proof[:-1], root)
        assert not merkle.verify_inclusion(leaf, index ^ 1, size, proof, root)


@given(st.data(), st.integers(1, 900))
def test_consistency_is_proven_and_nothing_else(data: st.DataObject, size: int) -> None:
    tree = tree_of(size)
    old = data.draw(st.integers(0, size))
    old_root, root = merkle.root_at(tree, old), tree.frontier.root()

    proof = merkle.prove_consistency(tree, old, size)

    assert merkle.verify_consistency(old, size, proof, old_root, root)
    other = merkle.leaf_hash(b"other")
    assert not merkle.verify_consistency(old, size, proof, other, root)
    if 0 < old < size:
        assert not merkle.verify_consistency(old, size, proof, old_root, other)
        assert not merkle.verify_consistency(old, size, proof[:-1], old_root, root)


def test_proofs_in_a_large_tree_read_few_hashes() -> None:
    tree = tree_of(2**16 + 70_001)
    size = tree.frontier.size

    tree.read_count = 0
    proof = merkle.prove_inclusion(tree, 4711, size)
    inclusion_reads = tree.read_count

    assert merkle.verify_inclusion(tree.levels[0][4711], 4711, size, proof, tree.frontier.root())
    assert inclusion_reads < 2000


def test_proof_outside_the_tree_is_refused() -> None:
    tree = tree_of(5)

    with pytest.raises(merkle.ProofRefused):
        merkle.prove_inclusion(tree, 5, 5)
    with pytest.raises(merkle.ProofRefused):
        merkle.prove_inclusion(tree, 2, 9)
    with pytest.raises(merkle.ProofRefused):
        merkle.prove_consistency(tree, 6, 5)
    with pytest.raises(merkle.ProofRefused):
        merkle.Frontier(3, (b"x" * 32,))


def test_appending_is_fast() -> None:
    bodies = [b"x" * 250 + b"%d" % n for n in range(60_000)]

    started = time.perf_counter()
    merkle.Frontier().append(merkle.leaf_hashes(bodies))
    rate = len(bodies) / (time.perf_counter() - started)

    # 300,000/s is the aim on a free core; the bound leaves room for a busy one.
    assert rate > 60_000
