"""The manuals, read in the app itself: what this version does, by reader."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from azukari.web.components.parts import Link


@dataclass(frozen=True, slots=True)
class Manual:
    title: str
    note: str


MANUALS = {
    "operator": Manual("操作マニュアル（運用担当者）", "登録、表示、一括登録、帳票、廃棄"),
    "steward": Manual("操作マニュアル（管理担当者）", "会社情報、ユーザ、権限、証明書、記録の確認"),
}


def manual(request: HttpRequest, page: str) -> HttpResponse:
    if page not in MANUALS:
        raise Http404
    context = {"page_title": MANUALS[page].title}
    return render(request, f"manuals/{page}.html", context)


def links() -> list[Link]:
    """For the foot of the menu."""
    return [
        Link(one.title, reverse("manual", kwargs={"page": page}), "book", one.note)
        for page, one in MANUALS.items()
    ]
