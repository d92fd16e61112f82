"""指定番号 of each municipality, each row of a company of its own."""

import azukari.tenancy.ids
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0051_numbers_of_offices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='companychange',
            name='part',
            field=models.CharField(choices=[('company', '会社情報'), ('handling', '取扱いのきまり'), ('office', '事業所'), ('levy', '指定番号')], max_length=8),
        ),
        migrations.CreateModel(
            name='DesignatedNumber',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('municipality', models.CharField(max_length=5, verbose_name='市区町村コード')),
                ('name', models.CharField(max_length=40, verbose_name='市区町村名')),
                ('number', models.CharField(max_length=12, verbose_name='指定番号')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
            ],
            options={
                'db_table': 'tenancy_designated_number',
                'base_manager_name': 'anywhere',
                'constraints': [models.UniqueConstraint(fields=('company', 'municipality'), name='designated_number_municipality')],
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        protect([Guarded("tenancy_designated_number", BY_COMPANY)]),
    ]
