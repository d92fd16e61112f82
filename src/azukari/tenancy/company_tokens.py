"""Tokens for people and software without an account of a contract: links, keys of the API.

A token names its company, so that its row can be found before anybody is known: base64url of the
16 bytes of the company's id and 24 random ones.  Only its SHA-256 is kept anywhere.
"""

import base64
import secrets
from hashlib import sha256
from uuid import UUID

_RANDOM_BYTES = 24
_BYTES = 16 + _RANDOM_BYTES


def new_token(company_id: UUID) -> str:
    raw = company_id.bytes + secrets.token_bytes(_RANDOM_BYTES)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def company_of(token: str) -> UUID | None:
    """Whose token it would be; None for what is no token at all."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
    except (ValueError, UnicodeEncodeError):
        return None
    return UUID(bytes=raw[:16]) if len(raw) == _BYTES else None


def hash_of(token: str) -> str:
    """What is kept of it, hexadecimal."""
    return sha256(token.encode()).hexdigest()
