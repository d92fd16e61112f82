"""Pushes of a payroll service, their records, and what the company has said about them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.check.link.events import About, Event, State
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class UnknownPerson(models.TextChoices):
    """What becomes of a change about somebody the register does not know."""

    REGISTER = "register", "登録する"
    HOLD = "hold", "保留にする"
    ERROR = "error", "エラーにする"


class LinkSetting(models.Model):
    """給与計算サービス連携設定 of a company; no row: the link is off."""

    company = models.OneToOneField(
        Company, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    is_on = models.BooleanField("連携", default=False)
    automatic = ArrayField(
        models.CharField(max_length=16), verbose_name="自動で反映する", default=list
    )
    unknown_person = models.CharField(
        "登録のない人の変更",
        max_length=8,
        choices=UnknownPerson.choices,
        default=UnknownPerson.REGISTER,
    )
    # How payroll has verified the numbers it pushes, unless an item says so itself.
    purposes = ArrayField(models.CharField(max_length=24), verbose_name="利用目的", default=list)
    number_check = models.CharField("番号確認の方法", max_length=24, blank=True)
    person_check = models.CharField("身元確認の方法", max_length=24, blank=True)
    version = models.PositiveIntegerField(default=1)

    anywhere = Anywhere["LinkSetting"]()
    objects = OfCompany["LinkSetting"]()

    class Meta:
        db_table = "check_link_setting"
        base_manager_name = "anywhere"


class Push(models.Model):
    """One batch as it came in.  `key`: payroll's own name for it; the same one is the same push."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField(null=True)
    token_name = models.CharField(max_length=60)
    about = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in About],
        default=About.PEOPLE.value,
        db_default=About.PEOPLE.value,
    )
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)  # keyed, since numbers may be in the body
    records = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)  # of them, when they came in
    received_at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["Push"]()
    objects = OfCompany["Push"]()

    class Meta:
        db_table = "check_push"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="push_company_id"),
            models.UniqueConstraint(fields=["company", "key"], name="push_key"),
        ]


class PushedRecord(models.Model):
    """One event about one person.  A number waits in the vault; the row holds its handle."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    push = models.ForeignKey(
        Push, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    place = models.PositiveIntegerField()  # in the push, from 0
    event = models.CharField(
        max_length=16, blank=True, choices=[(one.value, one.label) for one in Event]
    )
    employee_code = models.CharField("社員番号", max_length=20, blank=True)
    family_code = models.PositiveSmallIntegerField("家族連番", default=0)
    name = models.CharField("氏名", max_length=80, blank=True)
    on = models.DateField("日付", null=True)
    year = models.PositiveSmallIntegerField("年分", null=True)
    facts = models.JSONField(default=dict)
    relationship = models.CharField("続柄", max_length=40, blank=True)  # a word nobody knew
    cell = models.UUIDField(null=True)  # a number that waits
    purposes = ArrayField(models.CharField(max_length=24), default=list)
    number_check = models.CharField(max_length=24, blank=True)
    person_check = models.CharField(max_length=24, blank=True)
    verified_on = models.DateField(null=True)
    state = models.CharField(
        max_length=12,
        choices=[(one.value, one.label) for one in State],
        default=State.WAITING.value,
    )
    problem = models.CharField(max_length=40, blank=True)  # events.Problem
    detail = models.CharField(max_length=40, blank=True)  # which field, or why the register refused
    reason = models.CharField("理由", max_length=200, blank=True)
    person = models.UUIDField(null=True)
    handled_by_name = models.CharField(max_length=60, blank=True)
    handled_at = models.DateTimeField(null=True)

    anywhere = Anywhere["PushedRecord"]()
    objects = OfCompany["PushedRecord"]()

    class Meta:
        db_table = "check_pushed_record"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "push", "place"], name="pushed_once")
        ]
        indexes = [
            models.Index(fields=["company", "employee_code", "id"], name="pushed_person"),
            models.Index(
                fields=["company", "id"],
                name="pushed_open",
                condition=models.Q(state__in=["waiting", "held", "error"]),
            ),
        ]


class RelationshipWord(models.Model):
    """What a word or code of payroll's for 続柄 means, as the company has said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=40)
    relationship = models.CharField(max_length=24)  # law Relationship.code
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["RelationshipWord"]()
    objects = OfCompany["RelationshipWord"]()

    class Meta:
        db_table = "check_relationship_word"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "word"], name="relationship_word")
        ]


class PayrollPerson(models.Model):
    """Somebody as payroll has told so far: one side of 差分チェック."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    employee_code = models.CharField(max_length=20)
    family_code = models.PositiveSmallIntegerField(default=0)
    facts = models.JSONField(default=dict)  # difference.facts.Field → text
    told_at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["PayrollPerson"]()
    objects = OfCompany["PayrollPerson"]()

    class Meta:
        db_table = "check_payroll_person"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "employee_code", "family_code"], name="payroll_person_code"
            )
        ]
