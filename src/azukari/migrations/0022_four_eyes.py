"""What a second person's word is bound to, who made an account, what a notice is about, and
when a payee was paid last.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("azukari", "0021_filings_of_every_form")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="last_paid_on",
            field=models.DateField(blank=True, null=True, verbose_name="最後の支払日"),
        ),
        migrations.AddField(
            model_name="user",
            name="created_by",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="viewingrequest",
            name="cell",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="output",
            name="digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="purposenotice",
            name="purposes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=24), default=list, size=None
            ),
        ),
    ]
