"""利用目的: which the company uses, how it told people, and who was told when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.register.models.person import Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class PurposeSwitch(models.Model):
    """A purpose of the closed list (law.purpose) that the company has switched off."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=24)
    switched_off_at = models.DateTimeField(default=timezone.now)
    switched_off_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["PurposeSwitch"]()
    objects = OfCompany["PurposeSwitch"]()

    class Meta:
        db_table = "register_purpose_switch"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "purpose"], name="purpose_switch_once")
        ]


class PurposeNotice(models.Model):
    """利用目的の通知: one published version of the words people are told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)  # PersonKind: whom it is for
    text = models.TextField("通知文")
    purposes = ArrayField(models.CharField(max_length=24), default=list)  # what it is about
    published_at = models.DateTimeField(default=timezone.now)
    published_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["PurposeNotice"]()
    objects = OfCompany["PurposeNotice"]()

    class Meta:
        db_table = "register_purpose_notice"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="purpose_notice_company_id"),
            models.UniqueConstraint(
                fields=["company", "kind", "version"], name="purpose_notice_version"
            ),
        ]


class NoticeChannel(models.TextChoices):
    PAPER = "paper", "書面"
    MAIL = "mail", "メール"
    INTRANET = "intranet", "社内掲示"
    RULES = "rules", "就業規則"
    PORTAL = "portal", "従業員ポータル"


class PurposeNotified(models.Model):
    """That somebody was told a version of the notice; what the law wants kept is the fact."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    notice = models.ForeignKey(
        PurposeNotice, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    channel = models.CharField("方法", max_length=12, choices=NoticeChannel.choices)
    notified_on = models.DateField("通知日")
    recorded_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["PurposeNotified"]()
    objects = OfCompany["PurposeNotified"]()

    class Meta:
        db_table = "register_purpose_notified"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "person", "notice"], name="purpose_notified_once"
            )
        ]
