"""Reading of settings from the environment: small readers that fail loudly.

An empty variable counts as not set, since files for containers cannot leave one out.  Messages
name the variable and never show a value that may hold a password.
"""

import os
from pathlib import Path

import dj_database_url


class SettingMissing(RuntimeError):
    """A setting without which the service must not start, absent or of a wrong form."""


def given(name: str) -> str | None:
    """The value of `NAME`, or what is in the file that `NAME_FILE` names; None when not set."""
    file = file_of(f"{name}_FILE")
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    return os.environ.get(name) or None


def file_of(name: str) -> Path | None:
    """The file that the variable names; it must be readable."""
    path = os.environ.get(name)
    if not path:
        return None
    if not Path(path).is_file() or not os.access(path, os.R_OK):
        raise SettingMissing(
            f"環境変数 {name} のファイル {path} を読めません。場所と権限を確かめてください。"
        )
    return Path(path)


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or default
    if value is None:
        raise SettingMissing(f"環境変数 {name} が設定されていません。")
    return value


def secret(name: str, default_file: Path | None = None, *, default: str | None = None) -> str:
    """A secret: from `NAME_FILE`, from `NAME`, or from the default file."""
    value = given(name)
    if value is not None:
        return value
    if default_file is not None and default_file.exists():
        return default_file.read_text(encoding="utf-8").strip()
    if default is not None:
        return default
    raise SettingMissing(f"環境変数 {name} も {name}_FILE も設定されていません。")


def database_url(name: str) -> str:
    """The URL of a PostgreSQL database."""
    url = secret(name)
    wrong = SettingMissing(
        f"環境変数 {name} が PostgreSQL のURLではありません。"
        "postgresql://ロール:パスワード@ホスト:ポート/データベース の形で指定してください。"
        "パスワードの記号は %40 のように書きます。"
    )
    try:
        parsed = dj_database_url.parse(url)
    except ValueError:
        raise wrong from None
    if parsed.get("ENGINE") != "django.db.backends.postgresql" or not parsed.get("NAME"):
        raise wrong
    return url


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of the words; the first where nothing is set."""
    value = os.environ.get(name) or allowed[0]
    if value not in allowed:
        raise SettingMissing(f"環境変数 {name} には {' か '.join(allowed)} を指定してください。")
    return value


def erasure_class() -> str:
    """R or W; W needs the ring at two places, since no backup brings it back."""
    chosen = choice("AZUKARI_ERASURE_CLASS", ("R", "W"))
    if chosen == "W" and not folders("AZUKARI_RING_HOLDERS"):
        raise SettingMissing(
            "AZUKARI_ERASURE_CLASS=W では、鍵束(ring)をバックアップに入れません。"
            "失わないように、データフォルダのほかに1か所以上、"
            "別のボリュームのフォルダを AZUKARI_RING_HOLDERS に指定してください。"
        )
    return chosen


def number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdecimal()):
        raise SettingMissing(f"環境変数 {name} には0以上の整数を指定してください。")
    return int(value)


def secrets_below(prefix: str) -> dict[str, str]:
    """Every `PREFIX…` (or `PREFIX…_FILE`) of the environment, by what follows the prefix."""
    names = {
        name.removesuffix("_FILE")
        for name, value in os.environ.items()
        if name.startswith(prefix) and value
    }
    return {name.removeprefix(prefix): secret(name) for name in sorted(names)}


def words(name: str, default: str = "") -> list[str]:
    given_words = os.environ.get(name) or default
    return [word.strip() for word in given_words.split(",") if word.strip()]


def folders(name: str) -> list[Path]:
    """Folders by whole paths, parted by colons; they need not be mounted right now."""
    found = [Path(path) for path in os.environ.get(name, "").split(":") if path]
    if any(not folder.is_absolute() for folder in found):
        raise SettingMissing(
            f"環境変数 {name} には / で始まるフォルダを : で区切って指定してください。"
        )
    return found
