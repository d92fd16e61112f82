"""How a part of a page becomes HTML."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def draw(part: str, **facts: Any) -> SafeString:
    return SafeString(render_to_string(f"components/{part}.html", facts))
