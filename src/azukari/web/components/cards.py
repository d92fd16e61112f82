"""A table whose rows become cards on a phone: every cell says by itself which column it is of.

Laid out otherwise a table is no table to those who hear it, so every part gets its role (ARIA
table pattern; WAI, "display" and table semantics).
"""

import re
from typing import Final

_ROW: Final = re.compile(r"<tr\b([^>]*)>(.*?)</tr>", re.DOTALL)
_CELL: Final = re.compile(r"<(td|th)\b([^>]*)>(.*?)</\1>", re.DOTALL)
_UNSEEN: Final = re.compile(r'<span class="unseen">.*?</span>|<[^>]+>', re.DOTALL)
_ROLES: Final = {"td": "cell", "th": "rowheader"}


def as_cards(content: str) -> str:
    """Of a head with one row and a body whose rows have a cell for each of its columns.

    A column whose head is no text, such as the boxes that mark rows, has no label.
    """
    head, begin, body = content.partition("<tbody")
    labels = [_label(text) for _, _, text in _CELL.findall(head)]
    head = head.replace("<thead", '<thead role="rowgroup"', 1)
    head = _CELL.sub(r'<\1\2 role="columnheader">\3</\1>', head)
    head = head.replace("<tr", '<tr role="row"')
    return head + begin + ' role="rowgroup"' + _ROW.sub(lambda row: _row(row, labels), body)


def _label(head: str) -> str:
    """Its words alone, fit for an attribute."""
    return _UNSEEN.sub("", head).strip().replace('"', "&quot;")


def _row(row: re.Match[str], labels: list[str]) -> str:
    left = iter(labels)

    def cell(found: re.Match[str]) -> str:
        kind, attributes, text = found.groups()
        label = next(left, "")
        return (
            f'<{kind}{attributes} role="{_ROLES[kind]}" data-label="{label}">'
            f"<div>{text}</div></{kind}>"
        )

    return f'<tr{row[1]} role="row">{_CELL.sub(cell, row[2])}</tr>'
