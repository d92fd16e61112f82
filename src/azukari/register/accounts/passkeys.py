"""Passkeys (Web Authentication Level 3): the phone's own lock instead of a password.

The ceremony is the library's; here is whose credential it is and that it is written down.  The
user handle holds company and account, so that signing in needs no name to be typed.
"""

from dataclasses import dataclass
from uuid import UUID

import webauthn
from django.db import IntegrityError, transaction
from django.utils import timezone
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from azukari.ledger.actions import Action
from azukari.register.accounts import entering
from azukari.register.accounts.places import NoSuchPlace, by_id
from azukari.register.accounts.writing import write_down
from azukari.register.models import EmployeeAccount, Passkey
from azukari.tenancy.actor import Actor

MOST = 10


class PasskeyRefused(Exception):
    """The answer of the device does not fit: another site, an old question, an unknown key."""


class TooManyPasskeys(PasskeyRefused):
    pass


@dataclass(frozen=True)
class Site:
    """The relying party: host name, what the device shows, and the origin pages come from."""

    host: str
    name: str
    origin: str


@dataclass(frozen=True)
class Asked:
    """`options` for the browser, and the challenge that its answer must repeat, once."""

    options: str
    challenge: bytes


def offer(account: EmployeeAccount, site: Site) -> Asked:
    known = Passkey.objects.filter(account=account).values_list("credential_id", flat=True)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=account.user_code,
        user_display_name=account.name,
        user_id=account.company_id.bytes + account.id.bytes,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one)) for one in known],
    )
    return Asked(options_to_json(options), options.challenge)


def add(
    account: EmployeeAccount, answer: str, challenge: bytes, site: Site, name: str, *, actor: Actor
) -> Passkey:
    """Raises `PasskeyRefused`, `TooManyPasskeys`."""
    if Passkey.objects.filter(account=account).count() >= MOST:
        raise TooManyPasskeys
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise PasskeyRefused from None
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                company_id=account.company_id,
                account=account,
                credential_id=verified.credential_id,
                public_key=verified.credential_public_key,
                sign_count=verified.sign_count,
                name=name[:40],
            )
    except IntegrityError:
        raise PasskeyRefused from None
    write_down(Action.PASSKEY_CHANGED, account, actor, after="登録")
    return passkey


def remove(passkey: Passkey, *, actor: Actor) -> None:
    account = passkey.account
    passkey.delete()
    write_down(Action.PASSKEY_CHANGED, account, actor, after="削除")


def passkeys_of(account: EmployeeAccount) -> list[Passkey]:
    return list(Passkey.objects.filter(account=account).order_by("created_at"))


def ask(site: Site) -> Asked:
    """The question at the sign-in page; whoever answers says themselves who they are."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Asked(options_to_json(options), options.challenge)


def enter(answer: str, challenge: bytes, site: Site) -> entering.Entered:
    """Whose passkey it is.  Raises `PasskeyRefused`, whatever is wrong."""
    try:
        credential = parse_authentication_credential_json(answer)
        handle = credential.response.user_handle or b""
        company_id, account_id = UUID(bytes=handle[:16]), UUID(bytes=handle[16:])
        place = by_id(company_id)
    except (WebAuthnException, ValueError, KeyError, TypeError, NoSuchPlace):
        raise PasskeyRefused from None
    with place.scope():
        passkey = (
            Passkey.objects.select_for_update(of=("self",))
            .select_related("account__person")
            .filter(account_id=account_id, credential_id=base64url_to_bytes(credential.id))
            .first()
        )
        if passkey is None or not entering.may_enter(passkey.account):
            raise PasskeyRefused
        _check(passkey, answer, challenge, site)
        return entering.Entered(place, passkey.account)


def _check(passkey: Passkey, answer: str, challenge: bytes, site: Site) -> None:
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise PasskeyRefused from None
    passkey.sign_count = verified.new_sign_count
    passkey.last_used_at = timezone.now()
    passkey.save(update_fields=["sign_count", "last_used_at"])
