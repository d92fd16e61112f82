"""Pairs of letters are cut out of each name as many times as it has letters, and no more."""

from django.db import migrations

# As a set among the columns: joined with a series as long as the longest name they cost a third more.
LETTERS = """
CREATE OR REPLACE FUNCTION register_letters_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    these record;
BEGIN
    FOR these IN SELECT DISTINCT company_id, kind FROM added LOOP
        INSERT INTO register_person_letters (company_id, kind, pair, people)
        SELECT these.company_id, these.kind, pair, array_agg(id)
        FROM (
            SELECT id, substr(key, generate_series(1, size), 2) AS pair
            FROM (
                SELECT id, search_key || ' ' AS key, length(search_key) AS size
                FROM added WHERE company_id = these.company_id AND kind = these.kind OFFSET 0
            ) keys OFFSET 0
        ) pairs
        WHERE NOT starts_with(pair, ' ')
        GROUP BY pair;
    END LOOP;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("azukari", "0038_who_left")]

    operations = [migrations.RunSQL(LETTERS, migrations.RunSQL.noop, hints={"in_key_store": False})]
