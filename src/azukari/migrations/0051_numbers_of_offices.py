"""What the tax office and ハローワーク know companies and offices by."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0050_checks_nearby'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='tax_office',
            field=models.CharField(blank=True, db_default='', max_length=20, verbose_name='提出先税務署'),
        ),
        migrations.AddField(
            model_name='company',
            name='tax_reference',
            field=models.CharField(blank=True, db_default='', max_length=10, verbose_name='整理番号'),
        ),
        migrations.AddField(
            model_name='office',
            name='employment_insurance_number',
            field=models.CharField(blank=True, db_default='', max_length=11, verbose_name='雇用保険適用事業所番号'),
        ),
    ]
