"""The one-time code: asked at sign-in, and set up with a QR code.

A secret that is only offered is kept nowhere: it travels in the page, signed for one user, and
becomes a deposit of the vault when a code has proved that the app holds it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

import segno
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString

from azukari.ledger.actions import Action
from azukari.tenancy import one_time_codes, scope, sign_in
from azukari.tenancy.access import actor_at_work
from azukari.tenancy.actor import Actor
from azukari.tenancy.admission import Admission
from azukari.tenancy.models import User
from azukari.vault import door

OFFER_LASTS = timedelta(minutes=15)
_SALT = "azukari.second-factor"
_READING = door.Reading(Action.SECOND_FACTOR_READ)


class OfferOver(Exception):
    """The page with the QR code was open for too long, or belongs to somebody else."""


@dataclass(frozen=True)
class Offer:
    """A new secret on its way to an authenticator app."""

    secret: str = field(repr=False)
    token: str = field(repr=False)
    qr: SafeString = field(repr=False)

    @property
    def groups(self) -> str:
        """The secret in groups of four, for typing."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


def is_asked(user: User, admission: Admission) -> bool:
    return admission.totp_required or user.totp_cell is not None


def offer(user: User, admission: Admission) -> Offer:
    return _show(user, admission, one_time_codes.new_secret())


def offered_again(user: User, admission: Admission, token: str) -> Offer:
    """The same offer, after a code that did not fit.  Raises `OfferOver`."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=OFFER_LASTS)
    except signing.BadSignature:
        raise OfferOver from None
    if said["user"] != str(user.id):
        raise OfferOver
    return _show(user, admission, said["secret"])


def accept(user: User, offered: Offer, code: str, *, actor: Actor) -> bool:
    """Whether the code proves the secret; if so it is deposited and asked for from now on."""
    step = one_time_codes.step_of(offered.secret, code, now=timezone.now())
    if step is None:
        return False
    cell = door.deposit_secret(user.contract_id, user.id, offered.secret)
    before = one_time_codes.keep(user, cell, step, actor=actor)
    if before is not None:
        destroy(user.contract_id, before)
    return True


def check(user: User, code: str, admission: Admission, *, address: str, request_id: str) -> None:
    """Raises `SignInRefused` or `SignInLocked`."""
    if user.totp_cell is None:
        raise sign_in.SignInRefused
    actor = actor_at_work(user, None, admission, address=address, request_id=request_id)
    secret = door.open_secret(user.contract_id, user.totp_cell, _READING, actor=actor)
    sign_in.check_code(user, secret, code, admission, address=address, request_id=request_id)


def destroy(contract_id: UUID, cell: UUID) -> None:
    """The deposit is gone with this transaction, its key right after it."""
    door.order_destruction(contract_id, [cell])
    transaction.on_commit(partial(_finish, contract_id))


def _finish(contract_id: UUID) -> None:
    with scope.enter(scope.Scope(contract_id=contract_id)):
        door.finish_destruction(contract_id)


def drawn(address: str) -> SafeString:
    """The QR code of an address."""
    code = segno.make(address, error="m")
    picture = code.svg_inline(scale=5, border=4, light="#fff", svgclass="qr", lineclass=None)
    # Drawn by segno from our own text: paths and colours only.
    return SafeString(picture)


def _show(user: User, admission: Admission, secret: str) -> Offer:
    account = f"{admission.contract_code}:{user.user_code}"
    token = signing.dumps({"user": str(user.id), "secret": secret}, salt=_SALT)
    return Offer(secret, token, drawn(one_time_codes.address_of(secret, account)))
