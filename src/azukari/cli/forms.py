"""forms: look at the layouts of the catalogue. Needs no database."""

import sys
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from azukari.cli.form_reading import UnreadableForm, draft_of
from azukari.cli.session import FOUND_SOMETHING, WRONG_USE, answer, stop
from azukari.filings.catalog import paper
from azukari.filings.engine.layout import LayoutBroken
from azukari.filings.paper import inspection, words
from azukari.filings.paper.fill import masked
from azukari.filings.paper.inspection import Defect, Found
from azukari.filings.paper.layout import Layout, layout_text, read_layout
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.pdf import print_slips
from azukari.filings.paper.plan import Plan, compile_plan
from azukari.filings.paper.sample import longer, sample_slip
from azukari.filings.paper.slip import Slip
from azukari.filings.paper.svg import preview as svg

if TYPE_CHECKING:
    from PIL.Image import Image

_GOLDEN = "golden"
_GOLDEN_SCALE = 1.0  # 72 dots per inch
_DIFFERENT = 0.004  # of all dots, mean difference in brightness


@click.group()
def forms() -> None:
    """紙の帳票の様式を点検し、見本を作る。"""


@forms.command("check")
@click.argument("editions", nargs=-1, metavar="[様式/版 または フォルダ]...")
@click.option("--picture", is_flag=True, help="すべてのページを、見本の絵(golden*.png)とも比べる")
@click.option("--approve", is_flag=True, help="今の絵を新しい見本として書く")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
def check(editions: tuple[str, ...], picture: bool, approve: bool, as_json: bool) -> None:
    """様式の重なり・はみ出し・項目名・個人番号の欄・見本の絵を点検する。問題があれば終了コード1。"""
    found = {name: _inspected(name, picture=picture, approve=approve) for name in _asked(editions)}
    lines = [
        f"{name} {words.DEFECTS[one.defect]}: {one.place} [{one.defect}]"
        for name, defects in found.items()
        for one in defects
    ]
    value = {
        name: [{"code": str(one.defect), "place": one.place} for one in defects]
        for name, defects in found.items()
    }
    answer(as_json, value, "\n".join(lines) or f"{len(found)}件の様式に問題はありません。")
    if lines:
        sys.exit(FOUND_SOMETHING)


@forms.command()
@click.argument("edition", metavar="様式/版")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="書き出すファイル(.svg または .pdf)",
)  # fmt: skip
@click.option("--empty", is_flag=True, help="値を入れずに様式だけを書く")
def preview(edition: str, out: Path, empty: bool) -> None:
    """見本の値を入れた様式を書き出す。個人番号の欄は伏せ字になる。"""
    plan = _plan(edition)
    slip = Slip({}) if empty else _sample(edition)
    if out.suffix == ".svg":
        out.write_text(svg(plan, slip), "utf-8")
    elif out.suffix == ".pdf":
        out.write_bytes(b"".join(print_slips(plan, [slip], show=masked)))
    else:
        stop("--out には .svg か .pdf で終わるファイル名を指定してください。", WRONG_USE)
    click.echo(f"{out} に書き出しました。{words.caution(_layout(edition))}")


@forms.command()
@click.argument("pdf", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="下書きを書くフォルダ(様式/版)")  # fmt: skip
@click.option("--page", type=click.IntRange(min=1), default=1, help="何ページ目を読むか(1から)")
def draft(pdf: Path, out: Path, page: int) -> None:
    """公式のPDFの線と文字を読み取り、様式の下書き(layout.json)を作る。"""
    target = out / "layout.json"
    if target.exists():
        stop(f"{target} がもうあります。別のフォルダを指定してください。", WRONG_USE)
    try:
        raw = draft_of(pdf, page, form=out.parent.name or out.name, edition=out.name)
    except UnreadableForm as refusal:
        stop(str(refusal), FOUND_SOMETHING)
    out.mkdir(parents=True, exist_ok=True)
    target.write_text(layout_text(raw), "utf-8")
    (out / "sample.yaml").write_text("{}\n", "utf-8")
    click.echo(
        f"{target} に{len(raw['items'])}個の枠と文字を書きました。"
        f"`azukari forms preview {out} --out a.pdf` で公式の様式と見比べてから、"
        "値の入る枠に項目名(v)を付けてください。手順: docs/developer/paper.md"
    )


