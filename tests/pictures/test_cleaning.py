"""Files that strangers send: honest ones come back as plain pictures, hostile ones do no harm."""

import io
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from azukari.pictures import child, cleaning
from azukari.pictures.cleaning import PictureRefused, Problem, clean_pages
from tests.pictures import samples


def opened(page: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(page), formats=("JPEG",))
    picture.load()
    return picture


def is_dark(picture: Image.Image, x: float, y: float) -> bool:
    red, green, _blue = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    return red < 80 and green < 80


def problem_of(content: bytes) -> Problem:
    with pytest.raises(PictureRefused) as refused:
        clean_pages(content)
    return refused.value.problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_photo_comes_back_as_the_same_picture(kind):
    (page,) = clean_pages(samples.photo(kind))

    picture = opened(page)
    assert picture.size == (1200, 800)
    assert is_dark(picture, 0.05, 0.2)
    assert not is_dark(picture, 0.9, 0.1)


def test_photo_loses_place_and_maker_and_stands_upright():
    sent = samples.photo_with_place()
    assert b"CanaryPhone" in sent

    (page,) = clean_pages(sent)

    picture = opened(page)
    assert picture.size == (800, 1200)
    assert is_dark(picture, 0.9, 0.05)  # what was the left upper corner
    assert not picture.getexif()
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Canary" not in page


def test_large_photo_is_made_smaller():
    (page,) = clean_pages(samples.photo(size=(6000, 8000), quality=60))

    assert max(opened(page).size) == child.LONGEST_SIDE


def test_transparent_ground_becomes_paper():
    buffer = io.BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(buffer, "PNG")

    (page,) = clean_pages(buffer.getvalue())

    assert opened(page).getpixel((10, 10)) == (255, 255, 255)


def test_pages_of_a_pdf_become_pictures():
    pages = clean_pages(samples.pdf(3))

    assert len(pages) == 3
    assert all(is_dark(opened(page), 0.1, 0.1) for page in pages)
    assert max(opened(pages[0]).size) == child.LONGEST_SIDE


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", Problem.EMPTY),
        (bytes(cleaning.LARGEST_FILE + 1), Problem.TOO_LARGE),
        (samples.SVG, Problem.UNKNOWN_KIND),
        (samples.HTML, Problem.UNKNOWN_KIND),
        (b"GIF89a" + samples.HTML, Problem.UNKNOWN_KIND),
        (samples.photo()[:4000], Problem.BROKEN),
        (samples.photo("PNG")[:2000], Problem.BROKEN),
        (samples.photo("HEIF")[:1500], Problem.BROKEN),
        (samples.pdf()[:400], Problem.BROKEN),
        (samples.photo(size=(120, 80)), Problem.TOO_SMALL),
        (samples.pdf(encrypt="secret"), Problem.LOCKED),
        (samples.pdf(child.MOST_PAGES + 1), Problem.TOO_MANY_PAGES),
    ],
    ids=["empty", "large", "svg", "html", "gif-html", "cut jpeg", "cut png", "cut heic", "cut pdf",
         "tiny", "locked pdf", "many pages"],
)  # fmt: skip
def test_file_is_refused_with_a_reason(content, problem):
    assert problem_of(content) == problem


def test_two_files_in_one_become_a_picture_alone():
    polyglot = samples.photo() + b"\n" + samples.HTML + b"PK\x03\x04" + samples.pdf()

    (page,) = clean_pages(polyglot)

    opened(page)
    assert all(trace not in page for trace in (b"script", b"PK\x03\x04", b"%PDF"))


def test_bombs_are_refused_and_leave_the_server_small():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bombs = [samples.bomb(), samples.stream_bomb()]

    found = [outcome(one) for one in bombs]

    assert found[0] == Problem.TOO_MANY_PIXELS
    assert found[1] in {Problem.TOO_HEAVY, Problem.BROKEN, None}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kB
    assert len(clean_pages(samples.photo())) == 1


def outcome(content):
    """The problem, or None when a harmless picture came out."""
    try:
        pages = clean_pages(content)
    except PictureRefused as refused:
        return refused.problem
    assert all(max(opened(page).size) <= child.LONGEST_SIDE for page in pages)
    return None


def test_pdf_with_an_endless_page_is_bounded():
    assert outcome(samples.pdf(size=(14_400, 14_400))) is None
    assert outcome(samples.pdf(size=(14_400, 1))) in {Problem.BROKEN, None}


def run_walled_in(statement: str) -> "subprocess.CompletedProcess[str]":
    script = (
        f"import sys; sys.path.insert(0, {str(Path(child.__file__).parent)!r})\n"
        "import child, socket, subprocess, os, resource\n"
        "child.load_codecs(); child.wall_in()\n"
        f"{statement}\n"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "socket.socket()",
        "open('/etc/hostname')",
        "open('/tmp/azukari-wall', 'w')",
        "subprocess.run(['true'])",
        "x = bytearray(2 << 30)",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    ],
    ids=["socket", "read", "write", "process", "memory", "limits"],
)
def test_child_cannot(statement):
    done = run_walled_in(statement)

    assert done.returncode == 1, done.stderr
    assert "Error" in done.stderr


def test_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(cleaning, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(cleaning, "_CHILD", Path(__file__).parent / "hanging.py")

    assert problem_of(samples.photo()) == Problem.TOO_HEAVY


def test_child_that_talks_without_end_is_ended(monkeypatch):
    monkeypatch.setattr(cleaning, "_CHILD", Path(__file__).parent / "talking.py")

    assert problem_of(samples.photo()) == Problem.TOO_HEAVY
