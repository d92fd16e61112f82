"""restore FILE · restore mend · restore drill."""

import sys
from pathlib import Path
from typing import Any

import click

from azukari.cli.backup import FILE, FOLDER, backup_folder, recovery_key, told, with_recovery_key
from azukari.cli.session import (
    FOUND_SOMETHING,
    answer,
    common,
    installation,
    refusals_told,
)


class _FileOrDrill(click.Group):
    """`restore FILE …` is the command `file`, which nobody has to write."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["file", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FileOrDrill)
def restore() -> None:
    """バックアップから復元する: restore ファイル --data 空のフォルダ。訓練は drill。"""


@restore.command("file")
@common
@click.argument("file", type=FILE)
@with_recovery_key
@click.option(
    "--keys-from", type=FILE, help="鍵・鍵束・廃棄の記録は、こちらの新しいバックアップから取る"
)
@click.option("--ring", type=FILE, help="鍵束(ring.bin)の写し。Wの運用では必ず指定する")
@click.option("--root-key", type=FILE, help="鍵束を守るルート鍵(root.key)の写し")
@click.option("--tombstones", type=FILE, help="失ったデータフォルダに残った tombstones.log")
@click.option("--check", is_flag=True, help="記録の検証と、確認用の預かりの開封まで行う")
@click.option("--anchor", "anchors", type=FILE, multiple=True, help="外に控えた署名つきの頭部")
def restore_file(
    *, data: Path, as_json: bool, file: Path, key_file: Path | None, keys_from: Path | None,
    ring: Path | None, root_key: Path | None, tombstones: Path | None, check: bool,
    anchors: tuple[Path, ...],
) -> None:  # fmt: skip
    """空のフォルダ(または空のデータベース)に復元する。廃棄した番号は、もう一度廃棄する。"""
    from azukari.serve.backup.restoring import Wanted, restored  # noqa: PLC0415

    key = recovery_key(key_file, needed=True)
    wanted = Wanted(file, data.resolve(), key, keys_from, ring, root_key, tombstones)
    with refusals_told(data, told), restored(wanted) as done:
        facts: dict[str, Any] = {
            "data": str(wanted.data),
            "created_at": done.header.created_at.isoformat(),
            "tombstones_replayed": done.tombstones_replayed,
            "numbers_ended": done.numbers_ended,
            "numbers_lost": done.numbers_lost,
        }
        if check:
            facts |= _check(done.manifest, anchors)
        text = (
            f"{wanted.data} に復元しました(取得 {done.header.created_at:%Y-%m-%d %H:%M}、"
            f"やり直した廃棄 {done.tombstones_replayed}件、"
            f"廃棄済みに直した登録 {done.numbers_ended}件)。{lost_numbers(done.numbers_lost)}"
        )
        if tombstones is None and keys_from is None:
            text += (
                "\nバックアップより後に廃棄した番号があるときは、失ったデータフォルダの"
                " tombstones.log を azukari vault replay-tombstones に渡してください。"
            )
        if check:
            text += "\n確認: " + (
                "合格" if facts["good"] else "不合格。--json で詳しく見られます。"
            )
        answer(as_json, facts, text)
    if check and not facts["good"]:
        sys.exit(FOUND_SOMETHING)


def _check(manifest: Any, anchors: tuple[Path, ...]) -> dict[str, Any]:
    from azukari.serve.backup.checking import check, notes_in  # noqa: PLC0415

    notes = [note for place in anchors for note in notes_in(place.read_text(encoding="utf-8"))]
    found = check([*manifest.heads, *notes], bytes.fromhex(manifest.public_key))
    return found.as_dict()


@restore.command()
@common
def mend(*, data: Path, as_json: bool) -> None:
    """廃棄したのに登録が残っている番号を、廃棄済みに直す。復元とやり直しのあとは自動で行う。"""
    with installation(data):
        from azukari.serve.backup.mending import mend as mend_now  # noqa: PLC0415

        done = mend_now()
        text = f"{done.numbers}件の登録を廃棄済みに直しました。{lost_numbers(done.lost)}"
        answer(as_json, {"numbers_ended": done.numbers, "numbers_lost": done.lost}, text)
    if done.lost:
        sys.exit(FOUND_SOMETHING)


def lost_numbers(count: int) -> str:
    if not count:
        return ""
    return (
        f"\n登録だけが残り、番号そのものを失ったものが{count}件あります。"
        "もっと新しいバックアップがあれば復元し直し、なければ番号を集め直してください。"
    )


@restore.command()
@common
@with_recovery_key
@click.option("--from", "folder", type=FOLDER, envvar="AZUKARI_BACKUP_FOLDER",
              help="バックアップの置き場所。最も新しいものを使う")  # fmt: skip
@click.option("--file", type=FILE, help="使うバックアップ")
@click.option("--anchor", "anchors", type=FILE, multiple=True, help="外に控えた署名つきの頭部")
@click.option("--reports", type=FOLDER, help="報告の置き場所。既定はデータフォルダの drills")
@click.option("--scratch", type=FOLDER, help="一時的な復元先。既定は一時フォルダ")
def drill(
    *, data: Path, as_json: bool, key_file: Path | None, folder: Path | None, file: Path | None,
    anchors: tuple[Path, ...], reports: Path | None, scratch: Path | None,
) -> None:  # fmt: skip
    """別の場所に復元して確かめ、署名した報告を書く。合格なら終了コード0、不合格なら1。"""
    key = recovery_key(key_file, needed=True)
    with installation(data) as here:
        from azukari.serve.backup.drill import drill as drill_now  # noqa: PLC0415

        report = drill_now(
            here.environment,
            key,
            folder=backup_folder(data, folder),
            reports=reports or data / "drills",
            file=file,
            anchors=anchors,
            scratch=scratch,
        )
        facts = {**report.facts, "report": str(report.json_file), "text": str(report.text_file)}
        answer(as_json, facts, report.text_file.read_text(encoding="utf-8"))
    if not report.good:
        sys.exit(FOUND_SOMETHING)
