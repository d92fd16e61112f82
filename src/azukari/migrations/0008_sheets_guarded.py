"""Row-level security of the tables of 0020."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant


class Migration(migrations.Migration):
    dependencies = [("azukari", "0007_sheets_taken_back")]

    operations = [
        protect(
            [
                Guarded("register_sheet_step", BY_COMPANY),
                Guarded("register_sheet_mapping", BY_COMPANY),
            ]
        ),
        same_tenant("register_sheet_step", "sheet_id", "register_sheet"),
    ]
