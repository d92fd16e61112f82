"""payroll diff|push|sync|simulate: what payroll says of people, and how it reaches us."""

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from azukari.cli.parameters import Code, book_sheet_option
from azukari.cli.session import (
    FOUND_SOMETHING,
    NOT_AVAILABLE,
    WRONG_USE,
    answer,
    common,
    company_and_actor,
    contract_of,
    installation,
    stop,
    where,
)

if TYPE_CHECKING:
    from azukari.check.difference.models import DifferenceRun
    from azukari.cli.payroll_client import Client, Item
    from azukari.register.sheets.table import Table
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
@book_sheet_option
@click.option("--spelling", is_flag=True, help="字体・全角半角など書き方だけの違いも示す")
def diff(
    *, data: Path, as_json: bool, file: Path | None, contract_code: str | None,
    company_code: str | None, book_sheet: str | None, spelling: bool,
) -> None:  # fmt: skip
    """給与のファイルと登録の違いを1件ずつ示す。ファイルを省くと前回の結果。違いがあれば終了コード1。"""
    if book_sheet and file is None:
        stop("--sheet は、給与のファイルと一緒に指定してください。", WRONG_USE)
    with installation(data):
        from azukari.check.difference.command import told  # noqa: PLC0415  needs Django
        from azukari.check.difference.queries import Wanted  # noqa: PLC0415
        from azukari.web.difference_words import sentence  # noqa: PLC0415

        _company, actor = company_and_actor(contract_of(contract_code), company_code)
        run = _compared(file, book_sheet or "", actor) if file else _latest(actor)
        found = False
        for line in told(run, Wanted(with_ended=True, with_spelling=spelling), actor=actor):
            found = True
            click.echo(json.dumps(line, ensure_ascii=False) if as_json else sentence(line))
        click.echo(_summary(run, as_json=as_json))
        if found:
            sys.exit(FOUND_SOMETHING)


def _compared(file: Path, book_sheet: str, actor: "Actor") -> "DifferenceRun":
    from azukari.check.difference.command import compare_file  # noqa: PLC0415  needs Django
    from azukari.check.difference.models import RunState  # noqa: PLC0415
    from azukari.register.sheets.codes import FileCode, FileRefused  # noqa: PLC0415
    from azukari.web.sheet_words import FILE_WORDS, words_of  # noqa: PLC0415

    try:
        run = compare_file(file.read_bytes(), file.name, actor=actor, book_sheet=book_sheet)
    except FileRefused as refused:
        stop(words_of(refused), WRONG_USE)
    if run.state == RunState.UNREADABLE:
        stop(FILE_WORDS[FileCode(run.code)], WRONG_USE)
    return run


def _latest(actor: "Actor") -> "DifferenceRun":
    from azukari.check.difference import queries  # noqa: PLC0415  needs Django
    from azukari.tenancy import scope  # noqa: PLC0415

    with scope.enter(scope.of(actor)):
        run = queries.latest()
    if run is None:
        stop("まだ突き合わせていません。給与のファイルを指定してください。", WRONG_USE)
    return run


def _summary(run: "DifferenceRun", *, as_json: bool) -> str:
    facts: dict[str, Any] = {
        "summary": True, "run": str(run.id), "there": run.there, "here": run.here,
        "found": run.found, "new": run.new, "gone": run.gone, "counts": run.counts,
        "nameless": run.nameless, "twice": run.twice,
        "book_sheet": run.book_sheet, "not_read": run.not_read,
    }  # fmt: skip
    if as_json:
        return json.dumps(facts, ensure_ascii=False)
    others = f"。比べていないシート: {'、'.join(run.not_read)}" if run.not_read else ""
    return (
        f"給与 {run.there:,}人、本サービス {run.here:,}人。違い {run.found:,}件"
        f"(前回からの新しい違い {run.new:,}件、なくなった違い {run.gone:,}件){others}"
    )


# the API from outside -------------------------------------------------------------------------


def _service(command: Callable[..., None]) -> Callable[..., None]:
    """Adds where the API is and which token opens it."""

    @click.option(
        "--url",
        envvar="AZUKARI_API_URL",
        required=True,
        help="APIのアドレス(…/api/v1/)。既定は AZUKARI_API_URL",
    )
    @click.option(
        "--token-file",
        envvar="AZUKARI_TOKEN_FILE",
        required=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="トークンを書いたファイル。既定は AZUKARI_TOKEN_FILE",
    )
    @click.option(
        "--authority",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="サーバ証明書の認証局(PEM)。公的な認証局なら要らない",
    )
    @wraps(command)
    def with_client(
        *args: Any, url: str, token_file: Path, authority: Path | None, **values: Any
    ) -> None:
        from azukari.cli.payroll_client import Client, NotPushed, checked_url  # noqa: PLC0415

        try:
            client = Client(checked_url(url), token_file.read_text().strip(), authority)
        except ValueError:
            stop("--url には https:// で始まるアドレスを指定してください。", WRONG_USE)
        try:
            command(*args, client=client, **values)
        except NotPushed as refused:
            stop(str(refused), NOT_AVAILABLE)

    return with_client


