"""申請: what somebody hands in, for themselves and their family in one pass."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.collect.models.request import Request
from azukari.collect.papers import PaperKind
from azukari.collect.rules import ApplicationState, Occasion, ReturnReason
from azukari.register.models import NumberRecord, Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class Application(models.Model):
    """One application; numbers and papers hang on its items, one for each person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField("申請番号", max_length=12)
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    applicant = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    occasion = models.CharField(max_length=16, choices=[(o.value, o.label) for o in Occasion])
    declaration_name = models.CharField("提出申告書名", max_length=80, blank=True)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.label) for s in ApplicationState],
        default=ApplicationState.DRAFT,
    )
    version = models.PositiveIntegerField(default=1)
    # An account of the portal, not a link, a letter or the hand of an operator.
    signed_in = models.BooleanField(default=False)
    entered_by = models.UUIDField(null=True)  # the user who typed it by proxy
    entered_by_name = models.CharField(max_length=60, blank=True)
    purposes_seen_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    checking_by = models.UUIDField(null=True)
    checking_by_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=60, blank=True)
    registered_at = models.DateTimeField(null=True)
    return_reason = models.CharField(
        max_length=20, choices=[(r.value, r.label) for r in ReturnReason], blank=True
    )
    comment = models.CharField("担当者からの連絡", max_length=400, blank=True)

    anywhere = Anywhere["Application"]()
    objects = OfCompany["Application"]()

    class Meta:
        db_table = "collect_application"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="application_company_id"),
            models.UniqueConstraint(fields=["company", "code"], name="application_code"),
            # A request is answered once: what is given up or rejected may be begun again.
            models.UniqueConstraint(
                fields=["company", "request"],
                condition=~models.Q(state__in=["withdrawn", "rejected"]),
                name="application_once_per_request",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "applicant"], name="application_applicant"),
            models.Index(
                fields=["company", "-submitted_at", "-id"],
                condition=models.Q(submitted_at__isnull=False),
                name="application_submitted",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ApplicationItem(models.Model):
    """One person of an application.  The number waits in the vault, bound to this item."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="items", db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    open = models.BooleanField(default=True)  # until the application has ended
    left_out = models.CharField("提出しない理由", max_length=16, blank=True)  # DeclineReason
    changed = models.BooleanField("番号変更", default=False)
    purposes = ArrayField(models.CharField(max_length=24))
    provision = models.CharField(max_length=24)
    cell = models.UUIDField(null=True)  # the waiting number
    number_put_at = models.DateTimeField(null=True)
    attested_at = models.DateTimeField(null=True)  # the employee says they checked the dependant
    signed_at = models.DateTimeField(null=True)  # the power of attorney
    signer_name = models.CharField(max_length=80, blank=True)
    # Set when it came back because of this person, until it is submitted again.
    to_correct = models.BooleanField(default=False)
    # 番号確認 by typing the number off the document.
    compared_at = models.DateTimeField(null=True)
    compared_by = models.UUIDField(null=True)
    compared_same = models.BooleanField(null=True)
    compared_wrong = models.PositiveSmallIntegerField(default=0, db_default=0)
    number_check = models.CharField("番号確認", max_length=24, blank=True)
    person_check = models.CharField("身元確認", max_length=24, blank=True)
    authority_check = models.CharField("代理権確認", max_length=24, blank=True)
    record = models.ForeignKey(
        NumberRecord, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )

    anywhere = Anywhere["ApplicationItem"]()
    objects = OfCompany["ApplicationItem"]()

    class Meta:
        db_table = "collect_application_item"
        base_manager_name = "anywhere"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="application_item_company_id"),
            models.UniqueConstraint(
                fields=["company", "person"],
                condition=models.Q(open=True),
                name="application_item_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "person"], name="application_item_person"),
            models.Index(
                fields=["company", "cell"],
                condition=models.Q(cell__isnull=False),
                name="application_item_cell",
            ),
        ]


class Document(models.Model):
    """本人確認書類: a deposit.  When it is destroyed this row stays: kind, days, who looked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(
        ApplicationItem, on_delete=models.PROTECT, related_name="documents", db_constraint=False
    )
    kind = models.CharField(max_length=20, choices=[(k.code, k.label) for k in PaperKind])
    cell = models.UUIDField(null=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    added_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_because = models.CharField(max_length=24, blank=True)

    anywhere = Anywhere["Document"]()
    objects = OfCompany["Document"]()

    class Meta:
        db_table = "collect_document"
        base_manager_name = "anywhere"
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="document_company_id"),
        ]
        indexes = [
            models.Index(
                fields=["company", "cell"],
                condition=models.Q(cell__isnull=False),
                name="document_cell",
            )
        ]


class DocumentOpening(models.Model):
    """That a user looked at a document; only then may they approve."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="openings", db_constraint=False
    )
    user = models.UUIDField()
    user_name = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["DocumentOpening"]()
    objects = OfCompany["DocumentOpening"]()

    class Meta:
        db_table = "collect_document_opening"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "document", "user"], name="document_opening_once"
            )
        ]
