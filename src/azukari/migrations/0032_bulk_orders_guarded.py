"""Row-level security of the table of 0031."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect


class Migration(migrations.Migration):
    dependencies = [("azukari", "0031_bulk_orders")]

    operations = [protect([Guarded("check_bulk_order", BY_COMPANY)])]
