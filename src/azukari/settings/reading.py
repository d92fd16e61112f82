"""Reading of settings from the environment: small readers that fail loudly."""

import os
from pathlib import Path


class SettingMissing(RuntimeError):
    """A setting without which the service must not start."""


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        message = f"環境変数 {name} が設定されていません。"
        raise SettingMissing(message)
    return value


def secret(name: str, default_file: Path | None = None) -> str:
    """A secret: from the file named by `NAME_FILE`, from `NAME`, or from the default file."""
    from_file = os.environ.get(f"{name}_FILE")
    if from_file:
        return Path(from_file).read_text(encoding="utf-8").strip()
    if name in os.environ:
        return os.environ[name]
    if default_file is not None and default_file.exists():
        return default_file.read_text(encoding="utf-8").strip()
    message = f"{name} も {name}_FILE も設定されていません。"
    raise SettingMissing(message)


def switch(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "on" if default else "off").lower()
    if value not in {"on", "off"}:
        message = f"環境変数 {name} には on か off を指定してください。"
        raise SettingMissing(message)
    return value == "on"


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        message = f"環境変数 {name} には整数を指定してください。"
        raise SettingMissing(message)
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word for word in os.environ.get(name, default).split(",") if word]
