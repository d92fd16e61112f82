"""Admission by client certificate (manual 1.3): before anybody signs in, and at every request.

TLS has proved that the browser holds the private key; what the certificate is worth is said by
a row, found by the SHA-256 of its DER.  A revoked certificate therefore stops counting with the
next request, also on a connection that is already open.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from azukari.tenancy import scope
from azukari.tenancy.models import ClientCertificate
from azukari.tenancy.options import Option, options_of


class Refusal(StrEnum):
    NONE = "none"  # no certificate was presented
    OTHER_SERVICE = "other_service"  # not one of ours
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUSPENDED = "suspended"  # the contract is
    OTHER_CONTRACT = "other_contract"  # not the one the session began with


@dataclass(frozen=True)
class Admission:
    contract_id: UUID
    contract_code: str
    contract_name: str
    thumbprint: str
    common_name: str
    not_after: datetime
    totp_required: bool
    options: frozenset[Option]


class NotAdmitted(Exception):
    def __init__(self, refusal: Refusal, contract_id: UUID | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.contract_id = contract_id


def admit(certificate: bytes | None, *, now: datetime) -> Admission:
    """Whom a certificate (DER) admits.  Raises `NotAdmitted` with the reason."""
    if not certificate:
        raise NotAdmitted(Refusal.NONE)
    thumbprint = sha256(certificate).hexdigest()
    with scope.enter(scope.Scope(thumbprint=thumbprint)):
        row = (
            ClientCertificate.anywhere.select_related("contract")
            .filter(thumbprint=thumbprint)
            .first()
        )
    if row is None:
        raise NotAdmitted(Refusal.OTHER_SERVICE)
    if row.revoked_at is not None:
        raise NotAdmitted(Refusal.REVOKED, row.contract_id)
    if row.not_after <= now:
        raise NotAdmitted(Refusal.EXPIRED, row.contract_id)
    contract = row.contract
    if contract.suspended_at is not None:
        raise NotAdmitted(Refusal.SUSPENDED, row.contract_id)
    return Admission(
        contract_id=contract.id,
        contract_code=contract.code,
        contract_name=contract.name,
        thumbprint=thumbprint,
        common_name=row.common_name,
        not_after=row.not_after,
        totp_required=contract.totp_required,
        options=options_of(contract),
    )
