"""payroll diff: what a payroll file says of people against what the register says."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from azukari.cli.session import (
    FOUND_SOMETHING,
    WRONG_USE,
    common,
    company_and_actor,
    contract_of,
    installation,
    stop,
    where,
)

if TYPE_CHECKING:
    from azukari.check.difference.models import DifferenceRun
    from azukari.tenancy.actor import Actor


@click.group()
def payroll() -> None:
    """給与計算サービスの情報と突き合わせる。"""


@payroll.command()
@common
@where
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--spelling", is_flag=True, help="字体・全角半角など書き方だけの違いも示す")
def diff(
    *, data: Path, as_json: bool, file: Path | None, contract_code: str | None,
    company_code: str | None, spelling: bool,
) -> None:  # fmt: skip
    """給与のファイルと登録の違いを1件ずつ示す。ファイルを省くと前回の結果。違いがあれば終了コード1。"""
    with installation(data):
        from azukari.check.difference.command import told  # noqa: PLC0415  needs Django
        from azukari.check.difference.queries import Wanted  # noqa: PLC0415
        from azukari.web.difference_words import sentence  # noqa: PLC0415

        _company, actor = company_and_actor(contract_of(contract_code), company_code)
        run = _compared(file, actor) if file else _latest(actor)
        found = False
        for line in told(run, Wanted(with_ended=True, with_spelling=spelling), actor=actor):
            found = True
            click.echo(json.dumps(line, ensure_ascii=False) if as_json else sentence(line))
        click.echo(_summary(run, as_json=as_json))
        if found:
            sys.exit(FOUND_SOMETHING)


def _compared(file: Path, actor: "Actor") -> "DifferenceRun":
    from azukari.check.difference.command import compare_file  # noqa: PLC0415  needs Django
    from azukari.check.difference.models import RunState  # noqa: PLC0415
    from azukari.register.sheets.codes import FileCode, FileRefused  # noqa: PLC0415
    from azukari.web.sheet_words import FILE_WORDS  # noqa: PLC0415

    try:
        run = compare_file(file.read_bytes(), file.name, actor=actor)
    except FileRefused as refused:
        stop(FILE_WORDS[refused.code], WRONG_USE)
    if run.state == RunState.UNREADABLE:
        stop(FILE_WORDS[FileCode(run.code)], WRONG_USE)
    return run


def _latest(actor: "Actor") -> "DifferenceRun":
    from azukari.check.difference import queries  # noqa: PLC0415  needs Django
    from azukari.tenancy import scope  # noqa: PLC0415

    with scope.enter(scope.Scope(contract_id=actor.contract_id, company_id=actor.company)):
        run = queries.latest()
    if run is None:
        stop("まだ突き合わせていません。給与のファイルを指定してください。", WRONG_USE)
    return run


def _summary(run: "DifferenceRun", *, as_json: bool) -> str:
    facts: dict[str, Any] = {
        "summary": True, "run": str(run.id), "there": run.there, "here": run.here,
        "found": run.found, "new": run.new, "gone": run.gone, "counts": run.counts,
        "nameless": run.nameless, "twice": run.twice,
    }  # fmt: skip
    if as_json:
        return json.dumps(facts, ensure_ascii=False)
    return (
        f"給与 {run.there:,}人、本サービス {run.here:,}人。違い {run.found:,}件"
        f"(前回からの新しい違い {run.new:,}件、なくなった違い {run.gone:,}件)"
    )
