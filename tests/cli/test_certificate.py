import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from azukari.pki.reading import fingerprint
from tests.cli.conftest import CONTRACT, Here


@pytest.fixture
def issued(here: Here, papers: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    answer: dict[str, Any] = here.good(
        "certificate", "issue", "--contract", CONTRACT, "--out", tmp_path, "--days", 30
    )
    return answer


def listed(here: Here) -> dict[str, dict[str, Any]]:
    rows = here.good("certificate", "list", "--contract", CONTRACT)
    return {row["thumbprint"]: row for row in rows}


def test_issued_file_opens_with_its_password_and_is_its_owners(issued: dict[str, Any]) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    file = Path(issued["certificate"])
    store = pkcs12.load_pkcs12(file.read_bytes(), issued["import_password"].encode())

    assert store.cert is not None
    certificate = store.cert.certificate
    assert store.key is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.name == f"MNS_{CONTRACT}cert.p12"
    assert fingerprint(certificate.public_bytes(Encoding.DER)) == issued["thumbprint"]
    assert f"{certificate.serial_number:x}" == issued["serial"]
    assert certificate.not_valid_after_utc == datetime.fromisoformat(issued["not_after"])
    days = certificate.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=29) < days <= timedelta(days=30)


def test_wrong_password_does_not_open_it(issued: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        pkcs12.load_pkcs12(Path(issued["certificate"]).read_bytes(), b"wrong")


def test_list_has_the_old_one_beside_the_new_one(here: Here, issued: dict[str, Any]) -> None:
    rows = listed(here)

    assert len(rows) >= 2
    assert rows[issued["thumbprint"]].pop("issued_at") < issued["not_after"]
    assert rows[issued["thumbprint"]] == {
        "name": f"MNS_{CONTRACT}",
        "serial": issued["serial"],
        "thumbprint": issued["thumbprint"],
        "not_after": issued["not_after"],
        "revoked_at": None,
        "state": "valid",
    }


def test_issue_does_not_write_over_a_file(
    here: Here, issued: dict[str, Any], tmp_path: Path
) -> None:
    before = len(listed(here))

    done = here("certificate", "issue", "--contract", CONTRACT, "--out", tmp_path)

    assert (done.code, len(listed(here))) == (2, before)
    assert done.stderr == (
        f"{issued['certificate']} がすでにあります。別のフォルダを --out に指定してください。\n"
    )


def test_revoke_by_thumbprint_as_a_viewer_shows_it_once(here: Here, issued: dict[str, Any]) -> None:
    plain = issued["thumbprint"].upper()
    shown = ":".join(plain[place : place + 2] for place in range(0, len(plain), 2))
    where = ("certificate", "revoke", "--contract", CONTRACT)

    first = here(*where, "--thumbprint", shown, "--reason", "担当者の交代")
    again = here(*where, "--serial", "0" + issued["serial"].upper())

    assert (first.code, first.answer) == (0, {"revoked": issued["thumbprint"]})
    assert (again.code, again.stdout) == (2, "")
    assert listed(here)[issued["thumbprint"]]["state"] == "revoked"


@pytest.mark.parametrize("asked", [[], ["--serial", "1f"], ["--serial", "1f", "--thumbprint", "a"]])
def test_revoke_of_no_or_an_unknown_certificate_is_wrong_use(here: Here, asked: list[str]) -> None:
    done = here("certificate", "revoke", "--contract", CONTRACT, *asked)

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.endswith("。\n")


def test_days_have_limits(here: Here, tmp_path: Path) -> None:
    done = here("certificate", "issue", "--out", tmp_path, "--days", 0)

    assert done.code == 2
    assert done.stderr.startswith("--days の値が正しくありません。1以上3650以下の整数")
