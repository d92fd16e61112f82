"""What every page of the portal is surrounded by."""

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _

from azukari.web.doors import PORTAL_ROUTES
from azukari.web.portal import languages, words

# What the script says (`azukari.js`), by its own words.
SCRIPT_WORDS = (
    _("数字だけを入力してください。"),
    _("あと{n}桁です。"),
    _("{n}桁多く入力されています。"),
    _("1回目に入力した番号と違います。もう一度ご確認ください。"),
    _("検査用数字が合いません。番号確認書類をもう一度ご確認ください。"),
    _("1回目と同じ番号です。"),
    _("12桁そろいました。"),
    _("隠す"),
    _("表示する"),
    _("送っています…"),
    _("この端末ではパスキーを使えません。"),
    _(
        "パスキーを確かめられませんでした。もう一度お試しいただくか、パスワードでログインしてください。"
    ),
)


def frame() -> dict[str, Any]:
    language = get_language() or languages.JAPANESE
    return {
        "page_language": languages.TAGS.get(language, "ja"),
        "languages": [(code, name, code == language) for code, name in languages.NAMES.items()],
        "script_words": json.dumps(
            {text: words.of_number(text) for text in SCRIPT_WORDS}, ensure_ascii=False
        ),
        "portal_routes": {
            name.replace("-", "_"): reverse(name, urlconf=PORTAL_ROUTES)
            for name in ("home", "help", "language", "account", "uses", "sign-out", "sign-in")
        },
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor, for requests of this door."""
    facts = frame()
    person = getattr(request, "person", None)
    if person is None:
        return facts
    return {
        **facts,
        "company_name": getattr(request, "place").company_name,  # noqa: B009  set by the guard
        "person_name": person.name,
        "has_account": getattr(request, "account", None) is not None,
    }
