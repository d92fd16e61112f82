"""依頼: that somebody was asked for numbers, and the links by which they answer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.collect.rules import Channel, DeclineReason, Occasion, RequestState
from azukari.register.models import Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class RequestBatch(models.Model):
    """依頼のまとまり: requests that were made in one go."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("件名", max_length=80)
    whom = models.CharField("対象", max_length=200)  # in words, as it was chosen
    occasion = models.CharField(max_length=16, choices=[(o.value, o.label) for o in Occasion])
    channel = models.CharField(max_length=8, choices=[(c.value, c.label) for c in Channel])
    deadline = models.DateField("回答期限")
    declaration_name = models.CharField("提出申告書名", max_length=80, blank=True, db_default="")
    # Until the requests are made; so many of them are handled, from the front.
    people_ids = ArrayField(models.UUIDField(), default=list)
    handled = models.PositiveIntegerField(default=0, db_default=0)
    asked = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)  # how many were not asked, by problem
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=60)
    made_at = models.DateTimeField(null=True)

    anywhere = Anywhere["RequestBatch"]()
    objects = OfCompany["RequestBatch"]()

    class Meta:
        db_table = "collect_request_batch"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="request_batch_company_id")
        ]
        indexes = [models.Index(fields=["company", "-created_at"], name="request_batch_created")]

    def __str__(self) -> str:
        return self.title


class Request(models.Model):
    """One person (an employee for self and family, or a payee) asked once; at most one is open."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(
        RequestBatch, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    occasion = models.CharField(max_length=16, choices=[(o.value, o.label) for o in Occasion])
    channel = models.CharField(max_length=8, choices=[(c.value, c.label) for c in Channel])
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.label) for s in RequestState],
        default=RequestState.CREATED,
    )
    declaration_name = models.CharField("提出申告書名", max_length=80, blank=True)
    deadline = models.DateField("回答期限")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=60)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    last_reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=60, blank=True)
    decline_reason = models.CharField(
        max_length=16, choices=[(d.value, d.label) for d in DeclineReason], blank=True
    )
    comment = models.CharField("事情", max_length=400, blank=True)

    anywhere = Anywhere["Request"]()
    objects = OfCompany["Request"]()

    class Meta:
        db_table = "collect_request"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="request_company_id"),
            models.UniqueConstraint(
                fields=["company", "person"],
                condition=models.Q(state__in=["created", "sent", "opened"]),
                name="request_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "person"], name="request_person"),
            models.Index(fields=["company", "-created_at", "-id"], name="request_created"),
            models.Index(
                fields=["company", "deadline", "id"],
                condition=models.Q(state__in=["created", "sent", "opened"]),
                name="request_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"


class RequestedPerson(models.Model):
    """Whose number a request asks for, and for what."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, related_name="people", db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    changed = models.BooleanField("番号変更", default=False)
    purposes = ArrayField(models.CharField(max_length=24))
    provision = models.CharField(max_length=24)

    anywhere = Anywhere["RequestedPerson"]()
    objects = OfCompany["RequestedPerson"]()

    class Meta:
        db_table = "collect_requested_person"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "request", "person"], name="requested_person_once"
            )
        ]
        indexes = [models.Index(fields=["company", "person"], name="requested_person_person")]


class RequestLink(models.Model):
    """A link that opens a request once; only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, related_name="links", db_constraint=False
    )
    token_hash = models.CharField(max_length=64)
    channel = models.CharField(max_length=8)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_from = models.CharField(max_length=45, blank=True)  # the address of the network
    revoked_at = models.DateTimeField(null=True)

    anywhere = Anywhere["RequestLink"]()
    objects = OfCompany["RequestLink"]()

    class Meta:
        db_table = "collect_request_link"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "token_hash"], name="request_link_token")
        ]
