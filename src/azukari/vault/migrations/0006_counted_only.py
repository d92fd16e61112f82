"""The index of counted tombstones without those that wait to be counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0005_files_have_clocks")]

    operations = [
        migrations.RemoveIndex(model_name="tombstone", name="vault_tombstone_counted"),
        migrations.AddIndex(
            model_name="tombstone",
            index=models.Index(
                condition=models.Q(counted_in__isnull=False),
                fields=["counted_in"],
                name="vault_tombstone_counted",
            ),
        ),
    ]
