from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.law.sex import Sex
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company, Office


class PersonKind(models.TextChoices):
    EMPLOYEE = "employee", "本人"
    FAMILY = "family", "家族"


class NumberState(models.TextChoices):
    NONE = "none", "未登録"
    ACTIVE = "active", "登録済"
    NOT_NEEDED = "not_needed", "登録不要"
    DISPOSED = "disposed", "廃棄済"


class Person(models.Model):
    """Somebody whose number the company keeps or will keep: an employee or one of the family."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=PersonKind.choices)
    employee_code = models.CharField("社員番号", max_length=20)
    # Family members carry their employee's code as well, so that lists sort and search alike.
    host = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    family_code = models.PositiveSmallIntegerField("家族連番", default=0)
    relationship = models.CharField("続柄", max_length=24, blank=True)  # law Relationship.code

    name = models.CharField("氏名", max_length=80)
    kana = models.CharField("氏名カナ", max_length=120)
    search_key = models.TextField(editable=False)
    birth_date = models.DateField("生年月日", null=True, blank=True)
    sex = models.CharField(
        "性別", max_length=1, choices=[(sex.value, sex.label) for sex in Sex], blank=True
    )
    postcode = models.CharField("郵便番号", max_length=7, blank=True)
    address = models.CharField("住所", max_length=200, blank=True)
    address_kana = models.CharField("住所カナ", max_length=200, blank=True)
    telephone = models.CharField("電話番号", max_length=20, blank=True)
    mail = models.EmailField("メールアドレス", blank=True)

    hired_on = models.DateField("入社年月日", null=True, blank=True)
    left_on = models.DateField("退職年月日", null=True, blank=True)
    department_code = models.CharField("部署コード", max_length=20, blank=True)
    department = models.CharField("部署名", max_length=80, blank=True)
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    pension_number = models.CharField("基礎年金番号", max_length=10, blank=True)
    insured_number = models.CharField("被保険者整理番号", max_length=6, blank=True)

    lives_together = models.BooleanField("同居", null=True, blank=True)
    tax_dependent = models.BooleanField("税扶養", default=False)
    health_dependent = models.BooleanField("健保扶養", default=False)
    category3 = models.BooleanField("第3号被保険者", default=False)

    number_state = models.CharField(
        "個人番号", max_length=12, choices=NumberState.choices, default=NumberState.NONE
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    anywhere = Anywhere["Person"]()
    objects = OfCompany["Person"]()

    class Meta:
        db_table = "register_person"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="person_company_id"),
            # One employee per code, one family member per code and number; also the order
            # in which lists are paged.
            models.UniqueConstraint(
                fields=["company", "kind", "employee_code", "family_code"], name="person_code"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="employee", host__isnull=True, family_code=0)
                | models.Q(kind="family", host__isnull=False, family_code__gt=0),
                name="person_kind",
            ),
        ]
        indexes = [models.Index(fields=["company", "host"], name="person_host")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_employee(self) -> bool:
        return self.kind == PersonKind.EMPLOYEE


class RecordState(models.TextChoices):
    ACTIVE = "active", "保管中"
    SUPERSEDED = "superseded", "変更前"
    DISPOSED = "disposed", "廃棄済"


class NumberRecord(models.Model):
    """That a number was recorded, for which purposes and after which check; not the number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    cell = models.UUIDField(unique=True)
    state = models.CharField(max_length=12, choices=RecordState.choices, default=RecordState.ACTIVE)
    purposes = ArrayField(models.CharField(max_length=24))
    number_check = models.CharField("番号確認", max_length=24, blank=True)
    person_check = models.CharField("身元確認", max_length=24, blank=True)
    verified_on = models.DateField("確認日", null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.UUIDField(null=True)
    recorded_by_name = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    anywhere = Anywhere["NumberRecord"]()
    objects = OfCompany["NumberRecord"]()

    class Meta:
        db_table = "register_number_record"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="number_record_company_id"),
            models.UniqueConstraint(
                fields=["company", "person"],
                condition=models.Q(state="active"),
                name="number_record_one_active",
            ),
        ]
        indexes = [models.Index(fields=["company", "person"], name="number_record_person")]


class PersonChange(models.Model):
    """One change of a person's basic information: what stood before and after, who and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    version = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60)
    changes = models.JSONField()  # {field: [before, after]}

    anywhere = Anywhere["PersonChange"]()
    objects = OfCompany["PersonChange"]()

    class Meta:
        db_table = "register_person_change"
        base_manager_name = "anywhere"
        indexes = [models.Index(fields=["company", "person", "-at"], name="person_change_person")]


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
