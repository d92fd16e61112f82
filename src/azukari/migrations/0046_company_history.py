"""Changes of companies and offices, each row of a company of its own and never changed."""

import azukari.tenancy.ids
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0045_users_by_file'),
    ]

    operations = [
        migrations.CreateModel(
            name='CompanyChange',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('part', models.CharField(choices=[('company', '会社情報'), ('handling', '取扱いのきまり'), ('office', '事業所')], max_length=8)),
                ('is_new', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor', models.UUIDField(null=True)),
                ('actor_name', models.CharField(max_length=60)),
                ('changes', models.JSONField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
                ('office', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.office')),
            ],
            options={
                'db_table': 'tenancy_company_change',
                'base_manager_name': 'anywhere',
                'indexes': [models.Index(fields=['company', '-at', '-id'], name='company_change_at')],
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        protect([Guarded("tenancy_company_change", BY_COMPANY)]),
        same_tenant("tenancy_company_change", "office_id", "tenancy_office"),
    ]
