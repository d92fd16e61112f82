"""Client certificate and key in one file a browser imports (PKCS #12, RFC 7292).

The MAC of the file is made with 2,048 rounds whatever we ask for, so the strength lies in the
password: it is made here, long and random, and travels apart from the file.
"""

import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    KeySerializationEncryption,
    PrivateFormat,
    pkcs12,
)

from azukari.pki.authority import Issued

ROUNDS = 200_000
# Without 0 o 1 l i: read off paper and typed by hand.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP_LENGTH = 5, 4


def strong_password() -> str:
    """Five groups of four characters, `k7wp-…`: 99 bits, hyphens included when it is typed."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)
    )


def seal(issued: Issued, password: str, *, legacy: bool = False) -> bytes:
    """The bytes of a .p12 whose friendly name is the common name, shown in the browser's list.

    Default: PBES2 with AES-256-CBC and HMAC-SHA-256. `legacy`: triple DES and SHA-1, for Windows
    Server 2016 and older, which answer AES with a misleading "wrong password".
    """
    return pkcs12.serialize_key_and_certificates(
        name=issued.common_name.encode(),
        key=issued.private_key,
        cert=x509.load_der_x509_certificate(issued.certificate),
        cas=None,
        encryption_algorithm=_encryption(password.encode(), legacy=legacy),
    )


def _encryption(password: bytes, *, legacy: bool) -> KeySerializationEncryption:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(ROUNDS)
    if legacy:
        builder = builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        return builder.hmac_hash(hashes.SHA1()).build(password)  # noqa: S303 - what old Windows reads
    builder = builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
    return builder.hmac_hash(hashes.SHA256()).build(password)
