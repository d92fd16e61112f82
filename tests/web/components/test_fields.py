import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from azukari.web.components.sample_forms import EveryField, refused
from azukari.web.components.widgets import DateText, NumberGroups
from tests.numbers import valid_number
from tests.web.components.page import draw

_GROUPS = {"seen", "way"}
_SINGLE = [name for name in EveryField.base_fields if name not in _GROUPS]


@pytest.mark.parametrize("name", _SINGLE)
def test_field_is_labelled_and_described(name: str) -> None:
    form = EveryField()

    page = draw("{% field bound %}", bound=form[name])

    control = page.with_id(f"id_{name}")
    labels = [e for e in page.elements if e.name == "label"]
    assert any(e.attrs.get("for") in {None, f"id_{name}"} for e in labels)
    assert str(form[name].label) in labels[0].text
    assert ("※必須" in labels[0].text) is form.fields[name].required
    described = (control.attrs.get("aria-describedby") or "").split()
    assert [page.with_id(id_).name for id_ in described] == ["p"] * len(described)
    assert (f"id_{name}_helptext" in described) is bool(
        form.fields[name].help_text or name == "born"
    )


@pytest.mark.parametrize("name", sorted(_GROUPS))
def test_group_has_a_legend_and_a_label_for_every_choice(name: str) -> None:
    page = draw("{% field bound %}", bound=EveryField()[name])

    assert "※必須" in page.one("legend").text
    inputs = page.all("input")
    assert [e.attrs["for"] for e in page.all("label")] == [e.attrs["id"] for e in inputs]
    assert len(inputs) == 3


@pytest.mark.parametrize("name", ["born", "number", "password", "told"])
def test_field_with_an_error_says_so_to_everybody(name: str) -> None:
    form = refused()

    page = draw("{% field bound %}", bound=form[name])

    control = page.with_id(f"id_refused-{name}")
    assert control.attrs["aria-invalid"] == "true"
    assert f"id_refused-{name}_error" in (control.attrs["aria-describedby"] or "").split()
    assert "エラー：" in page.with_id(f"id_refused-{name}_error").text
    assert page.all("use")[-1].attrs["href"] == "/static/azukari/icons.svg#error"


def test_group_with_an_error_is_described_by_it() -> None:
    page = draw("{% field bound %}", bound=refused()["seen"])

    assert page.one("fieldset").attrs["aria-describedby"] == (
        "id_refused-seen_helptext id_refused-seen_error"
    )


def test_empty_field_says_what_to_do() -> None:
    form = EveryField({})

    page = draw("{% field form.name %}{% field form.relation %}{% field form.told %}", form=form)

    texts = [e.text for e in page.all("p", class_="error-text")]
    assert texts == [
        "エラー：氏名を入力してください。",
        "エラー：続柄を選んでください。",
        "エラー：内容を確かめて、チェックを入れてください。",
    ]


def test_own_wording_of_an_empty_field_is_kept() -> None:
    class Own(forms.Form):
        reason = forms.CharField(error_messages={"required": "理由を書いてください。"})

    page = draw("{% field form.reason %}", form=Own({}))

    assert page.one("p", class_="error-text").text == "エラー：理由を書いてください。"


def test_number_is_never_sent_back() -> None:
    number = valid_number(7)
    form = EveryField({"number": number, "number_again": number})

    page = draw("{% all_fields form %}", form=form)

    assert number not in page.source
    assert "value" not in page.with_id("id_number").attrs
    assert "安全のため、入力した番号は残していません。" in page.source


def test_number_field_tells_the_script_what_it_repeats() -> None:
    class Twice(forms.Form):
        number = forms.CharField(widget=NumberGroups)
        again = forms.CharField(widget=NumberGroups(same_as="number"))

    page = draw("{% all_fields form %}", form=Twice())

    assert page.with_id("id_number").attrs["data-digits"] == "12"
    assert page.with_id("id_number").attrs["autocomplete"] == "off"
    assert page.with_id("id_again").attrs["data-same-as"] == "number"
    assert page.with_id("id_again_hint").attrs["role"] == "status"


def test_date_is_text_so_that_both_calendars_can_be_typed() -> None:
    class Born(forms.Form):
        born = forms.DateField(widget=DateText)

    page = draw("{% field form.born %}", form=Born({"born": "令和8年4月1日"}))

    control = page.with_id("id_born")
    assert (control.attrs["type"], control.attrs["value"]) == ("text", "令和8年4月1日")
    assert page.with_id("id_born_helptext").text == "例：2026/4/1、令和8年4月1日、R8.4.1"


def test_date_with_words_of_its_own_still_says_how_it_is_typed() -> None:
    class Review(forms.Form):
        again_on = forms.DateField(widget=DateText, help_text="続けるときに入力します。")

    page = draw("{% field form.again_on %}", form=Review())

    said = page.with_id("id_again_on_helptext").text
    assert said == "続けるときに入力します。例：2026/4/1、令和8年4月1日、R8.4.1"
    assert 'class="field short"' in page.source


def test_file_is_asked_for_again_when_something_else_was_wrong() -> None:
    class Sent(forms.Form):
        file = forms.FileField()
        reason = forms.CharField()

    again = "選んだファイルは残っていません。もう一度選んでください。"
    chosen = {"file": SimpleUploadedFile("a.csv", b"1")}

    refused = draw("{% field form.file %}", form=Sent({}, chosen))
    without = draw("{% field form.file %}", form=Sent({"reason": "x"}, {}))

    assert again in refused.source
    assert again not in without.source


def test_error_summary_links_lead_to_fields_of_the_page() -> None:
    page = draw("{% error_summary form %}{% all_fields form %}", form=refused())

    links = [(e.attrs["href"] or "").removeprefix("#") for e in page.all("a")]
    assert len(links) == 6
    assert set(links) <= set(page.ids)
    assert "入力内容をご確認ください（7件）" in page.one("h2").text


def test_error_summary_of_forms_without_errors_is_nothing() -> None:
    family = forms.formset_factory(EveryField, extra=1)

    page = draw(
        "{% error_summary form family none %}", form=EveryField(), family=family(), none=None
    )

    assert page.source.strip() == ""


def test_error_summary_covers_form_sets() -> None:
    class Line(forms.Form):
        name = forms.CharField(label="氏名")

    lines = forms.formset_factory(Line, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "山田 花子"}
    )

    page = draw("{% error_summary lines %}", lines=lines)

    assert [e.attrs["href"] for e in page.all("a")] == ["#id_form-1-name"]
