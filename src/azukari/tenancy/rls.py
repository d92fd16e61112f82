"""Row-level security: the third of three independent nets between tenants.

Used by migrations only.  Policies read the settings that `tenancy.scope` makes; an empty or
missing setting matches nothing, so that a forgotten scope shows no row (after a local setting
ends PostgreSQL reads it back as the empty string, hence NULLIF).
"""

from dataclasses import dataclass

from django.db.migrations.operations import RunSQL


def _setting(name: str) -> str:
    # The sub-select is evaluated once per statement, not once per row.
    return f"(SELECT NULLIF(current_setting('azukari.{name}', true), '')::uuid)"


BY_CONTRACT = f"contract_id = {_setting('contract')}"
BY_COMPANY = f"company_id = {_setting('company')}"
BY_REALM = f"realm IN ({_setting('company')}, {_setting('contract')}, {_setting('realm')})"
THIS_CONTRACT = f"id = {_setting('contract')}"
THIS_CERTIFICATE = "thumbprint = (SELECT current_setting('azukari.thumbprint', true))"
SERVICE = "(SELECT current_setting('azukari.service', true)) = 'on'"
SEQUENCER = "(SELECT current_setting('azukari.sequencer', true)) = 'on'"


@dataclass(frozen=True)
class Guarded:
    """A table and the condition on its rows (what may be done with them: `grants.py`)."""

    table: str
    condition: str
    reading: str = ""  # further rows that may be read, not written


def protect(tables: list[Guarded]) -> RunSQL:
    forward: list[str] = []
    backward: list[str] = []
    for guarded in tables:
        forward += [
            f"ALTER TABLE {guarded.table} ENABLE ROW LEVEL SECURITY",
            (
                f"CREATE POLICY tenant ON {guarded.table}"
                f" USING ({guarded.condition}) WITH CHECK ({guarded.condition})"
            ),
        ]
        if guarded.reading:
            forward.append(
                f"CREATE POLICY reading ON {guarded.table} FOR SELECT USING ({guarded.reading})"
            )
            backward.append(f"DROP POLICY reading ON {guarded.table}")
        backward += [
            f"DROP POLICY tenant ON {guarded.table}",
            f"ALTER TABLE {guarded.table} DISABLE ROW LEVEL SECURITY",
        ]
    return RunSQL(";\n".join(forward), ";\n".join(backward), hints={"in_key_store": False})


def same_tenant(table: str, column: str, target: str, key: str = "company_id") -> RunSQL:
    """A foreign key that cannot point into another tenant.

    PostgreSQL checks foreign keys past row-level security, so a plain key on `id` would accept
    a row of somebody else; with the tenant inside the key it cannot.
    """
    name = f"{table}_{column}_same_tenant"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({key}, {column})"
        f" REFERENCES {target} ({key}, id) DEFERRABLE INITIALLY IMMEDIATE",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def same_tenant_at_once(
    table: str,
    targets: dict[str, str],
    *,
    deletable: bool = False,
    with_company: bool = False,
) -> RunSQL:
    """What `same_tenant` promises for these columns, checked once per statement.

    For tables that grow by 100,000 rows at once, where keys looked up row by row cost more than
    all the rest.  Rows of other tenants are not seen by the check, so they count as missing.  Rows
    pointed to must be ones that nobody may delete; with `deletable` they are kept from it like
    by a key: locked while a row that points to them is added, unless the same transaction has
    made them, and looked for when they go.  Where a row points to never changes.  `with_company`
    stands for the key to the company as well.
    """
    name = f"{table}_same_tenant"
    going = [_kept_for(table, one, target) for one, target in targets.items() if deletable]
    return RunSQL(
        f"""
{_check_function(table, targets, deletable=deletable, with_company=with_company)}
CREATE FUNCTION {name}_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE foreign_key_violation USING MESSAGE = '{table}: where a row points to never changes';
END $$;
CREATE TRIGGER same_tenant AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
{_for_good(table, targets)}
{"".join(forward for forward, _ in going)}""",
        f"""
{"".join(backward for _, backward in going)}
DROP TRIGGER same_tenant ON {table};
DROP TRIGGER same_tenant_for_good ON {table};
DROP FUNCTION {name}();
DROP FUNCTION {name}_for_good()""",
        hints={"in_key_store": False},
    )


def renew_at_once(
    table: str,
    targets: dict[str, str],
    *,
    deletable: bool = False,
    with_company: bool = False,
) -> RunSQL:
    """For databases in which `same_tenant_at_once` was made when it was written otherwise."""
    return RunSQL(
        f"""
{_check_function(table, targets, deletable=deletable, with_company=with_company)}
DROP TRIGGER same_tenant_for_good ON {table};
{_for_good(table, targets)}""",
        RunSQL.noop,
        hints={"in_key_store": False},
    )


