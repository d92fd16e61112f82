"""Acts of a person, told to the shell: who it is proves it with the password, as on the screen.

Whoever may run commands on the server may do much, but four eyes need two people.  So a command
that proposes or approves asks for the password (and the one-time code) of the user it acts for; a
wrong one counts in the ladder of failed sign-ins.  The ledger has the login of the server beside
the user, so that two acts from one login are seen.
"""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azukari.cli.session import WRONG_USE, companies_of, stop

if TYPE_CHECKING:
    from azukari.tenancy.actor import Actor
    from azukari.tenancy.admission import Admission
    from azukari.tenancy.models import Company, Contract, User

BY_COMMAND = "サーバ管理コマンド"
_REFUSED = "ユーザID、パスワード、ワンタイムコードのどれかが違います。もう一度実行してください。"


def person_at(
    contract: "Contract", company_code: str | None, user_code: str, password_file: Path | None
) -> "tuple[Company, Actor]":
    """The company and the user as an actor with today's rights; exit code 2 when refused."""
    companies = companies_of(contract, company_code)
    if len(companies) != 1:
        stop("会社が複数あります。--company で会社コードを指定してください。", WRONG_USE)
    [company] = companies
    return company, _actor(contract, company, _proved(contract, user_code, password_file))


def _proved(contract: "Contract", user_code: str, password_file: Path | None) -> "User":
    from azukari.tenancy import scope, sign_in  # noqa: PLC0415  needs Django
    from azukari.tenancy.models import User  # noqa: PLC0415

    password = _password(user_code, password_file)
    admission = _admission(contract)
    place = scope.Scope(contract_id=contract.id)
    with scope.enter(place):
        asks_code = contract.totp_required or (
            User.objects.filter(user_code=user_code, totp_cell__isnull=False).exists()
        )
    code = click.prompt("ワンタイムコード", err=True) if asks_code else ""
    # The count of failures must stay, so the refusal is carried out of the transaction.
    with scope.enter(place):
        user = _checked(user_code, password, code, admission, asks_code=asks_code)
        if user is not None:
            sign_in.forget_failures(user)
    if user is None:
        stop(_REFUSED, WRONG_USE)
    return user


def _checked(
    user_code: str, password: str, code: str, admission: "Admission", *, asks_code: bool
) -> "User | None":
    from azukari.tenancy import sign_in  # noqa: PLC0415
    from azukari.tenancy.sign_in import Attempt  # noqa: PLC0415
    from azukari.web.operator import second_factor  # noqa: PLC0415

    attempt = Attempt(admission.contract_code, user_code, password, address=_login())
    try:
        user = sign_in.check(attempt, admission)
        if asks_code:
            second_factor.check(user, code, admission, address=_login(), request_id="")
    except sign_in.SignInRefused:
        return None
    return user


def _password(user_code: str, password_file: Path | None) -> str:
    if password_file is not None:
        return password_file.read_text(encoding="utf-8").rstrip("\r\n")
    said: str = click.prompt(f"{user_code} のパスワード", hide_input=True, err=True)
    return said


def _admission(contract: "Contract") -> "Admission":
    """The server itself stands where a browser shows a certificate."""
    from django.utils import timezone  # noqa: PLC0415

    from azukari.tenancy.admission import Admission  # noqa: PLC0415
    from azukari.tenancy.options import options_of  # noqa: PLC0415

    return Admission(
        contract_id=contract.id,
        contract_code=contract.code,
        contract_name=contract.name,
        thumbprint="",
        common_name="",
        not_after=timezone.now(),
        totp_required=contract.totp_required,
        options=options_of(contract),
    )


def _actor(contract: "Contract", company: "Company", user: "User") -> "Actor":
    from azukari.tenancy import scope  # noqa: PLC0415
    from azukari.tenancy.access import workplaces  # noqa: PLC0415
    from azukari.tenancy.actor import Actor  # noqa: PLC0415

    with scope.enter(scope.Scope(contract_id=contract.id)):
        place = next((one for one in workplaces(user) if one.company_id == company.id), None)
    if place is None:
        stop(f"{user.user_code} には、{company.name}での権限がありません。", WRONG_USE)
    return Actor(
        contract_id=contract.id,
        company_id=company.id,
        user_id=user.id,
        name=user.name,
        roles=(place.role_name, BY_COMMAND),
        permissions=place.permissions,
        address=_login(),
    )


def _login() -> str:
    """Who is at the server's shell, through sudo as well."""
    return f"shell:{os.environ.get('SUDO_USER') or getpass.getuser()}"[:200]
