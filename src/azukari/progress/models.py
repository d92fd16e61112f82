from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class State(models.TextChoices):
    WAITING = "waiting", "順番を待っています"
    RUNNING = "running", "処理しています"
    DONE = "done", "完了しました"
    FAILED = "failed", "完了できませんでした"
    CANCELLED = "cancelled", "取り消しました"


class Progress(models.Model):
    """How far a piece of long work is.  `subject` is the row the work is about."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    subject = models.UUIDField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)

    anywhere = Anywhere["Progress"]()
    objects = OfCompany["Progress"]()

    class Meta:
        db_table = "progress"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="progress_company_id")
        ]
        indexes = [models.Index(fields=["company", "subject"], name="progress_subject")]

    @property
    def is_over(self) -> bool:
        return self.state in {State.DONE, State.FAILED, State.CANCELLED}

    @property
    def percent(self) -> int:
        if self.state == State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def seconds_left(self) -> int | None:
        """From the speed so far; None while nothing can be said."""
        if self.is_over or not self.done or not self.total or self.started_at is None:
            return None
        spent = (timezone.now() - self.started_at).total_seconds()
        return max(0, round(spent * (self.total - self.done) / self.done))
