"""Every text of the portal is in its catalogues, in each language, and the compiled files fit."""

import re

import pytest
from django.utils import translation

from azukari.web.portal.languages import NAMES
from tests.portal import texts

_HOLDERS = re.compile(r"%\(\w+\)s|{\w*}")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-龠]")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_text_is_translated(language):
    assert texts.untranslated(language) == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_compiled_file_is_of_todays_texts(language):
    compiled = texts.TEXTS / language / "LC_MESSAGES" / "django.mo"

    assert compiled.read_bytes() == texts.as_mo(texts.merged(language)), "run bin/texts"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_translations_keep_what_is_filled_in(language):
    strays = [
        message.id
        for message in texts.merged(language)
        if isinstance(message.id, str)
        and message.id
        and sorted(_HOLDERS.findall(message.id)) != sorted(_HOLDERS.findall(message.string))
    ]

    assert strays == []


def test_english_is_english():
    strays = [
        message.string
        for message in texts.merged("en")
        if isinstance(message.string, str) and message.id and _JAPANESE.search(message.string)
    ]

    assert strays == []


@pytest.mark.parametrize("language", NAMES)
def test_language_is_one_that_django_loads(language):
    with translation.override(language):
        said = translation.gettext("提出する")

    assert said == {"ja": "提出する", "ja-easy": "出す", "en": "Hand in"}[language]


def test_no_page_of_the_portal_holds_a_text_outside_the_catalogues():
    """What stands between the tags of a template is translated, not written."""
    strays = {}
    for path in texts.sources():
        if path.suffix == ".html" and "templates/portal" in path.as_posix():
            plain = re.sub(
                r"{%\s*blocktranslate.*?endblocktranslate\s*%}",
                "",
                path.read_text(),
                flags=re.DOTALL,
            )
            plain = re.sub(r"{[%#{].*?[%#}]}", "", plain, flags=re.DOTALL)
            if found := _JAPANESE.findall(plain):
                strays[path.name] = "".join(found)

    assert strays == {}
