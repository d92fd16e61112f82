"""An installation: a data folder, its databases, and a Django that knows both."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import prepare_roles


@contextmanager
def opened(data_folder: Path, *, mode: str | None = None, migrate: bool = True) -> Iterator[Path]:
    """The installation ready for work: PostgreSQL runs, tables are current, Django is set up.

    With `AZUKARI_DATABASE_URL` set that PostgreSQL is used, otherwise the embedded one below the
    data folder.  Raises `ClusterError`, `UnsafeRole`, `SettingMissing`, each with a message that
    says what to do.
    """
    data_folder = data_folder.resolve()
    _prepare_folder(data_folder)
    os.environ["AZUKARI_DATA"] = str(data_folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azukari.settings.service")
    if mode is not None:
        os.environ["AZUKARI_MODE"] = mode
    if "AZUKARI_DATABASE_URL" in os.environ or "AZUKARI_DATABASE_URL_FILE" in os.environ:
        _set_up(migrate=migrate)
        yield data_folder
        return
    cluster = Cluster(data_folder)
    with cluster.in_use():
        urls = prepare_roles(cluster)
        os.environ["AZUKARI_DATABASE_URL"] = urls["database"]
        os.environ["AZUKARI_OWNER_DATABASE_URL"] = urls["owner"]
        os.environ["AZUKARI_KEYS_DATABASE_URL"] = urls["keys"]
        _set_up(migrate=migrate)
        try:
            yield data_folder
        finally:
            _close_connections()


def _set_up(*, migrate: bool) -> None:
    django.setup()
    from azukari.serve import schema  # noqa: PLC0415  Django must be set up first
    from azukari.settings import logs  # noqa: PLC0415

    logs.configure()
    owner = os.environ.get("AZUKARI_OWNER_DATABASE_URL")
    if migrate:
        schema.bring_up_to_date(owner)
    schema.refuse_unsafe_role()


def _close_connections() -> None:
    from django.db import connections  # noqa: PLC0415

    connections.close_all()


def _prepare_folder(data_folder: Path) -> None:
    keys = data_folder / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = keys / "secret.key"
    if not secret.exists():
        draft = keys / f"secret.key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        # Link, not rename: of two starters at once the first one's secret stays.
        try:
            os.link(draft, secret)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
