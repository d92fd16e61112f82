"""Indexes for every order of the lists, and pairs of letters for finding parts of a name."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect

# Kept by the database, so that no writer of people can forget it.  Letters of a changed name are
# added and the old ones stay: who is found is compared with the name itself.
# OFFSET 0 keeps the pair from being cut out again wherever it is named.
LETTERS = """
CREATE FUNCTION register_letters_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION register_letters_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO register_person_letters (company_id, kind, pair, people)
    SELECT DISTINCT NEW.company_id, NEW.kind, pair, ARRAY[NEW.id]
    FROM generate_series(1, length(NEW.search_key)) n,
         substr(NEW.search_key || ' ', n, 2) pair
    WHERE NOT pair ^@ ' ';
    RETURN NULL;
END $$;

CREATE TRIGGER letters_of_added AFTER INSERT ON register_person
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION register_letters_of_added();

CREATE TRIGGER letters_of_changed AFTER UPDATE OF search_key ON register_person
    FOR EACH ROW WHEN (OLD.search_key IS DISTINCT FROM NEW.search_key)
    EXECUTE FUNCTION register_letters_of_changed();

INSERT INTO register_person_letters (company_id, kind, pair, people)
SELECT company_id, kind, pair, array_agg(id)
FROM (SELECT company_id, kind, id, search_key || ' ' AS key FROM register_person) keys, LATERAL (
    SELECT substr(key, n, 2) AS pair FROM generate_series(1, length(key) - 1) n OFFSET 0
) pairs
WHERE NOT pair ^@ ' '
GROUP BY company_id, kind, pair;
"""
NO_LETTERS = """
DROP TRIGGER letters_of_added ON register_person;
DROP TRIGGER letters_of_changed ON register_person;
DROP FUNCTION register_letters_of_added();
DROP FUNCTION register_letters_of_changed();
"""

# What lists of families are filtered by stands with their employee.  Looked up row by row it would
# make them ten times slower; so the database keeps a copy, which no model knows.  Who adds many at
# once gives it along, for the trigger looks up one by one: planned anew each time, because a plan
# made while the table was empty would be kept and read all of it.
HOSTS = """
ALTER TABLE register_person
    ADD COLUMN host_department varchar(80),
    ADD COLUMN host_left boolean;

UPDATE register_person f SET host_department = e.department, host_left = e.left_on IS NOT NULL
FROM register_person e
WHERE f.kind = 'family' AND e.company_id = f.company_id AND e.id = f.host_id;

CREATE INDEX person_by_host_department ON register_person
    (company_id, kind, host_department, employee_code, family_code) WHERE kind = 'family';
CREATE INDEX person_host_left ON register_person
    (company_id, kind, employee_code) WHERE host_left;

CREATE FUNCTION register_host_of_family() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT department, left_on IS NOT NULL FROM register_person'
            ' WHERE company_id = $1 AND id = $2'
        INTO NEW.host_department, NEW.host_left USING NEW.company_id, NEW.host_id;
    RETURN NEW;
END $$;

CREATE FUNCTION register_family_of_host() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE register_person f
    SET host_department = NEW.department, host_left = NEW.left_on IS NOT NULL
    WHERE f.company_id = NEW.company_id AND f.host_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER host_of_family BEFORE INSERT ON register_person
    FOR EACH ROW WHEN (NEW.kind = 'family' AND NEW.host_left IS NULL)
    EXECUTE FUNCTION register_host_of_family();

CREATE TRIGGER family_of_host AFTER UPDATE OF department, left_on ON register_person
    FOR EACH ROW WHEN (
        NEW.kind = 'employee' AND (OLD.department <> NEW.department
            OR (OLD.left_on IS NULL) <> (NEW.left_on IS NULL)))
    EXECUTE FUNCTION register_family_of_host();
"""
NO_HOSTS = """
DROP TRIGGER host_of_family ON register_person;
DROP TRIGGER family_of_host ON register_person;
DROP FUNCTION register_host_of_family();
DROP FUNCTION register_family_of_host();
ALTER TABLE register_person DROP COLUMN host_department, DROP COLUMN host_left;
"""


def _key(target: str, *, db_constraint: bool = False, **options: bool) -> models.ForeignKey:
    """A key without an index of its own."""
    return models.ForeignKey(
        target,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=db_constraint,
        db_index=False,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("azukari", "0004_keeping_guarded")]

    operations = [
        migrations.CreateModel(
            name="PersonLetters",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("pair", models.CharField(max_length=2)),
                ("people", ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to="azukari.company",
                    ),
                ),
            ],
            options={
                "db_table": "register_person_letters",
                "base_manager_name": "anywhere",
            },
            managers=[("anywhere", models.Manager())],
        ),
        migrations.AddIndex(
            model_name="personletters",
            index=models.Index(
                fields=["company", "kind", "pair"],
                name="person_letters",
                opclasses=["uuid_ops", "text_ops", "text_pattern_ops"],
            ),
        ),
        # Lists of people are long and random: kept as they are, beside the row when they are long.
        migrations.RunSQL(
            "ALTER TABLE register_person_letters ALTER COLUMN people SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
            hints={"in_key_store": False},
        ),
        protect([Guarded("register_person_letters", BY_COMPANY)]),
        migrations.RunSQL(LETTERS, NO_LETTERS, hints={"in_key_store": False}),
        migrations.RunSQL(HOSTS, NO_HOSTS, hints={"in_key_store": False}),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["company", "kind", "kana", "employee_code", "family_code"],
                name="person_by_kana",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(kind="employee"),
                fields=["company", "kind", "department", "employee_code", "family_code"],
                name="person_by_department",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["company", "kind", "number_state", "employee_code", "family_code"],
                name="person_by_state",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(left_on__isnull=False),
                fields=["company", "kind", "employee_code"],
                name="person_left",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(number_due_on__isnull=False),
                fields=["company", "kind", "number_due_on", "employee_code", "family_code"],
                name="person_by_due",
            ),
        ),
        # The indexes above begin with these.
        migrations.AlterField(
            model_name="person", name="company", field=_key("azukari.company", db_constraint=True)
        ),
        migrations.AlterField(
            model_name="person", name="host", field=_key("azukari.person", null=True, blank=True)
        ),
        migrations.AlterField(
            model_name="person", name="office", field=_key("azukari.office", null=True, blank=True)
        ),
    ]
