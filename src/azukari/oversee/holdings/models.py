"""What a steward says of each 特定個人情報ファイル; everything else is counted."""

from django.db import models

from azukari.oversee.holdings.rules import HoldingKind
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class HoldingFacts(models.Model):
    """The facts of one line of 特定個人情報ファイル管理簿 that only people know."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(one.value, one.label) for one in HoldingKind])
    officer = models.CharField("責任者", max_length=80, blank=True)
    department = models.CharField("取扱部署", max_length=80, blank=True)
    place = models.CharField("保管場所・管理の方法", max_length=200, blank=True)
    remark = models.CharField("備考", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["HoldingFacts"]()
    objects = OfCompany["HoldingFacts"]()

    class Meta:
        db_table = "oversee_holding_facts"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "kind"], name="holding_facts_once")
        ]
