"""Roles and databases of the embedded PostgreSQL.

    azukari       owned by azukari_owner (migrations); used by azukari_app, which row-level security
                  binds because it is neither owner nor superuser
    azukari_keys  owned and used by azukari_vault alone: keys and what they open never share a role

Nobody else may connect to either. On a PostgreSQL of their own, hosts make the same by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

import psycopg
from psycopg import sql

from azukari.serve.postgres_secrets import kept_passwords

if TYPE_CHECKING:
    from azukari.serve.postgres import Cluster

_ADVISORY_LOCK = 0x617A756B6172  # "azukar"; one preparer at a time
_ROLE_FLAGS = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION")


class DatabaseUrls(TypedDict):
    """URLs by purpose; ``superuser`` is for backups only, since it passes row-level security."""

    database: str
    owner: str
    keys: str
    superuser: str


class _Names(NamedTuple):
    owner: str
    app: str
    vault: str
    database: str
    keys: str


def prepare_roles(cluster: Cluster, *, prefix: str = "") -> DatabaseUrls:
    """Create what is missing in the running ``cluster``; names begin with ``prefix``.

    Passwords are kept in ``<data>/keys/database.json`` and set anew from there each time, so that
    a restored file counts.
    """
    names = _names(prefix)
    with _superuser(cluster, "postgres") as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        passwords = kept_passwords(
            cluster.keys_folder / "database.json", [names.owner, names.app, names.vault]
        )
        for role in (names.owner, names.app, names.vault):
            _prepare_role(connection, role, passwords[role])
        _close_shared_databases(connection)
        _prepare_database(connection, names.database, owner=names.owner)
        _prepare_database(connection, names.keys, owner=names.vault)
        _let_in(connection, names.database, names.app)
        with _superuser(cluster, names.database) as inside:
            _let_work(inside, owner=names.owner, app=names.app)
    return _urls(cluster, names, passwords)


def _names(prefix: str) -> _Names:
    return _Names(
        owner=f"{prefix}azukari_owner",
        app=f"{prefix}azukari_app",
        vault=f"{prefix}azukari_vault",
        database=f"{prefix}azukari",
        keys=f"{prefix}azukari_keys",
    )


def _urls(cluster: Cluster, names: _Names, passwords: dict[str, str]) -> DatabaseUrls:
    def url(role: str, database: str) -> str:
        return cluster.url(role=role, password=passwords[role], database=database)

    return DatabaseUrls(
        database=url(names.app, names.database),
        owner=url(names.owner, names.database),
        keys=url(names.vault, names.keys),
        superuser=cluster.superuser_url(names.database),
    )


def _superuser(cluster: Cluster, database: str) -> psycopg.Connection:
    return psycopg.connect(cluster.superuser_url(database), autocommit=True)


def _prepare_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """The server only ever sees the SCRAM verifier of ``password`` (RFC 5802)."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("{} ROLE {} WITH {} PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(role), _ROLE_FLAGS, verifier
        )
    )


def _close_shared_databases(connection: psycopg.Connection) -> None:
    """``postgres`` and ``template1`` let everybody in by default."""
    connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")


def _prepare_database(connection: psycopg.Connection, database: str, *, owner: str) -> None:
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(owner)}
    asked = "SELECT 1 FROM pg_database WHERE datname = %s"
    if connection.execute(asked, [database]).fetchone() is None:
        create = sql.SQL("CREATE DATABASE {database} OWNER {owner} TEMPLATE template0")
        connection.execute(create.format(**names))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))


def _let_in(connection: psycopg.Connection, database: str, app: str) -> None:
    grant = sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}")
    connection.execute(grant.format(sql.Identifier(database), sql.Identifier(app)))


def _let_work(inside: psycopg.Connection, *, owner: str, app: str) -> None:
    """What the owner will create, the service may use; migrations revoke where rows only grow."""
    for rights in (
        "SELECT, INSERT, UPDATE, DELETE ON TABLES",
        "USAGE, SELECT ON SEQUENCES",
    ):
        inside.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT {} TO {}").format(
                sql.Identifier(owner), sql.SQL(rights), sql.Identifier(app)
            )
        )
