"""Documents and what looks like one: made here, so that no file of this kind lies in the tree."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

MARK = "山田 太郎 の番号確認書類"


def photo(kind: str = "JPEG", size: tuple[int, int] = (1200, 800), **more) -> bytes:
    """A picture with a dark field in its upper left corner."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill="navy")
    draw.line((0, 0, *size), fill="black", width=5)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def photo_with_place() -> bytes:
    """As a phone takes it: lying on its side, with the place and the maker."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "CanaryPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 40.0, 30.0), 3: "E", 4: (139.0, 44.0, 50.0)})
    return photo(exif=exif.tobytes(), comment=b"CanaryComment")


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of so many pixels that is itself a few kilobytes long."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    line = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842), encrypt: str = "") -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    lock = StandardEncryption(encrypt, canPrint=0) if encrypt else None
    canvas = Canvas(buffer, pagesize=size, encrypt=lock)
    for number in range(pages):
        canvas.setFillColorRGB(0, 0, 0.5)
        canvas.rect(0, size[1] * 0.75, size[0] / 4, size[1] / 4, fill=1)
        canvas.drawString(100, 100, f"page {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def stream_bomb() -> bytes:
    """A PDF whose one picture unpacks to four gigabytes."""
    packer = zlib.compressobj(1)
    zeros = bytes(1 << 20)
    body = b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()
    outer = zlib.compress(body, 9)
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB"
        b" /BitsPerComponent 8 /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n"
        % len(outer)
        + outer
        + b"\nendstream"
    )
    content = b"q 500 0 0 500 0 0 cm /I Do Q"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /XObject << /I 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        image,
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)
