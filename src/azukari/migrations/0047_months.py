"""月次確認: notes and sign-offs, their row-level security, and rights."""

import azukari.tenancy.ids
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect

NEW_RIGHTS = {
    "steward": ["review:view", "review:change"],
    "officer": ["review:view", "review:change", "review:approve"],
    "auditor": ["review:view"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0046_company_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnomalyNote',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('key', models.CharField(max_length=200)),
                ('note', models.CharField(max_length=500, verbose_name='確認した内容')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.UUIDField(null=True)),
                ('by_name', models.CharField(max_length=60)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
            ],
            options={
                'db_table': 'oversee_anomaly_note',
                'base_manager_name': 'anywhere',
                'indexes': [models.Index(fields=['company', 'month', 'at'], name='anomaly_note_month')],
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('round', models.PositiveSmallIntegerField()),
                ('note', models.CharField(max_length=1000, verbose_name='所見')),
                ('digest', models.CharField(max_length=64)),
                ('seen', models.JSONField(default=dict)),
                ('noted', models.PositiveIntegerField(default=0)),
                ('signed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('signed_by', models.UUIDField(null=True)),
                ('signed_by_name', models.CharField(max_length=60)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
            ],
            options={
                'db_table': 'oversee_sign_off',
                'base_manager_name': 'anywhere',
                'constraints': [models.UniqueConstraint(fields=('company', 'month', 'round'), name='sign_off_once')],
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        protect(
            [Guarded("oversee_anomaly_note", BY_COMPANY), Guarded("oversee_sign_off", BY_COMPANY)]
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
