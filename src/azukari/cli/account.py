"""account open · list · suspend · resume · unlock · reset."""

from pathlib import Path
from typing import Any

import click

from azukari.cli.session import (
    WRONG_USE,
    answer,
    at_company,
    common,
    contract_of,
    installation,
    stop,
    where,
)


@click.group()
def account() -> None:
    """従業員ポータルのアカウントを発行・停止する。"""


@account.command("open")
@common
@where
@click.option("--code", "codes", multiple=True, help="社員番号。何人でも指定できる")
@click.option("--missing", is_flag=True, help="アカウントのない社員全員")
def open_(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    codes: tuple[str, ...], missing: bool,
) -> None:  # fmt: skip
    """パスワード設定用リンクを発行する（アカウントがなければ作る）。"""
    if bool(codes) is missing:
        stop("--code か --missing のどちらかを指定してください。", WRONG_USE)
    with installation(data):
        from django.conf import settings  # noqa: PLC0415

        from azukari.register.accounts import actions, listing  # noqa: PLC0415

        contract = contract_of(contract_code)
        if not contract.web_collection:
            stop("この契約では、Web収集オプションが有効ではありません。", WRONG_USE)
        with at_company(contract, company_code) as (_company, actor):
            wanted = listing.AccountFilter(state=listing.NONE if missing else "")
            people = listing.find(wanted).order_by("employee_code")
            if codes:
                people = people.filter(employee_code__in=codes)
                unknown = set(codes) - {one.employee_code for one in people}
                if unknown:
                    stop(f"社員番号 {'、'.join(sorted(unknown))} の社員はいません。", WRONG_USE)
            made: list[Any] = [
                {
                    "code": one.employee_code,
                    "name": one.name,
                    "setup_link": (
                        f"{settings.PORTAL_URL}start/{actions.open_account(one, actor=actor)[1]}"
                    ),
                }
                for one in people
            ]
        answer(
            as_json, made, "\n".join(f"{r['code']}\t{r['name']}\t{r['setup_link']}" for r in made)
        )


@account.command("list")
@common
@where
def list_(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None
) -> None:
    """社員とアカウントの一覧。"""
    with installation(data):
        from azukari.register.accounts import listing  # noqa: PLC0415

        with at_company(contract_of(contract_code), company_code):
            people = list(listing.find(listing.AccountFilter()).order_by("employee_code"))
            rows: list[Any] = [
                {
                    "code": line.person.employee_code,
                    "name": line.person.name,
                    "state": line.state.value if line.state else listing.NONE,
                }
                for line in listing.lines_of(people)
            ]
        answer(as_json, rows, "\n".join("\t".join(row.values()) for row in rows))


@account.command(help="アカウントを停止する。")
@common
@where
@click.option("--code", required=True, help="社員番号")
def suspend(**asked: Any) -> None:
    _act("suspend", **asked)


@account.command(help="停止したアカウントを再開する。")
@common
@where
@click.option("--code", required=True, help="社員番号")
def resume(**asked: Any) -> None:
    _act("resume", **asked)


@account.command(help="ログインのロックを解除する。")
@common
@where
@click.option("--code", required=True, help="社員番号")
def unlock(**asked: Any) -> None:
    _act("unlock", **asked)


@account.command(help="パスワード・コード・パスキーを無効にし、設定し直すリンクを発行する。")
@common
@where
@click.option("--code", required=True, help="社員番号")
def reset(**asked: Any) -> None:
    _act("reset", **asked)


def _act(
    verb: str, *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    code: str,
) -> None:  # fmt: skip
    with installation(data):
        from django.conf import settings  # noqa: PLC0415

        from azukari.register.accounts import actions  # noqa: PLC0415
        from azukari.register.models import EmployeeAccount, PersonKind  # noqa: PLC0415
        from azukari.web.portal import codes  # noqa: PLC0415

        with at_company(contract_of(contract_code), company_code) as (_company, actor):
            row = (
                EmployeeAccount.objects.select_related("person")
                .filter(person__employee_code=code, person__kind=PersonKind.EMPLOYEE)
                .first()
            )
            if row is None:
                stop(f"社員番号 {code} のアカウントはありません。", WRONG_USE)
            facts: dict[str, str] = {"code": code, "done": verb}
            if verb == "reset":
                token, cell = actions.reset_account(row, actor=actor)
                if cell is not None:
                    codes.destroy(cell)
                facts["setup_link"] = f"{settings.PORTAL_URL}start/{token}"
            else:
                getattr(actions, f"{verb}_account")(row, actor=actor)
        answer(as_json, facts, facts.get("setup_link", "完了しました。"))
