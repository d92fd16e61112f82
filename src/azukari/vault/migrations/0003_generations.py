from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Generation",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("settled_on", models.DateField()),
            ],
            options={"db_table": "vault_generation"},
        ),
    ]
