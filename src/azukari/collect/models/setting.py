"""個人番号申請機能設定, with the day from which it holds."""

from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class CollectionSetting(models.Model):
    """What `terms.Terms` were decided, and from when; the newest past day holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    effective_from = models.DateField("適用開始日")
    terms = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["CollectionSetting"]()
    objects = OfCompany["CollectionSetting"]()

    class Meta:
        db_table = "collect_setting"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "effective_from"], name="collection_setting_day"
            )
        ]
