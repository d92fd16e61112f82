"""Whose it is: contracts, their companies, users and certificates."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany, OfContract
from azukari.tenancy.rights import RoleKind


class Contract(models.Model):
    """契約: what a customer signs in under (契約番号) and what options it has."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField("契約番号", max_length=16, unique=True)
    name = models.CharField("契約者名", max_length=120)
    web_collection = models.BooleanField("Web収集オプション", default=False)
    totp_required = models.BooleanField("ワンタイムコードを必須にする", default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "tenancy_contract"

    def __str__(self) -> str:
        return self.code


class Company(models.Model):
    """会社: one legal entity, the tenant.  Another entity of the same group is another one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("会社コード", max_length=16)
    name = models.CharField("会社名", max_length=120)
    kana = models.CharField("会社名カナ", max_length=160, blank=True)
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    postcode = models.CharField("郵便番号", max_length=7, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    telephone = models.CharField("電話番号", max_length=20, blank=True)
    representative = models.CharField("代表者氏名", max_length=60, blank=True)
    tax_office = models.CharField("提出先税務署", max_length=20, blank=True, db_default="")
    tax_reference = models.CharField("整理番号", max_length=10, blank=True, db_default="")
    declaration_name = models.CharField(
        "提出申告書名の初期値", max_length=80, default="給与所得者の扶養控除等（異動）申告書"
    )
    # How carefully this company handles numbers (取扱いのきまり).
    second_person_disposal = models.BooleanField("廃棄に承認者を求める", default=True)
    second_checker = models.BooleanField("本人確認を二人で行う", default=False)
    second_person_viewing = models.BooleanField("番号表示に承認者を求める", default=False)
    viewings_per_hour = models.PositiveSmallIntegerField("1時間に表示できる件数", default=30)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    anywhere = Anywhere["Company"]()
    objects = OfContract["Company"]()

    class Meta:
        db_table = "tenancy_company"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["contract", "id"], name="company_contract_id"),
            models.UniqueConstraint(fields=["contract", "code"], name="company_contract_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """事業所: where people work, and what the pension office and ハローワーク know it by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("事業所コード", max_length=16)
    name = models.CharField("事業所名", max_length=60)
    postcode = models.CharField("郵便番号", max_length=7, blank=True)
    address = models.CharField("所在地", max_length=120, blank=True)
    owner_name = models.CharField("事業主氏名", max_length=40, blank=True)
    telephone = models.CharField("電話番号", max_length=20, blank=True)
    pension_prefecture = models.CharField("都道府県コード", max_length=2, blank=True)
    pension_district = models.CharField("郡市区符号", max_length=2, blank=True)
    pension_symbol = models.CharField("事業所記号", max_length=8, blank=True)
    pension_number = models.CharField("事業所番号", max_length=5, blank=True)
    employment_insurance_number = models.CharField(
        "雇用保険適用事業所番号", max_length=11, blank=True, db_default=""
    )
    last_media_number = models.PositiveSmallIntegerField("媒体通番", default=0)
    version = models.PositiveIntegerField(default=1)

    anywhere = Anywhere["Office"]()
    objects = OfCompany["Office"]()

    class Meta:
        db_table = "tenancy_office"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="office_company_id"),
            models.UniqueConstraint(fields=["company", "code"], name="office_company_code"),
        ]

    def __str__(self) -> str:
        return self.name


class CompanyPart(models.TextChoices):
    """What of a company a change is about."""

    COMPANY = "company", "会社情報"
    HANDLING = "handling", "取扱いのきまり"
    OFFICE = "office", "事業所"
    DESIGNATED = "levy", "指定番号"


class CompanyChange(models.Model):
    """One change of a company's or an office's facts: what stood before and after, who and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=CompanyPart.choices)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    is_new = models.BooleanField(default=False)  # the office was added
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60)
    changes = models.JSONField()  # {field: [before, after]}

    anywhere = Anywhere["CompanyChange"]()
    objects = OfCompany["CompanyChange"]()

    class Meta:
        db_table = "tenancy_company_change"
        base_manager_name = "anywhere"
        indexes = [models.Index(fields=["company", "-at", "-id"], name="company_change_at")]


class Role(models.Model):
    """権限: a named set of permissions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("権限名", max_length=40)
    kind = models.CharField(
        "区分", max_length=16, choices=[(kind.value, kind.label) for kind in RoleKind]
    )
    permissions = ArrayField(models.CharField(max_length=40), default=list)
    version = models.PositiveIntegerField(default=1)

    anywhere = Anywhere["Role"]()
    objects = OfContract["Role"]()

    class Meta:
        db_table = "tenancy_role"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["contract", "id"], name="role_contract_id"),
            models.UniqueConstraint(fields=["contract", "name"], name="role_contract_name"),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Users of the contract in scope."""

    def get_queryset(self) -> models.QuerySet["User"]:
        from azukari.tenancy import scope  # noqa: PLC0415  Django loads models before settings end

        return super().get_queryset().filter(contract_id=scope.contract_id())


class User(AbstractBaseUser):
    """A person of the contract who signs in to the operator site."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    user_code = models.CharField("ユーザID", max_length=40)
    name = models.CharField("氏名", max_length=60)
    mail = models.EmailField("メールアドレス", blank=True)
    department = models.CharField("部署", max_length=60, blank=True)
    # Of the user as an employee: nobody approves an application of their own.
    employee_code = models.CharField("本人の社員番号", max_length=20, blank=True, db_default="")
    mail_kinds = ArrayField(
        models.CharField(max_length=12), verbose_name="メール受信区分", default=list, db_default=[]
    )
    valid_from = models.DateField("有効開始日", null=True, blank=True)
    valid_to = models.DateField("有効終了日", null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    last_signed_in_at = models.DateTimeField("最終ログイン", null=True, blank=True)
    totp_cell = models.UUIDField(null=True, blank=True)  # the secret is a deposit in the vault
    totp_last_step = models.BigIntegerField(default=0)
    password_set_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.UUIDField(null=True, editable=False)  # null: the provider's command

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    anywhere = Anywhere["User"]()
    objects = UserManager()

    class Meta:
        db_table = "tenancy_user"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["contract", "id"], name="user_contract_id"),
            models.UniqueConstraint(fields=["contract", "user_code"], name="user_contract_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in one company."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", db_constraint=False
    )
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, related_name="memberships", db_constraint=False
    )

    anywhere = Anywhere["Membership"]()
    objects = OfContract["Membership"]()

    class Meta:
        db_table = "tenancy_membership"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["contract", "user", "company"], name="membership_once"),
        ]


