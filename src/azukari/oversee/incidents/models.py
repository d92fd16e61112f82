"""Incidents, whom they are about, and what was done: never a number."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from azukari.law.incident import Deadlines, Ground, Harm, Situation, deadlines, grounds
from azukari.oversee.incidents.rules import Cause, IncidentState, Source, Step
from azukari.register.models import Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


def _choices(of: type[Harm | Cause | IncidentState | Source | Step]) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in of]


class Incident(models.Model):
    """漏えい等事案: what is known of it, which 規則 第3条第1項 wants reported item by item."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("事案番号", max_length=12)  # year and running number: 2026-0001
    state = models.CharField(
        max_length=16, choices=_choices(IncidentState), default=IncidentState.INVESTIGATING.value
    )
    title = models.CharField("件名", max_length=80)
    harm = models.CharField("事態の種類", max_length=8, choices=_choices(Harm))
    suspected = models.BooleanField("おそれの段階", default=False)
    happened_on = models.DateField("発生日", null=True)
    noticed_on = models.DateField("知った日")
    noticed_by = models.CharField("発見者", max_length=80)
    outline = models.CharField("概要", max_length=1000)
    items = ArrayField(
        models.CharField(max_length=12), verbose_name="特定個人情報の項目", default=list
    )
    medium = models.CharField("媒体・種類", max_length=200, blank=True)
    cause = models.CharField(
        "原因の種類", max_length=16, choices=_choices(Cause), default=Cause.UNKNOWN.value
    )
    cause_told = models.CharField("原因", max_length=1000, blank=True)
    contractor = models.CharField("委託先", max_length=200, blank=True)
    malicious = models.BooleanField("不正の目的のおそれ", default=False)
    public = models.BooleanField("不特定多数の閲覧のおそれ", default=False)
    protected = models.BooleanField("高度な暗号化等の措置", default=False)
    # Of whom the register knows nothing, too: the most it may be about.
    people_told = models.PositiveIntegerField("本人の数の見込み", null=True)
    many_on = models.DateField("100人を超えると分かった日", null=True)
    damage = models.CharField("二次被害またはそのおそれ", max_length=500, blank=True)
    remark = models.CharField("その他参考となる事項", max_length=500, blank=True)
    affected = models.PositiveIntegerField("対象者", default=0)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.UUIDField(null=True)
    recorded_by_name = models.CharField(max_length=60)

    anywhere = Anywhere["Incident"]()
    objects = OfCompany["Incident"]()

    class Meta:
        db_table = "oversee_incident"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="incident_company_id"),
            models.UniqueConstraint(fields=["company", "code"], name="incident_code"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def people(self) -> int:
        """The most it may be about."""
        return max(self.affected, self.people_told or 0)

    @property
    def situation(self) -> Situation:
        return Situation(
            noticed_on=self.noticed_on,
            people=self.people,
            malicious=self.malicious,
            public=self.public,
            protected=self.protected,
            many_on=self.many_on,
        )

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return grounds(self.situation)

    @property
    def deadlines(self) -> Deadlines | None:
        return deadlines(self.situation)


class IncidentPerson(models.Model):
    """Somebody an incident is about, and how that is known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    source = models.CharField(max_length=8, choices=_choices(Source))
    known_by = models.CharField(max_length=200)  # which user and time, which file
    added_at = models.DateTimeField(default=timezone.now)
    added_by_name = models.CharField(max_length=60)
    notified_on = models.DateField("通知した日", null=True)
    excluded_because = models.CharField("除いた理由", max_length=200, blank=True)

    anywhere = Anywhere["IncidentPerson"]()
    objects = OfCompany["IncidentPerson"]()

    class Meta:
        db_table = "oversee_incident_person"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "incident", "person"], name="incident_person_once"
            )
        ]


class IncidentStep(models.Model):
    """What was done about an incident; only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    step = models.CharField(max_length=12, choices=_choices(Step))
    on = models.DateField("行った日")
    note = models.CharField("内容", max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=60)

    anywhere = Anywhere["IncidentStep"]()
    objects = OfCompany["IncidentStep"]()

    class Meta:
        db_table = "oversee_incident_step"
        base_manager_name = "anywhere"
        indexes = [
            models.Index(fields=["company", "incident", "at"], name="incident_step_at"),
        ]
