"""What PostgreSQL does for each number of a disposal, and need not.

One index where two said the same of every row of a batch.  A certificate of 100,000 numbers is
23 MB of text: to have it halved took twice as long as to write it.
"""

from django.db import migrations, models

# As in 0033: nothing is found past its batch, which names company, batch and id.
_BY_BATCH = """
ALTER TABLE dispose_item DROP CONSTRAINT dispose_item_pkey;
ALTER TABLE dispose_item REPLICA IDENTITY USING INDEX item_of_batch;
"""
_BY_ID_AGAIN = """
ALTER TABLE dispose_item REPLICA IDENTITY DEFAULT;
ALTER TABLE dispose_item ADD CONSTRAINT dispose_item_pkey PRIMARY KEY (id);
"""

# No two rows have the same key, only versions of one row do.  A page that is full of them is gone
# through for equal keys again and again, in vain (PostgreSQL manual, 65.1.4.3 Deduplication).
_WITHOUT_EQUAL_KEYS = (
    "person_company_id",
    "person_code",
    "person_by_kana",
    "number_record_company_id",
    "number_record_one_active",
    "item_of_batch",
)
_NO_SEARCH = "".join(
    f"ALTER INDEX {index} SET (deduplicate_items = off);" for index in _WITHOUT_EQUAL_KEYS
)
_SEARCH = "".join(
    f"ALTER INDEX {index} RESET (deduplicate_items);" for index in _WITHOUT_EQUAL_KEYS
)


class Migration(migrations.Migration):
    dependencies = [("azukari", "0039_letters_cut_once")]

    operations = [
        migrations.RemoveIndex(model_name="disposalitem", name="item_of_batch"),
        migrations.AddConstraint(
            model_name="disposalitem",
            constraint=models.UniqueConstraint(
                fields=["company", "batch", "id"], name="item_of_batch"
            ),
        ),
        migrations.RunSQL(_BY_BATCH, _BY_ID_AGAIN, hints={"in_key_store": False}),
        migrations.RunSQL(_NO_SEARCH, _SEARCH, hints={"in_key_store": False}),
        migrations.RunSQL(
            "ALTER TABLE dispose_certificate ALTER COLUMN document SET STORAGE EXTERNAL",
            "ALTER TABLE dispose_certificate ALTER COLUMN document SET STORAGE EXTENDED",
            hints={"in_key_store": False},
        ),
    ]
