"""What a browser sends is packed as it comes, and reads as it was."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory, override_settings

from azukari.web.uploads import PackedFile, packed_of


def sent(content: bytes, name: str = "名簿.csv") -> PackedFile | None:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile(name, content)})
    file = request.FILES.get("file")
    assert file is None or isinstance(file, PackedFile)
    return file


@pytest.mark.parametrize(
    "content", [b"1", os.urandom(300_000), "社員番号,氏名\r\n".encode() * 90_000]
)
def test_file_reads_as_it_was_sent(content: bytes) -> None:
    file = sent(content)

    assert file is not None
    assert (file.name, file.size) == ("名簿.csv", len(content))
    assert packed_of(file).whole() == content
    assert b"".join(file.chunks()) == content


def test_lines_of_people_take_a_fraction_of_their_length() -> None:
    content = "E0000001,計測　花子,ケイソク　ハナコ,1980/01/02\r\n".encode() * 200_000

    file = sent(content)

    assert file is not None
    assert sum(map(len, file.packed.packed())) < len(content) / 5


def test_file_of_another_handler_is_packed_from_what_it_holds() -> None:
    assert packed_of(SimpleUploadedFile("a", b"some")).whole() == b"some"


@override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_file_beyond_the_limit_is_not_taken() -> None:
    assert sent(bytes(1000)) is not None
    assert sent(bytes(1001)) is None
