"""When a mail came back; of those that came back before, nobody knows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0053_figures_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='mail',
            name='bounced_at',
            field=models.DateTimeField(null=True),
        ),
    ]
