"""Forms on paper as the file that is fetched: one PDF, or one for each person in a zip."""

import io
import zipfile
from collections.abc import Iterator

from azukari.filings.recipes import printed as paper
from azukari.filings.recipes.facts import Flat, Numbers
from azukari.use.models import Filing, FilingOutput
from azukari.use.queries import Frame, Subject

# The first moment a zip can tell: the same people make the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def printed(
    filing: Filing, frame: Frame, people: Iterator[tuple[Subject | None, tuple[Flat, Numbers]]]
) -> tuple[bytes, str]:
    """Bytes and name of the file."""
    recipe = frame.recipe
    edition = paper.edition_on(recipe, frame.day.today, frame.day.year)
    stem = f"{recipe.code}_{frame.day.year}" if recipe.yearly else recipe.code
    if filing.output != FilingOutput.ZIP:
        facts = (person for _, person in people)
        pages = paper.one_pdf(recipe, edition, facts, count=filing.people)
        return b"".join(pages), f"{stem}.pdf"
    named = ((_file_name(one, recipe.code), *person) for one, person in people)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in paper.each_pdf(recipe, edition, named):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue(), f"{stem}.zip"


def _file_name(subject: Subject | None, form: str) -> str:
    """By the code, not the name: names of files are seen by everybody who passes."""
    code = subject.person.employee_code if subject else form
    return f"{code}.pdf"
