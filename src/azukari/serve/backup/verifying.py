"""backup verify: whether a file is whole, and whose it is.  Needs no database."""

from dataclasses import dataclass
from pathlib import Path

from azukari.pki.signing import SigningKey
from azukari.serve.backup.archive import Header, Manifest, opened
from azukari.vault.recovery import RecoveryKey


@dataclass(frozen=True)
class Verified:
    """`opened`: with the recovery key, every part was decrypted and hashed; `ours`: whether the
    ledger key of the data folder signed it, None where there is none to compare with.
    """

    header: Header
    manifest: Manifest
    opened: bool
    ours: bool | None

    @property
    def good(self) -> bool:
        return self.ours is not False


def verify(file: Path, key: RecoveryKey | None, data_folder: Path) -> Verified:
    """Raises `BackupDamaged`, `WrongRecoveryKey`."""
    with opened(file) as backup:
        if key is None:
            backup.pass_over()
        else:
            for _ in backup.parts(key):
                pass
        manifest = backup.finish()
    return Verified(backup.header, manifest, key is not None, _is_ours(manifest, data_folder))


def _is_ours(manifest: Manifest, data_folder: Path) -> bool | None:
    place = data_folder / "keys" / "ledger.key"
    if not place.exists():
        return None
    return SigningKey.load(place).public_key.hex() == manifest.public_key
