from base64 import b64decode, b64encode
from uuid import UUID

import pytest

from azukari.ledger.checkpoint import (
    Checkpoint,
    CheckpointRefused,
    key_id,
    open_checkpoint,
    origin_of,
    parse_checkpoint,
    sign_checkpoint,
    verifier_key,
)
from azukari.pki.signing import SigningKey, verify

REALM = UUID("0193a1b2-0000-7000-8000-000000000001")
ORIGIN = origin_of(REALM)


@pytest.fixture
def signer() -> SigningKey:
    return SigningKey.create()


def test_key_id_of_the_go_note_example() -> None:
    # The example key of golang.org/x/mod/sumdb/note, from which C2SP signed-note derives.
    line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, identifier, encoded = line.split("+", 2)
    public_key = b64decode(encoded)[1:]

    assert key_id(name, public_key).hex() == identifier
    assert verifier_key(name, public_key) == line


def test_note_has_the_published_form(signer: SigningKey) -> None:
    root = bytes(range(32))

    note = sign_checkpoint(Checkpoint(ORIGIN, 20852163, root, ("ext",)), signer)

    text, signature = note.split("\n\n")
    assert text == f"{ORIGIN}\n20852163\n{b64encode(root).decode()}\next"
    signed = key_id(ORIGIN, signer.public_key) + signer.sign(f"{text}\n".encode())
    assert signature == f"\u2014 {ORIGIN} {b64encode(signed).decode()}\n"


def test_note_is_read_back(signer: SigningKey) -> None:
    checkpoint = Checkpoint(ORIGIN, 7, b"r" * 32)

    note = sign_checkpoint(checkpoint, signer)

    assert parse_checkpoint(note) == checkpoint
    opened = open_checkpoint(note, origin=ORIGIN, public_key=signer.public_key, verify=verify)
    assert opened == checkpoint


def test_note_with_further_signatures_is_read(signer: SigningKey) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 7, b"r" * 32), signer)
    witness = f"\u2014 witness.example {b64encode(b'1234' + b's' * 64).decode()}\n"

    opened = open_checkpoint(
        note + witness, origin=ORIGIN, public_key=signer.public_key, verify=verify
    )

    assert opened.size == 7


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n7\n", "\n8\n"),
        ("\n7\n", "\n07\n"),
        ("azukari", "other"),
        ("\u2014", "-"),
        ("\n\n", "\n"),
    ],
)
def test_touched_note_is_refused(signer: SigningKey, old: str, new: str) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 7, b"r" * 32), signer).replace(old, new)

    with pytest.raises(CheckpointRefused):
        open_checkpoint(note, origin=ORIGIN, public_key=signer.public_key, verify=verify)


def test_note_of_another_key_is_refused(signer: SigningKey) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 7, b"r" * 32), SigningKey.create())

    with pytest.raises(CheckpointRefused):
        open_checkpoint(note, origin=ORIGIN, public_key=signer.public_key, verify=verify)


def test_unprintable_lines_are_refused() -> None:
    with pytest.raises(CheckpointRefused):
        Checkpoint("two\nlines", 1, b"r" * 32)
    with pytest.raises(CheckpointRefused):
        Checkpoint(ORIGIN, 1, b"short")
