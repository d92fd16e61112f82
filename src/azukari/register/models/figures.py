"""年間の金額: what payroll has told of an employee's year, for the forms made of it."""

from django.db import models
from django.utils import timezone

from azukari.register.models.person import Person
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class YearlyFigures(models.Model):
    """`figures`: by the names of `filings.recipes.yearly`, as a filing keeps its facts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    year = models.PositiveSmallIntegerField("年分")
    figures = models.JSONField("金額", default=dict)
    told_by_name = models.CharField(max_length=60)
    told_at = models.DateTimeField(default=timezone.now)

    anywhere = Anywhere["YearlyFigures"]()
    objects = OfCompany["YearlyFigures"]()

    class Meta:
        db_table = "register_yearly_figures"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "year", "person"], name="yearly_figures_once"
            )
        ]
