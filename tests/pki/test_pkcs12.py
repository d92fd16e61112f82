import re
import ssl
import subprocess
from pathlib import Path

import pytest

from azukari.pki.authority import Authority, Issued
from azukari.pki.pkcs12 import ALPHABET, seal, strong_password


@pytest.fixture(scope="module")
def issued() -> Issued:
    return Authority.create("azukari test clients", 10).issue_client("MNS_100001")


def openssl_reads(file: Path, password: str, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", "pkcs12", "-in", str(file), "-passin", f"pass:{password}", "-nodes", *more],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("legacy", "cipher", "mac"),
    [
        (False, "PBES2, PBKDF2, AES-256-CBC, Iteration 200000, PRF hmacWithSHA256", "sha256"),
        (True, "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 200000", "sha1"),
    ],
)
def test_p12_opens_in_openssl_with_its_cipher(
    issued: Issued, tmp_path: Path, legacy: bool, cipher: str, mac: str
) -> None:
    file, password = tmp_path / "MNS_100001cert.p12", strong_password()
    file.write_bytes(seal(issued, password, legacy=legacy))

    read = openssl_reads(file, password, "-info")

    assert read.returncode == 0, read.stderr
    assert f"Shrouded Keybag: {cipher}" in read.stderr
    assert f"MAC: {mac}" in read.stderr
    assert "friendlyName: MNS_100001" in read.stdout
    # The key fits the certificate, else `load_cert_chain` refuses.
    (tmp_path / "pair.pem").write_text(read.stdout)
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(tmp_path / "pair.pem")


@pytest.mark.parametrize("legacy", [False, True])
def test_p12_stays_shut_for_a_wrong_password(issued: Issued, tmp_path: Path, legacy: bool) -> None:
    file = tmp_path / "MNS_100001cert.p12"
    file.write_bytes(seal(issued, strong_password(), legacy=legacy))

    read = openssl_reads(file, strong_password())

    assert read.returncode != 0
    assert "PRIVATE KEY" not in read.stdout


def test_password_is_long_grouped_and_unambiguous() -> None:
    passwords = {strong_password() for _ in range(200)}

    assert len(passwords) == 200
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{4}}", p) for p in passwords)
    assert set("01iloILO").isdisjoint(ALPHABET)
