"""Row-level security of the tables of 0003, and the rights that came with their screens."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant

TABLES = [
    "register_number_use",
    "register_hold",
    "register_retention_choice",
    "register_viewing_request",
    "register_number_ledger",
    "register_purpose_switch",
    "register_purpose_notice",
    "register_purpose_notified",
    "register_saved_search",
    "dispose_batch",
    "dispose_item",
    "dispose_certificate",
]

# As tenancy.rights gives them to a new contract; spelt out, since that list goes on changing.
NEW_RIGHTS = {
    "steward": ["disposal:change", "purpose:view", "purpose:change"],
    "operator": [
        "payee:view", "payee:create", "payee:change", "payee:delete", "payee:reveal",
        "number_ledger:view", "number_ledger:create", "number_ledger:change",
        "number_ledger:output", "disposal:create", "disposal:delete", "purpose:view",
    ],
    "officer": [
        "employee:approve", "family:approve", "payee:view", "payee:approve",
        "number_ledger:view", "number_ledger:output", "disposal:change", "disposal:delete",
        "disposal:approve", "purpose:view",
    ],
    "auditor": ["number_ledger:view", "number_ledger:output", "purpose:view"],
}  # fmt: skip


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS[role.kind] if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("azukari", "0003_keeping_tables")]

    operations = [
        protect([Guarded(table, BY_COMPANY) for table in TABLES]),
        same_tenant("register_number_use", "record_id", "register_number_record"),
        same_tenant("register_hold", "person_id", "register_person"),
        same_tenant("register_viewing_request", "person_id", "register_person"),
        same_tenant("register_number_ledger", "person_id", "register_person"),
        same_tenant("register_number_ledger", "record_id", "register_number_record"),
        same_tenant("register_purpose_notified", "person_id", "register_person"),
        same_tenant("register_purpose_notified", "notice_id", "register_purpose_notice"),
        same_tenant("dispose_item", "batch_id", "dispose_batch"),
        same_tenant("dispose_item", "record_id", "register_number_record"),
        same_tenant("dispose_item", "person_id", "register_person"),
        same_tenant("dispose_disposal", "batch_id", "dispose_batch"),
        same_tenant("dispose_certificate", "batch_id", "dispose_batch"),
        same_tenant("dispose_certificate", "disposal_id", "dispose_disposal"),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
