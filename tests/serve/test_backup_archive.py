"""The file of a backup: whole or refused; opened by its recovery key alone."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.pki.signing import SigningKey
from azukari.serve.backup.archive import Header, Manifest, Reader, Writer, opened, whole_or_absent
from azukari.vault.recovery import BackupDamaged, RecoveryKey, WrongRecoveryKey

KEY = RecoveryKey.create()
SIGNER = SigningKey.create()
CONTENTS = st.lists(st.tuples(st.text("abc.", min_size=1, max_size=9), st.lists(st.binary(max_size=50), max_size=4)), max_size=4)  # fmt: skip


def written(parts: list[tuple[str, list[bytes]]]) -> bytes:
    file = io.BytesIO()
    header = Header(datetime(2026, 4, 1, tzinfo=UTC), "azukari", "R", KEY.public)
    writer = Writer(file, header)
    for name, chunks in parts:
        writer.part(name, chunks)
    writer.finish(SIGNER)
    return file.getvalue()


def read(raw: bytes, key: RecoveryKey = KEY) -> tuple[list[tuple[str, bytes]], Manifest]:
    reader = Reader(io.BytesIO(raw))
    parts = [(name, b"".join(content)) for name, content in reader.parts(key)]
    return parts, reader.finish()


@settings(max_examples=50)
@given(CONTENTS)
def test_what_was_written_is_read(parts: list[tuple[str, list[bytes]]]) -> None:
    found, manifest = read(written(parts))

    assert found == [(name, b"".join(chunks)) for name, chunks in parts]
    assert [part.size for part in manifest.parts] == [len(raw) for _, raw in found]


def test_large_parts_come_in_pieces_and_parts_may_be_passed_over() -> None:
    large = os.urandom(3_500_000)
    raw = written([("one", [large[:10], large[10:]]), ("two", [b"x"])])

    reader = Reader(io.BytesIO(raw))
    names = [name for name, _ in reader.parts(KEY)]
    manifest = reader.finish()

    assert names == ["one", "two"]
    assert manifest.parts[0].size == len(large)
    assert read(raw)[0][0][1] == large


@settings(max_examples=150)
@given(st.data())
def test_every_altered_byte_is_refused_with_and_without_the_key(data: st.DataObject) -> None:
    raw = written([("one", [b"first"]), ("two", [b"second"])])
    at = data.draw(st.integers(0, len(raw) - 1))
    altered = raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]

    with pytest.raises((BackupDamaged, WrongRecoveryKey)):
        read(altered)
    with pytest.raises(BackupDamaged):
        reader = Reader(io.BytesIO(altered))
        reader.pass_over()
        reader.finish()


@settings(max_examples=50)
@given(st.data())
def test_cut_off_or_longer_is_refused(data: st.DataObject) -> None:
    raw = written([("one", [b"first"]), ("two", [b"second"])])
    cut = data.draw(st.integers(0, len(raw) - 1))

    for other in (raw[:cut], raw + b"x"):
        with pytest.raises((BackupDamaged, WrongRecoveryKey)):
            read(other)


def test_pieces_of_another_backup_are_refused() -> None:
    one, other = written([("one", [b"first"])]), written([("one", [b"wrong"])])
    header = one.index(b"\n", one.index(b"\n") + 1) + 1
    mixed = one[:header] + other[other.index(b"\n", other.index(b"\n") + 1) + 1 :]

    with pytest.raises(WrongRecoveryKey):
        read(mixed)


def test_other_recovery_key_opens_nothing() -> None:
    with pytest.raises(WrongRecoveryKey):
        read(written([("one", [b"first"])]), RecoveryKey.create())


@given(st.binary(min_size=32, max_size=32))
def test_recovery_key_survives_paper(private: bytes) -> None:
    words = RecoveryKey(private).to_text()

    assert RecoveryKey.from_text(words.lower().replace("-", " ")) == RecoveryKey(private)


@pytest.mark.parametrize("wrong", ["", "ABC", "あいう", "1" * 55])
def test_words_that_are_no_key_are_refused(wrong: str) -> None:
    with pytest.raises(WrongRecoveryKey):
        RecoveryKey.from_text(wrong)


def test_mistyped_letter_is_refused() -> None:
    words = KEY.to_text()
    mistyped = ("B" if words[0] == "A" else "A") + words[1:]

    with pytest.raises(WrongRecoveryKey):
        RecoveryKey.from_text(mistyped)


def test_recovery_key_is_never_shown() -> None:
    assert KEY.private.hex() not in repr(KEY)
    assert str(KEY.private) not in repr(KEY)


def test_unfinished_file_does_not_appear(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_or_absent(tmp_path / "a") as file:
        file.write(b"half")
        raise ZeroDivisionError

    assert list(tmp_path.iterdir()) == []


def test_file_that_is_no_backup_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"something else\n")

    with pytest.raises(BackupDamaged), opened(tmp_path / "a"):
        pass
