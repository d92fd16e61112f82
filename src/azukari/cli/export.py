"""export: the state of registration or the people as a sealed file."""

import os
from pathlib import Path

import click

from azukari.cli.parameters import Words
from azukari.cli.session import (
    WRONG_USE,
    answer,
    common,
    company_and_actor,
    contract_of,
    installation,
    stop,
    where,
)


@click.command()
@common
@where
@click.option(
    "--kind",
    type=click.Choice(["employees", "families", "payees"]),
    required=True,
    help="本人・家族・支払先のどれか",
)
@click.option(
    "--content",
    type=click.Choice(["status", "basic", "numbers"]),
    default="status",
    show_default=True,
    help="登録状況・基本情報・個人番号入り",
)
@click.option(
    "--format",
    "how",
    type=click.Choice(["csv", "csv_sheet", "xlsx"]),
    default="csv",
    show_default=True,
    help="CSV(システム用)・CSV(表計算用)・Excel",
)
@click.option("--department", type=Words(80), help="この部署の人だけ")
@click.option(
    "--state",
    type=click.Choice(["none", "active", "not_needed", "disposed"]),
    help="個人番号の状態",
)
@click.option("--employment", type=click.Choice(["working", "left"]), help="在籍中か、終わった人か")
@click.option("--purpose", help="利用目的のコード(個人番号入りで要る)")
@click.option("--reason", type=Words(200), required=True, help="出力する理由。記録に残る")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="書き出すZIPファイル。あれば上書きしない",
)
def export(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None, kind: str,
    content: str, how: str, department: str | None, state: str | None, employment: str | None,
    purpose: str | None, reason: str, out: Path,
) -> None:  # fmt: skip
    """登録状況や基本情報、個人番号を、パスワード付きのZIPに出力する。"""
    if out.exists():
        stop(f"{out} はもうあります。別の名前を指定してください。", WRONG_USE)
    with installation(data):
        from azukari.check.actions import Asked  # noqa: PLC0415  needs Django
        from azukari.check.command import export_now  # noqa: PLC0415
        from azukari.check.queries import Wanted  # noqa: PLC0415
        from azukari.check.rules import Content, Format, OutputRefused  # noqa: PLC0415
        from azukari.law.purpose import PURPOSES  # noqa: PLC0415
        from azukari.register.sheets.headings import SheetKind  # noqa: PLC0415
        from azukari.web.export_words import PROBLEMS  # noqa: PLC0415

        if purpose is not None and purpose not in PURPOSES:
            stop(f"利用目的のコードは {' '.join(PURPOSES)} から選んでください。", WRONG_USE)
        _company, actor = company_and_actor(contract_of(contract_code), company_code)
        wanted = Wanted(SheetKind(kind), department or "", state or "", employment or "")
        asked = Asked(
            wanted, Content(content), Format(how), reason, "コマンド",
            PURPOSES[purpose] if purpose else None,
        )  # fmt: skip
        try:
            facts, sealed = export_now(asked, actor=actor)
        except OutputRefused as refused:
            stop(PROBLEMS[refused.problem], WRONG_USE)
        if sealed is None:
            said = "別の人の承認が要ります。画面で承認されると、画面から受け取れます。"
        else:
            _write(out, sealed)
            said = (
                f"{out} に{facts['people']}人分を書き出しました。パスワード: {facts['passphrase']}"
            )
        answer(as_json, {**facts, "file": str(out) if sealed is not None else None}, said)


def _write(out: Path, sealed: bytes) -> None:
    """Readable by its owner only."""
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
