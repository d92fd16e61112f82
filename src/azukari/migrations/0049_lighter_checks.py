"""Checks of rows that point to others lock nothing in vain; outputs that wait get today's digest."""

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

# As in `check.binding`: what was agreed to stays agreed to.
DIGESTS = """
UPDATE check_output SET digest =
       encode(sha256(convert_to(concat_ws(E'\\n', kind, content, format, purpose, reason, ''),
                                'UTF8') || array_send(people_ids)), 'hex')
 WHERE state IN ('asked', 'making')
   AND digest = encode(sha256(convert_to(concat_ws(E'\\n', kind, content, format, purpose, reason,
                              array_to_string(people_ids, E'\\n')), 'UTF8')), 'hex')
"""


class Migration(migrations.Migration):
    dependencies = [("azukari", "0048_words_of_one_width")]

    operations = [
        renew_at_once("dispose_item", DISPOSED),
        renew_at_once("dispose_disposal", DISPOSED),
        renew_at_once("dispose_certificate", CERTIFIED),
        renew_at_once("register_person", PEOPLE, deletable=True, with_company=True),
        renew_at_once("register_number_record", RECORDS, deletable=True),
        renew_at_once("check_difference", COMPARED, deletable=True, with_company=True),
        migrations.RunSQL(DIGESTS, migrations.RunSQL.noop, hints={"in_key_store": False}),
    ]
