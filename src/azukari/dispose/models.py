from django.db import models
from django.utils import timezone

from azukari.register.models import NumberRecord, Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class Disposal(models.Model):
    """One number destroyed: the tombstone people read, and what the certificate says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    record = models.ForeignKey(
        NumberRecord, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    cell = models.UUIDField(unique=True)
    reason = models.CharField("廃棄理由", max_length=24)
    note = models.CharField("補足", max_length=200, blank=True)
    ordered_by = models.UUIDField(null=True)
    ordered_by_name = models.CharField(max_length=60)
    ordered_at = models.DateTimeField(default=timezone.now)
    keys_destroyed_at = models.DateTimeField(null=True)
    generation = models.BigIntegerField(null=True)  # of the ring when the key was destroyed

    anywhere = Anywhere["Disposal"]()
    objects = OfCompany["Disposal"]()

    class Meta:
        db_table = "dispose_disposal"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="disposal_company_id")
        ]
        indexes = [models.Index(fields=["company", "-ordered_at"], name="disposal_ordered")]
