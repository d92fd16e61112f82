"""What the verbs share: the data folder, JSON answers, exit codes, and how trouble is told."""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from azukari.serve.installation import Installation
    from azukari.tenancy.actor import Actor
    from azukari.tenancy.models import Company, Contract

FOUND_SOMETHING = 1
WRONG_USE = 2
NOT_AVAILABLE = 3
NUMBER_AMONG_ARGUMENTS = "指定に個人番号と思われる数字があります。除いて実行し直してください。"
_TERMINATED = 143  # as shells count: 128 + SIGTERM

log = logging.getLogger("azukari.cli")


def default_data_folder() -> Path:
    given = os.environ.get("AZUKARI_DATA")
    return Path(given) if given else Path.cwd() / "var" / "azukari"


def common(command: Callable[..., None]) -> Callable[..., None]:
    """Adds `--data` and `--json`."""

    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_data_folder,
        help="データフォルダ。既定は AZUKARI_DATA、なければ ./var/azukari",
    )
    @click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
    @wraps(command)
    def with_options(*args: Any, **values: Any) -> None:
        command(*args, **values)

    return with_options


def where(command: Callable[..., None]) -> Callable[..., None]:
    """Adds `--contract` and `--company`."""

    @click.option("--contract", "contract_code", help="契約番号。契約が1つなら省ける")
    @click.option("--company", "company_code", help="会社コード。会社が1つなら省ける")
    @wraps(command)
    def with_options(*args: Any, **values: Any) -> None:
        command(*args, **values)

    return with_options


def public_url(command: Callable[..., None]) -> Callable[..., None]:
    """Adds `--url`: where users reach the operator site; given without or with a last slash."""

    @click.option(
        "--url",
        envvar="AZUKARI_URL",
        default="https://localhost:8443/",
        show_default=True,
        help="運用サイトのURL。設定リンクとアクセス情報シートに載せる。既定は AZUKARI_URL",
    )
    @wraps(command)
    def with_options(*args: Any, url: str, **values: Any) -> None:
        if not url.startswith("https://"):
            stop("--url には https:// で始まるURLを指定してください。", WRONG_USE)
        command(*args, url=url.rstrip("/") + "/", **values)

    return with_options


@contextmanager
def installation(data: Path, *, migrate: bool = True) -> "Iterator[Installation]":
    """The opened installation; what stands in the way becomes a message and exit code 3.

    What nobody expected is written, without the text of the exception, into the log of the data
    folder, and the message says where that is.
    """
    from azukari.serve.installation import opened  # noqa: PLC0415

    with refusals_told(data), opened(data, migrate=migrate) as opened_here:
        yield opened_here


@contextmanager
def refusals_told(
    data: Path, expected: Callable[[Exception], str | None] = lambda _error: None
) -> Iterator[None]:
    """Exit code 3 with a sentence; `expected` words what only this command can run into."""
    _leave_orderly_on_sigterm()
    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except Exception as error:  # noqa: BLE001  the last place where anybody could tell of it
        if _holds_number(error):
            stop(NUMBER_AMONG_ARGUMENTS, WRONG_USE)
        stop(expected(error) or _expected(error) or _unexpected(data), NOT_AVAILABLE)


def _leave_orderly_on_sigterm() -> None:
    """SIGTERM unwinds like an exception, so that an embedded PostgreSQL is stopped, too."""

    def leave(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(_TERMINATED)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, leave)


def _expected(error: Exception) -> str | None:
    """The sentence of a refusal that is written for people."""
    from azukari.serve.postgres_errors import ClusterError  # noqa: PLC0415
    from azukari.serve.refusals import Unavailable  # noqa: PLC0415
    from azukari.settings.reading import SettingMissing  # noqa: PLC0415

    if isinstance(error, (ClusterError, Unavailable, SettingMissing)):
        return str(error)
    if not _django_is_ready():
        return None
    return _vault_refusal(error) or _database_refusal(error)


