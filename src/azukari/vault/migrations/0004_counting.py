"""Buckets by kind; which tombstones the ring has counted, and a mark of it in the key store."""

from django.db import migrations, models

# What was finished before the ring had a digest is its batch 0; the first start counts it.
_COUNT_FINISHED = (
    "UPDATE vault_tombstone SET counted_in = 0 WHERE keys_destroyed_at IS NOT NULL"
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_generations")]

    operations = [
        migrations.CreateModel(
            name="CountRow",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                ("batches", models.BigIntegerField()),
            ],
            options={"db_table": "vault_count"},
        ),
        migrations.AddField(
            model_name="bucketrow",
            name="kind",
            field=models.CharField(default="number", max_length=16),
        ),
        migrations.RemoveIndex(model_name="bucketrow", name="vault_bucket_room"),
        migrations.AddIndex(
            model_name="bucketrow",
            index=models.Index(fields=["realm", "kind", "cells"], name="vault_bucket_room"),
        ),
        migrations.RemoveIndex(model_name="tombstone", name="vault_tombstone_unfinished"),
        migrations.AddField(
            model_name="tombstone",
            name="counted_in",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunSQL(
            _COUNT_FINISHED, migrations.RunSQL.noop, hints={"in_key_store": False}
        ),
        migrations.AddIndex(
            model_name="tombstone",
            index=models.Index(
                condition=models.Q(("counted_in__isnull", True)),
                fields=["realm"],
                name="vault_tombstone_uncounted",
            ),
        ),
        migrations.AddIndex(
            model_name="tombstone",
            index=models.Index(fields=["counted_in"], name="vault_tombstone_counted"),
        ),
    ]
