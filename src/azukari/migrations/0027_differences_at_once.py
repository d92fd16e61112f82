"""Keys of differences looked up once per statement: a run writes tens of thousands at once."""

import django.db.models.deletion
from django.db import migrations, models

from azukari.tenancy.rls import same_tenant, same_tenant_at_once

_KEY = same_tenant("check_difference", "run_id", "check_difference_run")


class Migration(migrations.Migration):
    dependencies = [("azukari", "0026_fewer_indexes")]

    operations = [
        migrations.AlterField(
            model_name="differencerow",
            name="company",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="azukari.company",
            ),
        ),
        migrations.RunSQL(_KEY.reverse_sql, _KEY.sql, hints={"in_key_store": False}),
        same_tenant_at_once(
            "check_difference",
            {"run_id": "check_difference_run"},
            deletable=True,
            with_company=True,
        ),
    ]
