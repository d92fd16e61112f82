"""Row-level security on deposits; the inserting transaction and time of cell keys."""

from django.db import migrations

from azukari.tenancy.rls import BY_REALM, SERVICE, Guarded, protect


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_tables")]

    operations = [
        protect([Guarded("vault_cell", BY_REALM), Guarded("vault_tombstone", BY_REALM, SERVICE)]),
        migrations.RunSQL(
            "ALTER TABLE vault_cell_key"
            " ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint,"
            " ALTER COLUMN made_at SET DEFAULT now()",
            "ALTER TABLE vault_cell_key ALTER COLUMN tx DROP DEFAULT,"
            " ALTER COLUMN made_at DROP DEFAULT",
            hints={"in_key_store": True},
        ),
    ]
