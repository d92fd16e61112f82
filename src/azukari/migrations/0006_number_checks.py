"""The second check sent back, notes of the 帳簿 of any length, and the rights of 照合 and 通知."""

from django.db import migrations, models

NEW_RIGHTS = {
    "steward": ["purpose:create"],
    "operator": ["employee:compare", "family:compare", "payee:compare", "purpose:create"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("azukari", "0005_finding_people")]

    operations = [
        migrations.AddField(
            model_name="numberrecord",
            name="returned_because",
            field=models.CharField(
                blank=True, db_default="", max_length=200, verbose_name="差戻しの理由"
            ),
        ),
        migrations.AddField(
            model_name="numberrecord",
            name="returned_by_name",
            field=models.CharField(
                blank=True, db_default="", max_length=60, verbose_name="差し戻した人"
            ),
        ),
        migrations.AlterField(
            model_name="numberledgerentry",
            name="note",
            field=models.TextField(blank=True, verbose_name="変更の届出"),
        ),
        migrations.AddIndex(
            model_name="numberrecord",
            index=models.Index(
                condition=models.Q(("awaits_second_check", True), ("state", "active")),
                fields=["company", "id"],
                name="number_record_second_check",
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
