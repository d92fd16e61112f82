"""The indexes of those who left tell who it is, so that nobody else has to be looked at."""

from django.db import migrations, models

# Of families by a column that no model knows (0005).
_OF_FAMILIES = """
DROP INDEX person_host_left;
CREATE INDEX person_host_left ON register_person
    (company_id, kind, employee_code) {} WHERE host_left;
"""


class Migration(migrations.Migration):
    dependencies = [("azukari", "0037_book_sheet")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="person_left"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(left_on__isnull=False),
                fields=["company", "kind", "employee_code"],
                include=["id"],
                name="person_left",
            ),
        ),
        migrations.RunSQL(
            _OF_FAMILIES.format("INCLUDE (id)"),
            _OF_FAMILIES.format(""),
            hints={"in_key_store": False},
        ),
    ]
