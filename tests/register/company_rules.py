"""A company of its own, whose handling rules a test may set."""

from azukari.tenancy.models import Company
from tests.cast import Side, make_side


def strict_side(label: str, **rules: bool | int) -> Side:
    side = make_side(label)
    with side.scope():
        Company.objects.filter(id=side.company.id).update(**rules)
    return side
