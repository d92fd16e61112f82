"""Forms on paper as the file that is fetched: one PDF, or one for each person in a zip.

Under a passphrase the PDF is encrypted, and in a zip each one of them.
"""

import io
import zipfile
from collections.abc import Iterator

from azukari.filings.recipes import printed as paper
from azukari.use.gathering import Told
from azukari.use.models import Filing, FilingOutput
from azukari.use.queries import Frame

# The first moment a zip can tell: the same people make the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def printed(
    filing: Filing, frame: Frame, people: Iterator[Told], passphrase: str | None
) -> tuple[bytes, str]:
    """Bytes and name of the file."""
    recipe = frame.recipe
    edition = paper.edition_on(recipe, frame.day.today, frame.day.year)
    stem = f"{recipe.code}_{frame.day.year}" if recipe.yearly else recipe.code
    if filing.output != FilingOutput.ZIP:
        facts = ((one.facts, one.numbers) for one in people)
        pages = paper.one_pdf(recipe, edition, facts, count=filing.people, passphrase=passphrase)
        return b"".join(pages), f"{stem}.pdf"
    # By the code, not the name: names of files are seen by everybody who passes.
    named = ((f"{one.code or recipe.code}.pdf", one.facts, one.numbers) for one in people)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in paper.each_pdf(recipe, edition, named, passphrase=passphrase):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue(), f"{stem}.zip"
