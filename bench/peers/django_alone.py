"""A Django of the peer's own, that knows nothing of azukari but where PostgreSQL is."""

import os

import dj_database_url
import django
from django.conf import settings
from django.db import connection

SCHEMA = "bench_peer"


def set_up() -> None:
    database = dict(dj_database_url.parse(os.environ["AZUKARI_OWNER_DATABASE_URL"]))
    database["OPTIONS"] = {"options": f"-c search_path={SCHEMA}"}
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["bench.peers.apps.Peers"],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()


def make_tables(statements: str) -> None:
    """A fresh schema with these tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        cursor.execute(statements)
