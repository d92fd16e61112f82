"""Counter-templates: how to make another product write its files under our headings."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from azukari.products.counter_templates import counter_template, counter_templates
from azukari.products.preset import Confidence, presets
from azukari.register.sheets.foreign import OTHER_CONTENT
from azukari.web.components.parts import Link
from azukari.web.guard import OperatorRequest
from azukari.web.operator.sheet_files import attachment
from azukari.web.operator.sheets import crumbs

_SURE = {
    Confidence.SEEN: "見出しを確かめました",
    Confidence.PARTLY_SEEN: "見出しの一部を確かめました",
}


def products(request: OperatorRequest) -> HttpResponse:
    context = {
        "page_title": "ほかの製品から出す",
        "crumbs": crumbs(Link("ファイルを送る", reverse("sheet-new")), Link("ほかの製品から出す")),
        "templates": [
            (one, reverse("sheet-product", args=[one.key]), _pairs(one.columns))
            for one in counter_templates()
        ],
        "pair_columns": ["このサービスの見出し", "製品の項目"],
        "taken": _taken(),
        "taken_columns": ["製品", "ファイル", "確かめたこと"],
        "back_url": reverse("sheet-new"),
    }
    return render(request, "operator/sheets/products.html", context)


def product(request: OperatorRequest, key: str) -> HttpResponse:  # noqa: ARG001
    found = counter_template(key)
    if found is None:
        raise Http404
    return attachment(found.content(), f"連携用ひな形_{found.product}.csv")


def _pairs(columns: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(pair) for pair in columns]


def _taken() -> list[list[str]]:
    """Files taken as they are; what was only inferred is no promise."""
    return [
        [one.product, one.file, _SURE[one.confidence]]
        for one in presets()
        if one.confidence in _SURE
        and one.kind not in OTHER_CONTENT
        and not one.id.startswith("azukari")
    ]
