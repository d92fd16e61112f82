"""Row-level security of the tables of 0016, and the rights that come with their screens."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant

NEW_RIGHTS = {
    "operator": [
        "difference:view", "difference:create", "difference:change", "difference:output",
    ],
    "officer": ["difference:view", "difference:output"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("azukari", "0016_payroll_differences")]

    operations = [
        protect(
            [
                Guarded("check_difference_run", BY_COMPANY),
                Guarded("check_difference", BY_COMPANY),
                Guarded("check_set_aside", BY_COMPANY),
            ]
        ),
        same_tenant("check_difference", "run_id", "check_difference_run"),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
