"""ワンタイムコード (TOTP, RFC 6238: SHA-1, six digits, 30 seconds), one step of slack either way.

The secret itself is a deposit in the vault and is handed in by who may open it.
"""

import hmac
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import pyotp

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import User

ISSUER = "azukari"
STEP_SECONDS = 30


def new_secret() -> str:
    """160 random bits in Base32 (RFC 4226 §4 R6)."""
    return pyotp.random_base32()


def address_of(secret: str, account: str) -> str:
    """The `otpauth:` address that authenticator apps read off the QR code."""
    clock = pyotp.TOTP(secret, interval=STEP_SECONDS)
    return clock.provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(secret: str, code: str, *, now: datetime, after: int = 0) -> int | None:
    """Which step a code belongs to, or None; steps up to `after` are used up (RFC 6238 §5.2)."""
    clock = pyotp.TOTP(secret, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    fitting = [
        step
        for step in (current - 1, current, current + 1)
        if hmac.compare_digest(clock.generate_otp(step).encode(), code.encode()) and step > after
    ]
    return fitting[0] if fitting else None


class Owner(Protocol):
    """A row whose owner has a code: a user of the operator site, an employee's account."""

    id: UUID
    totp_last_step: int


def use_up(owner: Owner, step: int) -> bool:
    """Whether the step was still unused; from now on it is not."""
    rows: Any = type(owner).objects  # type: ignore[attr-defined]
    fresh = rows.filter(id=owner.id, totp_last_step__lt=step).update(totp_last_step=step)
    owner.totp_last_step = max(owner.totp_last_step, step)
    return bool(fresh)


def keep(user: User, cell: UUID, step: int, *, actor: Actor) -> UUID | None:
    """Refers to the deposited secret from now on; the handle of the one before, if any."""
    before = user.totp_cell
    user.totp_cell, user.totp_last_step = cell, step
    user.save(update_fields=["totp_cell", "totp_last_step"])
    pens.write(
        Record.by(actor, Action.SECOND_FACTOR_CHANGED, details={"user": str(user.id)}),
        user.contract_id,
    )
    return before
