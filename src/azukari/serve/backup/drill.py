"""restore drill: the newest backup, restored in a scratch place and looked at; a signed report.

The restoring is done by a process of its own, with nothing of this installation but the file,
the recovery key and, in class W, a copy of the ring that is overwritten afterwards.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from azukari.ledger.actions import Action
from azukari.pki.keyfile import write_private
from azukari.serve.backup.dumps import BackupFailed
from azukari.serve.backup.making import backups_in
from azukari.tenancy.announcing import write_everywhere
from azukari.tenancy.signing import ledger_signer
from azukari.vault import strongroom
from azukari.vault.recovery import RecoveryKey

# A child must not reach this installation's databases, ring or folder.
_OURS = (
    "AZUKARI_DATABASE_URL", "AZUKARI_OWNER_DATABASE_URL", "AZUKARI_KEYS_DATABASE_URL",
    "AZUKARI_RING_HOLDERS", "AZUKARI_ERASURE_CLASS", "AZUKARI_DATA", "AZUKARI_RECOVERY_KEY",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    good: bool
    facts: dict[str, Any]
    json_file: Path
    text_file: Path


def drill(
    environment: Mapping[str, str],
    key: RecoveryKey,
    *,
    folder: Path,
    reports: Path,
    file: Path | None = None,
    anchors: tuple[Path, ...] = (),
    scratch: Path | None = None,
) -> Report:
    """`environment`: as it was given to this process; `file`: the newest of `folder` by default.

    Raises `BackupFailed` when there is no backup.
    """
    chosen = file or _newest(folder)
    began = time.monotonic()
    with _scratch(scratch) as place:
        told, problem = _restore_elsewhere(chosen, place / "data", key, anchors, environment)
    facts: dict[str, Any] = {
        "drilled_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "file": chosen.name,
        "seconds": round(time.monotonic() - began, 1),
        "erasure_class": settings.ERASURE_CLASS,
        "good": bool(told.get("good")),
        "problem": problem,
        **{name: value for name, value in told.items() if name != "good"},
    }
    write_everywhere(
        Action.BACKUP_RESTORED,
        kind="drill",
        file=chosen.name,
        error=problem[:200],
    )
    return _report(facts, reports)


def _newest(folder: Path) -> Path:
    found = backups_in(folder) if folder.is_dir() else []
    if not found:
        raise BackupFailed(
            f"{folder} にバックアップがありません。"
            "azukari backup create で取るか、--from で場所を指定してください。"
        )
    return found[-1][1]


@contextmanager
def _scratch(wanted: Path | None) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="azukari-drill-", dir=wanted))
    try:
        yield place
    finally:
        for copy in (*place.glob("data/ring/*.bin"), place / "data" / "keys" / "root.key"):
            _overwrite(copy)
        shutil.rmtree(place, ignore_errors=True)


def _overwrite(path: Path) -> None:
    if path.exists():
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())


def _restore_elsewhere(
    file: Path,
    data: Path,
    key: RecoveryKey,
    anchors: tuple[Path, ...],
    environment: Mapping[str, str],
) -> tuple[dict[str, Any], str]:
    """What the other process found, or why it could not."""
    command = [
        sys.executable, "-m", "azukari", "restore", str(file), "--data", str(data),
        "--recovery-key-file", "/dev/stdin", "--check", "--json", *_ring_arguments(),
    ]  # fmt: skip
    for anchor in anchors:
        command += ["--anchor", str(anchor)]
    done = subprocess.run(  # noqa: S603  ourselves
        command,
        input=key.to_text(),
        env={name: value for name, value in environment.items() if not name.startswith(_OURS)},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}, done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "?"
    return told, ""


def _ring_arguments() -> list[str]:
    """Class W has no ring in its backups: a copy of ours goes to the scratch place."""
    if settings.ERASURE_CLASS == "R":
        return []
    ring = strongroom.holders(settings.DATA_FOLDER)[0]
    root = settings.DATA_FOLDER / "keys" / "root.key"
    return ["--ring", str(ring), *(["--root-key", str(root)] if root.exists() else [])]


# the report ----------------------------------------------------------------------------------


def _report(facts: dict[str, Any], reports: Path) -> Report:
    reports.mkdir(mode=0o700, parents=True, exist_ok=True)
    signer = ledger_signer()
    body = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    signature = base64.b64encode(signer.sign(body.encode())).decode()
    signed = {"report": body, "signature": signature, "public_key": signer.public_key.hex()}
    stem = f"drill-{datetime.now(UTC):%Y%m%dT%H%M%S}Z"
    json_file, text_file = reports / f"{stem}.json", reports / f"{stem}.txt"
    write_private(json_file, json.dumps(signed, ensure_ascii=False, indent=1).encode() + b"\n")
    write_private(text_file, (_text(facts) + f"署名: {signature}\n").encode())
    return Report(facts["good"], facts, json_file, text_file)


def _text(facts: dict[str, Any]) -> str:
    ledgers = facts.get("ledgers", [])
    faulty = [one for one in ledgers if one["findings"]]
    canaries = facts.get("canaries", {})
    silent = [company for company, sings in canaries.items() if sings is not True]
    lines = [
        f"復元訓練の報告　{'合格' if facts['good'] else '不合格'}",
        f"実施日時: {facts['drilled_at']}　所要: {facts['seconds']}秒",
        f"バックアップ: {facts['file']}(取得 {facts.get('created_at', '—')})",
        f"やり直した廃棄: {facts.get('tombstones_replayed', '—')}件",
        f"利用の記録: {len(ledgers)}本を検証、誤り {len(faulty)}本",
        f"署名した頭部との一致: {sum(one['anchored'] for one in ledgers)}件",
        f"バックアップより新しい頭部: {sum(one['beyond'] for one in ledgers)}件",
        f"確認用の預かり: {len(canaries) - len(silent)}社で開けた、{len(silent)}社で開けない",
        f"鍵のない預かり: {facts.get('without_key', '—')}件",
        f"廃棄済みに直した登録: {facts.get('numbers_ended', '—')}件",
        f"直せていない登録: {facts.get('numbers_to_end', '—')}件",
        f"登録だけが残り、番号を失ったもの: {facts.get('numbers_lost', '—')}件",
    ]
    lines += [f"  誤り {one['realm']}: {'、'.join(one['findings'])}" for one in faulty]
    lines += [f"  開けない {company}" for company in silent]
    if facts["problem"]:
        lines.append(f"復元できませんでした: {facts['problem']}")
    return "\n".join(lines) + "\n"
