"""user create · list · suspend · resume · unlock · link."""

from pathlib import Path
from typing import Any

import click

from azukari.cli.parameters import Code, Mail, Words
from azukari.cli.session import (
    WRONG_USE,
    answer,
    at_company,
    common,
    contract_of,
    installation,
    public_url,
    stop,
    where,
)

_ROLES = ["steward", "operator", "officer", "auditor"]


@click.group()
def user() -> None:
    """運用サイトの利用者を登録・停止する。"""


@user.command()
@common
@where
@public_url
@click.option("--id", "user_code", type=Code(40), required=True, help="ユーザID")
@click.option("--name", type=Words(60), required=True, help="氏名")
@click.option("--role", type=click.Choice(_ROLES), required=True, help="権限の区分")
@click.option("--mail", type=Mail(), default="", help="メールアドレス")
def create(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None, url: str,
    user_code: str, name: str, role: str, mail: str,
) -> None:  # fmt: skip
    """利用者を登録し、パスワード設定リンクを発行する。"""
    with installation(data):
        from azukari.tenancy import users  # noqa: PLC0415
        from azukari.tenancy.models import Role  # noqa: PLC0415

        facts = users.UserFacts(user_code, name, mail)
        with at_company(contract_of(contract_code), company_code) as (company, actor):
            chosen = Role.objects.filter(kind=role).order_by("name").first()
            if chosen is None:
                stop("その区分の権限がこの契約にありません。", WRONG_USE)
            try:
                made, token = users.create_user(facts, chosen, company.id, actor=actor)
            except users.UserTaken:
                stop(f"ユーザID {facts.user_code} はすでに使われています。", WRONG_USE)
        link = f"{url}setup/{token}"
        answer(as_json, {"id": made.user_code, "setup_link": link}, link)


@user.command("list")
@common
@where
def list_(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None
) -> None:
    """利用者の一覧。"""
    with installation(data):
        from azukari.tenancy import sign_in  # noqa: PLC0415
        from azukari.tenancy.models import Membership  # noqa: PLC0415

        with at_company(contract_of(contract_code), company_code) as (company, _actor):
            rows: list[Any] = [
                {
                    "id": m.user.user_code,
                    "name": m.user.name,
                    "role": m.role.name,
                    "suspended": m.user.suspended_at is not None,
                    "locked": sign_in.is_locked(m.user) is not None,
                    "password_set": m.user.has_usable_password(),
                }
                for m in Membership.objects.filter(company=company)
                .select_related("user", "role")
                .order_by("user__user_code")
            ]
        answer(as_json, rows, "\n".join(f"{r['id']}\t{r['name']}\t{r['role']}" for r in rows))


@user.command(help="利用者を停止する。")
@common
@where
@click.option("--id", "user_code", required=True, help="ユーザID")
def suspend(**asked: Any) -> None:
    _act("suspend", **asked)


@user.command(help="停止した利用者を再開する。")
@common
@where
@click.option("--id", "user_code", required=True, help="ユーザID")
def resume(**asked: Any) -> None:
    _act("resume", **asked)


@user.command(help="サインインのロックを解除する。")
@common
@where
@click.option("--id", "user_code", required=True, help="ユーザID")
def unlock(**asked: Any) -> None:
    _act("unlock", **asked)


@user.command(help="パスワードを無効にし、設定し直すリンクを発行する。")
@common
@where
@public_url
@click.option("--id", "user_code", required=True, help="ユーザID")
def link(**asked: Any) -> None:
    _act("link", **asked)


def _act(
    verb: str, *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    user_code: str, url: str = "",
) -> None:  # fmt: skip
    with installation(data):
        from azukari.tenancy import users  # noqa: PLC0415
        from azukari.tenancy.models import User  # noqa: PLC0415

        with at_company(contract_of(contract_code), company_code) as (_company, actor):
            row = User.objects.filter(user_code=user_code).first()
            if row is None:
                stop(f"ユーザID {user_code} の利用者はいません。", WRONG_USE)
            facts: dict[str, str] = {"id": user_code, "done": verb}
            if verb == "link":
                facts["setup_link"] = f"{url}setup/{users.renew_link(row, actor=actor)}"
            else:
                getattr(users, f"{verb}_user")(row, actor=actor)
        answer(as_json, facts, facts.get("setup_link", "完了しました。"))
