"""backup create · prune: while the service runs, in constant memory."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.conf import settings
from django.utils import timezone

from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.pki.keyfile import write_private
from azukari.serve.backup.archive import (
    SUFFIX,
    Header,
    Manifest,
    Writer,
    opened,
    whole_or_absent,
)
from azukari.serve.backup.dumps import Snapshot
from azukari.serve.refusals import Unavailable
from azukari.settings import reading
from azukari.tenancy import contracts
from azukari.tenancy.announcing import write_everywhere
from azukari.tenancy.signing import ledger_signer
from azukari.vault import archiving
from azukari.vault.recovery import BackupDamaged, RecoveryKey

PROGRAM = "azukari 0.1.0"
# What opens the ring, and what each cluster makes for itself.
_NOT_TAKEN = {"root.key", "database.json", "postgres-superuser.json"}


class OwnerUnknown(Unavailable):
    """Row-level security hides rows from everybody but the owner of the tables."""


@dataclass(frozen=True)
class Made:
    """`recovery_key`: its words, the only time they are known; empty when there was one."""

    file: Path
    size: int
    manifest: Manifest
    recovery_key: str = field(default="", repr=False)


def create(folder: Path) -> Made:
    """A backup of this installation in `folder`.  Raises `BackupFailed`, `OwnerUnknown`."""
    owner, keys = _urls()
    recipient, words = recovery_recipient()
    for _, company in contracts.all_companies():
        archiving.keep_canary(company)
    sequencer.sequence_all()
    sequencer.checkpoint_all(ledger_signer())
    now = datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / f"azukari-{now:%Y%m%dT%H%M%S.%f}Z{SUFFIX}"
    header = Header(now, PROGRAM, settings.ERASURE_CLASS, recipient)
    with whole_or_absent(place) as file:
        manifest = _write(Writer(file, header), owner, keys)
    made = Made(place, place.stat().st_size, manifest, words)
    write_everywhere(
        Action.BACKUP_MADE,
        file=place.name,
        file_hash=manifest.body_sha256,
        size=made.size,
        key_class=settings.ERASURE_CLASS,
    )
    return made


def _write(writer: Writer, owner: str, keys: str) -> Manifest:
    with ExitStack() as stack:
        with archiving.at_rest(on=timezone.localdate()) as ring:
            main = stack.enter_context(Snapshot.taken(owner))
            store = stack.enter_context(Snapshot.taken(keys))
        writer.part("keys.tar", [_keys_of(settings.DATA_FOLDER / "keys")])
        if ring:
            writer.part("ring.json", [ring])
        writer.part("main.dump", main.dump())
        writer.part("keystore.dump", store.dump())
        writer.part("tombstones.txt", _tombstones(writer.manifest))
        _describe(writer.manifest, main.connection)
    return writer.finish(ledger_signer())


def _tombstones(manifest: Manifest) -> Iterator[bytes]:
    """Asked last, so that whatever was destroyed meanwhile is among them."""
    for line in archiving.tombstone_lines():
        manifest.tombstones += line.count(",") + 1
        yield line.encode()


def _describe(manifest: Manifest, main: psycopg.Connection) -> None:
    manifest.postgres = main.execute("SHOW server_version").fetchall()[0][0]
    manifest.heads = [
        note
        for (note,) in main.execute(
            "SELECT DISTINCT ON (realm) note FROM ledger_checkpoint ORDER BY realm, size DESC"
        )
    ]
    applied = main.execute("SELECT app, name FROM django_migrations ORDER BY id")
    manifest.migrations = [f"{app}.{name}" for app, name in applied]


def _keys_of(folder: Path) -> bytes:
    """A tar of the small files below; they are few and small."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in _NOT_TAKEN:
                tar.add(path, path.relative_to(folder).as_posix())
    return held.getvalue()


def _urls() -> tuple[str, str]:
    if reading.given("AZUKARI_OWNER_DATABASE_URL") is None:
        raise OwnerUnknown(
            "バックアップには、テーブルの所有者のURLが必要です。"
            "AZUKARI_OWNER_DATABASE_URL を指定してください。"
        )
    owner = reading.database_url("AZUKARI_OWNER_DATABASE_URL")
    return owner, reading.database_url("AZUKARI_KEYS_DATABASE_URL")


# the recovery key ----------------------------------------------------------------------------


def recovery_recipient() -> tuple[bytes, str]:
    """The public half, and at the first time the words of the private one."""
    place = settings.DATA_FOLDER / "keys" / "recovery.pub"
    if place.exists():
        return bytes.fromhex(place.read_text(encoding="ascii").strip()), ""
    return renew_recovery_key()


def renew_recovery_key() -> tuple[bytes, str]:
    """Backups from now on open with the new words; older ones keep needing the old ones."""
    key = RecoveryKey.create()
    place = settings.DATA_FOLDER / "keys" / "recovery.pub"
    write_private(place, key.public.hex().encode() + b"\n")
    return key.public, key.to_text()


# retention -----------------------------------------------------------------------------------


def prune(folder: Path, *, now: datetime | None = None) -> list[Path]:
    """Destroys backups older than the retention, but never the newest one; which ones."""
    limit = (now or datetime.now(UTC)) - timedelta(days=settings.BACKUP_RETENTION_DAYS)
    destroyed = []
    for created_at, path in backups_in(folder)[:-1]:
        if created_at <= limit:
            path.unlink()
            write_everywhere(Action.BACKUP_DESTROYED, file=path.name)
            destroyed.append(path)
    return destroyed


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """Oldest first; files that are no backups are passed over."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            with opened(path) as backup:
                found.append((backup.header.created_at, path))
        except BackupDamaged:
            continue
    return sorted(found)
