"""filing list · make · check: a form by the same acts as the screens, and its check."""

import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from azukari.cli.parameters import Day
from azukari.cli.session import (
    FOUND_SOMETHING,
    WRONG_USE,
    answer,
    common,
    company_and_actor,
    contract_of,
    installation,
    stop,
    where,
)
from azukari.filings import catalog, words
from azukari.filings.problems import FilingProblem

_PREVIEW = (
    "この様式は確認用です。公式の仕様と照らし合わせていないため、"
    "提出する前に必ず提出先の仕様チェックを行ってください。"
)


@click.group()
def filing() -> None:
    """法定帳票のファイルを作成し、点検する。"""


@filing.command("list")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
def list_(as_json: bool) -> None:
    """作成できる様式を並べる。データベースは要らない。"""
    from azukari.filings.recipes.recipe import GROUPS, recipes  # noqa: PLC0415  reads the catalogue

    found = list(recipes().values())
    told = {
        "forms": [
            {
                "form": one.code,
                "title": one.title,
                "group": one.group,
                "kind": "paper" if one.is_paper else "data",
                "whom": one.whom,
                "yearly": one.yearly,
                "preview": one.preview,
                "purpose": one.purpose,
                "figures": [ask.name for ask in one.asks],
            }
            for one in found
        ]
    }
    lines = [
        f"{one.code}\t{GROUPS[one.group]}\t{one.title}{'（確認用）' if one.preview else ''}"
        for one in found
    ]
    answer(as_json, told, "\n".join(lines))


def _which(command: Callable[..., None]) -> Callable[..., None]:
    """Adds which form, whose, and where to."""

    @where
    @click.argument("form")
    @click.option("--year", type=int, help="年分（西暦）。年ごとの様式で要る")
    @click.option("--office", "office_code", help="事業所コード。事業所が1つなら省ける")
    @click.option(
        "--people",
        help="社員番号（支払先コード）をコンマで区切る。all は全員、due は対象者。"
        "省くと --figures にいる人、それもなければ連携で年間の金額が届いている人",
    )
    @click.option("--hired-from", type=Day(), help="この日以後に入社した人に絞る")
    @click.option("--hired-to", type=Day(), help="この日以前に入社した人に絞る")
    @click.option(
        "--figures",
        "figures_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="金額などのファイル。社員番号の列を持つCSV・Excelか、JSON",
    )
    @click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="項目=値",
        help="帳票に1回だけ書く項目（例：office.koyo_number=13011234567）",
    )
    @click.option("--each", is_flag=True, help="紙の様式を1人ずつのPDFにして、1つのZIPに入れる")
    @click.option(
        "--locked",
        is_flag=True,
        help="紙の様式のPDFを暗号化する。パスワードは作って1回だけ表示する",
    )
    @click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        required=True,
        help="ファイルを書き出すフォルダ",
    )
    @wraps(command)
    def with_options(*args: Any, **values: Any) -> None:
        command(*args, **values)

    return with_options


@filing.command()
@common
@_which
def make(data: Path, as_json: bool, out: Path, **asked: Any) -> None:
    """様式 FORM を作成して書き出す。1人でも直すところがあれば何も書かず、終了コード1。"""
    if out.exists() and any(out.iterdir()):
        stop(f"{out} は空ではありません。空のフォルダを --out に指定してください。", WRONG_USE)
    out.mkdir(parents=True, exist_ok=True)
    with installation(data):
        from azukari.cli.filing_making import make_here  # noqa: PLC0415

        contract = contract_of(asked["contract_code"])
        company, actor = company_and_actor(contract, asked["company_code"])
        made = make_here(contract, company, actor, asked)
        if made.content is None:
            answer(as_json, made.as_dict(None), "\n".join(made.sentences()))
            sys.exit(FOUND_SOMETHING)
        target = out / made.file_name
        _write_private(target, made.content)
        cover = "".join(f"\n{label}：{value}" for label, value in made.cover)
        secret = f"\nパスワード：{made.passphrase}" if made.passphrase else ""
        text = f"{target} に{made.people}人分を書き出しました。{cover}{secret}"
        answer(as_json, made.as_dict(target), text)


def _write_private(target: Path, content: bytes) -> None:
    """Readable by this user only: the file holds individual numbers."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


@filing.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--today", type=Day(), help="点検する日（西暦・和暦）。既定は今日")
@click.option(
    "--no-check-digits",
    is_flag=True,
    help="番号の検査用数字を調べない（提出先の点検も調べない）",
)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
def check(file: Path, today: date | None, no_check_digits: bool, as_json: bool) -> None:
    """ファイルを点検する。問題があれば1行に1つ書き、終了コード1。データベースは要らない。"""
    content = file.read_bytes()
    known = catalog.recognise(content, file.name)
    if known is None:
        stop(f"{file.name} は、点検できる帳票のファイルではありません。", WRONG_USE)
    # The day where the office is asked, as the clock here says.
    on = today or date.today()  # noqa: DTZ011
    problems = catalog.check(known, content, today=on, check_digits=not no_check_digits)
    preview = catalog.is_preview(known)
    text = "\n".join(_line(one) for one in problems) or "問題は見つかりませんでした。"
    told = {"format": known, "preview": preview, "problems": [_as_dict(one) for one in problems]}
    answer(as_json, told, f"{text}\n{_PREVIEW}" if preview else text)
    if problems:
        sys.exit(FOUND_SOMETHING)


def _line(problem: FilingProblem) -> str:
    return f"{words.located(problem)} [{problem.code}]"


def _as_dict(problem: FilingProblem) -> dict[str, Any]:
    return {
        "record": problem.record,
        "item": problem.item,
        "item_name": problem.item_name,
        "code": problem.code,
        "message": words.reason(problem),
    }
