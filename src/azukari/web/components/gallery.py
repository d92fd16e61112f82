"""The page `/_components`: every component and variant, and whole pages made of them.

It is what axe and the screenshots run on first. It shows invented people only, and its number has
a wrong check digit, so it can belong to nobody.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from azukari.web.components import samples

PAGES = {
    "parts": ("部品の見本", samples.parts),
    "fields": ("入力欄の見本", samples.fields),
    "top": ("トップ", samples.top),
    "people": ("個人番号（本人）", samples.people),
    "person": ("個人番号（本人）の参照", samples.person),
    "dispose": ("個人番号の廃棄", samples.dispose),
    "signin": ("ログイン", samples.signin),
    "message": ("証明書を確認できませんでした", samples.message),
    "print": ("廃棄証明書", samples.certificate),
}


def gallery(request: HttpRequest) -> HttpResponse:
    """One page (``?page=``) of the gallery, in the operator's frame with invented surroundings."""
    page = request.GET.get("page", "parts")
    if page not in PAGES:
        raise Http404
    title, facts = PAGES[page]
    context: dict[str, Any] = {**samples.frame(page), "page_title": title, **facts()}
    return render(request, f"components/gallery/{page}.html", context)
