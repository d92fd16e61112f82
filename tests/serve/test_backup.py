"""Backups of installations of their own, restored elsewhere: who is readable, who is not."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from azukari.pki.signing import SigningKey, verify
from azukari.serve.backup.archive import Header, Writer
from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import DatabaseUrls, prepare_roles
from azukari.vault.recovery import RecoveryKey


@dataclass
class House:
    """An installation of its own, moved by commands; `settings` are its environment."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    words: str = ""  # of its recovery key
    told: dict[str, Any] = field(default_factory=dict)  # what its restoring answered

    def azukari(self, *words: object, code: int = 0, key: bool = False) -> dict[str, Any]:
        command = [*map(str, words), "--data", str(self.data), "--json"]
        done = self._run(["-m", "azukari", *command], **({"key": self.words} if key else {}))
        assert done.returncode == code, done.stderr
        told: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"told": done.stderr}
        return told

    def act(self, name: str, *values: object) -> Any:
        arguments = [str(self.data), name, *map(json.dumps, values)]
        done = self._run(["-m", "tests.serve.backup_child", *arguments])
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def _run(self, arguments: list[str], key: str = "") -> subprocess.CompletedProcess[str]:
        ours = {k: v for k, v in os.environ.items() if not k.startswith("AZUKARI_")}
        extra = {"AZUKARI_RECOVERY_KEY": key} if key else {}
        return subprocess.run(
            [sys.executable, *arguments],
            env={**ours, "PYTHONPATH": os.pathsep.join(sys.path), **self.settings, **extra},
            capture_output=True,
            text=True,
            check=False,
        )

    def backup(self, to: Path) -> Path:
        made = self.azukari("backup", "create", "--to", to)
        self.words = made.get("recovery_key", self.words)
        return Path(made["file"])

    def restored(self, file: Path, to: Path, *options: object, code: int = 0) -> "House":
        other = House(to, dict(self.settings), self.words)
        other.told = other.azukari("restore", file, *options, code=code, key=True)
        return other


