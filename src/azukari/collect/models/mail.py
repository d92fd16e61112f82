"""What is mailed: the outbox and the company's own words for it."""

from django.db import models
from django.utils import timezone

from azukari.collect.models.application import Application
from azukari.collect.models.request import Request
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class MailState(models.TextChoices):
    WAITING = "waiting", "送信待ち"
    SENDING = "sending", "送信中"
    SENT = "sent", "送信済"
    FAILED = "failed", "送信できず"
    BOUNCED = "bounced", "不達"
    UNCLEAR = "unclear", "結果不明"
    CANCELLED = "cancelled", "取りやめ"


class Mail(models.Model):
    """One mail for one event.  The text is made when it is sent, since a link's token is kept
    nowhere; here stand only who gets which kind of mail about what.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.CharField(max_length=120)  # one mail for each
    kind = models.CharField(max_length=16)
    address = models.EmailField()
    recipient_name = models.CharField(max_length=80)
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    state = models.CharField(max_length=12, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)  # as the provider tells, or when it was noted
    message_id = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=200, blank=True)  # the server's answer, shortened

    anywhere = Anywhere["Mail"]()
    objects = OfCompany["Mail"]()

    class Meta:
        db_table = "collect_mail"
        base_manager_name = "anywhere"
        constraints = [models.UniqueConstraint(fields=["company", "event"], name="mail_once")]
        indexes = [
            models.Index(
                fields=["company", "next_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="mail_due",
            ),
            models.Index(fields=["company", "-created_at", "-id"], name="mail_created"),
        ]


class MailTemplate(models.Model):
    """The company's own words for one kind of mail; without a row the default ones are used."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    language = models.CharField(max_length=8, default="ja")
    subject = models.CharField("件名", max_length=120)
    body = models.TextField("本文")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["MailTemplate"]()
    objects = OfCompany["MailTemplate"]()

    class Meta:
        db_table = "collect_mail_template"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "language"], name="mail_template_kind"
            )
        ]
