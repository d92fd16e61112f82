"""What stands in a certificate somebody showed us."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID


class NotACertificate(ValueError):
    """The bytes are not one DER-encoded X.509 certificate (RFC 5280)."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """`fingerprint`: SHA-256 of the DER, 64 lower-case hex digits. Times are aware, in UTC.

    `alternative_names`: host names and addresses of a server. `authority_key`: identifier of the
    key that signed, empty where not given.
    """

    fingerprint: str
    common_name: str
    issuer: str
    serial: int
    not_before: datetime
    not_after: datetime
    alternative_names: tuple[str, ...]
    authority_key: bytes


def fingerprint(der: bytes) -> str:
    """SHA-256 over the whole DER, 64 lower-case hex digits: the key of a certificate's row."""
    return hashlib.sha256(der).hexdigest()


def read_certificate(der: bytes) -> CertificateFacts:
    """Read one certificate; `NotACertificate` for anything else, trailing bytes included.

    Nothing is verified: who signed it is TLS's question, whether it counts the database's.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        return CertificateFacts(
            fingerprint=fingerprint(der),
            common_name=_common_name(certificate.subject),
            issuer=_common_name(certificate.issuer),
            serial=certificate.serial_number,
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            alternative_names=_alternative_names(certificate.extensions),
            authority_key=_authority_key(certificate.extensions),
        )
    except (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension) as error:
        raise NotACertificate("not a DER certificate") from error


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _alternative_names(extensions: x509.Extensions) -> tuple[str, ...]:
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names)


def _authority_key(extensions: x509.Extensions) -> bytes:
    try:
        identifier = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    except x509.ExtensionNotFound:
        return b""
    return identifier.key_identifier or b""
