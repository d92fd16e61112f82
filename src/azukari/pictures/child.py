"""The child that decodes one file: run as a script, walled in before it reads a byte.

Walls: memory, processor time, no file may grow, no descriptor may be opened any more (so neither
file nor socket, nor another program); a network namespace without any network where the system
gives one; never as root.  Codecs are therefore loaded first.  It reads the file from its input
and answers one line of JSON, followed by JPEG pages.

Self-contained, since it runs apart from the package: nothing but Pillow, libheif and pdfium.
"""

import ctypes
import io
import json
import os
import resource
import sys
from typing import Any, NoReturn

import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

MEMORY = 1 << 30
CPU_SECONDS = 15
MOST_PIXELS = 64_000_000  # above what phones take; decoded some 200 MB
LEAST_SIDE = 200  # smaller than any readable document
LONGEST_SIDE = 2200  # A4 at 190 dpi: the small print of a card on a full page stays readable
MOST_PAGES = 8
QUALITY = 85
LARGEST_FILE = 15 * 1_048_576

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NOBODY = 65534
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}


class Refused(Exception):
    """Carries the value of a `cleaning.Problem`."""


def wall_in() -> None:
    """Nothing can be opened after this.  Raises OSError where root could not be left."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    # Where the system allows it; what counts is that no socket can be opened below.
    libc.unshare(_NEW_USER | _NEW_NETWORK)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def load_codecs() -> None:
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # judged below, by one number and not by two
    for kind in ("JPEG", "PNG"):
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8)).save(buffer, kind)
        Image.open(io.BytesIO(buffer.getvalue())).load()
    pypdfium2.PdfDocument.new().close()


def kind_of(content: bytes) -> str:
    """By its first bytes; names and types that a browser tells are not asked."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "HEIF"
    if content.startswith(b"%PDF-"):
        return "PDF"
    raise Refused("unknown_kind")


def pages_of(content: bytes) -> list[bytes]:
    kind = kind_of(content)
    if kind == "PDF":
        return pages_of_pdf(content)
    with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
        refuse_size(*picture.size)
        # JPEG decodes straight to a smaller size; the others take no notice.
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        return [as_jpeg(ImageOps.exif_transpose(picture) or picture)]


def refuse_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused("too_many_pixels")
    if max(width, height) < LEAST_SIDE:
        raise Refused("too_small")


def pages_of_pdf(content: bytes) -> list[bytes]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Refused("locked" if locked else "broken") from None
    count = len(document)
    if count == 0:
        raise Refused("no_pages")
    if count > MOST_PAGES:
        raise Refused("too_many_pages")
    return [page_as_jpeg(document[place]) for place in range(count)]


def page_as_jpeg(page: Any) -> bytes:
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Refused("broken")
    scale = LONGEST_SIDE / max(width, height)
    # One side of a strip must not vanish, nor its bitmap grow beyond what is judged here.
    if min(width, height) * scale < 1:
        raise Refused("broken")
    return as_jpeg(page.render(scale=scale, may_draw_forms=False).to_pil())


def as_jpeg(picture: Image.Image) -> bytes:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture)
    # A fresh picture takes the dots along and nothing else: no EXIF, profile, comment or text.
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    buffer = io.BytesIO()
    plain.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


def answer(said: dict[str, Any], pages: list[bytes]) -> NoReturn:
    out = sys.stdout.buffer
    out.write(json.dumps(said).encode() + b"\n")
    for page in pages:
        out.write(page)
    out.flush()
    # Libraries that tidy up behind the walls could stumble; the system does it for them.
    os._exit(0)


def main() -> None:
    load_codecs()
    wall_in()
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        answer({"refused": "too_large"}, [])
    try:
        pages = pages_of(content)
    except Refused as refused:
        answer({"refused": str(refused)}, [])
    except MemoryError:
        answer({"refused": "too_heavy"}, [])
    except Exception:  # noqa: BLE001  whatever a decoder says of a file that it cannot read
        answer({"refused": "broken"}, [])
    answer({"pages": [len(page) for page in pages]}, pages)


if __name__ == "__main__":
    main()
