"""certificate verify: is this 廃棄証明書 genuine?  Needs no data folder and no network."""

import sys
from pathlib import Path

import click

from azukari.cli.session import FOUND_SOMETHING, WRONG_USE, answer, stop
from azukari.ledger.standalone import verify_ledger

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--key", default="", help="検証鍵、またはその指紋(16進64桁)")
@click.option("--ledger-export", type=_FILE, help="台帳の書き出し。番号1件ずつの記録と照らす")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
def verify(file: Path, key: str, ledger_export: Path | None, as_json: bool) -> None:
    """廃棄証明書(JSON)を検証する。書き換えなどを見つけたら終了コード1。"""
    if not verify_ledger.is_certificate(str(file)):
        stop("廃棄証明書のファイル(JSON)ではありません。", WRONG_USE)
    try:
        verdict = verify_ledger.check_certificate_file(
            str(file), key, str(ledger_export) if ledger_export else None
        )
    except verify_ledger.WrongUse as wrong:
        stop(str(wrong), WRONG_USE)
    answer(as_json, verdict.as_document(), verify_ledger.told(verdict))
    if not verdict.good:
        sys.exit(FOUND_SOMETHING)
