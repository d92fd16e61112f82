"""An official PDF, here one of ours, becomes the draft of a layout."""

import json

import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import ImageChops, ImageStat
from reportlab.pdfgen.canvas import Canvas

from azukari.cli import main
from azukari.filings.catalog import paper
from azukari.filings.paper.layout import Layout
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.pdf import print_slips
from azukari.filings.paper.plan import compile_plan
from azukari.filings.paper.slip import Slip
from tests.filings.paper.cast import printed

OFFICIAL = paper.plan("ido_todokede", "2021")


def run(*arguments):
    result = CliRunner().invoke(main, ["forms", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("official")
    (place / "異動届出書.pdf").write_bytes(printed(OFFICIAL, Slip({})))
    out = place / "ido_todokede" / "2027"
    assert run("draft", place / "異動届出書.pdf", "--out", out)[0] == 0
    return out


@pytest.fixture(scope="module")
def layout(folder):
    return Layout(json.loads((folder / "layout.json").read_text("utf-8")))


def test_the_head_is_ready_to_be_filled(layout):
    assert (layout.form, layout.edition, layout.title) == ("ido_todokede", "2027", "異動届出書")
    assert layout.page == (297, 210)
    assert (layout.destination, layout.geometry) == ("draft", "draft")


def test_every_text_of_the_form_is_in_the_draft(layout):
    drafted = "".join(item.label for item in layout.items)

    missing = {label.text for label in OFFICIAL.labels if set(label.text) - set(drafted)}
    assert missing == set()


def test_cells_rows_and_upright_texts_are_found(layout):
    items = {item.label: item for item in layout.items}
    digits = sorted(item.raw["digits"]["n"] for item in layout.items if "digits" in item.raw)
    name = items["氏名又は名称"]

    assert digits == [12, 13, 13]
    assert [round(side, 1) for side in (name.x, name.y, name.w, name.h)] == [66, 34, 26, 10]
    assert items["給与所得者"].raw["dir"] == "v"


def test_the_draft_looks_like_the_form(layout):
    drafted, official = (
        pypdfium2.PdfDocument(b"".join(print_slips(plan, [Slip({})])))[0]
        .render()
        .to_pil()
        .convert("L")
        for plan in (compile_plan(layout, paper.disclosure(), mincho()), OFFICIAL)
    )

    ink = ImageStat.Stat(ImageChops.invert(official)).mean[0]
    assert ImageStat.Stat(ImageChops.difference(drafted, official)).mean[0] < ink / 12


def test_the_draft_passes_the_inspection_and_shows_a_preview(folder, tmp_path):
    assert run("check", folder)[0] == 0
    assert run("preview", folder, "--out", tmp_path / "a.pdf")[0] == 0


def test_a_draft_shows_no_number_before_it_has_a_row_of_its_own(folder, tmp_path):
    raw = json.loads((folder / "layout.json").read_text("utf-8"))
    raw["items"].append({"b": [10, 10, 60, 6], "v": "emp.mynumber", "secret": 1})
    (tmp_path / "layout.json").write_text(json.dumps(raw), "utf-8")
    (tmp_path / "sample.yaml").write_text("{}", "utf-8")

    code, output = run("check", tmp_path)

    assert (code, "must not show emp.mynumber" in output) == (1, True)


def test_what_lies_in_the_folder_is_not_written_over(folder):
    code, output = run("draft", folder.parent.parent / "異動届出書.pdf", "--out", folder)

    assert (code, "がもうあります" in output) == (2, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("broken", "PDFとして読めません"),
        ("blank", "線も文字もありません"),
        ("short", "1ページまで"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_what_to_do(tmp_path, content, said):
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path))
    if content == "short":
        canvas.drawString(10, 10, "x")
    canvas.showPage()
    canvas.save()
    if content == "broken":
        path.write_bytes(b"no pdf at all")

    code, output = run(
        "draft", path, "--out", tmp_path / "out", "--page", 2 if content == "short" else 1
    )

    assert (code, said in output) == (1, True)
    assert not (tmp_path / "out").exists()