def _holds_number(error: Exception) -> bool:
    """Whether the ledger refused a number among the words that the command was given."""
    from azukari.ledger.record import NumberInRecord  # noqa: PLC0415

    return isinstance(error, NumberInRecord)


def _django_is_ready() -> bool:
    from django.apps import apps  # noqa: PLC0415

    return apps.ready


def _vault_refusal(error: Exception) -> str | None:
    from azukari.vault.ring_file import HolderMissing, RingMissing, RingNotDurable  # noqa: PLC0415
    from azukari.vault.tombstones import Resurrected  # noqa: PLC0415

    told = isinstance(error, (HolderMissing, RingMissing, RingNotDurable, Resurrected))
    return str(error) if told else None


def _database_refusal(error: Exception) -> str | None:
    from django.db import InterfaceError, OperationalError  # noqa: PLC0415

    from azukari.ledger.pens import LedgerUnavailable  # noqa: PLC0415

    if isinstance(error, (InterfaceError, OperationalError, LedgerUnavailable)):
        return (
            "データベースとの接続が切れたか、応答がありません。"
            "データベースの状態を確かめ、もう一度実行してください。"
        )
    return None


def _unexpected(data: Path) -> str:
    from azukari.settings import logs  # noqa: PLC0415

    try:
        file = logs.keep_in_file(data.resolve() / "log")
        where_to_look = f"記録 {file} を確かめてください。"
    except OSError:
        logs.configure()
        where_to_look = "すぐ上の記録を確かめてください。"
    log.exception("command failed")  # noqa: LOG004  called while the error is handled
    return f"予期しない問題が起きたため、中止しました。{where_to_look}"


def answer(as_json: bool, value: dict[str, Any] | list[Any], text: str) -> None:
    """The one document on the standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else text)


def stop(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def contract_of(code: str | None) -> "Contract":
    """The contract of that number, or the only one.  Exit code 2 when it is not clear."""
    from azukari.tenancy import contracts  # noqa: PLC0415

    if code is not None:
        found = contracts.find_contract(code)
        if found is None:
            stop(f"契約番号 {code} の契約はありません。", WRONG_USE)
        return found
    all_of_them = contracts.list_contracts()
    if not all_of_them:
        stop("契約がありません。先に azukari contract create で作ってください。", WRONG_USE)
    if len(all_of_them) > 1:
        stop("契約が複数あります。--contract で契約番号を指定してください。", WRONG_USE)
    return all_of_them[0]


def companies_of(contract: "Contract", company_code: str | None) -> "list[Company]":
    """That company, or all of the contract.  Exit code 2 when there is none of that code."""
    from azukari.tenancy import scope  # noqa: PLC0415
    from azukari.tenancy.models import Company  # noqa: PLC0415

    with scope.enter(scope.Scope(contract_id=contract.id)):
        companies = list(Company.objects.order_by("code"))
    if company_code is None:
        return companies
    chosen = [company for company in companies if company.code == company_code]
    if not chosen:
        stop(f"会社コード {company_code} の会社は、この契約にありません。", WRONG_USE)
    return chosen


@contextmanager
def at_company(contract: "Contract", company_code: str | None) -> "Iterator[tuple[Company, Actor]]":
    """Inside the scope of a company, as the server's own actor."""
    from azukari.tenancy import scope  # noqa: PLC0415

    company, actor = company_and_actor(contract, company_code)
    with scope.enter(scope.Scope(contract_id=contract.id, company_id=company.id)):
        yield company, actor


def company_and_actor(contract: "Contract", company_code: str | None) -> "tuple[Company, Actor]":
    """That company, or the only one; exit code 2 when it is not clear."""
    from azukari.tenancy.access import command_actor  # noqa: PLC0415
    from azukari.tenancy.rights import ALL_PERMISSIONS  # noqa: PLC0415

    companies = companies_of(contract, company_code)
    if len(companies) != 1:
        stop("会社が複数あります。--company で会社コードを指定してください。", WRONG_USE)
    return companies[0], command_actor(contract.id, companies[0].id, ALL_PERMISSIONS)
