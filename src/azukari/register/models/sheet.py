"""A file of many people, and what was found in it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class SheetState(models.TextChoices):
    MAPPING = "mapping", "列の対応の確認待ち"
    CHECKING = "checking", "確認中"
    CHECKED = "checked", "確認済（未登録）"
    APPLYING = "applying", "登録中"
    APPLIED = "applied", "登録済"
    DISCARDED = "discarded", "取りやめ"
    UNREADABLE = "unreadable", "読み取れません"
    UNDOING = "undoing", "取消中"
    UNDONE = "undone", "取消済"


class Sheet(models.Model):
    """A file of many people (一括登録).  The file itself is a deposit until it is applied."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # register.sheets.headings.SheetKind
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    cell = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=SheetState.choices, default=SheetState.CHECKING)
    purposes = ArrayField(models.CharField(max_length=24), default=list)
    # Said of all its numbers; columns of a row may say otherwise (register.sheets.verifying).
    provision = models.CharField(max_length=24, blank=True, db_default="")
    number_check = models.CharField(max_length=24, blank=True)
    person_check = models.CharField(max_length=24, blank=True)
    authority_check = models.CharField(max_length=24, blank=True, db_default="")
    paper_held = models.BooleanField(default=False, db_default=False)
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
    # Of a book, by its name; the first one where it says nothing.
    book_sheet = models.CharField("シートの名前", max_length=255, blank=True, db_default="")
    product = models.CharField(max_length=40, blank=True, db_default="")
    # Keyed, since a hash in clear would let the numbers of a short file be guessed one by one.
    digest = models.CharField(max_length=64, blank=True, db_default="")
    client_key = models.CharField(max_length=64, blank=True, db_default="")
    # Heading → field of azukari.products, as it was said when the file was checked.
    mapping = models.JSONField(default=dict)
    columns = models.JSONField(default=list)  # register.sheets.mappings.ColumnShown, until closed
    preview = models.JSONField(default=list)  # register.sheets.preview.Shown, until closed
    rest_cell = models.UUIDField(null=True)  # the refused rows, without their numbers
    # Of a sheet that brings refused rows of another one again: which, and which of its rows.
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    corrected_rows = ArrayField(models.PositiveIntegerField(), default=list, db_default=[])
    sent_by = models.UUIDField(null=True)
    sent_by_name = models.CharField(max_length=60)
    sent_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField("締めた日時", null=True)  # from then on nothing is taken back
    removed = models.PositiveIntegerField(default=0, db_default=0)  # people taken out again
    restored = models.PositiveIntegerField(default=0, db_default=0)  # people as they were before
    kept = models.PositiveIntegerField(default=0, db_default=0)  # who could not be taken back

    anywhere = Anywhere["Sheet"]()
    objects = OfCompany["Sheet"]()

    class Meta:
        db_table = "register_sheet"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="sheet_company_id"),
            models.UniqueConstraint(
                fields=["company", "client_key"],
                condition=~models.Q(client_key=""),
                name="sheet_client_key",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-sent_at"], name="sheet_sent"),
            models.Index(
                fields=["company", "digest"], condition=~models.Q(digest=""), name="sheet_digest"
            ),
        ]


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
    became = models.CharField(max_length=80, blank=True, db_default="")  # of a repair

    anywhere = Anywhere["SheetProblem"]()
    objects = OfCompany["SheetProblem"]()

    class Meta:
        db_table = "register_sheet_problem"
        base_manager_name = "anywhere"
        indexes = [models.Index(fields=["company", "sheet", "row"], name="sheet_problem_row")]


class SheetStep(models.Model):
    """What one chunk of a sheet did, so that it can be taken back until the sheet is closed."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(
        Sheet, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    through = models.PositiveIntegerField()  # the last row of the chunk
    added = ArrayField(models.UUIDField(), default=list)  # people
    changes = ArrayField(models.UUIDField(), default=list)  # rows of the history
    records = ArrayField(models.UUIDField(), default=list)  # numbers recorded
    # Numbers whose place another one of `records` has taken.
    superseded = ArrayField(models.UUIDField(), default=list, db_default=[])
    undone_at = models.DateTimeField(null=True)
    # Of the undoing: deposits destroyed whose end is not written down yet.
    cells = ArrayField(models.UUIDField(), default=list)

    anywhere = Anywhere["SheetStep"]()
    objects = OfCompany["SheetStep"]()

    class Meta:
        db_table = "register_sheet_step"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "sheet", "through"], name="sheet_step_once")
        ]


class SheetMapping(models.Model):
    """What the company says the columns of a file mean: heading as compared → field."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=64)  # of the headings, whatever their order
    fields = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["SheetMapping"]()
    objects = OfCompany["SheetMapping"]()

    class Meta:
        db_table = "register_sheet_mapping"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "signature"], name="sheet_mapping_signature")
        ]
