"""Row-level security of the table of 0029."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant


class Migration(migrations.Migration):
    dependencies = [("azukari", "0029_yearly_figures")]

    operations = [
        protect([Guarded("register_yearly_figures", BY_COMPANY)]),
        same_tenant("register_yearly_figures", "person_id", "register_person"),
    ]
