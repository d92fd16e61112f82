"""Numbers that are kept: never the number, only that, why and how long."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Value, When
from django.utils import timezone

from azukari.register.models.person import Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class RecordState(models.TextChoices):
    ACTIVE = "active", "保管中"
    SUPERSEDED = "superseded", "変更前"
    DISPOSED = "disposed", "廃棄済"


class NumberRecord(models.Model):
    """That a number was recorded, for which purposes and after which check; not the number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Indexes below begin with these.
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    cell = models.UUIDField()
    state = models.CharField(max_length=12, choices=RecordState.choices, default=RecordState.ACTIVE)
    purposes = ArrayField(models.CharField(max_length=24))

    # 本人確認 as a fact: who gave the number, what settled each check, never a document number.
    # `provision` is law.verification.Provision.
    provision = models.CharField("提供の区分", max_length=24, blank=True, db_default="")
    number_check = models.CharField("番号確認", max_length=24, blank=True)
    person_check = models.CharField("身元確認", max_length=24, blank=True)
    authority_check = models.CharField("代理権確認", max_length=24, blank=True, db_default="")
    paper_held = models.BooleanField("契約書・同意書の保管", default=False, db_default=False)
    verified_on = models.DateField("確認日", null=True, blank=True)
    verified_by_name = models.CharField("確認者", max_length=60, blank=True, db_default="")
    awaits_second_check = models.BooleanField("再確認待ち", default=False, db_default=False)
    second_checked_at = models.DateTimeField("再確認日時", null=True, blank=True)
    second_checked_by = models.UUIDField(null=True)
    second_checked_by_name = models.CharField("再確認者", max_length=60, blank=True, db_default="")
    # The second checker sent it back: it waits to be entered anew or destroyed.
    returned_because = models.CharField("差戻しの理由", max_length=200, blank=True, db_default="")
    returned_by_name = models.CharField("差し戻した人", max_length=60, blank=True, db_default="")

    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.UUIDField(null=True)
    recorded_by_name = models.CharField(max_length=60, blank=True)
    # 番号変更: why another number took its place.
    superseded_at = models.DateTimeField(null=True)
    superseded_because = models.CharField("変更の理由", max_length=200, blank=True, db_default="")

    # The clock: null while a purpose lives; else the first day on which the number may go, and
    # the rule (law.retention) that decides it.
    due_on = models.DateField("廃棄できる日", null=True)
    kept_by = models.CharField(max_length=12, blank=True, db_default="")
    ended_at = models.DateTimeField(null=True)

    anywhere = Anywhere["NumberRecord"]()
    objects = OfCompany["NumberRecord"]()

    class Meta:
        db_table = "register_number_record"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="number_record_company_id"),
            # One of a person is active.  Those of before have a place each, so that this also finds
            # all of a person and no second index does.
            models.UniqueConstraint(
                "company",
                "person",
                Case(When(state="active", then=Value(UUID(int=0))), default="id"),
                name="number_record_one_active",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "due_on", "id"],
                condition=models.Q(due_on__isnull=False, ended_at__isnull=True),
                name="number_record_due",
            ),
            models.Index(
                fields=["company", "id"],
                condition=models.Q(awaits_second_check=True, state="active"),
                name="number_record_second_check",
            ),
        ]


class NumberUse(models.Model):
    """The last day on which affairs of a purpose were completed with a number (完結の日)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(
        NumberRecord, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    purpose = models.CharField(max_length=24)
    form = models.CharField(max_length=40, blank=True)
    completed_on = models.DateField("完結の日")

    anywhere = Anywhere["NumberUse"]()
    objects = OfCompany["NumberUse"]()

    class Meta:
        db_table = "register_number_use"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "record", "purpose", "form"], name="number_use_once"
            )
        ]


class Hold(models.Model):
    """廃棄の保留: litigation or an inquiry forbids disposal until somebody releases it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    reason = models.CharField("保留の理由", max_length=200)
    review_on = models.DateField("見直し日")
    placed_at = models.DateTimeField(default=timezone.now)
    placed_by = models.UUIDField(null=True)
    placed_by_name = models.CharField(max_length=60)
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)
    released_by_name = models.CharField(max_length=60, blank=True)
    release_reason = models.CharField("解除の理由", max_length=200, blank=True)

    anywhere = Anywhere["Hold"]()
    objects = OfCompany["Hold"]()

    class Meta:
        db_table = "register_hold"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "person"],
                condition=models.Q(released_at__isnull=True),
                name="hold_one_open",
            )
        ]


class RetentionChoice(models.Model):
    """Years (days for R-DOC-01) a company chose where the law leaves it a choice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=12)
    length = models.PositiveSmallIntegerField("期間")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["RetentionChoice"]()
    objects = OfCompany["RetentionChoice"]()

    class Meta:
        db_table = "register_retention_choice"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "rule"], name="retention_choice_rule")
        ]


class ViewingRequest(models.Model):
    """番号表示 that needs a second person: asked by one, approved by another, used once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    cell = models.UUIDField(null=True)  # the number it is about; another one needs another word
    purpose = models.CharField(max_length=24)
    reason = models.CharField("理由", max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=60, blank=True)
    approved = models.BooleanField(null=True)
    used_at = models.DateTimeField(null=True)

    anywhere = Anywhere["ViewingRequest"]()
    objects = OfCompany["ViewingRequest"]()

    class Meta:
        db_table = "register_viewing_request"
        base_manager_name = "anywhere"
        indexes = [models.Index(fields=["company", "-asked_at"], name="viewing_request_asked")]


class NumberLedgerEntry(models.Model):
    """帳簿: lets a person leave the number out of yearly declarations (所得税法198条4項ただし書).

    `declaration` is the name of the form that brought the number, `received_on` the first day of
    the month in which it was received; `omitted_year` the last year whose form came without it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    record = models.ForeignKey(
        NumberRecord, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    name = models.CharField("氏名", max_length=80)
    address = models.CharField("住所", max_length=200, blank=True)
    declaration = models.CharField("提出申告書名", max_length=80)
    received_on = models.DateField("提出を受けた年月")
    omitted_year = models.PositiveSmallIntegerField(
        "記載を省略した最後の年分", null=True, blank=True
    )
    note = models.TextField("変更の届出", blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["NumberLedgerEntry"]()
    objects = OfCompany["NumberLedgerEntry"]()

    class Meta:
        db_table = "register_number_ledger"
        base_manager_name = "anywhere"
        indexes = [
            models.Index(fields=["company", "person"], name="number_ledger_person"),
            models.Index(fields=["company", "-received_on", "-id"], name="number_ledger_received"),
        ]
