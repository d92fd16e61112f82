"""Row-level security of the tables of 0019, and the rights that come with their screens."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant

TABLES = ["register_account", "register_account_link", "register_passkey"]
NEW_RIGHTS = {
    "steward": ["account:view", "account:create", "account:change"],
    "operator": ["account:view", "account:create", "account:change"],
    "officer": ["account:view"],
    "auditor": ["account:view"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS[role.kind] if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("azukari", "0019_accounts")]

    operations = [
        protect([Guarded(table, BY_COMPANY) for table in TABLES]),
        same_tenant("register_account", "person_id", "register_person"),
        same_tenant("register_account_link", "account_id", "register_account"),
        same_tenant("register_passkey", "account_id", "register_account"),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
