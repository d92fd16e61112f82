"""What batches need beyond the tables of 0003: a reason, numbers still needed, fewer indexes."""

from django.db import migrations, models

from azukari.tenancy.rls import same_tenant, same_tenant_at_once

POINTS_TO = {
    "batch_id": "dispose_batch",
    "record_id": "register_number_record",
    "person_id": "register_person",
}
MASS = ("dispose_item", "dispose_disposal")


def _without_key(table, column, target):
    """The key of 0002 or 0004 goes; undone, it comes back."""
    key = same_tenant(table, column, target)
    return migrations.RunSQL(key.reverse_sql, key.sql, hints={"in_key_store": False})



def _key(target, **options):
    """A key without an index of its own, and bound to the company by the keys of 0004."""
    return models.ForeignKey(
        target, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False,
        **options,
    )


KEYS = {
    "disposalitem": {
        "company": _key("azukari.company"),
        "batch": _key("azukari.disposalbatch"),
        "record": _key("azukari.numberrecord"),
        "person": _key("azukari.person"),
    },
    "disposal": {
        "company": _key("azukari.company"),
        "batch": _key("azukari.disposalbatch", null=True),
        "record": _key("azukari.numberrecord"),
        "person": _key("azukari.person"),
    },
    "numberrecord": {
        "company": models.ForeignKey(
            "azukari.company", on_delete=models.PROTECT, related_name="+", db_index=False
        ),
        "person": _key("azukari.person"),
    },
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("azukari", "0010_outputs_guarded")]

    operations = [
        migrations.AddField(
            model_name="disposalbatch",
            name="reason",
            field=models.CharField(
                db_default="period_over",
                default="period_over",
                max_length=24,
                verbose_name="廃棄理由",
            ),
        ),
        migrations.AlterField(
            model_name="disposalitem",
            name="due_on",
            field=models.DateField(null=True, verbose_name="廃棄できる日"),
        ),
        migrations.AlterField(
            model_name="disposalitem",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "対象"),
                    ("excluded", "除外"),
                    ("done", "廃棄済"),
                    ("failed", "廃棄できず"),
                    ("released", "取りやめ"),
                ],
                default="pending",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="disposalitem",
            index=models.Index(fields=["company", "batch", "id"], name="item_of_batch"),
        ),
        migrations.AddIndex(
            model_name="disposal",
            index=models.Index(
                condition=models.Q(("keys_destroyed_at__isnull", True)),
                fields=["company", "id"],
                name="disposal_waiting",
            ),
        ),
        migrations.RemoveConstraint(model_name="disposalitem", name="item_once"),
        *[
            migrations.AlterField(model_name=model, name=name, field=field)
            for model, fields in KEYS.items()
            for name, field in fields.items()
        ],
        *[_without_key(table, *one) for table in MASS for one in POINTS_TO.items()],
        *[same_tenant_at_once(table, POINTS_TO) for table in MASS],
    ]
