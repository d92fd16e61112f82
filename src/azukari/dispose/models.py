from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.register.models import NumberRecord, Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


def _key(target: type[models.Model], **options: Any) -> Any:
    """A key of tables that grow by 100,000 rows at once: each index and each check costs seconds.

    No index of its own, since others begin with the company; no constraint of Django's, since
    those of the migrations bind the company and the row together.
    """
    return models.ForeignKey(
        target,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        **options,
    )


class BatchState(models.TextChoices):
    PROPOSED = "proposed", "起案中"
    REVIEWED = "reviewed", "承認待ち"
    APPROVED = "approved", "承認済"
    RUNNING = "running", "実行中"
    EXECUTED = "executed", "実行済"
    CERTIFIED = "certified", "証明書発行済"
    CANCELLED = "cancelled", "取りやめ"


class DisposalBatch(models.Model):
    """Numbers whose time has come, proposed by one person, approved by another, destroyed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("廃棄番号", max_length=12)  # year and running number: 2026-0001
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.PROPOSED)
    due_until = models.DateField("対象の日")  # numbers that may go on or before this day
    # rules.Reason: whatever is due goes for one reason; a number asked for singly has its own.
    reason = models.CharField(
        "廃棄理由", max_length=24, default="period_over", db_default="period_over"
    )
    note = models.CharField("補足", max_length=200, blank=True)
    # SHA-256 over the cells approved: what runs is what was approved, and nothing else.
    digest = models.CharField(max_length=64, blank=True)
    items = models.PositiveIntegerField(default=0)
    excluded = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.UUIDField(null=True)
    proposed_by_name = models.CharField(max_length=60)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by_name = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_by_name = models.CharField(max_length=60, blank=True)
    executed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by_name = models.CharField(max_length=60, blank=True)
    cancelled_because = models.CharField(max_length=200, blank=True)

    anywhere = Anywhere["DisposalBatch"]()
    objects = OfCompany["DisposalBatch"]()

    class Meta:
        db_table = "dispose_batch"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="batch_company_id"),
            models.UniqueConstraint(fields=["company", "code"], name="batch_code"),
        ]
        indexes = [models.Index(fields=["company", "-proposed_at"], name="batch_proposed")]

    @property
    def is_single(self) -> bool:
        """One number that somebody asked for, for a reason of its own."""
        return self.reason != "period_over"


class ItemState(models.TextChoices):
    PENDING = "pending", "対象"
    EXCLUDED = "excluded", "除外"
    DONE = "done", "廃棄済"
    FAILED = "failed", "廃棄できず"
    RELEASED = "released", "取りやめ"


class DisposalItem(models.Model):
    """One number in a batch."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = _key(Company)
    batch = _key(DisposalBatch)
    record = _key(NumberRecord)
    person = _key(Person)
    cell = models.UUIDField()
    due_on = models.DateField("廃棄できる日", null=True)  # null: asked for while still needed
    rule = models.CharField(max_length=12, blank=True)  # law.retention
    state = models.CharField(max_length=12, choices=ItemState.choices, default=ItemState.PENDING)
    excluded_because = models.CharField("除外の理由", max_length=200, blank=True)
    excluded_by_name = models.CharField(max_length=60, blank=True)
    problem = models.CharField(max_length=24, blank=True)  # rules.ItemProblem

    anywhere = Anywhere["DisposalItem"]()
    objects = OfCompany["DisposalItem"]()

    class Meta:
        db_table = "dispose_item"
        base_manager_name = "anywhere"
        constraints = [
            # A number can wait in one batch only.
            models.UniqueConstraint(
                fields=["company", "record"],
                condition=models.Q(state="pending"),
                name="item_pending_once",
            ),
            # Ids of a batch ascend with the codes of its people, so this is also the order of
            # lists.  Rows are looked for by their batch only: `id` has no index of its own.
            models.UniqueConstraint(fields=["company", "batch", "id"], name="item_of_batch"),
        ]


class Disposal(models.Model):
    """One number destroyed: the tombstone people read, and what the certificate says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = _key(Company)
    person = _key(Person)
    record = _key(NumberRecord)
    cell = models.UUIDField()
    batch = _key(DisposalBatch, null=True)
    reason = models.CharField("廃棄理由", max_length=24)
    rules = ArrayField(models.CharField(max_length=12), default=list)  # law.retention, all passed
    due_on = models.DateField("廃棄できる日", null=True)
    note = models.CharField("補足", max_length=200, blank=True)
    ordered_by = models.UUIDField(null=True)
    ordered_by_name = models.CharField(max_length=60)
    approved_by_name = models.CharField(max_length=60, blank=True)
    ordered_at = models.DateTimeField(default=timezone.now)
    keys_destroyed_at = models.DateTimeField(null=True)
    generation = models.BigIntegerField(null=True)  # of the ring when the key was destroyed

    anywhere = Anywhere["Disposal"]()
    objects = OfCompany["Disposal"]()

    class Meta:
        db_table = "dispose_disposal"
        base_manager_name = "anywhere"
        indexes = [
            models.Index(fields=["company", "-ordered_at"], name="disposal_ordered"),
            models.Index(fields=["company", "person"], name="disposal_person"),
            models.Index(fields=["company", "batch"], name="disposal_batch"),
            models.Index(
                fields=["company", "id"],
                condition=models.Q(keys_destroyed_at__isnull=True),
                name="disposal_waiting",
            ),
        ]


class Certificate(models.Model):
    """廃棄証明書 as it was issued: the machine-readable document, word for word."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(
        DisposalBatch, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    disposal = models.ForeignKey(
        Disposal, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    code = models.CharField("証明書番号", max_length=16)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by_name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)  # SHA-256 of the body, as the ledger has it
    document = models.BinaryField()

    anywhere = Anywhere["Certificate"]()
    objects = OfCompany["Certificate"]()

    class Meta:
        db_table = "dispose_certificate"
        base_manager_name = "anywhere"
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="certificate_code")]
        indexes = [
            models.Index(fields=["company", "batch"], name="certificate_batch"),
            models.Index(fields=["company", "disposal"], name="certificate_disposal"),
        ]
