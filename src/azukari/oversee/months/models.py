"""What was found out about anomalies, and sign-offs of months; both only ever added."""

from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class AnomalyNote(models.Model):
    """確認した内容 of one anomaly; the latest of a key counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    key = models.CharField(max_length=200)  # rules.Anomaly
    note = models.CharField("確認した内容", max_length=500)
    at = models.DateTimeField(default=timezone.now)
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=60)

    anywhere = Anywhere["AnomalyNote"]()
    objects = OfCompany["AnomalyNote"]()

    class Meta:
        db_table = "oversee_anomaly_note"
        base_manager_name = "anywhere"
        indexes = [models.Index(fields=["company", "month", "at"], name="anomaly_note_month")]


class SignOff(models.Model):
    """A month closed by the responsible officer; again where more came to light."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    round = models.PositiveSmallIntegerField()  # 1, 2, …
    note = models.CharField("所見", max_length=1000)
    # SHA-256 over what was seen, and that itself: how much each anomaly counted, by its key.
    digest = models.CharField(max_length=64)
    seen = models.JSONField(default=dict)
    noted = models.PositiveIntegerField(default=0)
    signed_at = models.DateTimeField(default=timezone.now)
    signed_by = models.UUIDField(null=True)
    signed_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["SignOff"]()
    objects = OfCompany["SignOff"]()

    class Meta:
        db_table = "oversee_sign_off"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "month", "round"], name="sign_off_once")
        ]
