"""Single blobs: every flipped bit is an error, and one ciphertext has one meaning."""

import hmac
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from azukari.vault import envelope
from azukari.vault.core import Core
from azukari.vault.envelope import NotOpened
from azukari.vault.keystore import Bucket
from azukari.vault.sealing import Deposit, Sealed
from tests.vault.memory_store import CellKey, MemoryStore
from tests.vault.rooms import fresh_number, memory_room, seal


@pytest.fixture
def core(tmp_path: Path) -> Core:
    return memory_room(tmp_path)


def flipped(blob: bytes) -> list[bytes]:
    """The blob with each of its bits turned, one at a time."""
    return [
        blob[:at] + bytes([blob[at] ^ 1 << bit]) + blob[at + 1 :]
        for at in range(len(blob))
        for bit in range(8)
    ]


def shortened(blob: bytes) -> list[bytes]:
    return [blob[:length] for length in range(len(blob))]


@pytest.mark.parametrize("column", ["ciphertext", "commitment"])
def test_altered_row_never_opens(core: Core, column: str) -> None:
    [cell] = seal(core, uuid4(), fresh_number())
    blob = getattr(cell, column)

    for altered in [*flipped(blob), *shortened(blob), blob + b"\0"]:
        with pytest.raises(NotOpened):
            core.open([replace(cell, **{column: altered})])


@pytest.mark.parametrize("kind", [CellKey, Bucket])
def test_altered_key_never_opens(core: Core, kind: type[CellKey] | type[Bucket]) -> None:
    [cell] = seal(core, uuid4(), fresh_number())
    store = core._store
    assert isinstance(store, MemoryStore)
    table = store._keys if kind is CellKey else store._buckets
    [(identity, row)] = table.items()  # type: ignore[attr-defined]
    column = "wrapped" if kind is CellKey else "sealed"
    blob = getattr(row, column)

    for altered in [*flipped(blob), *shortened(blob), blob + b"\0"]:
        table[identity] = replace(row, **{column: altered})
        with pytest.raises(NotOpened):
            core.open([cell])


def test_altered_bucket_stops_the_tick_and_forgets_nothing(core: Core) -> None:
    [cell] = seal(core, uuid4(), number := fresh_number())
    store = core._store
    assert isinstance(store, MemoryStore)
    [(identity, row)] = store._buckets.items()
    store._buckets[identity] = replace(row, sealed=flipped(row.sealed)[0])
    for _ in range(10):
        with pytest.raises(NotOpened):
            core.tick(on="2026-04-02")

    store._buckets[identity] = row

    assert core.open([cell]) == {cell.cell: number}


def test_keys_exchanged_between_cells_and_buckets_never_open(core: Core) -> None:
    realm = uuid4()
    cells = [*seal(core, realm, *(fresh_number() for _ in range(4))), *seal(core, realm, b"x"),
             *seal(core, uuid4(), fresh_number())]  # fmt: skip
    store = core._store
    assert isinstance(store, MemoryStore)
    assert len(store._buckets) == 3
    keys, buckets = dict(store._keys), dict(store._buckets)

    for cell in cells:
        own = keys[cell.cell]
        for other in keys.values():
            for bucket in buckets:
                for place in (own.realm, other.realm):
                    forged = CellKey(cell.cell, place, bucket, other.wrapped)
                    if forged != own:
                        store._keys[cell.cell] = forged
                        with pytest.raises(NotOpened):
                            core.open([cell])
        store._keys[cell.cell] = own


def test_sealed_buckets_exchanged_never_open(core: Core) -> None:
    one, other = seal(core, uuid4(), fresh_number()) + seal(core, uuid4(), fresh_number())
    store = core._store
    assert isinstance(store, MemoryStore)
    first, second = store._buckets.values()
    store._buckets[first.id] = replace(first, sealed=second.sealed)
    store._buckets[second.id] = replace(second, sealed=first.sealed, generation=0)

    for cell in (one, other):
        with pytest.raises(NotOpened):
            core.open([cell])


