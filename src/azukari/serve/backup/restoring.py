"""restore: an installation from a backup, in an empty folder or in empty databases."""

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from azukari.serve.backup import dumps
from azukari.serve.backup.archive import Header, Manifest, opened
from azukari.serve.installation import opened as opened_installation
from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import prepare_roles
from azukari.serve.refusals import Unavailable
from azukari.settings import reading
from azukari.vault.recovery import RecoveryKey

_OF_KEYS = {"keys.tar", "ring.json", "keystore.dump", "tombstones.txt"}


class NotEmpty(Unavailable):
    """There is something already where a backup should be restored."""


class RingNotGiven(Unavailable):
    """Neither the backup nor the caller has a ring."""


@dataclass(frozen=True)
class Wanted:
    """`keys_from`: a newer backup whose key store, ring and tombstones are taken instead.

    `ring`, `root_key`: copies of `ring.bin` and `root.key` (class W, or a newer ring);
    `tombstones`: a newer list, as the `tombstones.log` of the lost data folder.
    """

    file: Path
    data: Path
    key: RecoveryKey = field(repr=False)
    keys_from: Path | None = None
    ring: Path | None = None
    root_key: Path | None = None
    tombstones: Path | None = None


@dataclass(frozen=True)
class Restored:
    """`numbers_ended`: rows of destroyed numbers that said they were held; `numbers_lost`: rows of
    numbers of which nothing is left, and nobody destroyed them.
    """

    header: Header
    manifest: Manifest
    tombstones_replayed: int
    numbers_ended: int
    numbers_lost: int


@contextmanager
def restored(wanted: Wanted) -> Iterator[Restored]:
    """Restores; inside the block the installation is open.

    Raises `NotEmpty`, `BackupFailed`, `RingNotGiven`, `BackupDamaged`, `WrongRecoveryKey`,
    `Resurrected`.  What has been restored so far stays, for a look at it; it is never served,
    since the vault opens only when ring, keys and tombstones fit.
    """
    _refuse_occupied(wanted.data)
    with _databases(wanted.data) as (owner, keys):
        header, manifest, ring = _restore_parts(wanted, owner, keys)
    with opened_installation(wanted.data):
        from azukari.serve.backup.mending import mend  # noqa: PLC0415  needs Django

        _put_ring(wanted, ring)
        replayed, mended = _replay(wanted), mend()
        yield Restored(header, manifest, replayed, mended.numbers, mended.lost)


def _refuse_occupied(data: Path) -> None:
    if any((data / name).exists() for name in ("postgres", "ring", "keys/secret.key")):
        raise NotEmpty(
            f"{data} には、すでにデータがあります。上書きはしません。"
            "空のフォルダを --data に指定してください。"
        )


@contextmanager
def _databases(data: Path) -> Iterator[tuple[str, str]]:
    """URLs of the owner of the main database and of the key store; both databases are empty."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if reading.given("AZUKARI_DATABASE_URL") is None:
        cluster = Cluster(data)
        with cluster.in_use():
            urls = prepare_roles(cluster)
            yield urls["owner"], urls["keys"]
        return
    owner = reading.database_url("AZUKARI_OWNER_DATABASE_URL")
    keys = reading.database_url("AZUKARI_KEYS_DATABASE_URL")
    for name, url in (("本体", owner), ("鍵", keys)):
        if not dumps.is_empty(url):
            raise NotEmpty(
                f"{name}のデータベースには、すでにテーブルがあります。上書きはしません。"
                "空のデータベースを指定してください。"
            )
    yield owner, keys


def _restore_parts(wanted: Wanted, owner: str, keys: str) -> tuple[Header, Manifest, bytes]:
    """The ring's bytes come back; the other parts go where they belong."""
    ring = b""
    of_main = {"main.dump"} if wanted.keys_from else {"main.dump", *_OF_KEYS}
    sources = [(wanted.file, of_main)]
    if wanted.keys_from is not None:
        sources.append((wanted.keys_from, _OF_KEYS))
    told: list[tuple[Header, Manifest]] = []
    for path, names in sources:
        with opened(path) as backup:
            for name, content in backup.parts(wanted.key):
                if name not in names:
                    continue
                match name:
                    case "main.dump":
                        dumps.restore(owner, content)
                    case "keystore.dump":
                        dumps.restore(keys, content)
                    case "ring.json":
                        ring = b"".join(content)
                    case "keys.tar":
                        _extract(b"".join(content), wanted.data / "keys")
                    case "tombstones.txt":
                        _put_tombstones(content, wanted.data / "tombstones.log")
            told.append((backup.header, backup.finish()))
    header, manifest = told[0]
    return header, manifest, ring


def _extract(raw: bytes, keys: Path) -> None:
    keys.mkdir(mode=0o700, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        tar.extractall(keys, filter="data")
    for folder in (path for path in keys.rglob("*") if path.is_dir()):
        folder.chmod(0o700)


def _put_tombstones(content: Iterator[bytes], place: Path) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())


def tombstones_of(file: Path, key: RecoveryKey) -> list[str]:
    """The lines that tell what had been destroyed when the backup was made."""
    raw = b""
    with opened(file) as backup:
        for name, content in backup.parts(key):
            if name == "tombstones.txt":
                raw = b"".join(content)
        backup.finish()
    return raw.decode().splitlines(keepends=True)


def _put_ring(wanted: Wanted, ring: bytes) -> None:
    from azukari.vault import archiving, strongroom  # noqa: PLC0415  needs Django

    if wanted.ring is not None:
        archiving.put_ring_file(wanted.data, wanted.ring, wanted.root_key)
    elif ring:
        archiving.put_ring(wanted.data, ring)
    elif not any(place.exists() for place in strongroom.holders(wanted.data)):
        raise RingNotGiven(
            "このバックアップには鍵束(ring)が入っていません(Wの運用)。"
            "--ring で保管場所の ring.bin を、ルート鍵がファイルなら --root-key で root.key を"
            "指定してください。"
        )


def _replay(wanted: Wanted) -> int:
    from azukari.ledger.actions import Action  # noqa: PLC0415
    from azukari.tenancy.announcing import write_everywhere  # noqa: PLC0415
    from azukari.vault import archiving  # noqa: PLC0415

    added = 0
    # Newest first: the older list alone may be too short for a newer ring.
    lists = [wanted.tombstones] if wanted.tombstones else []
    for place in [*lists, wanted.data / "tombstones.log"]:
        added += archiving.replay_log(place)
    write_everywhere(Action.BACKUP_RESTORED, file=wanted.file.name)
    return added
