"""The catalogues of the portal: gathered from the sources, merged, compiled (`bin/texts`).

The words of the sources are the Japanese; `en` and `ja_Easy` (やさしい日本語) translate each of
them, and what law, register, collection and ledger call things as well.
"""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "azukari"
TEXTS = SOURCE / "web" / "portal" / "texts"
LANGUAGES = ("en", "ja_Easy")
HEAD = "# Words of the portal. Gathered by bin/texts; the translations are written here by hand."
DAY = datetime(2026, 1, 1, tzinfo=UTC)  # so that the files change only with their words
_KEYWORDS = ["_", "gettext", "gettext_lazy", "gettext_noop"]


def sources() -> list[Path]:
    """Where words for the portal stand."""
    web = SOURCE / "web"
    python = [
        *sorted((web / "portal").glob("*.py")),
        web / "components" / "fields.py",
        web / "forms" / "sign_in.py",
    ]
    templates = [
        *sorted((web / "templates" / "portal").rglob("*.html")),
        *sorted((web / "templates" / "components").glob("*.html")),
        web / "templates" / "layouts" / "portal.html",
        web / "templates" / "layouts" / "base.html",
    ]
    return python + templates


def texts() -> set[str]:
    """Every text that can be looked up in a catalogue."""
    found: set[str] = set()
    for path in sources():
        found |= _in_template(path) if path.suffix == ".html" else _in_python(path)
    return found | names()


def names() -> set[str]:
    """What other rooms call things, shown in the portal by `gettext(one.label)`."""
    from azukari.collect import power_of_attorney
    from azukari.collect.applicant import _ROLES
    from azukari.collect.own import _STEPS, USES
    from azukari.collect.papers import PaperKind
    from azukari.collect.rules import (
        ApplicationState,
        DeclineReason,
        RequestState,
        ReturnReason,
    )
    from azukari.law.purpose import Purpose
    from azukari.law.relationship import Relationship
    from azukari.register.models import NumberState
    from azukari.tenancy.rights import RoleKind
    from azukari.web import words

    labelled = [
        PaperKind, ApplicationState, DeclineReason, RequestState, ReturnReason, Purpose,
        Relationship, NumberState, RoleKind, USES, _STEPS,
    ]  # fmt: skip
    found = {str(one.label) for some in labelled for one in some}
    found |= set(_ROLES.values()) | set(power_of_attorney.WORDING)
    found |= {"個人番号を入力してください。", *words._NUMBER.values()}
    return found


def _in_python(path: Path) -> set[str]:
    with path.open("rb") as file:
        found = extract_python(file, _KEYWORDS, [], {"encoding": "utf-8"})
        return {
            text
            for _line, _name, message, _comments in found
            for text in (message if isinstance(message, tuple) else (message,))
            if text
        }


_TAG = re.compile(r'{%\s*translate\s+"([^"]+)"')
_ARGUMENT = re.compile(r'_\("([^"]+)"\)')
_BLOCK = re.compile(
    r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*(?:plural\s*%}.*?{%\s*)?endblocktranslate\s*%}",
    re.DOTALL,
)


def _in_template(path: Path) -> set[str]:
    source = path.read_text("utf-8")
    blocks = {re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", text) for text in _BLOCK.findall(source)}
    return set(_TAG.findall(source)) | set(_ARGUMENT.findall(source)) | blocks


def catalogue(language: str) -> Catalog:
    path = TEXTS / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale="ja" if language != "en" else "en")
    with path.open("rb") as file:
        return read_po(file, locale="ja" if language != "en" else "en")


def merged(language: str) -> Catalog:
    """What is looked up today, with the translations there are; what nobody asks for is gone."""
    before = catalogue(language)
    known = {(m.id if isinstance(m.id, str) else m.id[0]): m.string for m in before if m.id}
    after = Catalog(
        locale="ja" if language != "en" else "en", header_comment=HEAD, fuzzy=False,
        project="azukari", version="1", charset="utf-8", creation_date=DAY, revision_date=DAY,
        last_translator="azukari", language_team="azukari", msgid_bugs_address="",
    )  # fmt: skip
    plural = "入力内容をご確認ください（%(counted)s件）"
    for text in sorted(texts()):
        said = known.get(text, "")
        if text == plural:
            after.add((text, text), said if isinstance(said, tuple) else (said, said))
        else:
            after.add(text, said)
    return after


def untranslated(language: str) -> list[str]:
    return [
        str(message.id)
        for message in merged(language)
        if message.id
        and not all(message.string if isinstance(message.string, tuple) else [message.string])
    ]


def as_mo(messages: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, messages)
    return buffer.getvalue()


def write() -> int:
    missing = 0
    for language in LANGUAGES:
        folder = TEXTS / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        messages = merged(language)
        with (folder / "django.po").open("wb") as file:
            write_po(file, messages, width=100, omit_header=False, sort_output=True)
        (folder / "django.mo").write_bytes(as_mo(messages))
        lacking = untranslated(language)
        missing += len(lacking)
        for text in lacking:
            sys.stdout.write(f"{language}: {text}\n")
    return missing


if __name__ == "__main__":
    import os

    os.environ.update(
        DJANGO_SETTINGS_MODULE="azukari.settings.service", AZUKARI_DATA="/nonexistent",
        AZUKARI_SECRET_KEY="none", AZUKARI_DATABASE_URL="postgresql://none@localhost/none",
        AZUKARI_KEYS_DATABASE_URL="postgresql://none@localhost/none",
    )  # fmt: skip
    import django

    django.setup()
    sys.exit(1 if write() else 0)
