"""Runs of the comparison with payroll, what each found, and what was set aside."""

from django.db import models
from django.utils import timezone

from azukari.check.difference.comparing import Kind
from azukari.check.difference.facts import Field
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class Source(models.TextChoices):
    FILE = "file", "ファイル"
    LINK = "link", "給与計算サービスとの連携"


class RunState(models.TextChoices):
    MAPPING = "mapping", "列の対応の確認待ち"
    COMPARING = "comparing", "比較中"
    COMPARED = "compared", "比較済"
    UNREADABLE = "unreadable", "読み取れません"


class DifferenceRun(models.Model):
    """One comparison.  The file is a deposit until it is compared: nobody knows what is in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.COMPARING)
    file_name = models.CharField(max_length=200, blank=True)
    cell = models.UUIDField(null=True)
    encoding = models.CharField(
        max_length=12, blank=True, db_default=""
    )  # of register.sheets.table.Table
    # Of a book: which sheet is read, the first where nothing is said, and the others that have
    # anything in them.
    book_sheet = models.CharField("シートの名前", max_length=255, blank=True, db_default="")
    not_read = models.JSONField(default=list, db_default=[])
    product = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(default=dict)  # heading → field of azukari.products
    columns = models.JSONField(default=list)  # register.sheets.mappings.ColumnShown, until compared
    code = models.CharField(max_length=40, blank=True)  # why the file could not be read
    there = models.PositiveIntegerField(default=0)  # people on either side
    here = models.PositiveIntegerField(default=0)
    nameless = models.PositiveIntegerField(default=0)  # rows without 社員番号
    twice = models.PositiveIntegerField(default=0)  # rows about somebody who came before
    counts = models.JSONField(default=dict)  # kind → how many, writing and leavers aside
    found = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)  # not found by the run before
    gone = models.PositiveIntegerField(default=0)  # found by the run before, and not any more
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=60)
    asked_at = models.DateTimeField(default=timezone.now)
    compared_at = models.DateTimeField(null=True)

    anywhere = Anywhere["DifferenceRun"]()
    objects = OfCompany["DifferenceRun"]()

    class Meta:
        db_table = "check_difference_run"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="difference_run_company_id")
        ]


class Handling(models.TextChoices):
    """What was done about a difference."""

    OPEN = "open", "未対応"
    TAKEN = "taken", "給与の値を反映"
    PROPOSED = "proposed", "廃棄を起案"
    ASIDE = "aside", "対応しない"


class DifferenceRow(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(
        Company,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    run = models.ForeignKey(
        DifferenceRun,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=28, choices=[(one.value, one.label) for one in Kind])
    field = models.CharField(
        max_length=16, blank=True, choices=[(one.value, one.label) for one in Field]
    )
    employee_code = models.CharField("社員番号", max_length=40)
    family_code = models.SmallIntegerField("家族連番", default=0)
    name = models.CharField("氏名", max_length=200)
    person = models.UUIDField(null=True)
    there = models.CharField("給与", max_length=200, blank=True)
    here = models.CharField("本サービス", max_length=200, blank=True)
    facts = models.JSONField(default=dict)  # of somebody only payroll knows
    spelling_only = models.BooleanField(default=False)
    ended = models.BooleanField(default=False)
    is_new = models.BooleanField(default=False)
    digest = models.CharField(max_length=32)
    handling = models.CharField(max_length=8, choices=Handling.choices, default=Handling.OPEN)
    handled_by_name = models.CharField(max_length=60, blank=True)
    handled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    # Why what was last tried could not be done: of RegisterProblem, or of `dealing.Problem`.
    problem = models.CharField(max_length=40, blank=True, db_default="")

    anywhere = Anywhere["DifferenceRow"]()
    objects = OfCompany["DifferenceRow"]()

    class Meta:
        db_table = "check_difference"
        base_manager_name = "anywhere"
        indexes = [
            models.Index(
                fields=["company", "run", "employee_code", "family_code"], name="difference_run"
            )
        ]


class SetAside(models.Model):
    """A difference nobody needs to look at again, until anything about it changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=32)
    reason = models.CharField("理由", max_length=200)
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["SetAside"]()
    objects = OfCompany["SetAside"]()

    class Meta:
        db_table = "check_set_aside"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "digest"], name="set_aside_digest")
        ]
