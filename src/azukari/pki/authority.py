"""Our own certificate authority: who may knock at the operators' door.

ECDSA on P-256 throughout. One authority signs client certificates (its name is what browsers
filter their list by), another the demo's server certificate, so that trusting the server for a
demo never means trusting what the client authority signs. Extensions follow RFC 5280 §4.2.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from azukari.pki.keyfile import write_private
from azukari.pki.reading import fingerprint

CLIENT_DAYS = 730
# Browsers on Apple systems refuse server certificates that live longer than 398 days.
SERVER_DAYS = 397
# A client whose clock is a little behind must not find its new certificate "not yet valid".
CLOCK_SLACK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh certificate with its key. `certificate`: DER. `fingerprint`: SHA-256, hex."""

    common_name: str
    certificate: bytes
    private_key: ec.EllipticCurvePrivateKey = field(repr=False)
    serial: int
    not_before: datetime
    not_after: datetime
    fingerprint: str

    def certificate_pem(self) -> bytes:
        certificate = x509.load_der_x509_certificate(self.certificate)
        return certificate.public_bytes(Encoding.PEM)

    def key_pem(self) -> bytes:
        """The private key as unencrypted PKCS #8: for files of mode 0600 only."""
        return _key_pem(self.private_key)


@dataclass(frozen=True, slots=True)
class Revoked:
    """One line of a revocation list."""

    serial: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Authority:
    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def create(cls, name: str, years: int, *, now: datetime | None = None) -> Self:
        """A new self-signed authority that may sign leaves only (path length 0)."""
        start = (now or datetime.now(UTC)) - CLOCK_SLACK
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=365 * years))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )
        return cls(builder.sign(key, hashes.SHA256()), key)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. `FileNotFoundError` if absent, `ValueError` if garbled."""
        certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        key = load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the authority's key is of another kind")  # noqa: TRY004 - bad content
        if key.public_key() != certificate.public_key():
            raise ValueError("the authority's key does not belong to its certificate")
        return cls(certificate, key)

    @classmethod
    def open_or_create(cls, folder: Path, name: str, years: int) -> Self:
        """The authority kept in `folder`, made there at the first start."""
        # The certificate is written last, so its presence means that the pair is complete.
        if (folder / "ca.pem").exists():
            return cls.load(folder)
        made = cls.create(name, years)
        made.save(folder)
        return made

    def save(self, folder: Path) -> None:
        """Write `ca.key` (mode 0600) and `ca.pem` into `folder`."""
        write_private(folder / "ca.key", _key_pem(self.private_key))
        (folder / "ca.pem").write_bytes(self.certificate_pem())

    @property
    def name(self) -> str:
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def certificate_der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def issue_client(
        self, common_name: str, *, days: int = CLIENT_DAYS, now: datetime | None = None
    ) -> Issued:
        """A certificate that lets a client in (EKU clientAuth); it never outlives the authority."""
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._issue(common_name, usage, days=days, now=now)

    def issue_server(
        self,
        host_names: Iterable[str] = (),
        ips: Iterable[str] = (),
        *,
        days: int = SERVER_DAYS,
        now: datetime | None = None,
    ) -> Issued:
        """A server certificate for localhost, 127.0.0.1, ::1 and the names and addresses given."""
        names = list(dict.fromkeys(["localhost", *host_names]))
        addresses = dict.fromkeys(map(ipaddress.ip_address, ["127.0.0.1", "::1", *ips]))
        alternatives = x509.SubjectAlternativeName(
            [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
        )
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        return self._issue(names[-1], usage, alternatives, days=days, now=now)

    def certificate_revocation_list(
        self,
        revoked: Iterable[Revoked],
        *,
        number: int,
        days: int = 7,
        now: datetime | None = None,
    ) -> bytes:
        """A signed list as PEM, for nginx's `ssl_crl` (RFC 5280 §5). `number` must only grow."""
        issued = now or datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(issued)
            .next_update(issued + timedelta(days=days))
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(self._key_identifier(), critical=False)
        )
        for line in revoked:
            entry = x509.RevokedCertificateBuilder(line.serial, line.at).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.private_key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def _issue(
        self,
        common_name: str,
        usage: x509.ExtendedKeyUsage,
        *more: x509.ExtensionType,
        days: int,
        now: datetime | None,
    ) -> Issued:
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        start = moment - CLOCK_SLACK
        end = min(moment + timedelta(days=days), self.certificate.not_valid_after_utc)
        key = ec.generate_private_key(ec.SECP256R1())
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common_name))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(identifier, critical=False)
            .add_extension(self._key_identifier(), critical=False)
        )
        for extension in (usage, *more):
            builder = builder.add_extension(extension, critical=False)
        certificate = builder.sign(self.private_key, hashes.SHA256())
        der = certificate.public_bytes(Encoding.DER)
        return Issued(
            common_name, der, key, certificate.serial_number, start, end, fingerprint(der)
        )

    def _key_identifier(self) -> x509.AuthorityKeyIdentifier:
        mine = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(mine.value)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
