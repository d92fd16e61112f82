"""Row-level security of the table of 0022, and the rights that come with its screens."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect

NEW_RIGHTS = {
    "operator": ["export:view", "export:create", "export:output", "export:reveal"],
    "officer": ["export:view", "export:approve"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("azukari", "0009_outputs")]

    operations = [
        protect([Guarded("check_output", BY_COMPANY)]),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
