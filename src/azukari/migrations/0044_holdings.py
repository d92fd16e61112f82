"""取扱状況: what is said of each file of numbers, its row-level security, and rights."""

import azukari.tenancy.ids
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect

NEW_RIGHTS = {
    "steward": ["holding:view", "holding:change", "holding:output"],
    "officer": ["holding:view", "holding:output"],
    "auditor": ["holding:view", "holding:output"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0043_incidents'),
    ]

    operations = [
        migrations.CreateModel(
            name='HoldingFacts',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('employees', '従業員特定個人情報ファイル'), ('families', '扶養親族等特定個人情報ファイル'), ('payees', '支払先特定個人情報ファイル'), ('applications', '申請・本人確認書類ファイル'), ('book', '記載省略の帳簿'), ('sheets', '一括登録の受付ファイル'), ('filings', '法定帳票・届出データの控え'), ('outputs', '個人番号入りの出力ファイル')], max_length=12)),
                ('officer', models.CharField(blank=True, max_length=80, verbose_name='責任者')),
                ('department', models.CharField(blank=True, max_length=80, verbose_name='取扱部署')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='保管場所・管理の方法')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='備考')),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('changed_by_name', models.CharField(max_length=60)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
            ],
            options={
                'db_table': 'oversee_holding_facts',
                'base_manager_name': 'anywhere',
                'constraints': [models.UniqueConstraint(fields=('company', 'kind'), name='holding_facts_once')],
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        protect([Guarded("oversee_holding_facts", BY_COMPANY)]),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
