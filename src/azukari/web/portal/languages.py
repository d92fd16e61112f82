"""The languages of the portal: chosen by a person, else by what the browser asks for."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation.trans_real import parse_accept_lang_header

from azukari.web.doors import LANGUAGE_COOKIE

JAPANESE, EASY, ENGLISH = "ja", "ja-easy", "en"
NAMES = {JAPANESE: "日本語", EASY: "やさしい日本語", ENGLISH: "English"}
# As the attribute `lang` has it (BCP 47): easy Japanese is Japanese to a screen reader.
TAGS = {JAPANESE: "ja", EASY: "ja", ENGLISH: "en"}
_YEAR = 365 * 24 * 3600


def chosen(request: HttpRequest) -> str:
    kept = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if kept in NAMES:
        return kept
    wished = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    for tag, _weight in wished:
        if tag == "ja" or tag.startswith("ja-"):
            return JAPANESE
        if tag == "en" or tag.startswith("en-"):
            return ENGLISH
    # Whoever reads neither is helped most by short sentences with readings.
    return EASY if wished and wished[0][0] != "*" else JAPANESE


def keep(response: HttpResponseBase, language: str) -> None:
    if language in NAMES:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_YEAR, secure=True, httponly=True, samesite="Lax"
        )
