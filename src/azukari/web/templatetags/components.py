"""The tags a page is made of: ``{% load components %}``.

A page is a title and components; inputs, tables and buttons are never written by hand.
Examples: ``docs/developer/components.md`` and the gallery at ``/_components``.
"""

from django import template

from azukari.web.components.tags import forms, lists, marks, showing, ways

register = template.Library()
for kind in (marks, forms, lists, ways, showing):
    register.tags |= kind.register.tags
    register.filters |= kind.register.filters
