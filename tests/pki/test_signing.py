import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azukari.pki.authority import Authority
from azukari.pki.signing import SigningKey, verify

# RFC 8032 §7.1, test 2.
SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_signature_is_that_of_rfc_8032() -> None:
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(SECRET))

    assert key.public_key == PUBLIC
    assert key.sign(b"\x72") == SIGNATURE
    assert verify(PUBLIC, SIGNATURE, b"\x72")


@pytest.mark.parametrize(
    ("public", "signature", "message"),
    [
        (PUBLIC, SIGNATURE, b"\x73"),
        (PUBLIC, SIGNATURE[:-1], b"\x72"),
        (PUBLIC, bytes(64), b"\x72"),
        (PUBLIC[:-1], SIGNATURE, b"\x72"),
        (SigningKey.create().public_key, SIGNATURE, b"\x72"),
    ],
    ids=["message", "short signature", "zeros", "short key", "other key"],
)
def test_verify_refuses_anything_else(public: bytes, signature: bytes, message: bytes) -> None:
    assert not verify(public, signature, message)


def test_key_returns_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger" / "signing.key"
    made = SigningKey.open_or_create(path)

    again = SigningKey.open_or_create(path)

    assert again.sign(b"checkpoint") == made.sign(b"checkpoint")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert repr(made) == "SigningKey()"


def test_key_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    Authority.create("other", 1).save(tmp_path)

    with pytest.raises(ValueError, match="not an Ed25519 key"):
        SigningKey.load(tmp_path / "ca.key")
