"""People: employees, their families, payees."""

from django.db import models
from django.utils import timezone

from azukari.law.sex import Sex
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company, Office


class PersonKind(models.TextChoices):
    EMPLOYEE = "employee", "本人"
    FAMILY = "family", "家族"
    PAYEE = "payee", "支払先"


class EmploymentClass(models.TextChoices):
    REGULAR = "regular", "正社員"
    CONTRACT = "contract", "契約社員"
    PART_TIME = "part_time", "パート・アルバイト"
    DIRECTOR = "director", "役員"
    SECONDED = "seconded", "出向"
    OTHER = "other", "その他"


class PayeeKind(models.TextChoices):
    """What somebody who is not employed is paid for; decides the payment report (支払調書)."""

    LECTURER = "lecturer", "講師・執筆者等"
    PROFESSIONAL = "professional", "弁護士・税理士等"
    LANDLORD = "landlord", "不動産の貸主"
    SHAREHOLDER = "shareholder", "株主"
    OTHER = "other", "その他の支払先"


class NumberState(models.TextChoices):
    NONE = "none", "未登録"
    ACTIVE = "active", "登録済"
    NOT_NEEDED = "not_needed", "登録不要"
    DISPOSED = "disposed", "廃棄済"


class Person(models.Model):
    """Somebody whose number the company keeps or will keep: an employee, one of
    the family, or somebody the company pays (支払先).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of their own for the keys: those below begin with them.
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=PersonKind.choices)
    # Of a payee the 支払先コード: one column, so that every list sorts and searches alike.
    employee_code = models.CharField("社員番号", max_length=20)
    # Family members carry their employee's code as well, so that lists sort and search alike.
    host = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
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
    employment_class = models.CharField(
        "雇用区分", max_length=12, choices=EmploymentClass.choices, blank=True, db_default=""
    )
    department_code = models.CharField("部署コード", max_length=20, blank=True)
    department = models.CharField("部署名", max_length=80, blank=True)
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    pension_number = models.CharField("基礎年金番号", max_length=10, blank=True)
    insured_number = models.CharField("被保険者整理番号", max_length=6, blank=True)
    employment_insurance_number = models.CharField(
        "雇用保険被保険者番号", max_length=11, blank=True, db_default=""
    )

    lives_together = models.BooleanField("同居", null=True, blank=True)
    tax_dependent = models.BooleanField("税扶養", default=False)
    health_dependent = models.BooleanField("健保扶養", default=False)
    category3 = models.BooleanField("第3号被保険者", default=False)
    specific_relative = models.BooleanField("特定親族", default=False, db_default=False)
    disabled = models.BooleanField("障害者", default=False, db_default=False)
    nonresident = models.BooleanField("非居住者", default=False, db_default=False)
    dependent_until = models.DateField("扶養から外れた日", null=True, blank=True)

    payee_kind = models.CharField(
        "支払先の区分", max_length=12, choices=PayeeKind.choices, blank=True, db_default=""
    )
    contract_from = models.DateField("契約開始日", null=True, blank=True)
    contract_to = models.DateField("契約終了日", null=True, blank=True)
    # A fee paid after the end is reported for the year in which it was paid.
    last_paid_on = models.DateField("最後の支払日", null=True, blank=True)

    number_state = models.CharField(
        "個人番号", max_length=12, choices=NumberState.choices, default=NumberState.NONE
    )
    # What the person's active record says, kept here for lists.
    number_due_on = models.DateField("廃棄できる日", null=True, editable=False)
    on_hold = models.BooleanField("廃棄保留", default=False, editable=False, db_default=False)
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
                | models.Q(kind="family", host__isnull=False, family_code__gt=0)
                | models.Q(kind="payee", host__isnull=True, family_code=0),
                name="person_kind",
            ),
        ]
        # An index for each order of the lists (`search.ORDERS`) and for rare conditions.  Columns
        # included are those of `search.conditions._HELD`, and who it is.
        indexes = [
            models.Index(
                fields=["company", "host"],
                name="person_host",
                condition=models.Q(host__isnull=False),
            ),
            models.Index(
                fields=["company", "kind", "kana", "employee_code", "family_code"],
                name="person_by_kana",
            ),
            models.Index(
                fields=["company", "kind", "department", "employee_code", "family_code"],
                include=["number_state", "left_on", "id"],
                name="person_by_department",
                condition=models.Q(kind="employee"),
            ),
            models.Index(
                fields=["company", "kind", "number_state", "employee_code", "family_code"],
                include=["left_on", "id"],
                name="person_by_state",
                condition=~models.Q(kind="family"),
            ),
            models.Index(
                fields=["company", "kind", "employee_code"],
                include=["id"],
                name="person_left",
                condition=models.Q(left_on__isnull=False),
            ),
            models.Index(
                fields=["company", "kind", "number_due_on", "employee_code", "family_code"],
                name="person_by_due",
                condition=models.Q(number_due_on__isnull=False),
            ),
            # Hardly anybody, if not nobody: a list of disposed numbers in the order of due dates
            # need not pass over all who have one.
            models.Index(
                fields=["company", "kind", "number_due_on", "employee_code", "family_code"],
                name="person_by_due_without",
                condition=models.Q(number_due_on__isnull=False) & ~models.Q(number_state="active"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_employee(self) -> bool:
        return self.kind == PersonKind.EMPLOYEE


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


class SavedSearch(models.Model):
    """A search of a list that its user keeps under a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    user = models.UUIDField()
    listing = models.CharField(max_length=20)  # the route of the list
    name = models.CharField("名前", max_length=40)
    query = models.CharField(max_length=400)  # as in the address, without a cursor
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    anywhere = Anywhere["SavedSearch"]()
    objects = OfCompany["SavedSearch"]()

    class Meta:
        db_table = "register_saved_search"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user", "listing", "name"], name="saved_search_name"
            )
        ]
