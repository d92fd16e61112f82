"""What was ordered for many rows at once, and how far it is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class Act(models.TextChoices):
    """The first four are about differences, the others about pushed records."""

    TAKE = "take", "給与の値を反映"
    ASIDE = "aside", "対応しない"
    REOPEN = "open", "未対応に戻す"
    DISPOSE = "dispose", "廃棄を起案"
    REFLECT = "reflect", "反映"
    HOLD = "hold", "保留"
    DISCARD = "discard", "取りやめ"


class BulkOrder(models.Model):
    """`rows`: ids in the order they are dealt with, gone when all are; `position`: how many are."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8, choices=Act.choices)
    rows = ArrayField(models.UUIDField(), default=list)
    total = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    reason = models.CharField("理由", max_length=200, blank=True)
    ordered_by_name = models.CharField(max_length=60)
    ordered_at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["BulkOrder"]()
    objects = OfCompany["BulkOrder"]()

    class Meta:
        db_table = "check_bulk_order"
        base_manager_name = "anywhere"