def founded(data: Path, **settings: str) -> House:
    house = House(data, settings)
    house.azukari("contract", "create", "--code", "12345678", "--company", "控え商事",
                  "--out", data.parent / "papers")  # fmt: skip
    return house


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Class R: three deposits, a backup, one destroyed, nine nights, a backup, one destroyed."""
    folder = tmp_path_factory.mktemp("story")
    house = founded(folder / "live")
    cells = house.act("deposit", [70_000_001, 70_000_002, 70_000_003])
    first, second, third = cells
    house.act("employ", [70_000_011, 70_000_012, 70_000_013])
    old = house.backup(folder / "backups")
    house.act("destroy", [first])
    house.act("dispose")
    house.act("tick", 9)
    newer = house.backup(folder / "backups")
    house.act("destroy", [second])
    return {
        "house": house, "cells": cells, "old": old, "newer": newer,
        "first": first, "second": second, "third": third,
    }  # fmt: skip


def test_old_backup_with_newer_keys_opens_the_living_and_not_the_disposed(
    story: dict[str, Any], tmp_path: Path
) -> None:
    again = story["house"].restored(
        story["old"], tmp_path / "again", "--keys-from", story["newer"], "--check"
    )

    assert again.told["good"], again.told
    assert again.told["tombstones_replayed"] == 3
    assert again.act("read", story["cells"]) == {
        story["first"]: "gone", story["second"]: "open", story["third"]: "open",
    }  # fmt: skip
    log = story["house"].data / "tombstones.log"
    assert again.azukari("vault", "replay-tombstones", log) == {
        "added": 1, "numbers_ended": 0, "numbers_lost": 0,
    }  # fmt: skip
    assert again.act("read", story["cells"])[story["second"]] == "gone"


def test_rows_of_the_disposed_end_again_with_a_disposal_that_can_be_shown(
    story: dict[str, Any], tmp_path: Path
) -> None:
    house = story["house"]
    alone = house.restored(story["old"], tmp_path / "alone", "--check")
    came_back = alone.act("told")
    replayed = alone.azukari("vault", "replay-tombstones", house.data / "tombstones.log")

    assert came_back == {
        "people": {"R0": "active", "R1": "active", "R2": "active"},
        "disposals": [], "leaves": 0, "failed": [0], "certified": False,
    }  # fmt: skip
    assert (replayed["numbers_ended"], replayed["numbers_lost"]) == (2, 0)
    assert alone.act("told") == {
        "people": {"R0": "disposed", "R1": "disposed", "R2": "active"},
        "disposals": ["restored", "restored"], "leaves": 2, "failed": [1], "certified": True,
    }  # fmt: skip
    assert alone.azukari("restore", "mend") == {"numbers_ended": 0, "numbers_lost": 0}
    assert alone.azukari("ledger", "verify")["good"] is True


def test_backup_of_class_r_is_whole_and_the_surviving_log_destroys_the_rest(
    story: dict[str, Any], tmp_path: Path
) -> None:
    log = story["house"].data / "tombstones.log"
    again = story["house"].restored(
        story["old"], tmp_path / "again", "--tombstones", log, "--check"
    )

    assert again.told["good"], again.told
    assert again.told["numbers_ended"] == 2
    assert again.act("read", story["cells"]) == {
        story["first"]: "gone", story["second"]: "gone", story["third"]: "open",
    }  # fmt: skip
    assert again.act("tick", 1) > 1  # and it lives on
    assert again.act("read", {story["third"]: 70_000_003}) == {story["third"]: "open"}


def test_restoring_never_overwrites(story: dict[str, Any]) -> None:
    told = story["house"].restored(story["newer"], story["house"].data, code=3).told

    assert "上書きはしません" in told["told"]


def test_drill_signs_its_report_and_is_written_down(story: dict[str, Any]) -> None:
    house = story["house"]
    told = house.azukari("restore", "drill", "--from", story["newer"].parent, key=True)

    signed = json.loads(Path(told["report"]).read_text("utf-8"))
    public_key = SigningKey.load(house.data / "keys" / "ledger.key").public_key
    import base64

    signature = base64.b64decode(signed["signature"])
    assert verify(public_key, signature, signed["report"].encode())
    report = json.loads(signed["report"])
    assert (report["good"], report["file"]) == (True, story["newer"].name)
    assert all(ledger["anchored"] + (ledger["size"] == 0) for ledger in report["ledgers"][:1])
    assert list(report["canaries"].values()) == [True]
    assert "合格" in Path(told["text"]).read_text("utf-8")


def test_drill_fails_when_the_ledger_contradicts_an_anchor(
    story: dict[str, Any], tmp_path: Path
) -> None:
    """An anchor signed by our key over another tree: the ledger was rewritten."""
    from azukari.ledger.checkpoint import Checkpoint, sign_checkpoint

    house = story["house"]
    signer = SigningKey.load(house.data / "keys" / "ledger.key")
    facts = house.azukari("ledger", "verify")
    realm = facts["realms"][0]["realm"]
    head = Checkpoint(f"azukari/ledger/{realm}", 2, bytes(32))
    (tmp_path / "anchor").write_text(sign_checkpoint(head, signer), "utf-8")

    told = house.azukari("restore", "drill", "--file", story["newer"], "--anchor",
                         tmp_path / "anchor", code=1, key=True)  # fmt: skip

    assert [one["findings"] for one in told["ledgers"] if one["realm"] == realm] == [
        ["anchor_contradicted 2"]
    ]


def test_verify_tells_damage_and_strangers(story: dict[str, Any], tmp_path: Path) -> None:
    house, stranger = story["house"], House(tmp_path / "stranger")
    damaged = tmp_path / "damaged"
    raw = story["newer"].read_bytes()
    damaged.write_bytes(raw[:5000] + bytes([raw[5000] ^ 1]) + raw[5001:])
    SigningKey.create().save(stranger.data / "keys" / "ledger.key")

    assert house.azukari("backup", "verify", story["newer"], key=True)["opened"] is True
    assert house.azukari("backup", "verify", damaged, code=1)["good"] is False
    assert stranger.azukari("backup", "verify", story["newer"], code=1)["ours"] is False


def test_nothing_of_the_backup_can_be_read_without_the_key(story: dict[str, Any]) -> None:
    raw = story["old"].read_bytes()

    for plain in ("控え商事".encode(), b"vault_cell", b'"generations":', b"BEGIN PRIVATE KEY"):
        assert plain not in raw


def test_backups_taken_while_others_work_are_consistent(tmp_path: Path) -> None:
    house = founded(tmp_path / "live")
    house.backup(tmp_path / "first")

    done = house.act("work_during_backup", str(tmp_path / "backups"))

    assert min(done["rounds"]) > 0
    for number, file in enumerate(done["files"][1:]):
        again = house.restored(Path(file), tmp_path / f"again{number}", "--check")
        assert again.told["good"], again.told


def test_window_class_keeps_the_ring_out_of_backups(tmp_path: Path) -> None:
    (tmp_path / "holder").mkdir()
    house = founded(tmp_path / "live", AZUKARI_ERASURE_CLASS="W",
                    AZUKARI_RING_HOLDERS=str(tmp_path / "holder"))  # fmt: skip
    cells = house.act("deposit", [72_000_001, 72_000_002])
    gone, living = cells
    old = house.backup(tmp_path / "backups")
    house.act("destroy", [gone])
    house.act("tick", 9)
    newer = house.backup(tmp_path / "backups")
    apart = ["--ring", tmp_path / "holder" / "ring.bin",
             "--root-key", house.data / "keys" / "root.key"]  # fmt: skip
    elsewhere = House(tmp_path / "x", {}, house.words)

    alone = elsewhere.restored(newer, tmp_path / "alone", code=3).told
    too_old = elsewhere.restored(old, tmp_path / "old", *apart, code=3).told
    again = elsewhere.restored(old, tmp_path / "again", "--keys-from", newer, *apart, "--check")
    drilled = house.azukari("restore", "drill", "--from", tmp_path / "backups", key=True)

    assert "鍵束(ring)が入っていません" in alone["told"]
    assert "保管庫を開きません" in too_old["told"] or "写しが古すぎます" in too_old["told"]
    assert again.told["good"], again.told
    assert again.act("read", cells) == {gone: "gone", living: "open"}
    assert drilled["good"], drilled


def test_databases_of_the_host_are_backed_up_and_restored_by_url(
    cluster: Cluster, tmp_path: Path
) -> None:
    house = founded(tmp_path / "live", **urls(cluster, "first_"))
    cells = house.act("deposit", [73_000_001])
    file = house.backup(tmp_path / "backups")

    elsewhere = House(tmp_path / "x", urls(cluster, "second_"), house.words)
    again = elsewhere.restored(file, tmp_path / "again", "--check")
    occupied = elsewhere.restored(file, tmp_path / "third", code=3)

    assert again.told["good"], again.told
    assert again.act("read", cells) == dict.fromkeys(cells, "open")
    assert "上書きはしません" in occupied.told["told"]


def urls(cluster: Cluster, prefix: str) -> dict[str, str]:
    made = prepare_roles(cluster, prefix=prefix)
    return {
        "AZUKARI_DATABASE_URL": made["database"],
        "AZUKARI_OWNER_DATABASE_URL": made["owner"],
        "AZUKARI_KEYS_DATABASE_URL": made["keys"],
    }


def test_prune_destroys_what_is_older_than_the_retention_but_never_the_newest(
    database: DatabaseUrls, tmp_path: Path
) -> None:
    from azukari.serve.backup import making

    now = datetime(2026, 4, 1, tzinfo=UTC)
    for days in (36, 35, 34):
        made(tmp_path, now - timedelta(days=days))

    assert [path.name for path in making.prune(tmp_path, now=now)] == ["36.azbackup", "35.azbackup"]
    assert making.prune(tmp_path, now=now + timedelta(days=99)) == []


def made(folder: Path, at: datetime) -> None:
    days = (datetime(2026, 4, 1, tzinfo=UTC) - at).days
    with (folder / f"{days}.azbackup").open("wb") as file:
        Writer(file, Header(at, "azukari", "R", RecoveryKey.create().public)).finish(
            SigningKey.create()
        )
