"""Pairs of letters, by which parts of names are found."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company


class PersonLetters(models.Model):
    """Who has one letter before another in name or kana; the last letter stands before a blank.

    Written by triggers of `register_person`, one row per pair for all people of a statement.  A
    person whose name changed keeps the old pairs: what is found here has still to be compared.
    """

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=8)
    pair = models.CharField(max_length=2)
    people = ArrayField(models.UUIDField())

    anywhere = Anywhere["PersonLetters"]()
    objects = OfCompany["PersonLetters"]()

    class Meta:
        db_table = "register_person_letters"
        base_manager_name = "anywhere"
        indexes = [
            # Pattern operators: beginnings are found whatever the database's order of letters.
            models.Index(
                fields=["company", "kind", "pair"],
                name="person_letters",
                opclasses=["uuid_ops", "text_ops", "text_pattern_ops"],
            )
        ]
