"""Row-level security of the tables of 0012, and the rights that come with their screens."""

from django.db import migrations

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant

TABLES = [
    "collect_setting",
    "collect_request_batch",
    "collect_request",
    "collect_requested_person",
    "collect_request_link",
    "collect_application",
    "collect_application_item",
    "collect_document",
    "collect_document_opening",
    "collect_mail",
    "collect_mail_template",
]
POINTS_TO = [
    ("collect_request", "batch_id", "collect_request_batch"),
    ("collect_request", "person_id", "register_person"),
    ("collect_requested_person", "request_id", "collect_request"),
    ("collect_requested_person", "person_id", "register_person"),
    ("collect_request_link", "request_id", "collect_request"),
    ("collect_application", "request_id", "collect_request"),
    ("collect_application", "applicant_id", "register_person"),
    ("collect_application_item", "application_id", "collect_application"),
    ("collect_application_item", "person_id", "register_person"),
    ("collect_application_item", "record_id", "register_number_record"),
    ("collect_document", "item_id", "collect_application_item"),
    ("collect_document_opening", "document_id", "collect_document"),
    ("collect_mail", "request_id", "collect_request"),
    ("collect_mail", "application_id", "collect_application"),
]
NEW_RIGHTS = {
    "steward": ["collection:view", "collection:change"],
    "operator": [
        "application:view", "application:create", "application:change", "application:output",
        "application:approve", "collection:view",
    ],
    "officer": ["application:view", "collection:view"],
}  # fmt: skip


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("azukari", "0012_collection")]

    operations = [
        protect([Guarded(table, BY_COMPANY) for table in TABLES]),
        *[same_tenant(*one) for one in POINTS_TO],
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
