from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class OutputState(models.TextChoices):
    ASKED = "asked", "承認待ち"
    MAKING = "making", "作成中"
    MADE = "made", "作成済"
    REFUSED = "refused", "不承認"
    DESTROYED = "destroyed", "廃棄済"


class Output(models.Model):
    """One file given out of the register: who asked for it, for whom and why, what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # register.sheets.headings.SheetKind
    content = models.CharField("内容", max_length=12)  # check.rules.Content
    format = models.CharField("形式", max_length=12)  # check.rules.Format
    purpose = models.CharField("利用目的", max_length=24, blank=True)
    reason = models.CharField("理由", max_length=200)
    whom = models.CharField("対象", max_length=200)  # in words, as it was chosen
    people_ids = ArrayField(models.UUIDField(), default=list)  # until the file is made
    people = models.PositiveIntegerField(default=0)
    without_number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=OutputState.choices, default=OutputState.MAKING)
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=60)
    asked_at = models.DateTimeField(default=timezone.now)
    # SHA-256 over what was asked and for whom: the file is made of that and nothing else.
    digest = models.CharField(max_length=64, blank=True)
    decided_by_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=80, blank=True)
    cell = models.UUIDField(null=True)
    secret_cell = models.UUIDField(null=True)  # the passphrase, until it was shown
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    downloads = models.PositiveSmallIntegerField(default=0)
    downloaded_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    anywhere = Anywhere["Output"]()
    objects = OfCompany["Output"]()

    class Meta:
        db_table = "check_output"
        base_manager_name = "anywhere"
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="output_company_id")]
        indexes = [models.Index(fields=["company", "-asked_at"], name="output_asked")]

    def __str__(self) -> str:
        return f"{self.content} {self.id}"
