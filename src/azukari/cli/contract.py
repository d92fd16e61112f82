"""contract create · list: what the provider does for a new customer."""

from pathlib import Path
from typing import Any

import click

from azukari.cli.parameters import Code, Words
from azukari.cli.session import WRONG_USE, answer, common, installation, public_url, stop


@click.group()
def contract() -> None:
    """契約を登録する。"""


@contract.command()
@common
@click.option("--code", type=Code(16), required=True, help="契約番号")
@click.option("--company", "company_name", type=Words(120), required=True, help="会社名")
@click.option("--company-code", type=Code(16), default="001", show_default=True, help="会社コード")
@public_url
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="証明書とアクセス情報シートを書き出すフォルダ",
)
@click.option("--totp/--no-totp", default=False, help="ワンタイムコードを必須にする")
@click.option("--web-collection/--no-web-collection", default=False, help="Web収集オプション")
@click.option("--legacy-p12", is_flag=True, help="古いWindows向けの弱い暗号で証明書を作る")
def create(
    *, data: Path, as_json: bool, code: str, company_name: str, company_code: str, url: str,
    out: Path, totp: bool, web_collection: bool, legacy_p12: bool,
) -> None:  # fmt: skip
    """契約・会社・最初の利用者・クライアント証明書・アクセス情報シートを作る。"""
    with installation(data):
        from azukari.cli.opening import OutUnusable, open_with_papers  # noqa: PLC0415
        from azukari.tenancy.contracts import CompanyFacts, ContractTaken  # noqa: PLC0415

        try:
            papers = open_with_papers(
                code,
                CompanyFacts(code=company_code, name=company_name),
                url=url,
                out=out,
                totp_required=totp,
                web_collection=web_collection,
                legacy_p12=legacy_p12,
            )
        except ContractTaken:
            stop(f"契約番号 {code} はすでに使われています。別の番号を指定してください。", WRONG_USE)
        except OutUnusable as error:
            stop(str(error), WRONG_USE)
        answer(as_json, papers.as_dict(), papers.as_text())


@contract.command()
@common
@click.argument("code", metavar="契約番号")
@click.option("--web-collection/--no-web-collection", required=True, help="Web収集オプション")
def option(*, data: Path, as_json: bool, code: str, web_collection: bool) -> None:
    """オプションを有効・無効にする（登録済みのものは消えない）。"""
    with installation(data):
        from azukari.tenancy import contracts  # noqa: PLC0415
        from azukari.tenancy.options import Option  # noqa: PLC0415

        found = contracts.find_contract(code)
        if found is None:
            stop(
                f"契約番号 {code} は見つかりません。azukari contract list で確かめてください。",
                WRONG_USE,
            )
        changed = contracts.set_option(found, Option.WEB_COLLECTION, on=web_collection)
        state = "有効" if web_collection else "無効"
        said = f"{Option.WEB_COLLECTION.label}を{state}にしました。"
        answer(
            as_json,
            {"code": code, "web_collection": web_collection, "changed": changed},
            said if changed else f"{Option.WEB_COLLECTION.label}はすでに{state}です。",
        )


@contract.command("list")
@common
def list_(*, data: Path, as_json: bool) -> None:
    """契約の一覧。"""
    with installation(data):
        from azukari.tenancy import contracts  # noqa: PLC0415

        rows: list[Any] = [
            {
                "code": c.code,
                "name": c.name,
                "web_collection": c.web_collection,
                "totp_required": c.totp_required,
                "suspended": c.suspended_at is not None,
            }
            for c in contracts.list_contracts()
        ]
        answer(as_json, rows, "\n".join(f"{r['code']}\t{r['name']}" for r in rows))
