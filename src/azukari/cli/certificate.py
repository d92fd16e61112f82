"""certificate issue · revoke · list."""

from pathlib import Path
from typing import Any

import click

from azukari.cli.session import (
    WRONG_USE,
    answer,
    at_company,
    common,
    contract_of,
    installation,
    stop,
)


@click.group()
def certificate() -> None:
    """クライアント証明書を発行・失効する。"""


@certificate.command()
@common
@click.option("--contract", "contract_code")
@click.option("--company", "company_code")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--days", default=730, show_default=True)
@click.option("--legacy-p12", is_flag=True, help="古いWindows向けの弱い暗号で作る")
def issue(
    data: Path, as_json: bool, contract_code: str | None, company_code: str | None, out: Path,
    days: int, legacy_p12: bool,
) -> None:  # fmt: skip
    """新しい証明書を発行する。今の証明書は失効させるまで使える。"""
    with installation(data):
        from azukari.pki.keyfile import write_private  # noqa: PLC0415
        from azukari.tenancy import certificates  # noqa: PLC0415

        contract = contract_of(contract_code)
        with at_company(contract, company_code) as (_company, actor):
            issued = certificates.issue(contract, actor=actor, days=days, legacy=legacy_p12)
        out.mkdir(parents=True, exist_ok=True)
        file = out / issued.file_name
        write_private(file, issued.content)
        facts = {
            "certificate": str(file),
            "import_password": issued.password,
            "thumbprint": issued.certificate.thumbprint,
            "serial": issued.certificate.serial,
            "not_after": issued.certificate.not_after.isoformat(),
        }
        answer(as_json, facts, f"{file}\nインポートパスワード: {issued.password}")


@certificate.command()
@common
@click.option("--contract", "contract_code")
@click.option("--company", "company_code")
@click.option("--serial", help="シリアル番号(16進)")
@click.option("--thumbprint", help="SHA-256(16進)")
@click.option("--reason", default="サーバ管理コマンドによる失効", show_default=True)
def revoke(
    data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    serial: str | None, thumbprint: str | None, reason: str,
) -> None:  # fmt: skip
    """証明書を失効させる。次のアクセスから使えなくなる。"""
    if (serial is None) == (thumbprint is None):
        stop("--serial か --thumbprint のどちらか一方を指定してください。", WRONG_USE)
    with installation(data):
        from azukari.tenancy import certificates  # noqa: PLC0415
        from azukari.tenancy.models import ClientCertificate  # noqa: PLC0415

        contract = contract_of(contract_code)
        with at_company(contract, company_code) as (_company, actor):
            wanted = {"serial": serial.lower()} if serial else {"thumbprint": thumbprint}
            row = ClientCertificate.objects.filter(**wanted).first()
            if row is None:
                stop("その証明書はこの契約にありません。", WRONG_USE)
            try:
                certificates.revoke(row, reason, actor=actor)
            except certificates.AlreadyRevoked:
                stop("その証明書はすでに失効しています。", WRONG_USE)
        answer(as_json, {"revoked": row.thumbprint}, "失効させました。")


@certificate.command("list")
@common
@click.option("--contract", "contract_code")
@click.option("--company", "company_code")
def list_(data: Path, as_json: bool, contract_code: str | None, company_code: str | None) -> None:
    """証明書の一覧。"""
    with installation(data):
        from azukari.tenancy.models import ClientCertificate  # noqa: PLC0415

        contract = contract_of(contract_code)
        with at_company(contract, company_code):
            rows: list[Any] = [
                {
                    "name": c.common_name,
                    "serial": c.serial,
                    "thumbprint": c.thumbprint,
                    "issued_at": c.issued_at.isoformat(),
                    "not_after": c.not_after.isoformat(),
                    "revoked_at": c.revoked_at.isoformat() if c.revoked_at else None,
                }
                for c in ClientCertificate.objects.order_by("-issued_at")
            ]
        text = "\n".join(
            f"{r['name']}\t{r['serial']}\t{r['not_after']}\t{'失効' if r['revoked_at'] else '有効'}"
            for r in rows
        )
        answer(as_json, rows, text)