def _for_good(table: str, targets: dict[str, str]) -> str:
    moved = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in ["company_id", *targets])
    # Not BEFORE: for such a trigger PostgreSQL locks every row that changes, moved or not.
    return f"""CREATE TRIGGER same_tenant_for_good AFTER UPDATE ON {table}
    FOR EACH ROW WHEN ({moved}) EXECUTE FUNCTION {table}_same_tenant_for_good();"""


def _check_function(
    table: str, targets: dict[str, str], *, deletable: bool, with_company: bool
) -> str:
    find = _find_and_hold if deletable else _find
    checks = "".join(
        f"""
        SELECT array_agg(DISTINCT {column}) INTO wanted
            FROM added WHERE company_id = company AND {column} IS NOT NULL;
        {find(target)}
        IF found <> coalesce(cardinality(wanted), 0) THEN
            RAISE foreign_key_violation USING MESSAGE = '{table}.{column} points to no {target}';
        END IF;"""  # noqa: S608  names come from migrations
        for column, target in targets.items()
    )
    if with_company:
        checks = f"""
        IF NOT EXISTS (SELECT FROM tenancy_company WHERE id = company) THEN
            RAISE foreign_key_violation USING MESSAGE = '{table}: no such company';
        END IF;{checks}"""
    return f"""
CREATE OR REPLACE FUNCTION {table}_same_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    company uuid;
    wanted uuid[];
    found bigint;
    own bigint;
BEGIN
    FOR company IN SELECT DISTINCT company_id FROM added LOOP{checks}
    END LOOP;
    RETURN NULL;
END $$;"""  # noqa: S608  names come from migrations


# Ids made together lie together, and most rows of a statement point to such.  Only what is not
# found between the first and the last is asked for one by one: PostgreSQL plans that by what it
# has counted so far, and of a company it has not counted yet it reads every row instead.  (A join
# it would plan by the same.)
_BY_ID = "company_id = company AND id = ANY(wanted)"
_BETWEEN = "company_id = company AND id BETWEEN wanted[1] AND wanted[cardinality(wanted)]"
_IS_OWN = "xmin = pg_current_xact_id()::xid"


def _near(target: str) -> str:
    return f"""(SELECT id, {_IS_OWN} AS is_own FROM {target} WHERE {_BETWEEN}
                LIMIT 2 * cardinality(wanted)) near WHERE id = ANY(wanted)"""  # noqa: S608  names come from migrations


def _find(target: str) -> str:
    """Counts those `wanted`."""
    return f"""SELECT count(*) INTO found FROM {_near(target)};
        IF found < cardinality(wanted) THEN
            SELECT count(*) INTO found FROM {target} WHERE {_BY_ID};
        END IF;"""  # noqa: S608


def _find_and_hold(target: str) -> str:
    """And locks them.

    Not those of this transaction, which nobody else sees or can delete yet: a lock would be a
    second writing of every row.
    """
    held = "(SELECT FROM {} WHERE {} FOR KEY SHARE) held"
    # IS TRUE: not to be looked up in an index.
    others = f"{_BETWEEN} AND (id = ANY(wanted)) IS TRUE AND NOT {_IS_OWN}"
    return f"""SELECT count(*), count(*) FILTER (WHERE is_own) INTO found, own
          FROM {_near(target)};
        IF own < cardinality(wanted) THEN
            IF found = cardinality(wanted) THEN
                SELECT own + count(*) INTO found FROM {held.format(target, others)};
            END IF;
            IF found < cardinality(wanted) THEN
                SELECT count(*) INTO found FROM {held.format(target, _BY_ID)};
            END IF;
        END IF;"""  # noqa: S608


def _kept_for(table: str, column: str, target: str) -> tuple[str, str]:
    """Rows of `target` that are deleted must not be pointed to; made, and taken away again."""
    name = f"{target}_kept_for_{table}_{column}"
    forward = f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    company uuid;
    going uuid[];
BEGIN
    FOR company, going IN SELECT company_id, array_agg(id) FROM gone GROUP BY company_id LOOP
        IF EXISTS (SELECT FROM {table} WHERE company_id = company AND {column} = ANY(going)) THEN
            RAISE foreign_key_violation USING MESSAGE = '{table}.{column} points to a {target}';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER kept_for_{table}_{column} AFTER DELETE ON {target} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""  # noqa: S608  names come from migrations
    backward = f"""
DROP TRIGGER kept_for_{table}_{column} ON {target};
DROP FUNCTION {name}();"""
    return forward, backward
