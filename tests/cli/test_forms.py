"""`azukari forms`: no database, nothing but the catalogue."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from azukari.cli import main
from azukari.filings.catalog import paper

SALARY = "gensen_kyuyo_recipient/2025"


def run(*arguments):
    result = CliRunner().invoke(main, ["forms", *map(str, arguments)])
    return result.exit_code, result.output


def copy_of(edition, folder):
    target = folder / "edition"
    shutil.copytree(Path(str(paper.folder(*edition.split("/")))), target)
    return target


def test_the_catalogue_has_no_defect_and_looks_as_approved():
    count = len(paper.editions())

    assert run("check", "--picture") == (0, f"{count}件の様式に問題はありません。\n")


def test_a_moved_box_is_told_with_its_place(tmp_path):
    folder = copy_of(SALARY, tmp_path)
    layout = folder / "layout.json"
    layout.write_text(layout.read_text("utf-8").replace("[94, 20.2,", "[120, 20.2,"), "utf-8")

    code, output = run("check", folder, "--json")

    assert code == 1
    assert {"code": "off-page", "place": "emp.title [120, 20.2, 47.6, 3.6]"} in json.loads(output)[
        str(folder)
    ]


def test_another_picture_is_told_and_can_be_approved(tmp_path):
    folder = copy_of(SALARY, tmp_path)
    layout = folder / "layout.json"
    layout.write_text(layout.read_text("utf-8").replace("(摘要)", "(備　考)"), "utf-8")
    shutil.copy(Path(str(paper.folder("fuyo_kojo", "2026"))) / "golden.png", folder / "golden.png")

    before, output = run("check", folder, "--picture")
    run("check", folder, "--approve")
    after, _ = run("check", folder, "--picture")

    assert (before, after) == (1, 0)
    assert "[picture-changed]" in output


def test_every_page_has_its_picture_and_no_other_stays(tmp_path):
    folder = copy_of("fuyo_kojo/2026", tmp_path)
    names = {file.name for file in folder.glob("golden*.png")}
    shutil.copy(folder / "golden.png", folder / "golden-2.png")
    shutil.copy(folder / "golden.png", folder / "golden-9.png")

    code, output = run("check", folder, "--picture")
    run("check", folder, "--approve")

    assert names == {
        "golden.png", "golden-2.png", "golden-longer.png", "golden-longer-2.png"
    }  # fmt: skip
    assert code == 1
    assert [line.split()[-2] for line in output.splitlines()] == ["golden-9.png", "golden-2.png"]
    assert {file.name for file in folder.glob("golden*.png")} == names
    assert run("check", folder, "--picture")[0] == 0


def test_a_number_box_on_the_recipients_copy_is_refused(tmp_path):
    folder = copy_of(SALARY, tmp_path)
    layout = folder / "layout.json"
    layout.write_text(
        layout.read_text("utf-8").replace('"v": "emp.title"', '"secret": 1, "v": "emp.mynumber"'),
        "utf-8",
    )

    code, output = run("check", folder)

    assert code == 1
    assert "must not show emp.mynumber" in output


def test_preview_writes_a_picture_or_a_page_with_masks(tmp_path):
    for name, begin in (("a.svg", b"<svg "), ("a.pdf", b"%PDF-1.7")):
        code, output = run("preview", "gensen_kyuyo_tax_office/2025", "--out", tmp_path / name)

        assert code == 0
        assert (tmp_path / name).read_bytes().startswith(begin)
        assert "見比べてから使ってください" in output


def test_a_form_that_does_not_exist_is_answered_with_those_that_do():
    code, output = run("preview", "nenmatsu/2026", "--out", "a.svg")

    assert code == 2
    assert SALARY in output
