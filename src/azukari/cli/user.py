"""user create · list · suspend · resume · unlock · link."""

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
)

_ROLES = ["steward", "operator", "officer", "auditor"]


@click.group()
def user() -> None:
    """運用サイトの利用者を登録・停止する。"""


def _where(command: Any) -> Any:
    return click.option("--contract", "contract_code")(
        click.option("--company", "company_code")(common(command))
    )


@user.command()
@_where
@click.option("--id", "user_code", required=True, help="ユーザID")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--mail", default="")
@click.option("--url", default="https://localhost:8443/", show_default=True)
def create(
    data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    user_code: str, name: str, role: str, mail: str, url: str,
) -> None:  # fmt: skip
    """利用者を登録し、パスワード設定リンクを発行する。"""
    with installation(data):
        from azukari.tenancy import users  # noqa: PLC0415
        from azukari.tenancy.models import Role  # noqa: PLC0415

        with at_company(contract_of(contract_code), company_code) as (company, actor):
            chosen = Role.objects.filter(kind=role).order_by("name").first()
            if chosen is None:
                stop("その区分の権限がこの契約にありません。", WRONG_USE)
            facts = users.UserFacts(user_code, name, mail)
            try:
                made, token = users.create_user(facts, chosen, company.id, actor=actor)
            except users.UserTaken:
                stop(f"ユーザID {user_code} はすでに使われています。", WRONG_USE)
        link = f"{url}setup/{token}"
        answer(as_json, {"id": made.user_code, "setup_link": link}, link)


@user.command("list")
@_where
def list_(data: Path, as_json: bool, contract_code: str | None, company_code: str | None) -> None:
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


def _act(verb: str, description: str) -> None:
    @user.command(verb, help=description)
    @_where
    @click.option("--id", "user_code", required=True)
    @click.option("--url", default="https://localhost:8443/", show_default=True)
    def act(
        data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
        user_code: str, url: str,
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


_act("suspend", "利用者を停止する。")
_act("resume", "停止した利用者を再開する。")
_act("unlock", "サインインのロックを解除する。")
_act("link", "パスワードを無効にし、設定し直すリンクを発行する。")