class ClientCertificate(models.Model):
    """クライアント証明書: admits a browser to the contract.  Authority is this row, not the CA."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    thumbprint = models.CharField("SHA-256", max_length=64, unique=True)
    serial = models.CharField("シリアル番号", max_length=40)
    common_name = models.CharField("名称", max_length=64)
    issued_at = models.DateTimeField("発行日時", default=timezone.now)
    not_after = models.DateTimeField("有効期限")
    revoked_at = models.DateTimeField("失効日時", null=True, blank=True)
    revoked_because = models.CharField("失効理由", max_length=200, blank=True)
    issued_by = models.UUIDField(null=True, blank=True)
    # The .p12 is a deposit in the vault until it has been downloaded once, or until then.
    file_cell = models.UUIDField(null=True, blank=True)
    file_until = models.DateTimeField(null=True, blank=True)

    anywhere = Anywhere["ClientCertificate"]()
    objects = OfContract["ClientCertificate"]()

    class Meta:
        db_table = "tenancy_client_certificate"
        base_manager_name = "anywhere"

    def __str__(self) -> str:
        return self.common_name


class SetupLink(models.Model):
    """A one-time link with which a user sets the first or a new password."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    anywhere = Anywhere["SetupLink"]()
    objects = OfContract["SetupLink"]()

    class Meta:
        db_table = "tenancy_setup_link"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["contract", "token_hash"], name="setup_link_token"),
        ]


class UserSheetState(models.TextChoices):
    CHECKED = "checked", "登録待ち"
    APPLIED = "applied", "登録済"
    DISCARDED = "discarded", "取りやめ"


class UserSheet(models.Model):
    """A file of users that was checked.  Its good rows wait in `lines` until they are registered,
    or until the file is given up; what was wrong stays in `problems`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField("ファイル", max_length=200)
    state = models.CharField(
        "状態", max_length=12, choices=UserSheetState.choices, default=UserSheetState.CHECKED
    )
    lines = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    not_taken = models.JSONField(default=list)  # headings of columns nobody reads
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    made = ArrayField(models.UUIDField(), default=list)  # users that came with it
    sent_by_name = models.CharField(max_length=60)
    sent_at = models.DateTimeField(default=timezone.now)
    applied_by_name = models.CharField(max_length=60, blank=True)
    applied_at = models.DateTimeField(null=True)

    anywhere = Anywhere["UserSheet"]()
    objects = OfCompany["UserSheet"]()

    class Meta:
        db_table = "tenancy_user_sheet"
        base_manager_name = "anywhere"
        indexes = [models.Index(fields=["company", "-sent_at", "-id"], name="user_sheet_sent")]

    def __str__(self) -> str:
        return self.file_name


class ApiToken(models.Model):
    """A token of other software, bound to a company and to what it may do.  Only its hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名前", max_length=50)
    token_hash = models.CharField(max_length=64)
    hint = models.CharField(max_length=4)  # its last letters, to tell tokens apart
    scopes = ArrayField(models.CharField(max_length=12), verbose_name="できること", default=list)
    networks = ArrayField(
        models.CharField(max_length=50), verbose_name="接続元", default=list, blank=True
    )
    issued_by_name = models.CharField(max_length=60)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    anywhere = Anywhere["ApiToken"]()
    objects = OfCompany["ApiToken"]()

    class Meta:
        db_table = "tenancy_api_token"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "token_hash"], name="api_token_hash"),
        ]


class SignInThrottle(models.Model):
    """How often sign-in failed for a user ID, whether such a user exists or not.

    What is said about a lock must not tell which ids are real; a text that is nobody's ID stands
    here as a keyed hash.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    user_code = models.CharField(max_length=40)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    anywhere = Anywhere["SignInThrottle"]()
    objects = OfContract["SignInThrottle"]()

    class Meta:
        db_table = "tenancy_sign_in_throttle"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["contract", "user_code"], name="throttle_user_code"),
        ]


class Session(models.Model):
    """A signed-in browser; not a tenant's row, since it is found before a tenant is known.

    The key stands here only as its SHA-256: reading this table takes over no session.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "tenancy_session"
