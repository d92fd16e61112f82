"""certificate issue · revoke · list, and verify of the other kind (廃棄証明書)."""

from pathlib import Path
from typing import Any

import click

from azukari.cli.disposal_certificate import verify
from azukari.cli.parameters import Words
from azukari.cli.session import (
    WRONG_USE,
    answer,
    at_company,
    common,
    contract_of,
    installation,
    stop,
    where,
)

_STATES = {"valid": "有効", "expired": "期限切れ", "revoked": "失効"}


@click.group()
def certificate() -> None:
    """クライアント証明書を発行・失効する。廃棄証明書を検証する。"""


@certificate.command()
@common
@where
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="証明書(.p12)を書き出すフォルダ",
)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=730, show_default=True, help="有効日数"
)
@click.option("--legacy-p12", is_flag=True, help="古いWindows向けの弱い暗号で作る")
def issue(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None, out: Path,
    days: int, legacy_p12: bool,
) -> None:  # fmt: skip
    """新しい証明書を発行する。今の証明書は失効させるまで使える。"""
    with installation(data):
        from azukari.pki.keyfile import write_private  # noqa: PLC0415
        from azukari.tenancy import certificates  # noqa: PLC0415

        contract = contract_of(contract_code)
        target = out / f"{certificates.common_name(contract.code)}cert.p12"
        if target.exists():
            stop(f"{target} がすでにあります。別のフォルダを --out に指定してください。", WRONG_USE)
        with at_company(contract, company_code) as (_company, actor):
            issued = certificates.issue(contract, actor=actor, days=days, legacy=legacy_p12)
            # Inside the transaction: a certificate whose file nobody has is not issued.
            write_private(target, issued.content)
        facts = {
            "certificate": str(target),
            "import_password": issued.password,
            "thumbprint": issued.certificate.thumbprint,
            "serial": issued.certificate.serial,
            "not_after": issued.certificate.not_after.isoformat(),
        }
        answer(as_json, facts, f"{target}\nインポートパスワード: {issued.password}")


@certificate.command()
@common
@where
@click.option("--serial", help="シリアル番号(16進)")
@click.option("--thumbprint", help="SHA-256(16進)")
@click.option(
    "--reason",
    type=Words(200),
    default="サーバ管理コマンドによる失効",
    show_default=True,
    help="理由",
)
def revoke(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    serial: str | None, thumbprint: str | None, reason: str,
) -> None:  # fmt: skip
    """証明書を失効させる。次のアクセスから使えなくなる。"""
    if (serial is None) == (thumbprint is None):
        stop("--serial か --thumbprint のどちらか一方を指定してください。", WRONG_USE)
    with installation(data):
        from azukari.tenancy import certificates  # noqa: PLC0415
        from azukari.tenancy.models import ClientCertificate  # noqa: PLC0415

        wanted = {"thumbprint": _hex(thumbprint or "")}
        if serial:
            wanted = {"serial": _hex(serial).lstrip("0")}
        with at_company(contract_of(contract_code), company_code) as (_company, actor):
            row = ClientCertificate.objects.filter(**wanted).first()
            if row is None:
                stop("その証明書はこの契約にありません。", WRONG_USE)
            try:
                certificates.revoke(row, reason, actor=actor)
            except certificates.AlreadyRevoked:
                stop("その証明書はすでに失効しています。", WRONG_USE)
        answer(as_json, {"revoked": row.thumbprint}, "失効させました。")


def _hex(text: str) -> str:
    """As it is kept, however a certificate viewer showed it (`01:AB …`)."""
    return "".join(text.lower().replace(":", "").split())


@certificate.command("list")
@common
@where
def list_(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None
) -> None:
    """証明書の一覧。"""
    with installation(data):
        from django.utils import timezone  # noqa: PLC0415  needs Django

        from azukari.tenancy import certificates  # noqa: PLC0415

        with at_company(contract_of(contract_code), company_code):
            rows: list[Any] = [
                {
                    "name": c.common_name,
                    "serial": c.serial,
                    "thumbprint": c.thumbprint,
                    "issued_at": c.issued_at.isoformat(),
                    "not_after": c.not_after.isoformat(),
                    "revoked_at": c.revoked_at.isoformat() if c.revoked_at else None,
                    "state": certificates.state_of(c, now=timezone.now()).value,
                }
                for c in certificates.listed()
            ]
        text = "\n".join(
            f"{r['name']}\t{r['serial']}\t{r['not_after']}\t{_STATES[r['state']]}" for r in rows
        )
        answer(as_json, rows, text)


certificate.add_command(verify)
