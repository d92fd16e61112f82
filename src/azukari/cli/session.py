"""What the verbs share: the data folder, JSON answers, exit codes."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import click

FOUND_SOMETHING = 1
WRONG_USE = 2
NOT_AVAILABLE = 3


def default_data_folder() -> Path:
    import os  # noqa: PLC0415

    given = os.environ.get("AZUKARI_DATA")
    return Path(given) if given else Path.cwd() / "var" / "azukari"


def common(command: Callable[..., None]) -> Callable[..., None]:
    """Adds `--data` and `--json`."""

    @click.option(
        "--data", type=click.Path(file_okay=False, path_type=Path), default=default_data_folder,
        help="データフォルダ。既定は AZUKARI_DATA、なければ ./var/azukari",
    )
    @click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
    @wraps(command)
    def with_options(*args: Any, **values: Any) -> None:
        command(*args, **values)

    return with_options


@contextmanager
def installation(data: Path, *, migrate: bool = True) -> Iterator[Path]:
    """The opened installation; what stands in the way becomes a message and exit code 3."""
    from azukari.serve.installation import opened  # noqa: PLC0415
    from azukari.serve.postgres_errors import ClusterError  # noqa: PLC0415
    from azukari.settings.reading import SettingMissing  # noqa: PLC0415

    try:
        with opened(data, migrate=migrate) as folder:
            yield folder
    except (ClusterError, SettingMissing) as error:
        stop(str(error), NOT_AVAILABLE)
    except RuntimeError as error:
        if type(error).__name__ in {"UnsafeRole", "MigrationsPending"}:
            stop(str(error), NOT_AVAILABLE)
        raise


def answer(as_json: bool, value: dict[str, Any] | list[Any], text: str) -> None:  # noqa: FBT001
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else text)


def stop(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def contract_of(code: str | None) -> Any:
    """The contract of that number, or the only one.  Exit code 2 when it is not clear."""
    from azukari.tenancy import contracts  # noqa: PLC0415

    if code is not None:
        found = contracts.find_contract(code)
        if found is None:
            stop(f"契約番号 {code} の契約はありません。", WRONG_USE)
        return found
    all_of_them = contracts.list_contracts()
    if len(all_of_them) != 1:
        stop("契約番号を --contract で指定してください。", WRONG_USE)
    return all_of_them[0]


@contextmanager
def at_company(contract: Any, company_code: str | None) -> Iterator[Any]:
    """Inside the scope of a company, as the server's own actor; yields (company, actor)."""
    from azukari.tenancy import scope  # noqa: PLC0415

    company, actor = company_and_actor(contract, company_code)
    with scope.enter(scope.Scope(contract_id=contract.id, company_id=company.id)):
        yield company, actor


def company_and_actor(contract: Any, company_code: str | None) -> tuple[Any, Any]:
    from azukari.tenancy import scope  # noqa: PLC0415
    from azukari.tenancy.access import command_actor  # noqa: PLC0415
    from azukari.tenancy.models import Company  # noqa: PLC0415
    from azukari.tenancy.rights import ALL_PERMISSIONS  # noqa: PLC0415

    with scope.enter(scope.Scope(contract_id=contract.id)):
        companies = list(Company.objects.order_by("code"))
    if company_code is not None:
        companies = [c for c in companies if c.code == company_code]
    if len(companies) != 1:
        stop("会社コードを --company で指定してください。", WRONG_USE)
    return companies[0], command_actor(contract.id, companies[0].id, ALL_PERMISSIONS)


def parse_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        stop(f"識別子の形ではありません: {text}", WRONG_USE)
