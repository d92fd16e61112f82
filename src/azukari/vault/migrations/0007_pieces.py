"""Long files in sealed pieces.  What lies in its cell as a whole stays there and stays readable."""

from django.db import migrations, models

from azukari.tenancy.rls import BY_REALM, Guarded, protect


class Migration(migrations.Migration):
    dependencies = [("vault", "0006_counted_only")]

    operations = [
        migrations.CreateModel(
            name="Piece",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "realm", "cell", "number", blank=True, editable=False,
                        primary_key=True, serialize=False,
                    ),
                ),
                ("realm", models.UUIDField()),
                ("cell", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("ciphertext", models.BinaryField()),
            ],
            options={"db_table": "vault_piece"},
        ),
        protect([Guarded("vault_piece", BY_REALM)]),
        # Sealed bytes are random: PostgreSQL would try in vain to make them smaller.
        migrations.RunSQL(
            "ALTER TABLE vault_piece ALTER COLUMN ciphertext SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
            hints={"in_key_store": False},
        ),
    ]
