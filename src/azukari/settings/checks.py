"""What is insecure about this installation (`azukari check --deploy`).

Each finding has an id that documents and scripts can refer to.
"""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution

# Half a year: what browsers and their makers' lists take for serious.
_HSTS_LEAST = 15_552_000
# A night, and a little for a backup that takes long.
_BACKUP_AGE = timedelta(hours=26)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


@register(Tags.security, deploy=True)
def demo_mode(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    if settings.MODE == "production":
        return []
    return [
        Error(
            "デモ用の設定で動いています。",
            hint="AZUKARI_MODE=production を設定してください。",
            id="azukari.E001",
        )
    ]


@register(Tags.security, deploy=True)
def private_files(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Keys and ring readable by nobody else."""
    return [
        Error(
            f"{path} をほかの利用者が読めます。",
            hint=f"chmod go-rwx {path} を実行してください。",
            id="azukari.E002",
        )
        for path in _private_places()
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


def _private_places() -> Iterator[Path]:
    for folder in (Path(settings.DATA_FOLDER) / "keys", Path(settings.DATA_FOLDER) / "ring"):
        if not folder.exists():
            continue
        yield folder
        for path in folder.rglob("*"):
            # An authority's certificate is public, and a lock holds nothing.
            if path.name != "ca.pem" and path.suffix != ".lock":
                yield path


@register(Tags.security, deploy=True)
def ring_has_two_holders(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    if os.environ.get("AZUKARI_RING_HOLDERS"):
        return []
    return [
        Caution(
            "鍵束(ring)の保管場所が1か所だけです。失うと個人番号を開けなくなります。",
            hint="AZUKARI_RING_HOLDERS に別のボリュームのフォルダを指定してください。",
            id="azukari.W003",
        )
    ]


@register(Tags.security, deploy=True)
def root_is_protected(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    if os.environ.get("AZUKARI_ROOT_PASSPHRASE_FILE"):
        return []
    return [
        Caution(
            "鍵束を守る鍵が、同じデータフォルダの中のファイルです。",
            hint="AZUKARI_ROOT_PASSPHRASE_FILE で、別の場所の合言葉を指定してください。",
            id="azukari.W004",
        )
    ]


@register(Tags.security, deploy=True)
def databases_are_apart(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    main, keys = settings.DATABASES["default"], settings.DATABASES["keys"]
    found: list[CheckMessage] = []
    if main["USER"] == keys["USER"]:
        found.append(
            Error(
                "個人番号のデータベースと鍵のデータベースを同じロールで使っています。",
                hint="AZUKARI_KEYS_DATABASE_URL に別のロールを指定してください。",
                id="azukari.E005",
            )
        )
    if (main["HOST"], main["PORT"]) != (keys["HOST"], keys["PORT"]):
        return found
    if main["NAME"] == keys["NAME"]:
        found.append(
            Error(
                "個人番号と鍵が同じデータベースにあります。",
                hint="鍵には別のデータベースを使ってください。",
                id="azukari.E006",
            )
        )
    else:
        found.append(
            Caution(
                "個人番号と鍵が同じPostgreSQLにあります。",
                hint="鍵のデータベースは別のサーバに置くことを勧めます。",
                id="azukari.W007",
            )
        )
    return found


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    if "*" not in settings.ALLOWED_HOSTS and not set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        return []
    return [
        Error(
            "公開するホスト名が設定されていません。",
            hint="AZUKARI_HOSTS に運用サイトのホスト名を指定してください。",
            id="azukari.E008",
        )
    ]


@register(Tags.security, deploy=True)
def proxy_is_trusted_rightly(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    if not settings.PROXY_PEERS or len(settings.PROXY_SECRET) >= 32:
        return []
    return [
        Error(
            "前段のサーバから証明書を受け取る設定ですが、共有の秘密が短すぎます。",
            hint="AZUKARI_PROXY_SECRET に32文字以上の乱数を指定してください。",
            id="azukari.E009",
        )
    ]


@register(Tags.security, deploy=True)
def secret_is_long(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    if len(settings.SECRET_KEY) >= 50 and len(set(settings.SECRET_KEY)) >= 20:
        return []
    return [
        Error(
            "署名用の秘密(AZUKARI_SECRET_KEY)が短いか、単純です。",
            hint="50文字以上の乱数にするか、指定をやめてください(自動で作ります)。",
            id="azukari.E010",
        )
    ]


@register(Tags.security, deploy=True)
def browsers_insist_on_tls(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    if settings.SECURE_HSTS_SECONDS >= _HSTS_LEAST:
        return []
    return [
        Caution(
            "ブラウザに暗号化通信を約束する期間(HSTS)が短すぎます。",
            hint="AZUKARI_HSTS_SECONDS の指定をやめるか、15552000以上にしてください。",
            id="azukari.W011",
        )
    ]


@register(Tags.security, deploy=True)
def backups_are_fresh(app_configs: Any, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001
    """The newest one by what stands in it, not by the day its copy was written."""
    from azukari.serve.backup.making import backups_in  # noqa: PLC0415  needs loaded apps

    folder = Path(os.environ.get("AZUKARI_BACKUP_FOLDER") or Path(settings.DATA_FOLDER) / "backups")
    found = backups_in(folder) if folder.is_dir() else []
    if found and datetime.now(UTC) - found[-1][0] <= _BACKUP_AGE:
        return []
    said = (
        f"最後のバックアップから{(datetime.now(UTC) - found[-1][0]).days}日以上が過ぎています。"
        if found
        else f"{folder} にバックアップがありません。"
    )
    return [
        Caution(
            said,
            hint="azukari backup create を毎日実行してください。"
            "置き場所は AZUKARI_BACKUP_FOLDER で指定します。",
            id="azukari.W012",
        )
    ]
