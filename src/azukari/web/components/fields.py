"""How a bound form field is drawn: which kind it is, and what its control must carry."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from azukari.web.components.widgets import DateText, NumberGroups

_EMPTY = forms.Field.default_error_messages["required"]
DATE_HELP = "例：2026/4/1、令和8年4月1日、R8.4.1"
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (NumberGroups, "digits"),
    (forms.PasswordInput, "password"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "check"),
    (forms.FileInput, "file"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary; ``anchor`` is empty when it belongs to no field."""

    text: str
    anchor: str


def kind_of(bound: BoundField) -> str:
    for widget, kind in _KINDS:
        if isinstance(bound.field.widget, widget):
            return kind
    return "plain"


def help_of(bound: BoundField) -> str:
    """What the form says of the field; how a date is typed stands at every date."""
    said = str(bound.help_text)
    if not isinstance(bound.field.widget, DateText) or "例：" in said:
        return said
    return said + DATE_HELP


def width_of(bound: BoundField) -> str:
    """As wide as what is typed, where the kind of field tells it."""
    return "short" if isinstance(bound.field.widget, DateText | forms.NumberInput) else ""


def draw_control(bound: BoundField) -> SafeString:
    """The widget with our class and with help and error as its description."""
    attrs: dict[str, str | bool] = (
        {} if kind_of(bound) in {"check", "choices"} else {"class": "control"}
    )
    if described := describe(bound):
        attrs["aria-describedby"] = described
    return bound.as_widget(attrs=attrs)


def describe(bound: BoundField) -> str:
    """Ids of help, live hint and error, in the order they are read out."""
    parts = [
        ("helptext", bool(help_of(bound))),
        ("hint", kind_of(bound) == "digits"),
        ("error", bool(bound.errors)),
    ]
    return " ".join(f"{bound.auto_id}_{part}" for part, there in parts if there)


def problems_of(bound: BoundField) -> list[str]:
    """The field's errors; Django's own word for an empty field is replaced by what to do."""
    return [_word(bound, error) for error in bound.errors.as_data()]


def _word(bound: BoundField, error: ValidationError) -> str:
    if error.code != "required" or error.message != _EMPTY:
        return " ".join(error.messages)
    if kind_of(bound) == "check":
        return gettext("内容を確かめて、チェックを入れてください。")
    chosen = isinstance(bound.field, forms.ChoiceField | forms.FileField)
    asked = (
        gettext("{label}を選んでください。") if chosen else gettext("{label}を入力してください。")
    )
    return asked.format(label=bound.label)


def collect_problems(forms_: "Iterable[BaseForm | BaseFormSet[BaseForm] | None]") -> list[Problem]:
    """Every error of the forms and form sets, in the order of the page."""
    return [problem for form in _flatten(forms_) for problem in _problems_of(form)]


def _flatten(forms_: "Iterable[BaseForm | BaseFormSet[BaseForm] | None]") -> Iterable[BaseForm]:
    for form in forms_:
        if isinstance(form, BaseFormSet):
            yield from form.forms
        elif form is not None:
            yield form


def _problems_of(form: BaseForm) -> Iterable[Problem]:
    for text in form.non_field_errors():
        yield Problem(str(text), "")
    for bound in form:
        for text in problems_of(bound):
            yield Problem(_name(bound, text), _anchor(bound))


def _name(bound: BoundField, text: str) -> str:
    label = str(bound.label).rstrip("。")  # a box to tick is labelled with a sentence
    return (
        text
        if text.startswith(label)
        else gettext("{label}：{problem}").format(label=label, problem=text)
    )


def _anchor(bound: BoundField) -> str:
    if kind_of(bound) == "choices":
        return next((choice.id_for_label for choice in bound.subwidgets), bound.auto_id)
    return bound.id_for_label or bound.auto_id
