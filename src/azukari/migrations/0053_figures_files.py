"""The file of figures that was sent last for each filing."""

import azukari.tenancy.ids
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0052_designated_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='FiguresFile',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('mapping', '列の対応待ち'), ('reading', '読み込み中'), ('taken', '読み込み済'), ('refused', '読み込めません'), ('stopped', '取り消し済')], max_length=8)),
                ('encoding', models.CharField(max_length=12)),
                ('columns', models.JSONField(default=list)),
                ('names', models.JSONField(default=dict)),
                ('problem', models.CharField(blank=True, max_length=32)),
                ('people', models.PositiveIntegerField(default=0)),
                ('strangers', models.PositiveIntegerField(default=0)),
                ('some_strangers', models.JSONField(default=list)),
                ('mistakes', models.JSONField(default=list)),
                ('sent_by_name', models.CharField(max_length=60)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
                ('filing', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='azukari.filing')),
            ],
            options={
                'db_table': 'use_figures_file',
                'base_manager_name': 'anywhere',
                'constraints': [models.UniqueConstraint(fields=('company', 'filing'), name='figures_file_of_filing')],
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        protect([Guarded("use_figures_file", BY_COMPANY)]),
        same_tenant("use_figures_file", "filing_id", "use_filing"),
    ]
