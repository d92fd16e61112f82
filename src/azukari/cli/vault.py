"""vault tick · status."""

from dataclasses import asdict
from pathlib import Path

import click

from azukari.cli.session import answer, common, installation

_NAMES = {
    "generation": "今の世代",
    "generations": "鍵束にある世代の数",
    "live_limit": "世代の数の上限",
    "ticked_on": "最後に更新した日",
    "destroyed": "これまでに廃棄した数",
}


@click.group()
def vault() -> None:
    """保管庫の鍵を更新し、状態を見る。"""


@vault.command()
@common
def tick(*, data: Path, as_json: bool) -> None:
    """鍵束に新しい世代を加え、最も古い世代を忘れる(毎晩の処理と同じ)。"""
    with installation(data):
        from azukari.jobs.upkeep import tick as tick_now  # noqa: PLC0415

        generation = tick_now()
        answer(as_json, {"generation": generation}, f"世代 {generation} になりました。")


@vault.command()
@common
def status(*, data: Path, as_json: bool) -> None:
    """鍵束の状態。鍵そのものは表示しない。"""
    with installation(data):
        from azukari.vault import door  # noqa: PLC0415

        state = asdict(door.state())
        text = "\n".join(f"{_NAMES[name]}: {value}" for name, value in state.items())
        answer(as_json, state, text)
