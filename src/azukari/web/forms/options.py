"""Fields that belong to an option of the contract are not on the form without it."""

from collections.abc import Collection

from django import forms

from azukari.tenancy.options import Option, has_field


def keep_open(form: forms.Form, name: str, options: Collection[Option]) -> None:
    """`name` as `tenancy.options.GATES` calls the form."""
    for field in list(form.fields):
        if not has_field(name, field, options):
            del form.fields[field]
