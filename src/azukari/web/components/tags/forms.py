"""Fields, forms and what is wrong with them."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString

from azukari.web.components import fields
from azukari.web.components.drawing import draw

register = template.Library()


@register.simple_block_tag(takes_context=True)
def post_form(
    context: template.Context,
    content: str,
    form: BaseForm | None = None,
    action: str = "",
    *,
    again: bool = False,
) -> SafeString:
    """A form that is sent once; ``again=True`` for downloads, which leave the page standing."""
    return draw(
        "post_form",
        content=content,
        form=form,
        action=action,
        again=again,
        csrf_token=context.get("csrf_token"),
    )


@register.simple_tag
def field(bound: BoundField, width: str = "", *, inline: bool = False) -> SafeString:
    """Label, ※必須, help, control and error of one form field.

    ``width``: short, medium or nothing, which is the full measure except for dates and figures;
    ``inline`` puts choices in a row.
    """
    return draw(
        f"field_{fields.kind_of(bound)}",
        bound=bound,
        width=width or fields.width_of(bound),
        inline=inline,
        help=fields.help_of(bound),
        described=fields.describe(bound),
        problems=fields.problems_of(bound),
        control=fields.draw_control(bound),
    )


@register.simple_tag
def default_button() -> SafeString:
    """Comes first in a form with several buttons: what Enter in a text box presses."""
    return draw("default_button")


@register.simple_tag
def fill_button(label: str, act: str, part: str, what: str = "") -> SafeString:
    """Sends the form as `act=…` to be filled in, not saved; with script only `part` is swapped.

    ``part`` is the id of what comes back changed.  The form needs a ``default_button``.
    """
    return draw("fill_button", label=label, act=act, target=part, what=what)


@register.simple_tag
def all_fields(form: BaseForm) -> SafeString:
    """Every visible field of the form, one under the other."""
    return SafeString("".join(field(bound) for bound in form.visible_fields()))


@register.simple_tag
def hidden_value(name: str, value: object) -> SafeString:
    """Something a button sends along."""
    return draw("hidden_value", name=name, value=value)


@register.simple_tag
def signature_pad(target: str) -> SafeString:
    """A field to draw in, kept as lines of points in the hidden field with that id."""
    return draw("signature_pad", target=target)


@register.simple_tag
def passkey_button(
    act: str, label: str, ask_url: str, answer_url: str, kind: str = "outline"
) -> SafeString:
    """Asks the device for a passkey (``act``: get or create); shown only where script runs."""
    return draw(
        "passkey_button", act=act, label=label, ask_url=ask_url, answer_url=answer_url, kind=kind
    )


@register.simple_block_tag
def field_group(content: str, title: str) -> SafeString:
    return draw("field_group", content=content, title=title)


@register.simple_tag
def error_summary(*forms_: Any) -> SafeString:
    """Every error of the given forms and form sets, linked to its field, or nothing at all."""
    return draw("error_summary", problems=fields.collect_problems(forms_))
