"""vault tick · status."""

from dataclasses import asdict
from pathlib import Path

import click

from azukari.cli.session import answer, common, installation

_NAMES = {
    "generation": "今の世代",
    "generations": "鍵束にある世代の数",
    "live_limit": "鍵束にある世代の数の上限",
    "ticked_on": "最後に更新した日",
    "destroyed": "これまでに廃棄した数",
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
