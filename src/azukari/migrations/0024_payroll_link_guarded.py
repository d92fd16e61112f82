"""Row-level security of the tables of 0023, and the rights that come with their screens."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant

TABLES = [
    "tenancy_api_token",
    "check_link_setting",
    "check_push",
    "check_pushed_record",
    "check_relationship_word",
    "check_payroll_person",
]
NEW_RIGHTS = {
    "steward": ["link_setting:view", "link_setting:change"],
    "operator": ["link:view", "link:change"],
    "officer": ["link:view"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("azukari", "0023_payroll_link")]

    operations = [
        protect([Guarded(table, BY_COMPANY) for table in TABLES]),
        same_tenant("check_pushed_record", "push_id", "check_push"),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
