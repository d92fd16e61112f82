"""Nobody asks for cells by whose they are; the nightly look for the canary asks for a kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0007_pieces")]

    operations = [
        migrations.RemoveIndex(model_name="cell", name="vault_cell_subject"),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(fields=["realm", "kind"], name="vault_cell_kind"),
        ),
    ]
