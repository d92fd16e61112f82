"""A sheet that corrects another one is of the same company."""

from django.db import migrations

from azukari.tenancy.rls import same_tenant


class Migration(migrations.Migration):
    dependencies = [("azukari", "0014_sheets_corrected")]

    operations = [same_tenant("register_sheet", "corrects_id", "register_sheet")]
