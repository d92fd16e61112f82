"""The ring's files: crashes, holders that are away or behind, wrong roots, full slots."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

from azukari.vault.ring import LIVE, Ring
from azukari.vault.ring_file import (
    SLOT_BYTES,
    HolderMissing,
    RingFile,
    RingMissing,
    RingNotDurable,
)
from azukari.vault.root import FileRoot, PassphraseRoot
from tests.vault.rooms import DAY, ring_file


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return tmp_path / "a", tmp_path / "b"


def states(file: RingFile) -> list[list[Ring]]:
    """What opens at each holder."""
    return [[ring for _, ring in file._states(path.read_bytes())] for path in file._holders]


def grow(file: RingFile) -> Ring:
    with file.changing() as change:
        change.store(change.ring.grown())
        change.store(change.ring.trimmed(on=DAY))
        return change.ring


def test_change_is_at_every_holder_and_the_old_state_at_none(places: tuple[Path, Path]) -> None:
    file = ring_file(*places)
    first = file.read()

    grown = grow(file)

    assert states(file) == [[grown], [grown]]
    assert first.newest[1].hex() not in str([p.read_bytes().hex() for p in file._holders])
    assert file.read() == grown


def test_ring_never_has_more_generations_than_it_may(tmp_path: Path) -> None:
    file = ring_file(tmp_path)

    rings = [grow(file) for _ in range(20)]

    assert {len(ring.generations) for ring in rings[LIVE:]} == {LIVE}
    assert [number for number, _ in rings[-1].generations] == list(range(14, 22))


def test_ring_fits_its_slot_with_all_generations_and_large_counters(tmp_path: Path) -> None:
    file = ring_file(tmp_path)
    with file.changing() as change:
        full = Ring(
            tuple((2**63 - 20 + n, os.urandom(32)) for n in range(LIVE + 1)),
            settled=2**63,
            revision=2**63,
            destroyed=2**63,
            batches=2**63,
            tombstones=2**256 - 1,
            tombstone_key=os.urandom(32),
            ticked_on=DAY,
            archived_on=DAY,
        )

        change.store(full)

    assert file.read() == full.revised()
    assert file._holders[0].stat().st_size == 2 * SLOT_BYTES


def test_ticks_that_die_do_not_pile_up_generations(tmp_path: Path) -> None:
    file = ring_file(tmp_path)

    for _ in range(30):
        with file.changing() as change:
            change.store(change.ring.grown())

    assert [number for number, _ in file.read().generations] == [1, 2]


def test_new_seals_wait_until_a_generation_is_settled(tmp_path: Path) -> None:
    file = ring_file(tmp_path)

    with file.changing() as change:
        change.store(change.ring.grown())

    assert (file.read().sealing[0], file.read().newest[0]) == (1, 2)


@pytest.mark.parametrize("point", ["ring:one-written", "ring:all-written", "ring:one-forgotten"])
def test_kill_between_slots_leaves_a_whole_ring_that_the_next_start_mends(
    places: tuple[Path, Path], point: str
) -> None:
    file = ring_file(*places)
    before = file.read()

    child = run_child("grow", *map(str, places), crash_at=point)

    assert child.returncode == -9
    assert file.read() in ring_and_next(before, file)
    again = ring_file(*places)
    assert states(again) == [[again.read()], [again.read()]]
    assert again.read().generations[0] == before.generations[0]


def ring_and_next(before: Ring, file: RingFile) -> list[Ring]:
    known = [ring for states_of_one in states(file) for ring in states_of_one]
    return [before, *(ring for ring in known if ring.revision == before.revision + 1)]


@pytest.mark.parametrize("times", [1, 2])
def test_kill_at_first_start_between_holders(places: tuple[Path, Path], times: int) -> None:
    for _ in range(times):
        child = run_child("prepare", *map(str, places), crash_at="ring:one-created")
        assert child.returncode in {-9, 0}

    file = ring_file(*places)

    assert states(file) == [[file.read()], [file.read()]]


def run_child(act: str, *arguments: str, crash_at: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.vault.ring_child", act, *arguments],
        env={**os.environ, "AZUKARI_CRASH_AT": crash_at, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_holder_behind_does_not_count_and_is_brought_up(places: tuple[Path, Path]) -> None:
    file = ring_file(*places)
    old = (places[1] / "ring.bin").read_bytes()
    newest = grow(file)

    for behind, place in (("second", places[1]), ("first", places[0])):
        (place / "ring.bin").write_bytes(old)
        assert file.read().generations == newest.generations, behind
        again = ring_file(*places)
        assert [[r.generations for r in found] for found in states(again)] == [
            [newest.generations],
            [newest.generations],
        ]


def test_missing_holder_is_read_around_but_nothing_changes(places: tuple[Path, Path]) -> None:
    file = ring_file(*places)
    ring = grow(file)
    away = (places[1] / "ring.bin").rename(places[1] / "away")

    assert file.read() == ring
    with pytest.raises(HolderMissing):
        grow(file)
    assert states(ring_file(places[0])) == [[ring]]
    away.rename(places[1] / "ring.bin")
    assert grow(file).newest[0] == ring.newest[0] + 1


def test_first_holder_missing_comes_back_from_the_second(places: tuple[Path, Path]) -> None:
    ring = grow(ring_file(*places))
    (places[0] / "ring.bin").unlink()

    file = ring_file(*places)

    assert file.read().generations == ring.generations
    assert len(states(file)[0]) == 1


def test_holder_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(HolderMissing):
        ring_file(tmp_path, tmp_path / "not mounted")

    assert not (tmp_path / "not mounted").exists()
    assert not (tmp_path / "ring.bin").exists()


def test_read_only_holder_stops_the_change_before_anything_is_written(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ring_file(*places)
    before = [path.read_bytes() for path in file._holders]
    really = os.open

    def opening(path: Path, flags: int, *rest: int) -> int:
        if path == places[1] / "ring.bin" and flags & os.O_RDWR:
            raise OSError(30, "Read-only file system")
        return really(path, flags, *rest)

    monkeypatch.setattr(os, "open", opening)

    with pytest.raises(HolderMissing):
        grow(file)

    assert [path.read_bytes() for path in file._holders] == before


def test_all_holders_missing_is_said(places: tuple[Path, Path]) -> None:
    file = ring_file(*places)
    for place in places:
        (place / "ring.bin").unlink()

    with pytest.raises(RingMissing):
        file.read()


def test_wrong_root_opens_nothing_and_overwrites_nothing(tmp_path: Path) -> None:
    ring_file(tmp_path)
    before = (tmp_path / "ring.bin").read_bytes()
    (tmp_path / "root.key").unlink()

    with pytest.raises(RingMissing):
        ring_file(tmp_path)

    assert (tmp_path / "ring.bin").read_bytes() == before


def test_every_flipped_bit_of_the_slot_is_refused(tmp_path: Path) -> None:
    file = ring_file(tmp_path)
    [path] = file._holders
    raw = path.read_bytes()
    used = 2 + int.from_bytes(raw[:2], "big")

    for at in range(used):
        for bit in range(8):
            altered = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
            assert list(file._states(altered)) == []


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_failed_fsync_is_final(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    file = ring_file(*places)
    before = file.read()
    calls = []
    really = os.fsync

    def syncing(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == failing:
            raise OSError(5, "Input/output error")
        really(descriptor)

    monkeypatch.setattr(os, "fsync", syncing)

    with pytest.raises(RingNotDurable):
        grow(file)
    with pytest.raises(RingNotDurable):
        grow(file)

    assert len(calls) == failing
    monkeypatch.undo()
    assert ring_file(*places).read().generations[0] == before.generations[0]


def test_bytes_that_did_not_reach_the_file_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ring_file(tmp_path)
    before = file.read()
    monkeypatch.setattr(os, "pwrite", lambda _descriptor, content, _start: len(content))

    with pytest.raises(RingNotDurable):
        grow(file)

    assert file.read() == before


@pytest.mark.parametrize("torn", range(1, 9))
def test_power_cut_within_any_write_leaves_a_whole_ring_at_each_holder(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, torn: int
) -> None:
    """Also when an earlier crash has left two states in the file."""
    run_child("grow", *map(str, places), crash_at="ring:all-written")
    file = RingFile([place / "ring.bin" for place in places], FileRoot(places[0] / "root.key"))
    before = file.read()
    calls = []
    really = os.pwrite

    def writing(descriptor: int, content: bytes, start: int) -> int:
        calls.append(start)
        if len(calls) != torn:
            return really(descriptor, content, start)
        really(descriptor, os.urandom(100) + content[100:1000], start)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pwrite", writing)

    with pytest.raises(RingNotDurable):
        grow(file)

    assert len(calls) == torn
    kept = [max(found, key=lambda ring: ring.revision) for found in states(file)]
    assert all(set(before.generations) <= set(ring.generations) for ring in kept)


def test_two_processes_changing_at_once_lose_nothing(places: tuple[Path, Path]) -> None:
    file = ring_file(*places)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.vault.ring_child", "count", *map(str, places)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(2)
    ]
    with file.changing() as change:
        change.store(change.ring.counting([uuid4().bytes]))

    codes = [child.wait(60) for child in children]

    assert (codes, file.read().destroyed) == ([0, 0], 101)


def test_processes_of_a_first_start_at_once_share_one_ring(tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.vault.ring_child", "begin", str(tmp_path)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.close()

    found = [child.stdout.readline() for child in children]

    assert [child.wait(60) for child in children] == [0, 0, 0, 0]
    assert len(set(found)) == 1
    assert found[0].strip()


def test_root_made_by_many_at_once_is_one_key(tmp_path: Path) -> None:
    # Threads stand for containers: all of them have the same process id.
    for attempt in range(20):
        path = tmp_path / str(attempt) / "root.key"
        begin = Barrier(8)

        def make(path: Path = path, begin: Barrier = begin) -> bytes:
            begin.wait()
            return FileRoot.create(path).wrap(b"secret", b"here")

        with ThreadPoolExecutor(8) as threads:
            wrapped = [one.result() for one in [threads.submit(make) for _ in range(8)]]

        assert {FileRoot(path).unwrap(one, b"here") for one in wrapped} == {b"secret"}


def test_change_of_another_process_is_seen_at_once(tmp_path: Path) -> None:
    mine, theirs = ring_file(tmp_path), ring_file(tmp_path)

    for _ in range(50):  # faster than the clock of the file system ticks
        mine.read()
        grown = grow(theirs)
        assert mine.read() == grown


@pytest.mark.parametrize("kind", ["file", "passphrase"])
def test_root_opens_only_its_own(tmp_path: Path, kind: str) -> None:
    if kind == "file":
        root, other = FileRoot.create(tmp_path / "1"), FileRoot.create(tmp_path / "2")
    else:
        root, other = PassphraseRoot("正しい合言葉"), PassphraseRoot("別の合言葉")  # type: ignore[assignment]
    file = RingFile([tmp_path / "ring" / "ring.bin"], root)

    file.prepare(lambda: Ring.new(on=DAY))

    assert RingFile(file._holders, root).read() == file.read()
    with pytest.raises(RingMissing):
        RingFile(file._holders, other).read()


def test_root_key_made_twice_is_one(tmp_path: Path) -> None:
    first = FileRoot.create(tmp_path / "root.key")

    second = FileRoot.create(tmp_path / "root.key")

    assert second.unwrap(first.wrap(b"x", b""), b"") == b"x"
    assert {path.name for path in tmp_path.iterdir()} == {"root.key", "root.lock"}
    assert (tmp_path / "root.key").stat().st_mode & 0o777 == 0o600


def test_ring_survives_its_own_bytes() -> None:
    ring = replace(Ring.new(on=DAY).grown().trimmed(on=DAY).counting([uuid4().bytes]), revision=7)

    assert Ring.from_bytes(ring.to_bytes()) == ring
