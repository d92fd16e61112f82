"""The database keeps tenants apart by itself: asked from its own catalogue."""

import psycopg
import pytest
from django.db import connections

from azukari.tenancy.grants import APPEND, GRANTS, UNGUARDED


def ask(statement):
    with connections["default"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_every_table_is_guarded_or_says_why(database):
    unguarded = {
        row[0]
        for row in ask(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind IN ('r', 'p') AND n.nspname = 'public' AND NOT relrowsecurity"
        )
    }

    assert unguarded == set(UNGUARDED)


def test_every_unique_key_begins_with_the_tenant(database):
    keys = ask(
        "SELECT c.conrelid::regclass::text, c.conname, array_agg(a.attname ORDER BY k.place)"
        " FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k(column, place)"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.column"
        " WHERE c.contype = 'u' AND c.connamespace = 'public'::regnamespace GROUP BY 1, 2".replace(
            "k(column, place)", "k(col, place)"
        ).replace("k.column", "k.col")
    )
    # Unique over all tenants: what is random, or given out by the provider alone.
    everywhere = {
        ("tenancy_contract", "code"),
        ("tenancy_client_certificate", "thumbprint"),
    }

    strays = {
        (table, columns[0])
        for table, _name, columns in keys
        if columns[0] not in {"company_id", "contract_id", "realm"}
        and not table.startswith(("procrastinate", "django"))
    }

    assert strays == everywhere


def test_every_foreign_key_keeps_to_the_tenant(database):
    keys = ask(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, array_length(conkey, 1)"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )

    strays = [
        (table, target)
        for table, target, columns in keys
        if columns < 2
        and target not in {"tenancy_contract", "tenancy_company"}
        and not table.startswith("procrastinate")
    ]

    assert strays == []


def test_no_view_or_function_works_with_its_owners_rights(database):
    definers = ask(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    views = ask("SELECT viewname FROM pg_views WHERE schemaname = 'public'")

    assert (definers, views) == ([], [])


def test_append_only_tables_take_no_change_from_the_service(database):
    append_only = [table for table, grant in GRANTS.items() if grant == APPEND]

    for table in append_only:
        with psycopg.connect(database["database"]) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"DELETE FROM {table}")


def test_foreign_key_into_another_tenant_is_refused(cast):
    from django.db import IntegrityError

    from azukari.register import actions
    from azukari.register.models import NumberRecord

    with cast.a.scope():
        mine = actions.register_employee(
            {"employee_code": "FK1", "name": "境界 太郎", "kana": "キョウカイ タロウ"},
            actor=cast.a.operator,
        )

    with pytest.raises(IntegrityError), cast.b.scope():
        NumberRecord.objects.create(
            company_id=cast.b.company.id, person_id=mine.id, cell=mine.id, purposes=[]
        )


def test_keys_checked_once_per_statement_hold_like_keys(cast):
    """`rls.same_tenant_at_once`: what people and numbers point to is there and stays."""
    from django.db import IntegrityError, connection

    from azukari.register import actions
    from azukari.register.models import Person
    from azukari.tenancy.ids import new_id

    with cast.a.scope():
        host = actions.register_employee(
            {"employee_code": "FK2", "name": "境界 花子", "kana": "キョウカイ ハナコ"},
            actor=cast.a.operator,
        )
        member = actions.register_family_member(
            host,
            {"relationship": "CHILD", "name": "境界 一郎", "kana": "キョウカイ イチロウ"},
            actor=cast.a.operator,
        )

    def run(statement, *values):
        with cast.a.scope(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    for wrong in (
        ("DELETE FROM register_person WHERE id = %s", host.id),
        ("UPDATE register_person SET host_id = %s WHERE id = %s", member.id, member.id),
    ):
        with pytest.raises(IntegrityError):
            run(*wrong)
    with pytest.raises(IntegrityError), cast.a.scope():
        Person.objects.create(
            company_id=cast.a.company.id, kind="family", employee_code="FK2", family_code=9,
            host_id=new_id(), name="境界", kana="キョウカイ", search_key="境界 キョウカイ",
        )  # fmt: skip

    run("DELETE FROM register_person WHERE id = ANY(%s)", [host.id, member.id])


@pytest.mark.parametrize("role", ["superuser", "owner"])
def test_start_refuses_a_role_that_row_level_security_cannot_bind(database, role):
    import dj_database_url

    from azukari.serve import schema

    connection = connections["default"]
    before = dict(connection.settings_dict)
    parsed = dj_database_url.parse(database[role])
    connection.close()
    connection.settings_dict.update({k: parsed[k] for k in ("USER", "PASSWORD", "NAME")})
    try:
        with pytest.raises(schema.UnsafeRole):
            schema.refuse_unsafe_role()
    finally:
        connection.close()
        connection.settings_dict.update(before)


def test_nothing_is_seen_without_a_scope(cast):
    with cast.a.scope():
        from azukari.register.models import Person

        Person.anywhere.count()

    for table in sorted(set(GRANTS) - set(UNGUARDED)):
        [(count,)] = ask(f"SELECT count(*) FROM {table}")
        assert (table, count) == (table, 0)
