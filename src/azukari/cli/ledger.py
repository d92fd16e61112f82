"""ledger verify · export."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from azukari.cli.session import (
    FOUND_SOMETHING,
    WRONG_USE,
    answer,
    common,
    companies_of,
    contract_of,
    installation,
    stop,
    where,
)


@click.group()
def ledger() -> None:
    """利用の記録を検証し、書き出す。"""


@dataclass(frozen=True)
class _Realm:
    """One tree: of a contract (users, certificates, sign-ins) or of one of its companies."""

    id: UUID
    of: str
    contract: str
    company: str | None

    @property
    def name(self) -> str:
        company = "" if self.company is None else f" 会社 {self.company}"
        return f"契約 {self.contract}{company}"


@ledger.command()
@common
@where
def verify(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None
) -> None:
    """記録の木を葉から計算し直し、署名した頭部と照らす。見つけたものがあれば終了コード1。

    --contract と --company を省くと、すべての契約と会社を検証する。
    """
    with installation(data):
        results = [_verified(realm) for realm in _realms(contract_code, company_code)]
        good = all(result["good"] for result in results)
        text = "\n".join(line for result in results for line in _lines(result))
        answer(as_json, {"good": good, "realms": results}, text or "記録はまだありません。")
        if not good:
            sys.exit(FOUND_SOMETHING)


def _realms(contract_code: str | None, company_code: str | None) -> Iterator[_Realm]:
    from azukari.tenancy import contracts  # noqa: PLC0415

    if contract_code is None and company_code is None:
        chosen = contracts.list_contracts()
    else:
        chosen = [contract_of(contract_code)]
    for contract in chosen:
        yield _Realm(contract.id, "contract", contract.code, None)
        for company in companies_of(contract, company_code):
            yield _Realm(company.id, "company", contract.code, company.code)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    verdict = "正しい" if result["good"] else "正しくありません"
    yield f"{result['name']}: {result['size']}件 {verdict}"
    for found in result["findings"]:
        yield f"  {found['message']}"


def _verified(realm: _Realm) -> dict[str, Any]:
    from azukari.ledger import sequencer  # noqa: PLC0415
    from azukari.ledger.verify import verify_realm  # noqa: PLC0415
    from azukari.pki.signing import verify as check_signature  # noqa: PLC0415
    from azukari.tenancy.signing import ledger_signer  # noqa: PLC0415
    from azukari.web.operator.ledger_words import finding  # noqa: PLC0415

    sequencer.sequence(realm.id)
    sequencer.checkpoint_now(realm.id, ledger_signer())
    result = verify_realm(realm.id, ledger_signer().public_key, check_signature)
    return {
        "realm": str(realm.id),
        "of": realm.of,
        "contract": realm.contract,
        "company": realm.company,
        "name": realm.name,
        "good": result.good,
        "size": result.size,
        "findings": [
            {"fault": one.fault.value, "number": one.number, "message": finding(one)}
            for one in result.findings
        ],
    }


@ledger.command()
@common
@where
@click.option(
    "--of",
    type=click.Choice(["company", "contract"]),
    default="company",
    show_default=True,
    help="会社の記録か、契約の記録(利用者・証明書・サインイン)か",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="書き出すファイル",
)
def export(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None, of: str,
    out: Path,
) -> None:  # fmt: skip
    """記録を、単独の検証プログラム verify_ledger.py で確かめられる形で書き出す。"""
    if out.exists() or not out.absolute().parent.is_dir():
        stop(f"{out} を新しく作れません。まだないファイルを --out に指定してください。", WRONG_USE)
    with installation(data):
        lines = _write_export(_recorded_export(contract_code, company_code, of), out)
        answer(as_json, {"file": str(out), "lines": lines}, f"{out} に{lines}行を書き出しました。")


def _recorded_export(contract_code: str | None, company_code: str | None, of: str) -> UUID:
    """The realm; that it is handed out stands in it, too."""
    from azukari.ledger import pens, sequencer  # noqa: PLC0415
    from azukari.ledger.actions import Action  # noqa: PLC0415
    from azukari.ledger.record import Record  # noqa: PLC0415
    from azukari.tenancy import scope  # noqa: PLC0415
    from azukari.tenancy.access import command_actor  # noqa: PLC0415
    from azukari.tenancy.rights import ALL_PERMISSIONS  # noqa: PLC0415
    from azukari.tenancy.signing import ledger_signer  # noqa: PLC0415

    contract = contract_of(contract_code)
    companies = companies_of(contract, company_code)
    if of == "company" and len(companies) != 1:
        stop("会社が複数あります。--company で会社コードを指定してください。", WRONG_USE)
    realm = companies[0].id if of == "company" else contract.id
    with scope.enter(scope.Scope(contract_id=contract.id, company_id=companies[0].id)):
        actor = command_actor(contract.id, companies[0].id, ALL_PERMISSIONS)
        pens.write(Record.by(actor, Action.LEDGER_EXPORTED), realm)
    sequencer.sequence(realm)
    sequencer.checkpoint_now(realm, ledger_signer())
    return realm


def _write_export(realm: UUID, out: Path) -> int:
    """How many lines; the file (0600, it names people who handled numbers) is whole or absent."""
    from azukari.ledger.export import export_ledger  # noqa: PLC0415
    from azukari.tenancy.signing import ledger_signer  # noqa: PLC0415

    draft = out.with_name(f"{out.name}.{os.getpid()}.new")
    lines = 0
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            for line in export_ledger(realm, ledger_signer().public_key):
                file.write(line if line.endswith("\n") else line + "\n")
                lines += 1
        draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)
    return lines