@payroll.command()
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
@_service
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@book_sheet_option
@click.option("--key", type=Code(60), help="この送信の名前。同じ名前で2度送っても1度しか行わない")
@click.option(
    "--figures",
    "year",
    type=click.IntRange(2020, 2100),
    metavar="年",
    help="社員と家族の代わりに、その年(西暦)の年間の金額を送る",
)
def push(
    *, as_json: bool, client: "Client", file: Path, book_sheet: str | None, key: str | None,
    year: int | None,
) -> None:  # fmt: skip
    """給与の社員・家族のファイルを、給与計算サービスと同じようにAPIへ送る。断られた行があれば終了コード1。"""
    from azukari.cli.payroll_client import batches  # noqa: PLC0415
    from azukari.register.sheets.findings import names_shown  # noqa: PLC0415

    content = file.read_bytes()
    table = _table(content, book_sheet or "")
    not_read = names_shown(table.not_read())
    others = f"送っていないシート: {'、'.join(not_read)}" if not_read else ""
    items = _items(table, others, figures=year is not None)
    kind = "file" if year is None else f"figures-{year}"
    digest = hashlib.sha256(content + table.sheet.encode()).hexdigest()
    name = key or f"{kind}-{digest[:32]}"
    send = client.push if year is None else partial(client.push_figures, year)
    told = [send(some, f"{name}.{number}") for number, some in enumerate(batches(items))]
    facts = {
        "pushes": [one["push"] for one in told],
        "items": sum(one["items"] for one in told),
        "refused": sum(one["refused"] for one in told),
        "is_new": any(one["is_new"] for one in told),
        "problems": [problem for one in told for problem in one["problems"]],
        "book_sheet": table.sheet,
        "not_read": not_read,
    }
    answer(
        as_json,
        facts,
        f"{facts['items']:,}件を送りました。断られたのは{facts['refused']:,}件です。{others}",
    )
    if facts["refused"]:
        sys.exit(FOUND_SOMETHING)


def _table(content: bytes, book_sheet: str) -> "Table":
    from azukari.register.sheets.codes import FileRefused  # noqa: PLC0415
    from azukari.register.sheets.table import open_table  # noqa: PLC0415
    from azukari.web.sheet_words import words_of  # noqa: PLC0415

    try:
        return open_table(content, book_sheet)
    except FileRefused as refused:
        stop(words_of(refused), WRONG_USE)


def _items(table: "Table", others: str, *, figures: bool) -> "list[Item]":
    """`others`: words about sheets that are not read; what is looked for may stand there."""
    from azukari.check.difference.payroll_file import layout_of, read  # noqa: PLC0415
    from azukari.cli.payroll_items import figures_of, items_of  # noqa: PLC0415
    from azukari.register.sheets.codes import FileRefused  # noqa: PLC0415

    there = f"{others}(--sheet で選べます)" if others else ""
    try:
        items = figures_of(table) if figures else items_of(read(layout_of(table)))
    except FileRefused:
        stop(f"このファイルの見出しからは、社員と家族を読み取れません。{there}", WRONG_USE)
    if figures and not items:
        stop(
            "社員番号か金額(支払金額など)の列がありません。見出しを確かめてください。" + there,
            WRONG_USE,
        )
    return items


@payroll.group()
def sync() -> None:
    """給与計算サービスとの連携。"""


@sync.command()
@common
@where
def status(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None
) -> None:
    """届いた連携の状態ごとの件数。エラーか保留があれば終了コード1。"""
    with installation(data):
        from azukari.check.link import queries  # noqa: PLC0415  needs Django
        from azukari.check.link.events import State  # noqa: PLC0415
        from azukari.check.link.models import LinkSetting  # noqa: PLC0415
        from azukari.tenancy import scope  # noqa: PLC0415

        _company, actor = company_and_actor(contract_of(contract_code), company_code)
        place = scope.of(actor)
        with scope.enter(place):
            setting = LinkSetting.objects.first()
            counted = queries.by_state()
        facts: dict[str, Any] = {
            "is_on": setting is not None and setting.is_on,
            **{state.value: count for state, count in counted.items()},
        }
        words = "、".join(f"{state.label} {count:,}件" for state, count in counted.items())
        answer(as_json, facts, words)
        if counted[State.ERROR] or counted[State.HELD]:
            sys.exit(FOUND_SOMETHING)


@payroll.command()
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
@_service
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--employees", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--events", type=click.IntRange(0, 100_000), default=20, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--year",
    type=click.IntRange(2020, 2100),
    help="その年(西暦)の年末調整も終え、年間の金額を送る",
)
def simulate(
    *,
    as_json: bool,
    client: "Client",
    file: Path,
    employees: int,
    events: int,
    seed: int,
    year: int | None,
) -> None:
    """小さな給与計算サービスの代わりをする。FILEに自分のデータを持ち、起きたことをAPIへ送る。"""
    from azukari.cli.payroll_simulator import Simulator  # noqa: PLC0415

    service = Simulator(file, employees=employees, seed=seed)
    try:
        service.begin()
        service.live(events, date.today())  # noqa: DTZ011  the day where payroll runs
        if year is not None:
            service.close_year(year)
        sent = service.push(client)
    finally:
        service.close()
    answer(as_json, {"sent": sent}, f"{sent:,}件を送りました。")
