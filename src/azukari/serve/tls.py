"""TLS settings of the two doors, and the demo's server certificate."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from azukari.pki.authority import Authority
from azukari.pki.keyfile import write_private
from azukari.pki.reading import CertificateFacts, read_certificate
from azukari.serve.accepted_authorities import name_accepted_authorities

SERVER_AUTHORITY = "azukari demo server authority"
RENEW_BEFORE = timedelta(days=30)

# OpenSSL's X509_V_FLAG_NO_CHECK_TIME, without a name in `ssl`. An expired client certificate
# passes TLS, so that a page can say what is wrong; its row in the database judges the date.
_NO_CHECK_TIME = 0x200000


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """`pem`: key and certificate in one file. `authority`: what a browser must trust for it."""

    pem: Path
    authority: Path


def operator_context(
    certificate: Path, key: Path | None = None, *, client_authorities: Iterable[Path]
) -> ssl.SSLContext:
    """Asks for a certificate of one of these authorities; none at all passes, and gets a page."""
    context = portal_context(certificate, key)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    for authority in client_authorities:
        context.load_verify_locations(cafile=authority)
    name_accepted_authorities(context, context.get_ca_certs(binary_form=True))
    return context


def portal_context(certificate: Path, key: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer, HTTP/1.1, no client certificate, no resumption by ticket.

    Files are PEM; without `key` the certificate's file holds the key too.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate, key)
    return context


def keep_server_certificate(
    folder: Path,
    host_names: Iterable[str] = (),
    ips: Iterable[str] = (),
    *,
    now: datetime | None = None,
) -> ServerCertificate:
    """The demo's server certificate in `folder`, made or renewed when it is near its end.

    It is made anew, too, when other names are asked for. The authority is made once, so that a
    browser that trusts it goes on doing so.
    """
    moment = now or datetime.now(UTC)
    authority = Authority.open_or_create(folder / "authority", SERVER_AUTHORITY, 10)
    files = ServerCertificate(folder / "server.pem", folder / "authority" / "ca.pem")
    fresh = authority.issue_server(host_names, ips, now=moment)
    if not _still_serves(files, read_certificate(fresh.certificate), moment):
        write_private(files.pem, fresh.key_pem() + fresh.certificate_pem())
    return files


def _still_serves(files: ServerCertificate, wanted: CertificateFacts, moment: datetime) -> bool:
    try:
        # Loading proves that key and certificate are whole and belong together.
        portal_context(files.pem)
        kept = files.pem.read_text("ascii")
        pem = kept[kept.index(ssl.PEM_HEADER) :]
        facts = read_certificate(ssl.PEM_cert_to_DER_cert(pem))
    except (OSError, ValueError):
        return False
    return (
        facts.not_after > moment + RENEW_BEFORE
        and facts.alternative_names == wanted.alternative_names
        and facts.authority_key == wanted.authority_key
    )
