"""クライアント証明書管理: issue, revoke, list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.pki import pkcs12
from azukari.pki.authority import CLIENT_DAYS, Authority
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id
from azukari.tenancy.models import ClientCertificate, Contract

AUTHORITY_NAME = "azukari client CA"
AUTHORITY_YEARS = 20
FILE_KEPT = timedelta(minutes=15)


class AlreadyIssued(Exception):
    """A certificate with this id exists: the form was sent twice."""


class AlreadyRevoked(Exception):
    """Somebody was faster; the first reason stands."""


class FileGone(Exception):
    """The file was downloaded already, or its time is over."""


class CertificateState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class IssuedFile:
    """The file a person imports; its password is known to nobody else and kept nowhere."""

    certificate: ClientCertificate
    file_name: str
    content: bytes = field(repr=False)
    password: str = field(repr=False)


def client_authority() -> Authority:
    folder = Path(settings.DATA_FOLDER) / "keys" / "client-ca"
    return Authority.open_or_create(folder, AUTHORITY_NAME, AUTHORITY_YEARS)


def common_name(contract_code: str) -> str:
    """`MNS_…`: what the browser shows when it asks which certificate to use (manual 1.4)."""
    return f"MNS_{contract_code}"


def issue(
    contract: Contract,
    *,
    actor: Actor,
    days: int = CLIENT_DAYS,
    legacy: bool = False,
    certificate_id: UUID | None = None,
) -> IssuedFile:
    """A new certificate beside those in use, so that a renewal can overlap.

    `certificate_id` comes with the form, so that sending it twice issues one; the second time
    raises `AlreadyIssued`.

    `legacy` seals the file with 3DES and SHA-1 for systems that read nothing newer
    (Windows Server 2016 and older); the password is then all that protects it.
    """
    actor.require("certificate:create")
    if certificate_id and ClientCertificate.objects.filter(id=certificate_id).exists():
        raise AlreadyIssued
    name = common_name(contract.code)
    issued = client_authority().issue_client(name, days=days)
    row = ClientCertificate.objects.create(
        id=certificate_id or new_id(),
        contract_id=contract.id,
        thumbprint=issued.fingerprint,
        serial=f"{issued.serial:x}",
        common_name=name,
        not_after=issued.not_after,
        issued_by=actor.user_id,
    )
    password = pkcs12.strong_password()
    content = pkcs12.seal(issued, password, legacy=legacy)
    _write(Action.CERTIFICATE_ISSUED, row, actor)
    return IssuedFile(row, f"{name}cert.p12", content, password)


def revoke(certificate: ClientCertificate, reason: str, *, actor: Actor) -> None:
    """From the next request on nobody gets in with it.  Raises `AlreadyRevoked`."""
    actor.require("certificate:delete")
    revoked = ClientCertificate.objects.filter(id=certificate.id, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), revoked_because=reason
    )
    if not revoked:
        raise AlreadyRevoked
    _write(Action.CERTIFICATE_REVOKED, certificate, actor, reason=reason)


def keep_file(certificate: ClientCertificate, cell: UUID, until: datetime) -> None:
    """Remembers where the vault keeps the .p12, and how long, for its one download."""
    certificate.file_cell = cell
    certificate.file_until = until
    certificate.save(update_fields=["file_cell", "file_until"])


def take_file(certificate_id: UUID, *, actor: Actor) -> tuple[ClientCertificate, UUID]:
    """The handle of the .p12, given once and to whoever issued it.  Raises `FileGone`."""
    actor.require("certificate:create")
    row = (
        ClientCertificate.objects.select_for_update()
        .filter(id=certificate_id, issued_by=actor.user_id, file_until__gt=timezone.now())
        .first()
    )
    if row is None or row.file_cell is None:
        raise FileGone
    return row, forget_file(row)


def forget_file(certificate: ClientCertificate) -> UUID:
    """The handle that the caller now has destroyed."""
    if certificate.file_cell is None:
        raise FileGone
    cell, certificate.file_cell, certificate.file_until = certificate.file_cell, None, None
    certificate.save(update_fields=["file_cell", "file_until"])
    return cell


def files_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: their files were not downloaded in time."""
    ClientCertificate.objects.filter(file_cell__in=cells).update(file_cell=None, file_until=None)


def listed() -> list[ClientCertificate]:
    """All of the contract, the newest first."""
    return list(ClientCertificate.objects.order_by("-issued_at", "-id"))


def state_of(certificate: ClientCertificate, *, now: datetime) -> CertificateState:
    if certificate.revoked_at is not None:
        return CertificateState.REVOKED
    expired = certificate.not_after <= now
    return CertificateState.EXPIRED if expired else CertificateState.VALID


def days_left(certificate: ClientCertificate, *, now: datetime) -> int:
    """Whole days until it ends; 0 on the last one and afterwards."""
    return max(0, (certificate.not_after - now).days)


def _write(action: Action, certificate: ClientCertificate, actor: Actor, reason: str = "") -> None:
    pens.write(
        Record.by(
            actor,
            action,
            reason=reason,
            details={
                "certificate": certificate.thumbprint[:16],
                "expires_at": certificate.not_after.date().isoformat(),
            },
        ),
        certificate.contract_id,
    )
