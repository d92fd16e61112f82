"""漏えい等対応: its tables, their row-level security, the rights that come with its screens."""

import azukari.tenancy.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models

from azukari.tenancy.rls import BY_COMPANY, Guarded, protect, same_tenant

TABLES = ["oversee_incident", "oversee_incident_person", "oversee_incident_step"]
NEW_RIGHTS = {
    "steward": ["incident:view", "incident:create", "incident:change", "incident:output"],
    "officer": ["incident:view", "incident:create", "incident:change", "incident:output"],
    "auditor": ["incident:view", "incident:output"],
}


def give_rights(apps, schema_editor):
    """Only to roles as they were handed out; one that a steward has changed is the steward's."""
    for role in apps.get_model("azukari", "Role")._base_manager.filter(version=1):
        added = [one for one in NEW_RIGHTS.get(role.kind, []) if one not in role.permissions]
        role.permissions = [*role.permissions, *added]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0042_requests_from_the_front'),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=12, verbose_name='事案番号')),
                ('state', models.CharField(choices=[('investigating', '調査中'), ('quick_reported', '速報済'), ('full_reported', '確報済'), ('closed', '対応完了'), ('withdrawn', '取下げ')], default='investigating', max_length=16)),
                ('title', models.CharField(max_length=80, verbose_name='件名')),
                ('harm', models.CharField(choices=[('leak', '漏えい'), ('loss', '滅失'), ('damage', '毀損'), ('misuse', '番号法に反する利用・提供')], max_length=8, verbose_name='事態の種類')),
                ('suspected', models.BooleanField(default=False, verbose_name='おそれの段階')),
                ('happened_on', models.DateField(null=True, verbose_name='発生日')),
                ('noticed_on', models.DateField(verbose_name='知った日')),
                ('noticed_by', models.CharField(max_length=80, verbose_name='発見者')),
                ('outline', models.CharField(max_length=1000, verbose_name='概要')),
                ('items', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None, verbose_name='特定個人情報の項目')),
                ('medium', models.CharField(blank=True, max_length=200, verbose_name='媒体・種類')),
                ('cause', models.CharField(choices=[('unknown', '調査中'), ('wrong_delivery', '誤送付・誤交付'), ('wrong_mail', 'メール等の誤送信'), ('lost', '紛失'), ('theft', '盗難'), ('intrusion', '不正アクセス'), ('insider', '内部の者による持ち出し・目的外の利用'), ('setting', '設定の誤り'), ('wrong_disposal', '誤った廃棄・消去'), ('other', 'その他')], default='unknown', max_length=16, verbose_name='原因の種類')),
                ('cause_told', models.CharField(blank=True, max_length=1000, verbose_name='原因')),
                ('contractor', models.CharField(blank=True, max_length=200, verbose_name='委託先')),
                ('malicious', models.BooleanField(default=False, verbose_name='不正の目的のおそれ')),
                ('public', models.BooleanField(default=False, verbose_name='不特定多数の閲覧のおそれ')),
                ('protected', models.BooleanField(default=False, verbose_name='高度な暗号化等の措置')),
                ('people_told', models.PositiveIntegerField(null=True, verbose_name='本人の数の見込み')),
                ('many_on', models.DateField(null=True, verbose_name='100人を超えると分かった日')),
                ('damage', models.CharField(blank=True, max_length=500, verbose_name='二次被害またはそのおそれ')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='その他参考となる事項')),
                ('affected', models.PositiveIntegerField(default=0, verbose_name='対象者')),
                ('version', models.PositiveIntegerField(default=1)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recorded_by', models.UUIDField(null=True)),
                ('recorded_by_name', models.CharField(max_length=60)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
            ],
            options={
                'db_table': 'oversee_incident',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='IncidentPerson',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(choices=[('person', '対象者を指定'), ('user', '利用者の操作から'), ('file', '出力・帳票のファイルから')], max_length=8)),
                ('known_by', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by_name', models.CharField(max_length=60)),
                ('notified_on', models.DateField(null=True, verbose_name='通知した日')),
                ('excluded_because', models.CharField(blank=True, max_length=200, verbose_name='除いた理由')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
                ('incident', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.incident')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.person')),
            ],
            options={
                'db_table': 'oversee_incident_person',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='IncidentStep',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('contain', '被害の拡大防止'), ('quick-report', '委員会への速報'), ('notify', '本人への通知'), ('announce', '公表'), ('prevent', '再発防止策'), ('full-report', '委員会への確報'), ('close', '対応の完了'), ('withdraw', '取下げ'), ('reopen', '対応の再開')], max_length=12)),
                ('on', models.DateField(verbose_name='行った日')),
                ('note', models.CharField(max_length=1000, verbose_name='内容')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.UUIDField(null=True)),
                ('by_name', models.CharField(max_length=60)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company')),
                ('incident', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.incident')),
            ],
            options={
                'db_table': 'oversee_incident_step',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='incident_company_id'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('company', 'code'), name='incident_code'),
        ),
        migrations.AddConstraint(
            model_name='incidentperson',
            constraint=models.UniqueConstraint(fields=('company', 'incident', 'person'), name='incident_person_once'),
        ),
        migrations.AddIndex(
            model_name='incidentstep',
            index=models.Index(fields=['company', 'incident', 'at'], name='incident_step_at'),
        ),
        protect([Guarded(table, BY_COMPANY) for table in TABLES]),
        same_tenant("oversee_incident_person", "incident_id", "oversee_incident"),
        same_tenant("oversee_incident_person", "person_id", "register_person"),
        same_tenant("oversee_incident_step", "incident_id", "oversee_incident"),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
