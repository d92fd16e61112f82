"""Every file is deposited with the moment at which it is destroyed."""

from django.db import migrations, models

# What is there already: longer than any of their rooms would have kept them.
_WIND_UP = (
    "UPDATE vault_cell SET destroy_at = created_at + interval '7 days' WHERE kind = 'file'"
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_counting")]

    operations = [
        migrations.AddField(
            model_name="cell", name="destroy_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunSQL(_WIND_UP, migrations.RunSQL.noop, hints={"in_key_store": False}),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(("destroy_at__isnull", False)),
                fields=["realm", "destroy_at"],
                name="vault_cell_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="cell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "file"), _negated=True),
                    ("destroy_at__isnull", False),
                    _connector="OR",
                ),
                name="vault_cell_file_ends",
            ),
        ),
    ]
