"""従業員アカウント: a person's own way into the portal."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, is_password_usable
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from azukari.register.models.person import Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class EmployeeAccount(models.Model):
    """One employee of one company; who it is and whether they still work there, the person says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    password = models.CharField(max_length=128, default=UNUSABLE_PASSWORD_PREFIX)
    password_set_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    last_signed_in_at = models.DateTimeField(null=True)
    totp_cell = models.UUIDField(null=True)  # the secret is a deposit in the vault
    totp_last_step = models.BigIntegerField(default=0)
    # Counted up when every session of the account is to end.
    session_epoch = models.PositiveIntegerField(default=0)
    language = models.CharField("表示する言語", max_length=8, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    anywhere = Anywhere["EmployeeAccount"]()
    objects = OfCompany["EmployeeAccount"]()

    class Meta:
        db_table = "register_account"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="account_company_id"),
            models.UniqueConstraint(fields=["company", "person"], name="account_person"),
        ]

    # What validators of passwords compare with.
    @property
    def user_code(self) -> str:
        return self.person.employee_code

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def mail(self) -> str:
        return self.person.mail

    def has_usable_password(self) -> bool:
        return is_password_usable(self.password)

    def session_mark(self) -> str:
        """Changes with the password and the epoch; a session with another one is over."""
        said = f"{self.session_epoch}:{self.password}"
        return salted_hmac("azukari.account", said, algorithm="sha256").hexdigest()


class AccountLink(models.Model):
    """A one-time link with which an employee sets the first or a new password; only its hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        EmployeeAccount, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    anywhere = Anywhere["AccountLink"]()
    objects = OfCompany["AccountLink"]()

    class Meta:
        db_table = "register_account_link"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "token_hash"], name="account_link_token"),
        ]


class Passkey(models.Model):
    """A WebAuthn credential of an account (Web Authentication Level 3 §4); no secret is in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        EmployeeAccount, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    credential_id = models.BinaryField()
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = models.CharField("名前", max_length=40)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True)

    anywhere = Anywhere["Passkey"]()
    objects = OfCompany["Passkey"]()

    class Meta:
        db_table = "register_passkey"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "credential_id"], name="passkey_credential"),
        ]
