"""One index where two said the same of every person and number that is registered."""

from uuid import UUID

from django.db import migrations, models
from django.db.models import Case, Value, When

# Nothing is found past its tenant: policies and keys ask for company and id together, and that
# index is unique (`…_company_id`).  It also tells replicas which row is which.
_BY_ID = "".join(
    f"""
ALTER TABLE {table} DROP CONSTRAINT {table}_pkey;
ALTER TABLE {table} REPLICA IDENTITY USING INDEX {unique};"""
    for table, unique in (
        ("register_person", "person_company_id"),
        ("register_number_record", "number_record_company_id"),
    )
)
_BY_ID_AGAIN = "".join(
    f"""
ALTER TABLE {table} REPLICA IDENTITY DEFAULT;
ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id);"""
    for table in ("register_person", "register_number_record")
)


class Migration(migrations.Migration):
    dependencies = [("azukari", "0032_bulk_orders_guarded")]

    operations = [
        migrations.RemoveConstraint(model_name="numberrecord", name="number_record_one_active"),
        migrations.RemoveIndex(model_name="numberrecord", name="number_record_person"),
        migrations.AddConstraint(
            model_name="numberrecord",
            constraint=models.UniqueConstraint(
                "company",
                "person",
                Case(When(state="active", then=Value(UUID(int=0))), default="id"),
                name="number_record_one_active",
            ),
        ),
        migrations.RunSQL(_BY_ID, _BY_ID_AGAIN, hints={"in_key_store": False}),
    ]
