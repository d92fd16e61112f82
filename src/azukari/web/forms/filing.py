"""Forms of 法定帳票作成: the search rows, whom and which form, the facts a form asks for."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from azukari.filings.recipes import values
from azukari.filings.recipes.facts import is_empty
from azukari.filings.recipes.recipe import GROUPS, Ask, Recipe, recipes
from azukari.register import queries as register
from azukari.register.models import NumberState
from azukari.tenancy.models import Office
from azukari.use import preparing
from azukari.use.figures.columns import NOTHING, Column, choices
from azukari.use.models import FilingOutput, FilingState
from azukari.use.queries import CandidateFilter
from azukari.web.forms.reading import DaySought, Digits, FreeText, LawDate

_ANY = ("", "すべて")
_UNCHANGED = ("", "変えない")
_NONE = ("", "―")
YES, NO = "1", "0"
_MOST_CODES = 5000
_TEXT = 100


class Yen(forms.CharField):
    """Whole yen as people type them: ３００，０００円.  Cleans to int, or None when empty."""

    told = "金額を1円単位の数字で入力してください（例：300000）。"

    def __init__(self, *, most: int = 9, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.most = most
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> int | None:
        text = unicodedata.normalize("NFKC", super().clean(value) or "")
        digits = "".join(text.split()).replace(",", "").removeprefix("¥").removesuffix("円")
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit()) or len(digits) > self.most:
            raise ValidationError(self.told)
        return int(digits)


class Count(Yen):
    """A number of people, days, months."""

    told = "数字だけで入力してください。"


class FilingSearch(forms.Form):
    """The filter row of the list of filings."""

    q = forms.CharField(label="事業所・作成した人", required=False, max_length=80)
    form = forms.ChoiceField(label="様式", required=False)
    year = forms.TypedChoiceField(label="年分", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="状態", required=False, choices=[_ANY, *FilingState.choices])

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        _choices(self, "form", [_ANY, *((one.code, one.title) for one in recipes().values())])
        years = sorted(
            {y for one in recipes().values() for y in preparing.years_of(one)}, reverse=True
        )
        _choices(self, "year", [_ANY, *((str(year), f"{year}年分") for year in years)])


class CandidateSearch(forms.Form):
    """The filter row above those who may stand on a filing."""

    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    due = forms.ChoiceField(label="対象", required=False)
    department = forms.ChoiceField(label="部署", required=False)
    office = forms.ChoiceField(label="事業所", required=False)
    state = forms.ChoiceField(
        label="個人番号の状態", required=False, choices=[_ANY, *NumberState.choices]
    )
    hired_from = DaySought(label="入社日（から）")
    hired_to = DaySought(label="入社日（まで）")
    left_from = DaySought(label="退職日（から）")
    left_to = DaySought(label="退職日（まで）")

    def __init__(self, recipe: Recipe, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.recipe = recipe
        _choices(self, "due", [("0", "すべて"), ("1", DUE_WORDS[recipe.due])])
        if recipe.whom == "payee":
            for name in ("department", "office", "hired_from", "hired_to", "left_from", "left_to"):
                del self.fields[name]
            self.fields["q"].label = "支払先コード・氏名・カナ"
            return
        _choices(self, "department", [_ANY, *((one, one) for one in register.departments())])
        offices = [
            (str(one.id), f"{one.code} {one.name}") for one in Office.objects.order_by("code")
        ]
        _choices(self, "office", [_ANY, *offices])
        unused = {"hired": ("left_from", "left_to"), "left": ("hired_from", "hired_to")}
        for name in unused.get(recipe.due, ()):
            del self.fields[name]

    @property
    def wanted(self) -> CandidateFilter:
        """Conditions that cannot be read are left out; their fields say what is wrong."""
        self.is_valid()
        found = self.cleaned_data
        return CandidateFilter(
            words=found.get("q", ""),
            department=found.get("department", ""),
            office=found.get("office") or None,
            number_state=found.get("state", ""),
            hired_from=found.get("hired_from"),
            hired_to=found.get("hired_to"),
            left_from=found.get("left_from"),
            left_to=found.get("left_to"),
            due=found.get("due") == "1",
        )


DUE_WORDS: Mapping[str, str] = {
    "hired": "最近入社して、まだ届け出ていない人",
    "left": "退職して、まだ届け出ていない人",
    "year": "その年に在籍し、まだ作成していない人",
    "payees": "対象の支払先で、まだ作成していない人",
    "all": "まだ作成していない人",
}


class FilingForm(forms.Form):
    """For which year and office, and as what; whom, where codes were pasted or sent."""

    year = forms.TypedChoiceField(label="年分", coerce=int)
    office = forms.TypedChoiceField(label="事業所", empty_value=None)
    output = forms.ChoiceField(label="作り方", widget=forms.RadioSelect)
    locked = forms.BooleanField(
        label="PDFをパスワードで暗号化する", required=False,
        help_text="パスワードは自動で作り、作成した後の画面で1回だけ表示します。",
    )  # fmt: skip
    codes = forms.CharField(
        label="社員番号を貼り付ける", required=False, max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="1行に1つ、またはコンマや空白で区切ります。",
    )  # fmt: skip
    codes_file = forms.FileField(
        label="社員番号のCSV", required=False, help_text="1列目を社員番号として読みます。"
    )

    def __init__(self, recipe: Recipe, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.recipe = recipe
        offices = {str(one.id): one for one in Office.objects.order_by("code")}
        shown = [(key, f"{one.code} {one.name}") for key, one in offices.items()]
        _choices(self, "office", shown if len(shown) == 1 else [("", "選んでください"), *shown])
        field = self.fields["office"]
        assert isinstance(field, forms.TypedChoiceField)
        field.coerce = offices.__getitem__
        years = preparing.years_of(recipe)
        if years:
            _choices(self, "year", [(str(one), f"{one}年分") for one in years])
        else:
            del self.fields["year"]
        if recipe.is_paper:
            papers = [one for one in FilingOutput if one is not FilingOutput.FILE]
            _choices(self, "output", [(one.value, one.label) for one in papers])
            self.fields["output"].initial = FilingOutput.PDF
        else:
            del self.fields["output"], self.fields["locked"]
        if recipe.whom == "payee":
            self.fields["codes"].label = "支払先コードを貼り付ける"
            self.fields["codes_file"].label = "支払先コードのCSV"
        if not recipe.has_people:
            del self.fields["codes"], self.fields["codes_file"]

    def clean_codes(self) -> tuple[str, ...]:
        return _codes(self.cleaned_data["codes"])

    def clean_codes_file(self) -> tuple[str, ...]:
        sent = self.cleaned_data["codes_file"]
        if sent is None:
            return ()
        if sent.size > 4_000_000:
            raise ValidationError("4MBまでのファイルを選んでください。")
        content = sent.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp932", "replace")
        first = (line.split(",")[0].strip().strip('"') for line in text.splitlines())
        return tuple(code for code in first if code and not code.startswith(("社員", "支払先")))

    @property
    def wanted(self) -> preparing.Wanted:
        """What is to be made, once the form is valid."""
        given = self.cleaned_data
        return preparing.Wanted(
            self.recipe.code,
            given["office"],
            given.get("year"),
            given.get("output", ""),
            locked=given.get("locked", False),
        )

    @property
    def pasted(self) -> tuple[str, ...]:
        """Codes from the box and from the file, each once."""
        both = [*self.cleaned_data.get("codes", ()), *self.cleaned_data.get("codes_file", ())]
        return tuple(dict.fromkeys(both))


def _codes(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", text)
    for mark in ",、;\t":
        plain = plain.replace(mark, " ")
    return tuple(plain.split())


# facts ------------------------------------------------------------------------------------------


def field_of(ask: Ask, *, unchanged: bool = False) -> forms.Field:
    """A field for one question; `unchanged` for values that are given to everybody at once."""
    options: dict[str, Any] = {"label": ask.label, "required": False, "help_text": ask.help}
    if ask.kind == "code":
        shown = [(code, f"{code} {meaning}") for code, meaning in ask.codes.items()]
        first = _UNCHANGED if unchanged else _NONE
        return forms.ChoiceField(choices=[first, *shown], **options)
    if ask.kind == "flag" and unchanged:
        both = [_UNCHANGED, (YES, "該当する"), (NO, "該当しない")]
        return forms.ChoiceField(choices=both, **options)
    if ask.name in values.DESIGNATED:
        return DesignatedText(ask, **options)
    return _FIELDS[ask.kind](ask.most, **options)


class DesignatedText(forms.CharField):
    """A 指定番号, which may have twelve digits, so only the check digit tells."""

    def __init__(self, ask: Ask, **options: Any) -> None:
        super().__init__(max_length=ask.most or _TEXT, **options)
        self.ask = ask

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return text and values.parse(self.ask, text)
        except ValueError as refused:
            raise ValidationError(str(refused)) from None


_FIELDS: Mapping[str, Callable[..., forms.Field]] = {
    "yen": lambda most, **options: Yen(most=most or 10, **options),
    "count": lambda most, **options: Count(most=most or 4, **options),
    "date": lambda _most, **options: LawDate(**options),
    "flag": lambda _most, **options: forms.BooleanField(**options),
    "digits": lambda most, **options: Digits(
        digits=range(1, (most or 20) + 1), max_length=40, **options
    ),
    "text": lambda most, **options: FreeText(max_length=most or _TEXT, **options),
}


def key_of(ask: Ask) -> str:
    """The name of the field of a question; dots mean something to prefixes and selectors."""
    return ask.name.replace(".", "__")


class FactsForm(forms.Form):
    """Some of the questions a form asks of one person, one member of a family, or once for all."""

    def __init__(self, asks: tuple[Ask, ...], *given: Any, whose: str = "", **options: Any) -> None:
        super().__init__(*given, **options)
        self.asks = asks
        for ask in asks:
            field = field_of(ask)
            if whose:
                field.widget.attrs["aria-label"] = f"{whose} {field.label}"
            self.fields[key_of(ask)] = field

    @property
    def told(self) -> dict[str, Any]:
        """What was given, by the names of facts; None for what is empty."""
        found = {}
        for ask in self.asks:
            value = self.cleaned_data.get(key_of(ask))
            found[ask.name] = None if is_empty(value) else value
        return found


def initial_of(asks: tuple[Ask, ...], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the fields of the form hold them."""
    return {key_of(ask): facts[ask.name] for ask in asks if ask.name in facts}


