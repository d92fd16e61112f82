"""backup create · verify · prune · key."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from azukari.cli.session import (
    FOUND_SOMETHING,
    WRONG_USE,
    answer,
    common,
    installation,
    stop,
)

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def backup_folder(data: Path, given: Path | None) -> Path:
    return given or data / "backups"


@click.group()
def backup() -> None:
    """バックアップを取り、確かめ、古いものを廃棄する。"""


@backup.command()
@common
@click.option(
    "--to",
    "folder",
    type=FOLDER,
    envvar="AZUKARI_BACKUP_FOLDER",
    help="置き場所。既定は AZUKARI_BACKUP_FOLDER、なければデータフォルダの backups",
)
def create(data: Path, as_json: bool, folder: Path | None) -> None:
    """バックアップを取り、保存期間を過ぎたものを廃棄する。サービスは動いたままでよい。"""
    with installation(data):
        from azukari.serve.backup import making  # noqa: PLC0415

        place = backup_folder(data, folder)
        made = making.create(place)
        destroyed = making.prune(place)
        facts = {
            "file": str(made.file),
            "size": made.size,
            "sha256": made.manifest.body_sha256,
            "ring_included": any(part.name == "ring.json" for part in made.manifest.parts),
            "tombstones": made.manifest.tombstones,
            "destroyed": [path.name for path in destroyed],
        }
        if made.recovery_key:
            facts["recovery_key"] = made.recovery_key
        text = f"{made.file}({made.size:,}バイト)を取りました。"
        if destroyed:
            text += f"\n保存期間を過ぎた{len(destroyed)}個を廃棄しました。"
        answer(as_json, facts, text + _key_words(made.recovery_key))


def _key_words(words: str) -> str:
    if not words:
        return ""
    return (
        f"\n\n復旧キー: {words}\n"
        "この復旧キーがないと、バックアップは誰にも開けません。二度と表示されません。"
        "紙に書き、バックアップともサーバとも別の場所に保管してください。"
    )


@backup.command()
@common
@click.option("--to", "folder", type=FOLDER, envvar="AZUKARI_BACKUP_FOLDER")
def prune(data: Path, as_json: bool, folder: Path | None) -> None:
    """保存期間(AZUKARI_BACKUP_RETENTION_DAYS)を過ぎたバックアップを廃棄する。"""
    with installation(data):
        from azukari.serve.backup import making  # noqa: PLC0415

        destroyed = [path.name for path in making.prune(backup_folder(data, folder))]
        text = (
            "\n".join(["廃棄しました:", *destroyed]) if destroyed else "廃棄するものはありません。"
        )
        answer(as_json, {"destroyed": destroyed}, text)


@backup.command()
@common
@click.option("--renew", is_flag=True, help="いまの復旧キーをやめ、新しいものにする")
def key(data: Path, as_json: bool, renew: bool) -> None:
    """復旧キーを作る。以後のバックアップは、この復旧キーで開く。"""
    with installation(data):
        from azukari.serve.backup import making  # noqa: PLC0415

        words = making.renew_recovery_key()[1] if renew else making.recovery_recipient()[1]
        if not words:
            stop(
                "復旧キーはすでにあります。失くしたときは --renew で作り直してください。"
                "これまでのバックアップは、これまでの復旧キーでしか開けません。",
                WRONG_USE,
            )
        answer(as_json, {"recovery_key": words}, _key_words(words).strip())


def with_recovery_key(command: Callable[..., None]) -> Callable[..., None]:
    """Adds `--recovery-key-file`; the command gets `key_file`."""

    @click.option(
        "--recovery-key-file",
        "key_file",
        type=click.Path(exists=True, path_type=Path, allow_dash=True),
        help="復旧キーを書いたファイル。なければ AZUKARI_RECOVERY_KEY、なければ尋ねる",
    )
    @wraps(command)
    def with_options(*args: Any, **values: Any) -> None:
        command(*args, **values)

    return with_options


def recovery_key(key_file: Path | None, *, needed: bool) -> Any:
    """From the file, from AZUKARI_RECOVERY_KEY, or asked for; None where it need not be."""
    from azukari.settings import reading  # noqa: PLC0415
    from azukari.vault.recovery import RecoveryKey, WrongRecoveryKey  # noqa: PLC0415

    words = (
        key_file.read_text(encoding="utf-8")
        if key_file is not None
        else reading.given("AZUKARI_RECOVERY_KEY")
    )
    if words is None and needed:
        if not sys.stdin.isatty():
            stop("復旧キーを --recovery-key-file で指定してください。", WRONG_USE)
        words = click.prompt("復旧キー", hide_input=True)
    try:
        return None if words is None else RecoveryKey.from_text(words)
    except WrongRecoveryKey:
        stop("復旧キーの形が違います。紙に書いた55文字を確かめてください。", WRONG_USE)


def told(error: Exception) -> str | None:
    """The sentence of what a backup refuses."""
    from azukari.vault.recovery import BackupDamaged, WrongRecoveryKey  # noqa: PLC0415

    if isinstance(error, WrongRecoveryKey):
        return "この復旧キーでは開けません。このバックアップを取ったときの復旧キーが必要です。"
    if isinstance(error, BackupDamaged):
        return "バックアップではないか、壊れています。別のバックアップを使ってください。"
    return None


@backup.command()
@common
@click.argument("file", type=FILE)
@with_recovery_key
def verify(data: Path, as_json: bool, file: Path, key_file: Path | None) -> None:
    """壊れていないか、この設備のものかを確かめる。復旧キーがあれば中身もすべて読む。"""
    from azukari.serve.backup.verifying import verify as verify_file  # noqa: PLC0415

    chosen = recovery_key(key_file, needed=False)
    try:
        found = verify_file(file, chosen, data)
    except Exception as error:
        sentence = told(error)
        if sentence is None:
            raise
        answer(as_json, {"good": False, "problem": sentence}, sentence)
        sys.exit(FOUND_SOMETHING)
    facts = {
        "good": found.good,
        "created_at": found.header.created_at.isoformat(),
        "erasure_class": found.header.erasure_class,
        "opened": found.opened,
        "ours": found.ours,
        "tombstones": found.manifest.tombstones,
        "parts": {part.name: part.size for part in found.manifest.parts},
    }
    text = f"取得日時: {found.header.created_at:%Y-%m-%d %H:%M:%S}(UTC)\n壊れていません。"
    text += "中身もすべて読みました。" if found.opened else "中身は復旧キーで確かめられます。"
    if found.ours is False:
        text = "この設備の署名ではありません。差し替えられた可能性があります。"
    answer(as_json, facts, text)
    if not found.good:
        sys.exit(FOUND_SOMETHING)
