"""vault tick · status · replay-tombstones."""

from dataclasses import asdict
from pathlib import Path

import click

from azukari.cli.backup import recovery_key, told, with_recovery_key
from azukari.cli.restore import lost_numbers
from azukari.cli.session import answer, common, installation, refusals_told

_NAMES = {
    "generation": "今の世代",
    "generations": "鍵束にある世代の数",
    "live_limit": "鍵束にある世代の数の上限",
    "ticked_on": "最後に更新した日",
    "destroyed": "これまでに廃棄した数",
    "erasure_class": "消去の方式",
    "backup_days": "バックアップの保存日数",
    "snapshot_days": "スナップショットの保存日数",
    "archived_on": "鍵束を入れた最後のバックアップの日",
}


@click.group()
def vault() -> None:
    """保管庫の鍵を更新し、状態を見る。"""


@vault.command()
@common
@click.option(
    "--again",
    is_flag=True,
    help="今日すでに更新していても、もう1世代進める。古いバックアップを読める日数が1日短くなる",
)
def tick(*, data: Path, as_json: bool, again: bool) -> None:
    """鍵束に新しい世代を加え、最も古い世代を忘れる(毎晩の処理と同じ。1日に1回)。"""
    with installation(data):
        from django.utils import timezone  # noqa: PLC0415  needs Django

        from azukari.jobs.upkeep import tick as tick_now  # noqa: PLC0415
        from azukari.vault import door  # noqa: PLC0415

        before = door.state()
        if before.ticked_on == timezone.localdate().isoformat() and not again:
            facts = {"generation": before.generation, "ticked": False}
            text = f"今日はもう更新しています。世代は {before.generation} のままです。"
        else:
            facts = {"generation": tick_now(), "ticked": True}
            text = f"世代 {facts['generation']} になりました。"
        answer(as_json, facts, text)


@vault.command()
@common
def status(*, data: Path, as_json: bool) -> None:
    """鍵束の状態。鍵そのものは表示しない。"""
    with installation(data):
        from azukari.vault import door  # noqa: PLC0415

        state = asdict(door.state())
        text = "\n".join(f"{_NAMES[name]}: {value}" for name, value in state.items())
        answer(as_json, state, text)


@vault.command("replay-tombstones")
@common
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--from-backup", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="このバックアップの廃棄の記録を使う(復旧キーが要る)")  # fmt: skip
@with_recovery_key
def replay_tombstones(
    data: Path, as_json: bool, file: Path | None, from_backup: Path | None, key_file: Path | None
) -> None:
    """古いバックアップで戻ってしまった番号を、もう一度廃棄する。

    FILE を省くと、データフォルダの tombstones.log を使う。
    """
    told_by_backup: list[str] | None = None
    if from_backup is not None:
        from azukari.serve.backup.restoring import tombstones_of  # noqa: PLC0415

        key = recovery_key(key_file, needed=True)
        with refusals_told(data, told):
            told_by_backup = tombstones_of(from_backup, key)
    with installation(data):
        from azukari.serve.backup.mending import mend  # noqa: PLC0415
        from azukari.vault import archiving  # noqa: PLC0415

        if told_by_backup is not None:
            added = archiving.replay_tombstones(told_by_backup)
        else:
            added = archiving.replay_log(file)
        done = mend()
        facts = {"added": added, "numbers_ended": done.numbers, "numbers_lost": done.lost}
        text = (
            f"廃棄をやり直しました(足りなかった記録 {added}件、"
            f"廃棄済みに直した登録 {done.numbers}件)。{lost_numbers(done.lost)}"
        )
        answer(as_json, facts, text)
