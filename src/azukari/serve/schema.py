"""Bringing both databases up to date, and refusing a role that row-level security cannot bind."""

from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from azukari.serve.refusals import DatabaseUnreachable, MigrationsPending, UnsafeRole
from azukari.tenancy.grants import apply_grants

# One deployer at a time; the others wait, then find nothing to do.
_MIGRATION_LOCK = 0x617A756B617269
_TOLD_BY = {"default": "AZUKARI_DATABASE_URL", "keys": "AZUKARI_KEYS_DATABASE_URL"}


def refuse_unreachable() -> None:
    """Raises `DatabaseUnreachable` naming the setting whose database does not let us in."""
    for alias, setting in _TOLD_BY.items():
        _knock(alias, setting)


def bring_up_to_date(owner_url: str | None) -> None:
    """Migrates as the owner, then tells the runtime role what it may do.

    Without an owner URL nothing is migrated: raises `MigrationsPending` when something should be.
    """
    if owner_url is None:
        _refuse_pending()
        return
    runtime_role = connections["default"].settings_dict["USER"]
    with _as_owner(owner_url):
        _knock("default", "AZUKARI_OWNER_DATABASE_URL")
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        for alias in _TOLD_BY:
            if _pending(alias):
                call_command("migrate", database=alias, verbosity=0, interactive=False)
        apply_grants(runtime_role)


def refuse_unsafe_role() -> None:
    """Raises `UnsafeRole` when the runtime role could pass row-level security.

    That is a superuser, one with BYPASSRLS, or the owner (itself or through another role) of a
    table.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls,"
            " EXISTS (SELECT FROM pg_tables t WHERE t.schemaname = 'public'"
            "         AND pg_has_role(current_user, t.tableowner, 'MEMBER'))"
            " FROM pg_roles WHERE rolname = current_user"
        )
        role, is_superuser, bypasses, is_owner = cursor.fetchone()
    reasons = [
        reason
        for fact, reason in (
            (is_superuser, "スーパーユーザです"),
            (bypasses and not is_superuser, "行レベルセキュリティを無視できます(BYPASSRLS)"),
            (is_owner and not is_superuser, "テーブルの所有者です"),
        )
        if fact
    ]
    if reasons:
        raise UnsafeRole(
            f"データベースのロール {role} は{'、'.join(reasons)}。"
            "会社間の分離が保てないため起動しません。"
            "AZUKARI_DATABASE_URL には、所有者でもスーパーユーザでもないロールを指定してください。"
        )


def _knock(alias: str, setting: str) -> None:
    try:
        connections[alias].ensure_connection()
    except OperationalError as error:
        # libpq tells host, port, role and reason, never the password.
        reason = str(error).strip().splitlines()[-1]
        raise DatabaseUnreachable(
            f"環境変数 {setting} のデータベースに接続できません。"
            "URLとサーバの状態を確かめてください。"
            f"理由: {reason}"
        ) from None


def _pending(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _refuse_pending() -> None:
    if any(_pending(alias) for alias in _TOLD_BY):
        raise MigrationsPending(
            "データベースの更新が必要です。"
            "AZUKARI_OWNER_DATABASE_URL に所有者のURLを指定して"
            " azukari migrate を実行してください。"
        )


@contextmanager
def _as_owner(owner_url: str) -> Iterator[None]:
    connection = connections["default"]
    before = dict(connection.settings_dict)
    connection.close()
    parsed = dj_database_url.parse(owner_url)
    connection.settings_dict.update(
        {key: parsed[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    )
    connection.settings_dict["OPTIONS"] = {**before["OPTIONS"], **parsed.get("OPTIONS", {})}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
