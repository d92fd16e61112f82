"""request send · remind · status: asking for numbers from the shell (option Web収集)."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azukari.cli.parameters import Day, Words
from azukari.cli.session import (
    NOT_AVAILABLE,
    WRONG_USE,
    answer,
    at_company,
    common,
    contract_of,
    installation,
    stop,
    where,
)

if TYPE_CHECKING:
    from azukari.tenancy.models import Contract

_MOST = 2_000
_CHANNELS = ("mail", "letter", "screen")


@click.group()
def request() -> None:
    """個人番号の提出を依頼する（Web収集オプション）。"""


@request.command()
@common
@where
@click.option("--department", default="", help="この部署の人")
@click.option(
    "--codes",
    "codes_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="社員番号（支払先コード）の列があるCSV",
)
@click.option("--payees", is_flag=True, help="従業員でなく支払先に依頼する")
@click.option("--family/--no-family", default=True, help="家族の番号も依頼する")
@click.option("--channel", type=click.Choice(_CHANNELS), default="mail", show_default=True)
@click.option("--deadline", type=Day(), help="回答期限。既定は設定の日数後")
@click.option("--title", type=Words(80), default="個人番号の提出のお願い", show_default=True)
@click.option("--count", "only_count", is_flag=True, help="依頼せず、人数だけを示す")
def send(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    department: str, codes_file: Path | None, payees: bool, family: bool, channel: str,
    deadline: date | None, title: str, only_count: bool,
) -> None:  # fmt: skip
    """番号が未登録の人に提出を依頼する。"""
    with installation(data):
        from datetime import timedelta  # noqa: PLC0415  needs Django, as all below

        from django.utils import timezone  # noqa: PLC0415

        from azukari.collect import queries, requesting, setting  # noqa: PLC0415
        from azukari.collect.rules import Channel, CollectRefused  # noqa: PLC0415
        from azukari.web import collect_words  # noqa: PLC0415

        contract = _with_option(contract_code)
        kind = "payee" if payees else "employee"
        codes = _codes(codes_file) if codes_file else []
        with at_company(contract, company_code) as (_, actor):
            unknown = queries.unknown_codes(kind, codes)
            if unknown:
                stop(
                    f"登録のない番号が{len(unknown)}件あります：{'、'.join(unknown[:10])}",
                    WRONG_USE,
                )
            found = queries.to_ask(kind=kind, department=department, codes=codes)
            whole = family and not payees
            people = requesting.households(found) if whole else requesting.missing_among(found)
            count = requesting.how_many(people)
            if only_count:
                answer(as_json, {"people": count}, f"依頼する人は{count}人です。")
                return
            days = setting.terms_on(timezone.localdate()).deadline_days
            asking = requesting.Asking(
                title=title,
                whom=f"コマンド：{department or '全員'}",
                deadline=deadline or timezone.localdate() + timedelta(days=days),
                channel=Channel(channel),
            )
            try:
                batch = requesting.ask(people, asking, actor=actor)
            except CollectRefused as refused:
                stop(collect_words.say(refused.problem), WRONG_USE)
        facts = {"batch": str(batch.id), "people": count, "asked": batch.asked}
        said = (
            "依頼を受け付けました。順に依頼します。" if batch.made_at is None else "依頼しました。"
        )
        answer(as_json, facts, f"{count}人。{said}")


@request.command()
@common
@where
@click.option("--department", default="", help="この部署の人")
@click.option("--overdue", is_flag=True, help="回答期限を過ぎた人だけ")
def remind(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    department: str, overdue: bool,
) -> None:  # fmt: skip
    """回答を待っている人に督促のメールを送る（1人に1日1通まで）。"""
    with installation(data):
        from azukari.collect import queries, requesting  # noqa: PLC0415  needs Django
        from azukari.collect.queries import RequestFilter  # noqa: PLC0415

        contract = _with_option(contract_code)
        wanted = RequestFilter(state="open", department=department, overdue=overdue)
        with at_company(contract, company_code) as (_, actor):
            found = list(queries.find_requests(wanted).order_by("id")[:_MOST])
            sent = requesting.remind(found, actor=actor)
        facts = {"waiting": len(found), "reminded": sent}
        answer(as_json, facts, f"回答を待っている{len(found)}人のうち、{sent}人に督促を送ります。")


@request.command()
@common
@where
def status(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None
) -> None:
    """部署ごとの回答の状況。"""
    with installation(data):
        from django.utils import timezone  # noqa: PLC0415  needs Django

        from azukari.collect import queries  # noqa: PLC0415
        from azukari.collect.queries import RequestFilter  # noqa: PLC0415

        contract = _with_option(contract_code)
        with at_company(contract, company_code):
            rows = queries.progress_by_department(RequestFilter(), timezone.localdate())
            troubles = queries.count_troubles()
            waiting = queries.count_waiting()
        facts = {
            "departments": [{**vars(one), "open": one.open} for one in rows],
            "applications_waiting": waiting,
            "mails_failed": troubles,
        }
        lines = [
            f"{one.department or '（部署なし）'}\t依頼 {one.asked}\t回答 {one.answered}"
            f"\t登録 {one.registered}\t期限超過 {one.overdue}"
            for one in rows
        ]
        lines.append(f"確認を待っている申請 {waiting}件、送れなかったメール {troubles}通")
        answer(as_json, facts, "\n".join(lines))


def _with_option(contract_code: str | None) -> "Contract":
    from azukari.tenancy.options import Option, options_of  # noqa: PLC0415  needs Django

    contract = contract_of(contract_code)
    if Option.WEB_COLLECTION not in options_of(contract):
        stop(
            f"契約 {contract.code} では、{Option.WEB_COLLECTION.label}が有効ではありません。"
            f"azukari contract option {contract.code} --web-collection で有効にできます。",
            NOT_AVAILABLE,
        )
    return contract


def _codes(file: Path) -> list[str]:
    from azukari.register.sheets.codes import FileRefused  # noqa: PLC0415  needs Django
    from azukari.register.sheets.encoding import recognise_encoding  # noqa: PLC0415
    from azukari.web.forms.collect import codes_in  # noqa: PLC0415

    content = file.read_bytes()
    try:
        return codes_in(content.decode(recognise_encoding(content)))
    except FileRefused:
        stop("CSVとして読めません。文字コードはUTF-8かShift_JISにしてください。", WRONG_USE)
