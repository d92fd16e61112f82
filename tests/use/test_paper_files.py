"""Paper as the file that is fetched: zips, passphrases, made again, set beside the job."""

import io
import zipfile
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone

from azukari.filings.paper import helper
from azukari.filings.recipes import printed
from azukari.ledger.actions import Action
from azukari.use import actions
from azukari.use.models import Filing
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from tests.cast import Side
from tests.use.cast import joined, leaf_of, taken
from tests.use.forms import (
    EVERY,
    filed,
    text_of,
    whom,
)


def test_one_pdf_for_each_person_in_a_zip(side: Side, people: Any, family: Any) -> None:
    filing = filed(
        side, "gensen_kyuyo_recipient", whom("gensen_kyuyo_recipient", people, None), "zip"
    )

    with zipfile.ZipFile(io.BytesIO(taken(side, filing))) as archive:
        names = archive.namelist()
        pages = [text_of(archive.read(name)) for name in names]

    assert names == [f"{person.employee_code}.pdf" for person, _ in people]
    assert ["一郎" in page for page in pages] == [True, False]


def shown(side: Side, filing: Filing) -> str:
    with side.scope():
        return actions.show_passphrase(filing, actor=side.operator)


@pytest.mark.parametrize("output", ["pdf", "zip"])
def test_pdf_under_a_passphrase_opens_with_what_is_shown_once(
    side: Side, people: Any, output: str
) -> None:
    form = "gensen_kyuyo_tax_office"
    filing = filed(side, form, whom(form, people, None), output, locked=True)
    passphrase = shown(side, filing)
    content = taken(side, filing)

    with pytest.raises(UseRefused) as refused:
        shown(side, filing)

    assert refused.value.problem is UseProblem.ALREADY_SHOWN
    files = [content]
    if output == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [archive.read(name) for name in archive.namelist()]
    for file in files:
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(file)
        document = pypdfium2.PdfDocument(file, password=passphrase)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert any(digits in text for _, digits in people)
    [leaf] = leaf_of(side, Action.FILING_PASSPHRASE_SHOWN, filing)
    assert leaf.form == form
    assert passphrase not in repr(leaf)


def test_passphrase_goes_with_the_copy(side: Side, people: Any) -> None:
    filing = filed(side, "gensen_kyuyo_recipient", [people[1][0]], locked=True)

    with side.scope():
        actions.destroy_copy(filing, actor=side.operator)

    with side.scope():
        assert door.is_destroyed(side.company.id, filing.secret_cell)
    with pytest.raises(UseRefused):
        shown(side, filing)


def test_data_file_is_never_under_a_passphrase(side: Side, people: Any) -> None:
    filing = filed(side, "316", [people[1][0]], locked=True)

    assert (filing.locked, filing.secret_cell) == (False, None)


@pytest.mark.parametrize("output", ["pdf", "zip"])
def test_paper_is_made_again_byte_for_byte_after_the_number_is_gone(
    side: Side, output: str
) -> None:
    from azukari.dispose.actions import dispose_number
    from azukari.dispose.rules import Reason

    person = joined(side, purposes=EVERY, postcode="1000013", address="東京都千代田区")
    filing = filed(side, "shutoku_todoke", [person], output)
    filed_once = taken(side, filing)
    with side.scope():
        dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)
        Filing.objects.filter(id=filing.id).update(expires_at=timezone.now())
        actions.make_again(filing, "控えの確認", actor=side.operator)

    assert filing.kept_until > filing.expires_at
    assert taken(side, filing) == filed_once


@pytest.mark.parametrize("many", [True, False])
def test_type_of_many_slips_is_set_beside_the_job(
    side: Side, people: Any, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    started = []

    class Watched(helper.Helpers):
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            started.append(self)

    monkeypatch.setattr("azukari.filings.paper.pdf.Helpers", Watched)
    monkeypatch.setattr(printed, "WORTH_A_HELPER", 1 if many else 2)

    filing = filed(side, "gensen_kyuyo_recipient", [person for person, _ in people])

    assert len(started) == (1 if many else 0)
    assert len(pypdfium2.PdfDocument(taken(side, filing))) == 2
