"""Files of users that were checked, each row of a company of its own."""

import azukari.tenancy.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0044_holdings'),
    ]

    operations = [
        migrations.CreateModel(
            name='UserSheet',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=200, verbose_name='ファイル')),
                ('state', models.CharField(choices=[('checked', '登録待ち'), ('applied', '登録済'), ('discarded', '取りやめ')], default='checked', max_length=12, verbose_name='状態')),
                ('lines', models.JSONField(default=list)),
                ('problems', models.JSONField(default=list)),
                ('not_taken', models.JSONField(default=list)),
                ('added', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('made', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('sent_by_name', models.CharField(max_length=60)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('applied_by_name', models.CharField(blank=True, max_length=60)),
                ('applied_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
            ],
            options={
                'db_table': 'tenancy_user_sheet',
                'base_manager_name': 'anywhere',
                'indexes': [models.Index(fields=['company', '-sent_at', '-id'], name='user_sheet_sent')],
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        protect([Guarded("tenancy_user_sheet", BY_COMPANY)]),
    ]
