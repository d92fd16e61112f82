"""An installation: a data folder, its databases, and a Django that knows both."""

import gc
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from azukari.serve.postgres import Cluster
from azukari.serve.postgres_errors import FolderUnusable
from azukari.serve.postgres_roles import prepare_roles
from azukari.settings import reading


@dataclass(frozen=True)
class Installation:
    """`cluster` is None when PostgreSQL is somebody else's."""

    folder: Path
    cluster: Cluster | None
    environment: Mapping[str, str]  # as it was given to us: what a child process starts from


@contextmanager
def opened(data_folder: Path, *, migrate: bool = True) -> Iterator[Installation]:
    """The installation ready for work: PostgreSQL runs, tables are current, Django is set up.

    With `AZUKARI_DATABASE_URL` set that PostgreSQL is used, otherwise the embedded one below the
    data folder.  Without `migrate` pending migrations are refused.  Raises `ClusterError`,
    `Unavailable`, `SettingMissing`, each with a message that says what to do.
    """
    data_folder = data_folder.resolve()
    _prepare_folder(data_folder)
    os.environ["AZUKARI_DATA"] = str(data_folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azukari.settings.service")
    environment = dict(os.environ)
    if reading.given("AZUKARI_DATABASE_URL") is not None:
        with _set_up(migrate=migrate):
            yield Installation(data_folder, None, environment)
        return
    cluster = Cluster(data_folder)
    with cluster.in_use():
        urls = prepare_roles(cluster)
        os.environ["AZUKARI_DATABASE_URL"] = urls["database"]
        os.environ["AZUKARI_OWNER_DATABASE_URL"] = urls["owner"]
        os.environ["AZUKARI_KEYS_DATABASE_URL"] = urls["keys"]
        with _set_up(migrate=migrate):
            yield Installation(data_folder, cluster, environment)


@contextmanager
def _set_up(*, migrate: bool) -> Iterator[None]:
    django.setup()
    from django.db import connections  # noqa: PLC0415

    from azukari.serve import schema  # noqa: PLC0415  Django must be set up first
    from azukari.settings import logs  # noqa: PLC0415

    logs.configure()
    try:
        schema.refuse_unreachable()
        schema.refuse_unsafe_role()
        schema.bring_up_to_date(_owner_url() if migrate else None)
        # Once more: now there are tables that the role could own.
        schema.refuse_unsafe_role()
        # What is loaded by now stays as long as the process does.  To walk through all of it takes
        # Python's collector 60 ms, which somebody would wait for.
        gc.freeze()
        yield
    finally:
        connections.close_all()


def _owner_url() -> str | None:
    """Who may change tables; None on a host where migrations are somebody else's."""
    if reading.given("AZUKARI_OWNER_DATABASE_URL") is None:
        return None
    return reading.database_url("AZUKARI_OWNER_DATABASE_URL")


def _prepare_folder(data_folder: Path) -> None:
    keys = data_folder / "keys"
    try:
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (keys / "secret.key").exists():
            _make_secret(keys / "secret.key")
    except OSError as error:
        raise FolderUnusable(
            f"データフォルダ {data_folder} に書き込めません（{os.strerror(error.errno or 0)}）。"
            "フォルダの持ち主として実行するか、別のデータフォルダを指定してください。"
        ) from None


def _make_secret(place: Path) -> None:
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    # Link, not rename: of two starters at once the first one's secret stays.
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
