"""ledger verify · export."""

import sys
from pathlib import Path

import click

from azukari.cli.session import (
    FOUND_SOMETHING,
    answer,
    at_company,
    common,
    contract_of,
    installation,
)


@click.group()
def ledger() -> None:
    """利用の記録を検証し、書き出す。"""


@ledger.command()
@common
@click.option("--contract", "contract_code")
@click.option("--company", "company_code")
def verify(data: Path, as_json: bool, contract_code: str | None, company_code: str | None) -> None:
    """記録の木を葉から計算し直し、署名した頭部と照らす。見つけたものがあれば終了コード1。"""
    with installation(data):
        from azukari.ledger import sequencer  # noqa: PLC0415
        from azukari.ledger.verify import verify_realm  # noqa: PLC0415
        from azukari.pki.signing import verify as check_signature  # noqa: PLC0415
        from azukari.tenancy.signing import ledger_signer  # noqa: PLC0415

        contract = contract_of(contract_code)
        results = []
        with at_company(contract, company_code) as (company, _actor):
            for name, realm in (("contract", contract.id), ("company", company.id)):
                sequencer.sequence(realm)
                sequencer.checkpoint_now(realm, ledger_signer())
                result = verify_realm(realm, ledger_signer().public_key, check_signature)
                results.append(
                    {
                        "realm": str(realm),
                        "of": name,
                        "good": result.good,
                        "size": result.size,
                        "findings": [f"{f.fault.value} {f.number}" for f in result.findings],
                    }
                )
        good = all(r["good"] for r in results)
        text = "\n".join(
            f"{r['of']} {r['realm']}: {r['size']}件 {'正しい' if r['good'] else r['findings']}"
            for r in results
        )
        answer(as_json, {"good": good, "realms": results}, text)
        if not good:
            sys.exit(FOUND_SOMETHING)


@ledger.command()
@common
@click.option("--contract", "contract_code")
@click.option("--company", "company_code")
@click.option("--of", type=click.Choice(["company", "contract"]), default="company")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(
    data: Path, as_json: bool, contract_code: str | None, company_code: str | None, of: str,
    out: Path,
) -> None:  # fmt: skip
    """記録を、単独の検証プログラム verify_ledger.py で確かめられる形で書き出す。"""
    with installation(data):
        from azukari.ledger import pens, sequencer  # noqa: PLC0415
        from azukari.ledger.actions import Action  # noqa: PLC0415
        from azukari.ledger.export import export_ledger  # noqa: PLC0415
        from azukari.ledger.record import Record  # noqa: PLC0415
        from azukari.tenancy.signing import ledger_signer  # noqa: PLC0415

        contract = contract_of(contract_code)
        with at_company(contract, company_code) as (company, actor):
            realm = company.id if of == "company" else contract.id
            pens.write(Record.by(actor, Action.LEDGER_EXPORTED), realm)
        with at_company(contract, company_code):
            sequencer.sequence(realm)
            sequencer.checkpoint_now(realm, ledger_signer())
            lines = 0
            with out.open("w", encoding="utf-8") as file:
                for line in export_ledger(realm, ledger_signer().public_key):
                    file.write(line if line.endswith("\n") else line + "\n")
                    lines += 1
        answer(as_json, {"file": str(out), "lines": lines}, f"{out} に{lines}行を書き出しました。")
