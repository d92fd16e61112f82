"""Any number of slips of one form as one PDF, in pieces of bytes, in the memory of one page.

The static part of the form is one shared object; a page holds its values only. Typefaces come
last, when it is known what was used. The same slips give the same bytes: no clock, no chance;
under a passphrase they differ each time, as they must.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Final

from azukari.filings.paper.codes import Entry
from azukari.filings.paper.continuation import sheets_of
from azukari.filings.paper.fill import Show, revealed, texts
from azukari.filings.paper.font_objects import write_font
from azukari.filings.paper.helper import Helpers
from azukari.filings.paper.lettering import Lettering, mincho
from azukari.filings.paper.locking import Lock
from azukari.filings.paper.objects import EXTENSIONS, HEADER, Objects
from azukari.filings.paper.plan import Plan
from azukari.filings.paper.press import POINT, FilledPage, PagePress
from azukari.filings.paper.slip import Slip

_KIDS: Final = 200  # pages under one node of the page tree


def print_slips(
    plan: Plan,
    slips: Iterable[Slip],
    *,
    on_sheets: bool = False,
    passphrase: str | None = None,
    helpers: int = 0,
    show: Show = revealed,
) -> Iterator[bytes]:
    """The bytes of the PDF, piece by piece. A number is opened while its page is made.

    `on_sheets` puts as many slips on one sheet as the form has `places`, else one slip is a page.
    With a `passphrase` the file is encrypted. `helpers` set the type in as many processes beside
    this one, for jobs of some thousand pages: this one then only reads people and writes.
    """
    printing = _Printing(plan, mincho(), on_sheets=on_sheets, passphrase=passphrase)
    yield printing.begin()
    pages = _pages(plan, slips, len(printing.places), show)
    with closing(_contents(printing.press, pages, helpers, on_sheets=on_sheets)) as contents:
        for content in contents:
            yield printing.page(content) if isinstance(content, bytes) else printing.use(content)
    yield from printing.end()


def print_each(
    plan: Plan,
    slips: Iterable[tuple[str, Slip]],
    *,
    passphrase: str | None = None,
    show: Show = revealed,
) -> Iterator[tuple[str, bytes]]:
    """One whole PDF per slip with the name given for it: for a zip, a file for each person."""
    for name, slip in slips:
        yield name, b"".join(print_slips(plan, [slip], passphrase=passphrase, show=show))


def _pages(plan: Plan, slips: Iterable[Slip], together: int, show: Show) -> Iterator[FilledPage]:
    """What stands on each page: per slip the fields with their values."""
    sheets = (sheet for slip in slips for sheet in sheets_of(plan, slip))
    while page := list(islice(sheets, together)):
        yield [[(field.place, text) for field, text in texts(plan, one, show)] for one in page]


# Typefaces some helper used, as they are named in its pages.
Faces = tuple[str, list[list[Entry]]]


def _contents(
    press: PagePress, pages: Iterator[FilledPage], helpers: int, *, on_sheets: bool
) -> Generator[bytes | Faces, None, None]:
    """Packed content of each page in order, then the typefaces."""
    if helpers:
        with Helpers(press.plan, helpers, on_sheets=on_sheets) as others:
            yield from others.contents(pages)
            yield from others.faces()
    else:
        yield from map(press.page, pages)


class _Printing:
    """One document being written."""

    def __init__(
        self, plan: Plan, lettering: Lettering, *, on_sheets: bool, passphrase: str | None
    ) -> None:
        self._plan, self._lettering = plan, lettering
        self._lock = Lock(passphrase) if passphrase is not None else None
        self._objects = Objects(self._lock)
        self.press = PagePress(plan, lettering, on_sheets=on_sheets)
        self.places = self.press.places
        self._root, self._tree, self._resources, self._static, self._info = (
            self._objects.reserve() for _ in range(5)
        )
        self._fonts: list[str] = []
        self._nodes: list[tuple[int, int]] = []
        self._kids: list[int] = []
        self._node = 0  # of the page tree, reserved with its first page

    def begin(self) -> bytes:
        """The head, and what is the same on all pages."""
        w, h = self._plan.w * POINT, self._plan.h * POINT
        entries = (
            f"/Type/XObject/Subtype/Form/BBox[0 0 {w:.2f} {h:.2f}]/Resources {self._resources} 0 R"
        )
        drawn = self.press.static().encode()
        return HEADER + self._objects.write_stream(self._static, drawn, entries)

    def page(self, packed: bytes) -> bytes:
        page, content = self._objects.reserve(), self._objects.reserve()
        self._node = self._node or self._objects.reserve()
        written = self._objects.write_packed(content, packed)
        written += self._objects.write(
            page, f"<</Type/Page/Parent {self._node} 0 R/Contents {content} 0 R>>"
        )
        self._kids.append(page)
        return written + self._full_node() if len(self._kids) == _KIDS else written

    def use(self, faces: Faces) -> bytes:
        """The typefaces of one press, under the names its pages use."""
        name, entries_of = faces
        written = b""
        for place, entries in enumerate(entries_of):
            if entries:
                font = self._objects.reserve()
                self._fonts.append(f"/{name}{place} {font} 0 R")
                face = self._lettering.faces[place]
                written += b"".join(write_font(self._objects, font, face, entries, name))
        return written

    def end(self) -> Iterator[bytes]:
        if self._kids:
            yield self._full_node()
        yield self.use((self.press.face, self.press.codes.entries))
        resources = f"<</Font<<{''.join(self._fonts)}>>/XObject<</S {self._static} 0 R>>>>"
        yield self._objects.write(self._resources, resources)
        yield self._page_tree()
        string = self._objects.string
        title, producer, language = string(self._plan.title), string("azukari"), string("ja")
        yield self._objects.write(self._info, f"<</Title{title}/Producer{producer}>>")
        yield self._objects.write(
            self._root,
            f"<</Type/Catalog/Pages {self._tree} 0 R/Lang{language}{EXTENSIONS * bool(self._lock)}"
            "/ViewerPreferences<</PrintScaling/None/DisplayDocTitle true>>>>",
        )
        yield from self._objects.end(self._root, self._info)

    def _full_node(self) -> bytes:
        kids = " ".join(f"{kid} 0 R" for kid in self._kids)
        count = len(self._kids)
        written = self._objects.write(
            self._node, f"<</Type/Pages/Parent {self._tree} 0 R/Kids[{kids}]/Count {count}>>"
        )
        self._nodes.append((self._node, count))
        self._kids, self._node = [], 0
        return written

    def _page_tree(self) -> bytes:
        w, h = self.press.size
        kids = " ".join(f"{node} 0 R" for node, _count in self._nodes)
        count = sum(count for _node, count in self._nodes)
        return self._objects.write(
            self._tree,
            f"<</Type/Pages/Kids[{kids}]/Count {count}/Resources {self._resources} 0 R"
            f"/MediaBox[0 0 {w * POINT:.2f} {h * POINT:.2f}]>>",
        )
