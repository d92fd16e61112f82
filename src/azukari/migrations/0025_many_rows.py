"""What bulk registration does not need once per row: pairs of letters, keys to the company."""

from django.db import migrations, models

from azukari.tenancy.rls import same_tenant, same_tenant_at_once

# Cut out of all names at once, column by column: as a sub-select per name it took 60 % longer.
# Kind by kind, since grouping by three columns costs more than by one.
LETTERS = """
CREATE OR REPLACE FUNCTION register_letters_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    these record;
BEGIN
    FOR these IN SELECT company_id, kind, max(length(search_key)) AS longest
        FROM added GROUP BY company_id, kind
    LOOP
        INSERT INTO register_person_letters (company_id, kind, pair, people)
        SELECT these.company_id, these.kind, pair, array_agg(id)
        FROM (
            SELECT id, substr(key, n, 2) AS pair
            FROM (
                SELECT id, search_key || ' ' AS key, length(search_key) AS size
                FROM added WHERE company_id = these.company_id AND kind = these.kind OFFSET 0
            ) keys JOIN generate_series(1, these.longest) n ON n <= size OFFSET 0
        ) pairs
        WHERE left(pair, 1) <> ' '
        GROUP BY pair;
    END LOOP;
    RETURN NULL;
END $$;
"""
LETTERS_BEFORE = """
CREATE OR REPLACE FUNCTION register_letters_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO register_person_letters (company_id, kind, pair, people)
    SELECT company_id, kind, pair, array_agg(id)
    FROM (SELECT company_id, kind, id, search_key || ' ' AS key FROM added) keys, LATERAL (
        SELECT substr(key, n, 2) AS pair FROM generate_series(1, length(key) - 1) n OFFSET 0
    ) pairs
    WHERE NOT pair ^@ ' '
    GROUP BY company_id, kind, pair;
    RETURN NULL;
END $$;
"""

# Ids are random and do not shrink: kept as they are, beside the row when they are many.
AS_THEY_ARE = "".join(
    f"ALTER TABLE register_sheet_step ALTER COLUMN {column} SET STORAGE EXTERNAL;"
    for column in ("added", "changes", "records")
)


# A key is looked up row by row, and its plan made anew for each of them, since a plan that is kept
# from when a table was empty walks through all of it later (`plan_cache_mode` of our connections):
# half of the server's work for a file.
POINTING = (("register_number_record", "person_id"), ("register_person", "host_id"))


def _without_key(table: str, column: str) -> migrations.RunSQL:
    key = same_tenant(table, column, "register_person")
    return migrations.RunSQL(key.reverse_sql, key.sql, hints={"in_key_store": False})


def _company() -> models.ForeignKey:
    """Without a key: people have `same_tenant_at_once`, the others are about people."""
    return models.ForeignKey(
        "azukari.company",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )


class Migration(migrations.Migration):
    dependencies = [("azukari", "0024_payroll_link_guarded")]

    operations = [
        migrations.RunSQL(LETTERS, LETTERS_BEFORE, hints={"in_key_store": False}),
        migrations.RunSQL(
            AS_THEY_ARE, migrations.RunSQL.noop, hints={"in_key_store": False}
        ),
        migrations.AlterField(model_name="person", name="company", field=_company()),
        migrations.AlterField(model_name="numberrecord", name="company", field=_company()),
        migrations.AlterField(model_name="personletters", name="company", field=_company()),
        *[_without_key(*one) for one in POINTING],
        same_tenant_at_once(
            "register_person", {"host_id": "register_person"}, deletable=True, with_company=True
        ),
        same_tenant_at_once(
            "register_number_record", {"person_id": "register_person"}, deletable=True
        ),
    ]