def _asked(editions: tuple[str, ...]) -> list[str]:
    return list(editions) or [f"{form}/{edition}" for form, edition in paper.editions()]


def _folder(edition: str) -> Traversable:
    """An edition of the catalogue by name, or any folder that holds a layout.json."""
    form, _, year = edition.partition("/")
    if (form, year) in paper.editions():
        return paper.folder(form, year)
    folder = Path(edition)
    if not (folder / "layout.json").is_file():
        known = " ".join(f"{form}/{year}" for form, year in paper.editions())
        stop(f"{edition} という様式はありません。{known} から選んでください。", WRONG_USE)
    return folder


def _layout(edition: str) -> Layout:
    try:
        return read_layout(_folder(edition).joinpath("layout.json"), paper.folder())
    except LayoutBroken as error:
        stop(f"{edition} の様式を読めません（{error}）。", FOUND_SOMETHING)


def _sample(edition: str) -> Slip:
    form, _, year = edition.partition("/")
    if (form, year) in paper.editions():
        return paper.sample(form, year)
    return sample_slip(_folder(edition))


def _plan(edition: str) -> Plan:
    """Refuses what the disclosure table or the vocabulary forbids."""
    try:
        return compile_plan(_layout(edition), paper.disclosure(), mincho())
    except LayoutBroken as error:
        stop(f"{edition} の様式は使えません（{error}）。", FOUND_SOMETHING)


def _inspected(edition: str, *, picture: bool, approve: bool) -> list[Found]:
    plan, sample = _plan(edition), _sample(edition)
    form = paper.form(plan.form) if (plan.form, plan.edition) in paper.editions() else None
    found = inspection.inspect(_layout(edition), plan, sample, mincho(), paper.disclosure(), form)
    if approve or picture:
        found += _compared(_folder(edition), dict(_pictures(plan, sample)), approve=approve)
    return found


def _compared(folder: Traversable, now: "dict[str, Image]", *, approve: bool) -> Iterator[Found]:
    """Pictures that look otherwise than approved, or that no page has any more."""
    before = {one.name: one for one in folder.iterdir() if one.name.startswith(_GOLDEN)}
    for name in sorted(before.keys() - now.keys()):
        if approve:
            Path(str(before[name])).unlink()
        else:
            yield Found(Defect.PICTURE_CHANGED, name)
    for name, image in now.items():
        if approve:
            image.save(Path(str(folder.joinpath(name))), optimize=True)
        elif not _looks_like(image, folder.joinpath(name)):
            yield Found(Defect.PICTURE_CHANGED, name)


def _pictures(plan: Plan, sample: Slip) -> "Iterator[tuple[str, Image]]":
    """Each page of the sample, then of the slip with more entries than the form has rows for."""
    more = longer(sample, plan.repeats)
    for stem, slip in ((_GOLDEN, sample), (f"{_GOLDEN}-longer", more)):
        if slip is not None:
            for place, image in enumerate(_pages(plan, slip), 1):
                yield f"{stem}-{place}.png" if place > 1 else f"{stem}.png", image


def _pages(plan: Plan, slip: Slip) -> "Iterator[Image]":
    """In grey, drawn by pdfium: a reader that is not ours."""
    try:
        import pypdfium2  # noqa: PLC0415  installed for development only
    except ImportError:
        stop("絵を比べるには pypdfium2 を入れてください。", WRONG_USE)
    document = pypdfium2.PdfDocument(b"".join(print_slips(plan, [slip], show=masked)))
    for page in document:
        yield page.render(scale=_GOLDEN_SCALE).to_pil().convert("L")


def _looks_like(image: "Image", golden: Traversable) -> bool:
    from PIL import Image, ImageChops, ImageStat  # noqa: PLC0415  as above

    if not golden.is_file():
        return False
    with golden.open("rb") as file:
        before = Image.open(file).convert("L")
    if before.size != image.size:
        return False
    difference = ImageStat.Stat(ImageChops.difference(before, image)).mean[0] / 255
    return bool(difference <= _DIFFERENT)
