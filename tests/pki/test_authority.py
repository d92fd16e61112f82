import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from azukari.pki.authority import Authority, Issued, Revoked
from azukari.pki.reading import NotACertificate, fingerprint, read_certificate


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("azukari test clients", 10)


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *map(str, arguments)], check=False, capture_output=True, text=True
    )


def written(folder: Path, authority: Authority, issued: Issued) -> tuple[Path, Path]:
    trusted, leaf = folder / "ca.pem", folder / "leaf.pem"
    trusted.write_bytes(authority.certificate_pem())
    leaf.write_bytes(issued.certificate_pem())
    return trusted, leaf


def test_client_certificate_verifies_for_clients_only(authority: Authority, tmp_path: Path) -> None:
    issued = authority.issue_client("MNS_100001")
    trusted, leaf = written(tmp_path, authority, issued)

    as_client = openssl("verify", "-purpose", "sslclient", "-CAfile", trusted, leaf)
    as_server = openssl("verify", "-purpose", "sslserver", "-CAfile", trusted, leaf)

    assert as_client.returncode == 0
    assert as_server.returncode != 0


def test_client_certificate_carries_what_rfc_5280_asks(authority: Authority) -> None:
    certificate = x509.load_der_x509_certificate(authority.issue_client("MNS_100001").certificate)

    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)

    assert (usage.critical, usage.value.digital_signature, usage.value.key_cert_sign) == (
        True,
        True,
        False,
    )
    assert list(purposes) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert (constraints.critical, constraints.value.ca) == (True, False)


def test_issued_facts_agree_with_the_certificate(authority: Authority) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    issued = authority.issue_client("MNS_100001", days=30, now=now + timedelta(days=1))

    facts = read_certificate(issued.certificate)
    assert facts.common_name == "MNS_100001"
    assert facts.issuer == authority.name
    assert (facts.serial, facts.fingerprint) == (issued.serial, issued.fingerprint)
    assert (facts.not_before, facts.not_after) == (issued.not_before, issued.not_after)
    assert facts.not_after == now + timedelta(days=31)


def test_client_certificate_never_outlives_its_authority() -> None:
    short = Authority.create("short", 1)

    issued = short.issue_client("MNS_100001", days=730)

    assert issued.not_after == short.certificate.not_valid_after_utc


def test_two_certificates_of_one_name_differ(authority: Authority) -> None:
    first, second = (authority.issue_client("MNS_100001") for _ in range(2))

    assert first.fingerprint != second.fingerprint
    assert first.serial != second.serial


def test_server_certificate_names_local_hosts_and_those_given(authority: Authority) -> None:
    issued = authority.issue_server(["mynumber.example.jp"], ["192.0.2.7"])

    certificate = x509.load_der_x509_certificate(issued.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "mynumber.example.jp"]
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == [
        "127.0.0.1",
        "::1",
        "192.0.2.7",
    ]


def test_authority_returns_from_its_folder_with_a_private_key_file(tmp_path: Path) -> None:
    folder = tmp_path / "clients"
    made = Authority.open_or_create(folder, "kept", 10)

    again = Authority.open_or_create(folder, "another name", 10)

    assert again.certificate == made.certificate
    assert stat.S_IMODE((folder / "ca.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["ca.key", "ca.pem"]


def test_authority_refuses_a_key_of_another(authority: Authority, tmp_path: Path) -> None:
    authority.save(tmp_path / "one")
    Authority.create("other", 1).save(tmp_path / "two")
    (tmp_path / "one" / "ca.key").write_bytes((tmp_path / "two" / "ca.key").read_bytes())

    with pytest.raises(ValueError, match="does not belong"):
        Authority.load(tmp_path / "one")


def test_revocation_list_makes_openssl_refuse_the_revoked_only(
    authority: Authority, tmp_path: Path
) -> None:
    good, bad = authority.issue_client("MNS_100001"), authority.issue_client("MNS_100002")
    listed = authority.certificate_revocation_list(
        [Revoked(bad.serial, datetime.now(UTC))], number=1
    )
    (tmp_path / "crl.pem").write_bytes(listed)
    check = ["verify", "-crl_check", "-CRLfile", tmp_path / "crl.pem", "-CAfile"]

    for_good = openssl(*check, *written(tmp_path, authority, good))
    for_bad = openssl(*check, *written(tmp_path, authority, bad))

    assert for_good.returncode == 0
    assert "certificate revoked" in for_bad.stderr


def test_no_key_shows_in_a_repr(authority: Authority) -> None:
    issued = authority.issue_client("MNS_100001")

    assert "private" not in repr(issued)
    assert "private" not in repr(authority)


@pytest.mark.parametrize("cut", [0, 1, 50, -1])
def test_reading_refuses_what_is_not_a_certificate(authority: Authority, cut: int) -> None:
    der = authority.issue_client("MNS_100001").certificate

    with pytest.raises(NotACertificate):
        read_certificate(der[:cut])


def test_reading_refuses_trailing_bytes(authority: Authority) -> None:
    der = authority.issue_client("MNS_100001").certificate

    with pytest.raises(NotACertificate):
        read_certificate(der + b"\x00")


def test_fingerprint_is_sha256_in_hex() -> None:
    assert fingerprint(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    )
