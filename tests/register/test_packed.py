"""A packed file reads as the file itself, however it came."""

import io
import os
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.register.sheets.packed import Packed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pytest.TempPathFactory:
    return tmp_path_factory


@given(st.binary(max_size=300), st.integers(1, 70), st.integers(1, 3000))
def test_packed_file_reads_as_the_file_itself(
    folder: pytest.TempPathFactory, some: bytes, step: int, times: int
) -> None:
    content = some * times
    in_pieces = Packed.of(
        content[at : at + step * 100] for at in range(0, len(content), step * 100)
    )

    file = folder.mktemp("file") / "content"
    file.write_bytes(content)
    stored = list(in_pieces.packed())

    for packed in (
        Packed.of(content),
        in_pieces,
        Packed.of_file(file),
        Packed.deposited(lambda: stored),
        Packed.deposited(Packed.of_file(file).packed),
    ):
        assert packed.whole() == packed.open().read() == content
        assert packed.size == len(content)
        assert packed.head(5) == content[:5]
        assert packed.lines == content.count(b"\n")


@pytest.mark.parametrize("content", [b"", "社員番号\r\n".encode("utf-8-sig"), b"PK\x03\x04"])
def test_deposit_of_the_first_releases_reads_as_it_is(content: bytes) -> None:
    packed = Packed.deposited(lambda: [content])

    assert packed.whole() == content
    assert Packed.deposited(lambda: list(packed.packed())).whole() == content


def test_pipe_is_read_once_and_kept(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    Thread(target=pipe.write_bytes, args=(b"once",)).start()

    packed = Packed.of_file(pipe)

    assert (packed.whole(), packed.whole(), packed.size) == (b"once", b"once", 4)


def test_lines_come_as_from_a_file() -> None:
    content = '氏名,番号\r\n"山\n田",1\r\n'.encode("cp932") * 20_000

    with io.TextIOWrapper(Packed.of(content).open(), "cp932", newline="") as lines:
        assert "".join(lines) == content.decode("cp932")
