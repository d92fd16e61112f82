"""Managers that only answer inside a tenant's scope: the first of three nets."""

from typing import TypeVar

from django.db import models

from azukari.tenancy import scope

Row = TypeVar("Row", bound=models.Model, covariant=True)  # noqa: PLC0105


class OfContract(models.Manager[Row]):
    """Rows of the contract in scope."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(contract_id=scope.contract_id())


class OfCompany(models.Manager[Row]):
    """Rows of the company in scope."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(company_id=scope.company_id())


class Anywhere(models.Manager[Row]):
    """Rows whatever the scope; row-level security alone decides.

    Only for the few look-ups that come before a scope is known, and as Django's base manager.
    """

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset()
