"""Tables and columns for keeping numbers with their clocks and for letting them go in batches."""

import azukari.tenancy.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('azukari', '0002_row_level_security'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=16, verbose_name='証明書番号')),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('issued_by_name', models.CharField(max_length=60)),
                ('digest', models.CharField(max_length=64)),
                ('document', models.BinaryField()),
            ],
            options={
                'db_table': 'dispose_certificate',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='DisposalBatch',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=12, verbose_name='廃棄番号')),
                ('state', models.CharField(choices=[('proposed', '起案中'), ('reviewed', '承認待ち'), ('approved', '承認済'), ('running', '実行中'), ('executed', '実行済'), ('certified', '証明書発行済'), ('cancelled', '取りやめ')], default='proposed', max_length=12)),
                ('due_until', models.DateField(verbose_name='対象の日')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='補足')),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('items', models.PositiveIntegerField(default=0)),
                ('excluded', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('proposed_by', models.UUIDField(null=True)),
                ('proposed_by_name', models.CharField(max_length=60)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('reviewed_by_name', models.CharField(blank=True, max_length=60)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.UUIDField(null=True)),
                ('approved_by_name', models.CharField(blank=True, max_length=60)),
                ('executed_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancelled_by_name', models.CharField(blank=True, max_length=60)),
                ('cancelled_because', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'db_table': 'dispose_batch',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='DisposalItem',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('cell', models.UUIDField()),
                ('due_on', models.DateField(verbose_name='廃棄できる日')),
                ('rule', models.CharField(blank=True, max_length=12)),
                ('state', models.CharField(choices=[('pending', '対象'), ('excluded', '除外'), ('done', '廃棄済'), ('failed', '失敗')], default='pending', max_length=12)),
                ('excluded_because', models.CharField(blank=True, max_length=200, verbose_name='除外の理由')),
                ('excluded_by_name', models.CharField(blank=True, max_length=60)),
                ('problem', models.CharField(blank=True, max_length=24)),
            ],
            options={
                'db_table': 'dispose_item',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=200, verbose_name='保留の理由')),
                ('review_on', models.DateField(verbose_name='見直し日')),
                ('placed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('placed_by', models.UUIDField(null=True)),
                ('placed_by_name', models.CharField(max_length=60)),
                ('released_at', models.DateTimeField(null=True)),
                ('released_by', models.UUIDField(null=True)),
                ('released_by_name', models.CharField(blank=True, max_length=60)),
                ('release_reason', models.CharField(blank=True, max_length=200, verbose_name='解除の理由')),
            ],
            options={
                'db_table': 'register_hold',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='NumberLedgerEntry',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='氏名')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='住所')),
                ('declaration', models.CharField(max_length=80, verbose_name='提出申告書名')),
                ('received_on', models.DateField(verbose_name='提出を受けた年月')),
                ('omitted_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='記載を省略した最後の年分')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='変更の届出')),
                ('entered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('entered_by_name', models.CharField(max_length=60)),
            ],
            options={
                'db_table': 'register_number_ledger',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='NumberUse',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=24)),
                ('form', models.CharField(blank=True, max_length=12)),
                ('completed_on', models.DateField(verbose_name='完結の日')),
            ],
            options={
                'db_table': 'register_number_use',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PurposeNotice',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=8)),
                ('text', models.TextField(verbose_name='通知文')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_by_name', models.CharField(max_length=60)),
            ],
            options={
                'db_table': 'register_purpose_notice',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PurposeNotified',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('paper', '書面'), ('mail', 'メール'), ('intranet', '社内掲示'), ('rules', '就業規則'), ('portal', '従業員ポータル')], max_length=12, verbose_name='方法')),
                ('notified_on', models.DateField(verbose_name='通知日')),
                ('recorded_by_name', models.CharField(max_length=60)),
            ],
            options={
                'db_table': 'register_purpose_notified',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PurposeSwitch',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=24)),
                ('switched_off_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('switched_off_by_name', models.CharField(max_length=60)),
            ],
            options={
                'db_table': 'register_purpose_switch',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='RetentionChoice',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=12)),
                ('length', models.PositiveSmallIntegerField(verbose_name='期間')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_by_name', models.CharField(max_length=60)),
            ],
            options={
                'db_table': 'register_retention_choice',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('user', models.UUIDField()),
                ('listing', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=40, verbose_name='名前')),
                ('query', models.CharField(max_length=400)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'db_table': 'register_saved_search',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ViewingRequest',
            fields=[
                ('id', models.UUIDField(default=azukari.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=24)),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by', models.UUIDField()),
                ('asked_by_name', models.CharField(max_length=60)),
                ('expires_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_by_name', models.CharField(blank=True, max_length=60)),
                ('approved', models.BooleanField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'register_viewing_request',
                'base_manager_name': 'anywhere',
            },
            managers=[
                ('anywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='person',
            name='person_kind',
        ),
        migrations.AddField(
            model_name='company',
            name='declaration_name',
            field=models.CharField(default='給与所得者の扶養控除等（異動）申告書', max_length=80, verbose_name='提出申告書名の初期値'),
        ),
        migrations.AddField(
            model_name='company',
            name='second_checker',
            field=models.BooleanField(default=False, verbose_name='本人確認を二人で行う'),
        ),
        migrations.AddField(
            model_name='company',
            name='second_person_disposal',
            field=models.BooleanField(default=True, verbose_name='廃棄に承認者を求める'),
        ),
        migrations.AddField(
            model_name='company',
            name='second_person_viewing',
            field=models.BooleanField(default=False, verbose_name='番号表示に承認者を求める'),
        ),
        migrations.AddField(
            model_name='company',
            name='viewings_per_hour',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='1時間に表示できる件数'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='approved_by_name',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='disposal',
            name='due_on',
            field=models.DateField(null=True, verbose_name='廃棄できる日'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='rules',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='authority_check',
            field=models.CharField(blank=True, db_default='', max_length=24, verbose_name='代理権確認'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='awaits_second_check',
            field=models.BooleanField(db_default=False, default=False, verbose_name='再確認待ち'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='due_on',
            field=models.DateField(null=True, verbose_name='廃棄できる日'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='kept_by',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='paper_held',
            field=models.BooleanField(db_default=False, default=False, verbose_name='契約書・同意書の保管'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='provision',
            field=models.CharField(blank=True, db_default='', max_length=24, verbose_name='提供の区分'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='second_checked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='再確認日時'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='second_checked_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='second_checked_by_name',
            field=models.CharField(blank=True, db_default='', max_length=60, verbose_name='再確認者'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='superseded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='superseded_because',
            field=models.CharField(blank=True, db_default='', max_length=200, verbose_name='変更の理由'),
        ),
        migrations.AddField(
            model_name='numberrecord',
            name='verified_by_name',
            field=models.CharField(blank=True, db_default='', max_length=60, verbose_name='確認者'),
        ),
        migrations.AddField(
            model_name='person',
            name='contract_from',
            field=models.DateField(blank=True, null=True, verbose_name='契約開始日'),
        ),
        migrations.AddField(
            model_name='person',
            name='contract_to',
            field=models.DateField(blank=True, null=True, verbose_name='契約終了日'),
        ),
        migrations.AddField(
            model_name='person',
            name='dependent_until',
            field=models.DateField(blank=True, null=True, verbose_name='扶養から外れた日'),
        ),
        migrations.AddField(
            model_name='person',
            name='disabled',
            field=models.BooleanField(db_default=False, default=False, verbose_name='障害者'),
        ),
        migrations.AddField(
            model_name='person',
            name='employment_class',
            field=models.CharField(blank=True, choices=[('regular', '正社員'), ('contract', '契約社員'), ('part_time', 'パート・アルバイト'), ('director', '役員'), ('seconded', '出向'), ('other', 'その他')], db_default='', max_length=12, verbose_name='雇用区分'),
        ),
        migrations.AddField(
            model_name='person',
            name='employment_insurance_number',
            field=models.CharField(blank=True, db_default='', max_length=11, verbose_name='雇用保険被保険者番号'),
        ),
        migrations.AddField(
            model_name='person',
            name='nonresident',
            field=models.BooleanField(db_default=False, default=False, verbose_name='非居住者'),
        ),
        migrations.AddField(
            model_name='person',
            name='number_due_on',
            field=models.DateField(editable=False, null=True, verbose_name='廃棄できる日'),
        ),
        migrations.AddField(
            model_name='person',
            name='on_hold',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='廃棄保留'),
        ),
        migrations.AddField(
            model_name='person',
            name='payee_kind',
            field=models.CharField(blank=True, choices=[('lecturer', '講師・執筆者等'), ('professional', '弁護士・税理士等'), ('landlord', '不動産の貸主'), ('shareholder', '株主'), ('other', 'その他の支払先')], db_default='', max_length=12, verbose_name='支払先の区分'),
        ),
        migrations.AddField(
            model_name='person',
            name='specific_relative',
            field=models.BooleanField(db_default=False, default=False, verbose_name='特定親族'),
        ),
        migrations.AlterField(
            model_name='person',
            name='kind',
            field=models.CharField(choices=[('employee', '本人'), ('family', '家族'), ('payee', '支払先')], max_length=8),
        ),
        migrations.AddIndex(
            model_name='numberrecord',
            index=models.Index(condition=models.Q(('due_on__isnull', False), ('ended_at__isnull', True)), fields=['company', 'due_on', 'id'], name='number_record_due'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('family_code', 0), ('host__isnull', True), ('kind', 'employee')), models.Q(('family_code__gt', 0), ('host__isnull', False), ('kind', 'family')), models.Q(('family_code', 0), ('host__isnull', True), ('kind', 'payee')), _connector='OR'), name='person_kind'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='disposal',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.disposal'),
        ),
        migrations.AddField(
            model_name='disposalbatch',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='batch',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.disposalbatch'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='batch',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.disposalbatch'),
        ),
        migrations.AddIndex(
            model_name='disposal',
            index=models.Index(fields=['company', 'person'], name='disposal_person'),
        ),
        migrations.AddIndex(
            model_name='disposal',
            index=models.Index(fields=['company', 'batch'], name='disposal_batch'),
        ),
        migrations.AddField(
            model_name='disposalitem',
            name='batch',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.disposalbatch'),
        ),
        migrations.AddField(
            model_name='disposalitem',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='disposalitem',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.person'),
        ),
        migrations.AddField(
            model_name='disposalitem',
            name='record',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.numberrecord'),
        ),
        migrations.AddField(
            model_name='hold',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='hold',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.person'),
        ),
        migrations.AddField(
            model_name='numberledgerentry',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='numberledgerentry',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.person'),
        ),
        migrations.AddField(
            model_name='numberledgerentry',
            name='record',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.numberrecord'),
        ),
        migrations.AddField(
            model_name='numberuse',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='numberuse',
            name='record',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.numberrecord'),
        ),
        migrations.AddField(
            model_name='purposenotice',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='purposenotified',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='purposenotified',
            name='notice',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.purposenotice'),
        ),
        migrations.AddField(
            model_name='purposenotified',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.person'),
        ),
        migrations.AddField(
            model_name='purposeswitch',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='retentionchoice',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='savedsearch',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='viewingrequest',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.company'),
        ),
        migrations.AddField(
            model_name='viewingrequest',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='azukari.person'),
        ),
        migrations.AddIndex(
            model_name='disposalbatch',
            index=models.Index(fields=['company', '-proposed_at'], name='batch_proposed'),
        ),
        migrations.AddConstraint(
            model_name='disposalbatch',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='batch_company_id'),
        ),
        migrations.AddConstraint(
            model_name='disposalbatch',
            constraint=models.UniqueConstraint(fields=('company', 'code'), name='batch_code'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['company', 'batch'], name='certificate_batch'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['company', 'disposal'], name='certificate_disposal'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('company', 'code'), name='certificate_code'),
        ),
        migrations.AddConstraint(
            model_name='disposalitem',
            constraint=models.UniqueConstraint(fields=('company', 'batch', 'record'), name='item_once'),
        ),
        migrations.AddConstraint(
            model_name='disposalitem',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('company', 'record'), name='item_pending_once'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('company', 'person'), name='hold_one_open'),
        ),
        migrations.AddIndex(
            model_name='numberledgerentry',
            index=models.Index(fields=['company', 'person'], name='number_ledger_person'),
        ),
        migrations.AddIndex(
            model_name='numberledgerentry',
            index=models.Index(fields=['company', '-received_on', '-id'], name='number_ledger_received'),
        ),
        migrations.AddConstraint(
            model_name='numberuse',
            constraint=models.UniqueConstraint(fields=('company', 'record', 'purpose', 'form'), name='number_use_once'),
        ),
        migrations.AddConstraint(
            model_name='purposenotice',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='purpose_notice_company_id'),
        ),
        migrations.AddConstraint(
            model_name='purposenotice',
            constraint=models.UniqueConstraint(fields=('company', 'kind', 'version'), name='purpose_notice_version'),
        ),
        migrations.AddConstraint(
            model_name='purposenotified',
            constraint=models.UniqueConstraint(fields=('company', 'person', 'notice'), name='purpose_notified_once'),
        ),
        migrations.AddConstraint(
            model_name='purposeswitch',
            constraint=models.UniqueConstraint(fields=('company', 'purpose'), name='purpose_switch_once'),
        ),
        migrations.AddConstraint(
            model_name='retentionchoice',
            constraint=models.UniqueConstraint(fields=('company', 'rule'), name='retention_choice_rule'),
        ),
        migrations.AddConstraint(
            model_name='savedsearch',
            constraint=models.UniqueConstraint(fields=('company', 'user', 'listing', 'name'), name='saved_search_name'),
        ),
        migrations.AddIndex(
            model_name='viewingrequest',
            index=models.Index(fields=['company', '-asked_at'], name='viewing_request_asked'),
        ),
    ]
