"""The one-time code of an employee's account: offered with a QR code, checked at sign-in.

As at the operators' site (`web/operator/second_factor.py`) a secret that is only offered is kept
nowhere: it travels in the page, signed for one account, until a code has proved that the app
holds it.
"""

from functools import partial
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.register.accounts import entering
from azukari.register.accounts.writing import write_down
from azukari.register.models import EmployeeAccount
from azukari.tenancy import one_time_codes, scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.web.operator.second_factor import OFFER_LASTS, Offer, OfferOver, drawn

_SALT = "azukari.portal.code"
_READING = door.Reading(Action.SECOND_FACTOR_READ)


def offer(account: EmployeeAccount) -> Offer:
    return _show(account, one_time_codes.new_secret())


def offered_again(account: EmployeeAccount, token: str) -> Offer:
    """The same offer, after a code that did not fit.  Raises `OfferOver`."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=OFFER_LASTS)
    except signing.BadSignature:
        raise OfferOver from None
    if said["account"] != str(account.id):
        raise OfferOver
    return _show(account, said["secret"])


def accept(account: EmployeeAccount, offered: Offer, code: str, *, actor: Actor) -> bool:
    """Whether the code proves the secret; if so it is deposited and asked for from now on."""
    step = one_time_codes.step_of(offered.secret, code, now=timezone.now())
    if step is None:
        return False
    before = account.totp_cell
    account.totp_cell = door.deposit_secret(account.company_id, account.id, offered.secret)
    account.totp_last_step = step
    account.save(update_fields=["totp_cell", "totp_last_step"])
    write_down(Action.SECOND_FACTOR_CHANGED, account, actor)
    if before is not None:
        destroy(before)
    return True


def check(account: EmployeeAccount, code: str, *, actor: Actor) -> None:
    """Raises `SignInRefused` or `SignInLocked`."""
    if account.totp_cell is None:
        return
    secret = door.open_secret(account.company_id, account.totp_cell, _READING, actor=actor)
    entering.check_code(account, secret, code, actor=actor)


def remove(account: EmployeeAccount, *, actor: Actor) -> None:
    before = account.totp_cell
    account.totp_cell, account.totp_last_step = None, 0
    account.save(update_fields=["totp_cell", "totp_last_step"])
    write_down(Action.SECOND_FACTOR_CHANGED, account, actor, after="解除")
    if before is not None:
        destroy(before)


def destroy(cell: UUID) -> None:
    """The deposit is gone with this transaction, its key right after it."""
    here = scope.current()
    company_id = scope.company_id()
    door.order_destruction(company_id, [cell])
    transaction.on_commit(partial(_finish, here, company_id))


def _finish(here: scope.Scope, company_id: UUID) -> None:
    with scope.enter(here):
        door.finish_destruction(company_id)


def _show(account: EmployeeAccount, secret: str) -> Offer:
    picture = drawn(one_time_codes.address_of(secret, account.user_code))
    token = signing.dumps({"account": str(account.id), "secret": secret}, salt=_SALT)
    return Offer(secret, token, picture)