def test_ciphertext_crafted_for_two_keys_is_refused() -> None:
    """AES-GCM alone commits to no key: this block opens to something under both."""
    context = envelope.cell_context(uuid4(), uuid4(), uuid4(), "number", 1)
    first, second = envelope.new_key(), envelope.new_key()
    promise = envelope.commitment(first, context)
    crafted = two_key_ciphertext(first, second, context + promise)
    assert AESGCM(first).decrypt(crafted[:12], crafted[12:], context + promise)
    assert AESGCM(second).decrypt(crafted[:12], crafted[12:], context + promise)

    assert envelope.open_cell(first, crafted, promise, context)
    with pytest.raises(NotOpened):
        envelope.open_cell(second, crafted, promise, context)


def two_key_ciphertext(first: bytes, second: bytes, bound_to: bytes) -> bytes:
    """A nonce, one block and a tag that are authentic under both keys.

    GHASH is linear in the ciphertext block: with H = AES(K, 0), E = AES(K, nonce ‖ 1) and the
    lengths L, a tag is A·… ⊕ C·H² ⊕ L·H ⊕ E; equal tags under both keys give one equation for
    C (Dodis, Grubbs, Ristenpart, Woodage: Fast Message Franking, CRYPTO 2018, section 3).
    """
    nonce = bytes(12)
    zero_tags = [
        int.from_bytes(_tag_of_block(key, nonce, bytes(16), bound_to), "big")
        for key in (first, second)
    ]
    h1, h2 = (int.from_bytes(_aes(key, bytes(16)), "big") for key in (first, second))
    factor = _gf(h1, h1) ^ _gf(h2, h2)
    block = _gf(zero_tags[0] ^ zero_tags[1], _gf_inverse(factor)).to_bytes(16, "big")
    return nonce + block + _tag_of_block(first, nonce, block, bound_to)


def _aes(key: bytes, block: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def _tag_of_block(key: bytes, nonce: bytes, block: bytes, bound_to: bytes) -> bytes:
    """The tag that AES-GCM gives to this ciphertext block."""
    stream = _aes(key, nonce + (2).to_bytes(4, "big"))
    plain = bytes(a ^ b for a, b in zip(stream, block, strict=True))
    sealed = AESGCM(key).encrypt(nonce, plain, bound_to)
    assert sealed[:16] == block
    return sealed[16:]


def _gf(x: int, y: int) -> int:
    """Product in GF(2^128) as GCM has it (NIST SP 800-38D, 6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def _gf_inverse(x: int) -> int:
    inverse, square = 1 << 127, x  # 1 << 127 is the one of this field
    for _ in range(127):
        square = _gf(square, square)
        inverse = _gf(inverse, square)
    return inverse


def test_equal_secrets_give_no_equal_columns(core: Core) -> None:
    number = fresh_number()
    cells = seal(core, uuid4(), *[number] * 50)
    store = core._store
    assert isinstance(store, MemoryStore)

    columns = [
        {cell.ciphertext for cell in cells},
        {cell.commitment for cell in cells},
        {key.wrapped for key in store._keys.values()},
        {bucket.sealed for bucket in store._buckets.values()},
    ]

    assert [len(column) for column in columns] == [50, 50, 50, len(store._buckets)]


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_different_parts_make_different_contexts(one: list[bytes], other: list[bytes]) -> None:
    assert (envelope.context(*one) == envelope.context(*other)) == (one == other)


def test_secret_is_in_no_repr(core: Core) -> None:
    number = fresh_number()

    shown = repr(Deposit(uuid4(), uuid4(), number)) + repr(core.ring())

    assert number.decode() not in shown
    assert all(repr(key)[2:-1] not in shown for _, key in core.ring().generations)
    assert "Sealed" in repr(Sealed(uuid4(), uuid4(), uuid4(), "number", b"", b""))


@given(st.binary(max_size=64), st.binary(max_size=300))
def test_keyed_hash_is_the_hmac_of_everybody(key: bytes, message: bytes) -> None:
    assert envelope.keyed_hash(key, message) == hmac.digest(key, message, "sha256")
