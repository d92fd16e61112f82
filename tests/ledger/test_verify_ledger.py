"""Check L1: whatever is done to an export, the stand-alone verifier names it."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.ledger import merkle
from azukari.ledger.actions import Action
from azukari.ledger.checkpoint import (
    Checkpoint,
    fingerprint,
    origin_of,
    sign_checkpoint,
    verifier_key,
)
from azukari.ledger.export_lines import export_lines
from azukari.ledger.record import Record
from azukari.ledger.standalone import verify_ledger as verifier
from azukari.pki.signing import SigningKey
from tests.ledger.lists import Lists

ORIGIN = origin_of(UUID(int=77))
SIGNER = SigningKey.create()
SIZE = 300
HEADS = (100, 257, 300)
AT = datetime(2026, 1, 5, tzinfo=UTC)


def body(number: int) -> bytes:
    # Every tenth record is the same, so that equal leaves are met too.
    minutes = 0 if number % 10 == 0 else number
    return Record(at=AT + timedelta(minutes=minutes), action=Action.SIGNED_IN).to_bytes()


BODIES = [body(number) for number in range(SIZE)]
FORGED = Record(at=AT, action=Action.SIGNED_OUT).to_bytes()
TREE = Lists()
TREE.append(BODIES)


def note_at(size: int, signer: SigningKey = SIGNER) -> str:
    head = Checkpoint(ORIGIN, size, merkle.root_at(TREE, size))
    return sign_checkpoint(head, signer)


NOTES = [note_at(size) for size in HEADS]


def export(bodies: list[bytes], notes: list[str] = NOTES) -> list[str]:
    return list(export_lines(ORIGIN, SIGNER.public_key, len(bodies), bodies, notes))


GOOD = export(BODIES)
LEAF_LINES = [at for at, line in enumerate(GOOD) if '"type":"leaf"' in line]


def judge(lines: list[str], anchor: str | None = None) -> set[tuple[str, tuple[Any, ...]]]:
    head = verifier.read_head(anchor) if anchor else None
    found = verifier.check_export(verifier.read_export(iter(lines)), None, head)
    assert all(finding.words() for finding in found)
    return {(finding.kind, finding.numbers) for finding in found}


def leaf_line(index: int, text: bytes) -> str:
    return json.dumps({"type": "leaf", "index": index, "body": text.decode()}) + "\n"


def relabelled(lines: list[str]) -> list[str]:
    """The attacker numbers the leaves through again."""
    fresh, number = [], 0
    for line in lines:
        entry = json.loads(line)
        if entry.get("type") == "leaf":
            entry["index"], number = number, number + 1
        fresh.append(json.dumps(entry) + "\n")
    return fresh


def untouched(lines: list[str]) -> list[str]:
    return lines


labels = st.sampled_from([untouched, relabelled])
indices = st.integers(0, SIZE - 1)
unlike = indices.filter(lambda number: number % 10)  # leaves that occur once
Labels = Callable[[list[str]], list[str]]


def test_good_export_has_no_findings() -> None:
    assert judge(GOOD) == set()
    assert judge(GOOD, NOTES[0]) == set()
    assert judge(GOOD, NOTES[-1]) == set()
    assert judge(GOOD, note_at(123)) == set()


@given(indices, labels)
def test_changed_leaf_is_named(index: int, label: Labels) -> None:
    lines = list(GOOD)
    lines[LEAF_LINES[index]] = leaf_line(index, FORGED)

    assert judge(label(lines)) == {(verifier.CHANGED, (index,))}


@given(indices.filter(lambda number: number < SIZE - 1), labels)
def test_dropped_leaf_is_named(index: int, label: Labels) -> None:
    lines = list(GOOD)
    del lines[LEAF_LINES[index]]

    found = judge(label(lines))

    if index % 10 or label is untouched:
        assert found == {(verifier.DROPPED, (index,))}
    else:  # one of several equal leaves: that one of them is gone is all that can be known
        assert {kind for kind, _ in found} <= {
            verifier.DROPPED, verifier.REORDERED, verifier.RENUMBERED,
        }  # fmt: skip
        assert verifier.DROPPED in {kind for kind, _ in found}


@given(indices, labels, st.booleans())
def test_inserted_leaf_is_named(index: int, label: Labels, copy: bool) -> None:
    lines = list(GOOD)
    at = LEAF_LINES[index]
    forged = BODIES[(index + 151) // 10 * 10 % SIZE + 1] if copy else FORGED
    lines.insert(at, leaf_line(index, forged))

    found = judge(label(lines))

    assert verifier.INSERTED in {kind for kind, _ in found}
    if not copy:
        assert found == {(verifier.INSERTED, (at + 1,))}


@given(unlike, unlike, labels)
def test_swapped_leaves_are_named(one: int, other: int, label: Labels) -> None:
    if one == other:
        return
    lines = list(GOOD)
    a, b = LEAF_LINES[one], LEAF_LINES[other]
    lines[a], lines[b] = lines[b], lines[a]

    found = judge(label(lines))

    assert {kind for kind, _ in found} == {verifier.REORDERED}
    assert {numbers[0] for _, numbers in found} & {one, other}


@given(unlike, st.integers(SIZE, SIZE + 9))
def test_renumbered_leaf_is_named(index: int, claimed: int) -> None:
    lines = list(GOOD)
    lines[LEAF_LINES[index]] = leaf_line(claimed, BODIES[index])

    assert judge(lines) == {(verifier.RENUMBERED, (index,))}


@given(st.integers(0, SIZE - 1), st.booleans())
def test_truncated_export_is_named(size: int, with_hashes: bool) -> None:
    if with_hashes:
        lines = export(BODIES[:size], NOTES)
    else:
        gone = set(LEAF_LINES[size:])
        lines = [line for at, line in enumerate(GOOD) if at not in gone]

    assert judge(lines) == {(verifier.TRUNCATED, (size, SIZE - 1))}


@given(st.integers(0, 2))
def test_rolled_back_export_is_named_by_the_anchor(kept: int) -> None:
    older = HEADS[kept - 1] if kept else 0
    lines = export(BODIES[:older], NOTES[:kept])

    assert judge(lines, NOTES[-1]) >= {(verifier.ROLLED_BACK, (older, SIZE))}
    if kept:
        assert judge(lines) == set()


@given(indices)
def test_change_hidden_in_the_hash_list_is_bracketed(index: int) -> None:
    forged = [FORGED if at == index else one for at, one in enumerate(BODIES)]
    low, high = next((a, b) for a, b in zip((0, *HEADS), HEADS, strict=False) if a <= index < b)

    assert judge(export(forged)) == {(verifier.REWRITTEN, (low, high - 1))}


@given(unlike)
def test_rewritten_past_with_the_right_key_is_named_by_the_anchor(index: int) -> None:
    forged = [FORGED if at == index else one for at, one in enumerate(BODIES)]
    tree = Lists()
    tree.append(forged)
    head = Checkpoint(ORIGIN, SIZE, tree.frontier.root())
    lines = export(forged, [sign_checkpoint(head, SIGNER)])

    assert judge(lines) == set()
    assert judge(lines, NOTES[-1]) == {(verifier.FORKED, (SIZE,))}


@given(indices)
def test_changed_hash_list_is_told_from_changed_leaves(index: int) -> None:
    forged = [FORGED if at == index else one for at, one in enumerate(BODIES)]
    hashes = [line for line in export(forged) if '"type":"hashes"' in line]
    lines = [hashes.pop(0) if '"type":"hashes"' in line else line for line in GOOD]

    assert judge(lines) == {(verifier.HASH_LIST, (index,))}


def test_appended_unsigned_leaf_is_named() -> None:
    lines = export([*BODIES, FORGED])

    assert judge(lines) == {(verifier.HASH_LIST, (SIZE,)), (verifier.INSERTED, (SIZE + 3,))}


@given(st.integers(1, len(GOOD) - 1), st.data())
def test_no_flipped_letter_goes_unnoticed(at: int, data: st.DataObject) -> None:
    line = GOOD[at]
    place = data.draw(st.integers(0, len(line) - 2))
    letter = data.draw(st.characters(codec="utf-8", exclude_characters=line[place]))
    lines = [*GOOD[:at], line[:place] + letter + line[place + 1 :], *GOOD[at + 1 :]]
    if letter in " \t" or means_the_same(line, lines[at]):
        return

    assert judge(lines) != set()


def means_the_same(line: str, other: str) -> bool:
    """`start` of a hash line is for readers only; blanks between tokens say nothing."""
    try:
        old, new = json.loads(line), json.loads(other)
        return {**old, "start": 0} == {**new, "start": 0} or (
            old["type"] == "hashes"
            and old["hashes"] == new.get("hashes") == old["hashes"]
            and new.get("type") == "hashes"
        )
    except (ValueError, AttributeError, TypeError):
        return False


def test_checkpoint_of_another_key_is_named() -> None:
    foreign = note_at(SIZE, SigningKey.create())

    found = judge(export(BODIES, [*NOTES, foreign]))

    assert {kind for kind, _ in found} == {verifier.SIGNATURE}
    assert judge(export(BODIES, [])) == {(verifier.CHECKPOINT, ())}
    assert {kind for kind, _ in judge(GOOD, foreign)} == {verifier.SIGNATURE}


def test_signatures_agree_with_the_library() -> None:
    # RFC 8032 section 7.1, TEST 3
    public = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    signature = bytes.fromhex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )

    assert verifier.good_signature(public, signature, bytes.fromhex("af82"))
    assert not verifier.good_signature(public, signature, b"other")
    raised = (int.from_bytes(signature[32:], "little") + verifier.L).to_bytes(32, "little")
    assert not verifier.good_signature(public, signature[:32] + raised, bytes.fromhex("af82"))


@given(st.binary(max_size=80), st.integers(0, 511))
def test_own_signatures_are_good_and_touched_ones_are_not(message: bytes, bit: int) -> None:
    signature = SIGNER.sign(message)
    touched = bytearray(signature)
    touched[bit // 8] ^= 1 << bit % 8

    assert verifier.good_signature(SIGNER.public_key, signature, message)
    assert not verifier.good_signature(SIGNER.public_key, bytes(touched), message)


def run(*arguments: str | Path) -> tuple[int, str]:
    """As a stranger runs it: the file alone, an empty environment, no site packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", verifier.__file__, *map(str, arguments)],
        capture_output=True, check=False, env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).decode()


