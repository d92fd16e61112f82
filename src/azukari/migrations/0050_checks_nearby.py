"""Checks of rows that point to others look for them where they lie together."""

from django.db import migrations

from azukari.tenancy.rls import renew_at_once

DISPOSED = {
    "batch_id": "dispose_batch",
    "record_id": "register_number_record",
    "person_id": "register_person",
}
PEOPLE = {"host_id": "register_person"}
RECORDS = {"person_id": "register_person"}
CERTIFIED = {"disposal_id": "dispose_disposal"}
COMPARED = {"run_id": "check_difference_run"}


class Migration(migrations.Migration):
    dependencies = [("azukari", "0049_lighter_checks")]

    operations = [
        renew_at_once("dispose_item", DISPOSED),
        renew_at_once("dispose_disposal", DISPOSED),
        renew_at_once("dispose_certificate", CERTIFIED),
        renew_at_once("register_person", PEOPLE, deletable=True, with_company=True),
        renew_at_once("register_number_record", RECORDS, deletable=True),
        renew_at_once("check_difference", COMPARED, deletable=True, with_company=True),
    ]
