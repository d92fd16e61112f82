"""Indexes that hold what else is asked beside their condition, and none that nobody reads."""

from django.db import migrations, models

from azukari.tenancy.rls import same_tenant, same_tenant_at_once

# Of families the copies of 0005, which no model knows, stand in the place of the employee's facts.
OF_FAMILIES = """
DROP INDEX person_by_host_department;
CREATE INDEX person_by_host_department ON register_person
    (company_id, kind, host_department, employee_code, family_code)
    INCLUDE (number_state, host_left, id) WHERE kind = 'family';
CREATE INDEX person_by_state_of_family ON register_person
    (company_id, kind, number_state, employee_code, family_code)
    INCLUDE (host_left, id) WHERE kind = 'family';
"""
AS_BEFORE = """
DROP INDEX person_by_state_of_family;
DROP INDEX person_by_host_department;
CREATE INDEX person_by_host_department ON register_person
    (company_id, kind, host_department, employee_code, family_code) WHERE kind = 'family';
"""

CERTIFIED = same_tenant("dispose_certificate", "disposal_id", "dispose_disposal")
# Some 200 bytes a number, written once: trying to make them smaller takes longer than writing.
DOCUMENTS = "ALTER TABLE dispose_certificate ALTER COLUMN document SET STORAGE {}"


class Migration(migrations.Migration):
    dependencies = [("azukari", "0025_many_rows")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="person_host"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(host__isnull=False),
                fields=["company", "host"],
                name="person_host",
            ),
        ),
        migrations.RemoveIndex(model_name="person", name="person_by_department"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(kind="employee"),
                fields=["company", "kind", "department", "employee_code", "family_code"],
                include=["number_state", "left_on", "id"],
                name="person_by_department",
            ),
        ),
        migrations.RemoveIndex(model_name="person", name="person_by_state"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(kind="family", _negated=True),
                fields=["company", "kind", "number_state", "employee_code", "family_code"],
                include=["left_on", "id"],
                name="person_by_state",
            ),
        ),
        migrations.RunSQL(OF_FAMILIES, AS_BEFORE, hints={"in_key_store": False}),
        # Handles are drawn at random, and the vault destroys each only once: indexes on them are
        # the dearest of their tables and answer no question.
        migrations.AlterField(model_name="numberrecord", name="cell", field=models.UUIDField()),
        migrations.AlterField(model_name="disposal", name="cell", field=models.UUIDField()),
        migrations.RunSQL(CERTIFIED.reverse_sql, CERTIFIED.sql, hints={"in_key_store": False}),
        migrations.RemoveConstraint(model_name="disposal", name="disposal_company_id"),
        same_tenant_at_once("dispose_certificate", {"disposal_id": "dispose_disposal"}),
        migrations.RunSQL(
            DOCUMENTS.format("EXTERNAL"),
            DOCUMENTS.format("EXTENDED"),
            hints={"in_key_store": False},
        ),
    ]