def test_command_line_tells_by_exit_code(tmp_path: Path) -> None:
    files = {
        "good": "".join(GOOD),
        "bad": "".join([*GOOD[:5], *GOOD[6:]]),
        "other": "{}",
        "anchor": NOTES[-1],
        "nonsense": "nonsense",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    key = verifier_key(ORIGIN, SIGNER.public_key)
    foreign = verifier_key(ORIGIN, SigningKey.create().public_key)

    assert run(tmp_path / "good", "--anchor", tmp_path / "anchor", "--key", key)[0] == 0
    printed = fingerprint(SIGNER.public_key)
    assert run(tmp_path / "good", "--key", printed)[0] == 0
    code, words = run(tmp_path / "bad")
    assert code == 1
    assert "4番の記録が抜き取られています。 / leaf 4 was dropped" in words
    assert run(tmp_path / "good", "--key", foreign)[0] == 1
    assert run(tmp_path / "good", "--key", printed[::-1])[0] == 1
    assert run(tmp_path / "other")[0] == 2
    assert run(tmp_path / "missing")[0] == 2
    assert run(tmp_path / "good", "--anchor", tmp_path / "nonsense")[0] == 2
    assert run(tmp_path / "good", "--key", "nonsense")[0] == 2
    assert run()[0] == 2


def test_bytes_that_are_not_text_are_found_not_fatal(tmp_path: Path) -> None:
    raw = "".join(GOOD).encode()
    at = raw.index(b"SIGNED_IN")
    (tmp_path / "export").write_bytes(raw[:at] + b"\xff" + raw[at + 1 :])

    code, words = run(tmp_path / "export")

    assert code == 1
    assert "2行目を読み取れません。" in words


@pytest.mark.parametrize("line", ["[1]", "nonsense", '{"type":"x"}', '{"type":"leaf","index":"0"}'])
def test_foreign_line_is_found(line: str) -> None:
    assert judge([*GOOD, line]) == {(verifier.MALFORMED, (len(GOOD) + 1,))}
