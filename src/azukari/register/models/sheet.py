"""A file of many people, and what was found in it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class SheetState(models.TextChoices):
    CHECKING = "checking", "確認中"
    CHECKED = "checked", "確認済(未登録)"
    APPLYING = "applying", "登録中"
    APPLIED = "applied", "登録済"
    DISCARDED = "discarded", "取りやめ"
    UNREADABLE = "unreadable", "読み取れません"


class Sheet(models.Model):
    """A file of many people (一括登録).  The file itself is a deposit until it is applied."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # employees | families
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    cell = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=SheetState.choices, default=SheetState.CHECKING)
    purposes = ArrayField(models.CharField(max_length=24), default=list)
    number_check = models.CharField(max_length=24, blank=True)
    person_check = models.CharField(max_length=24, blank=True)
    verified_on = models.DateField("確認日", null=True, blank=True)
    has_numbers = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    repaired = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    applied_through = models.PositiveIntegerField(default=0)  # rows done; moves with the rows
    encoding = models.CharField(max_length=12, blank=True)
    sent_by = models.UUIDField(null=True)
    sent_by_name = models.CharField(max_length=60)
    sent_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    anywhere = Anywhere["Sheet"]()
    objects = OfCompany["Sheet"]()

    class Meta:
        db_table = "register_sheet"
        base_manager_name = "anywhere"
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="sheet_company_id")]
        indexes = [models.Index(fields=["company", "-sent_at"], name="sheet_sent")]


class SheetProblem(models.Model):
    """Something about a row: refused (`reject`) or repaired (`fix`).  Never holds a number."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(
        Sheet, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    weight = models.CharField(max_length=8)  # reject | fix | warn
    shown = models.CharField(max_length=80, blank=True)  # the value, unless it is a number

    anywhere = Anywhere["SheetProblem"]()
    objects = OfCompany["SheetProblem"]()

    class Meta:
        db_table = "register_sheet_problem"
        base_manager_name = "anywhere"
        indexes = [models.Index(fields=["company", "sheet", "row"], name="sheet_problem_row")]