class ForAllForm(forms.Form):
    """Values for everybody on the filing; what is left empty stays as it is."""

    def __init__(self, asks: tuple[Ask, ...], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.asks = asks
        for ask in asks:
            self.fields[key_of(ask)] = field_of(ask, unchanged=True)

    @property
    def changes(self) -> dict[str, Any]:
        found = {}
        for ask in self.asks:
            value = self.cleaned_data.get(key_of(ask))
            if value in (None, ""):
                continue
            found[ask.name] = (value == YES or None) if ask.kind == "flag" else value
        return found


class FiguresForm(forms.Form):
    """A file of figures; `key` is of one opening of the page."""

    key = forms.CharField(required=False, max_length=64, initial=uuid4, widget=forms.HiddenInput)
    figures = forms.FileField(label="金額などのファイル", help_text="CSVまたはExcel（.xlsx）。")


class ColumnsForm(forms.Form):
    """What each column of a file of figures is."""

    def __init__(self, recipe: Recipe, columns: list[Column], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.columns = columns
        known = [("", "選んでください"), (NOTHING, "使わない"), *choices(recipe)]
        for one in columns:
            self.fields[f"column_{one.place}"] = forms.ChoiceField(
                label=one.heading, choices=known, initial=one.name, required=False
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        given = [name for name in found.values() if name not in {"", NOTHING}]
        if "code" not in given:
            raise ValidationError("社員番号（支払先コード）の列を1つ選んでください。")
        if len(set(given)) < len(given):
            raise ValidationError("同じ項目を2つの列に選んでいます。1つにしてください。")
        return found

    @property
    def names(self) -> dict[int, str]:
        """By place of the column; what nobody chose is not used."""
        return {
            one.place: self.cleaned_data.get(f"column_{one.place}") or NOTHING
            for one in self.columns
        }


class AgainForm(forms.Form):
    reason = FreeText(
        label="もう一度取り出す理由", max_length=200, help_text="取扱いの記録に残ります。"
    )


def groups_of(found: list[Recipe]) -> list[tuple[str, list[Recipe]]]:
    """Under their headings, in the order of the catalogue."""
    return [
        (label, [one for one in found if one.group == group])
        for group, label in GROUPS.items()
        if any(one.group == group for one in found)
    ]


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
