"""Words of one form on every screen: full-width parentheses, one way to write a day."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import azukari

_SOURCE = Path(azukari.__file__).parent
_TEMPLATES = _SOURCE / "web" / "templates"
_JAPANESE = "ぁ-んァ-ヶ一-龠々ー。、」"
# Beside a Japanese letter, or around one.
_NARROW = re.compile(rf"[{_JAPANESE}]\([^()]*\)|\([^()]*[{_JAPANESE}][^()]*\)")
_DATE = re.compile(r'\|date:"([^"]+)"')
_DATES = {
    "c",  # of `datetime`, which nobody reads
    "Y年n月j日",
    "Y年n月j日 H:i",
    "Y年n月j日 H:i:s",
    "n月j日",
    "n月j日 H:i",
    "n月j日（D）",  # the day of the week matters
    "H:i",
}
# Rooms whose words stand in a terminal, a log, on paper, or are read and not shown.
_NOT_SCREENS = ("cli", "serve", "settings", "vault", "filings", "ledger/standalone", "migrations")
# What people, other products and our own files write, recognised when it comes back.
_READ = {"law/relationship.py", "register/sheets/result_files.py"}


def _texts_of_code(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in alone:
            # A range of letters in a regular expression is no word of a screen.
            if not re.search(r"\(\?|\\[(duws\[]|\[\[?[^\]]*[-・]", one.value):
                yield one.value


def _words_of(page: Path) -> str:
    """The template, its texts that are translated without the marks of that."""
    return re.sub(r"_\(\"([^\"]*)\"\)", r"\1", page.read_text(encoding="utf-8"))


def test_parentheses_beside_japanese_are_full_width() -> None:
    code = [
        path
        for path in sorted(_SOURCE.rglob("*.py"))
        if not str(path.relative_to(_SOURCE)).startswith(_NOT_SCREENS)
        and str(path.relative_to(_SOURCE)) not in _READ
    ]
    pages = sorted(_TEMPLATES.rglob("*.html"))

    narrow = [
        (str(path.relative_to(_SOURCE)), text)
        for path, texts in [
            *((path, _texts_of_code(path)) for path in code),
            *((path, _NARROW.findall(_words_of(path))) for path in pages),
        ]
        for text in texts
        if _NARROW.search(text)
    ]

    assert len(code) > 300
    assert narrow == []


def test_screens_write_a_day_in_one_way() -> None:
    found = {
        (str(path.relative_to(_TEMPLATES)), form)
        for room in ("operator", "steward", "components")
        for path in sorted((_TEMPLATES / room).rglob("*.html"))
        for form in _DATE.findall(path.read_text(encoding="utf-8"))
    }

    assert len(found) > 30
    assert {(path, form) for path, form in found if form not in _DATES} == set()
