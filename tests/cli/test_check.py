import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from azukari.pki.signing import SigningKey
from azukari.vault.recovery import RecoveryKey
from tests.cli.conftest import Here


@pytest.fixture
def settings(here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An installation in which nothing is insecure; each test spoils one thing."""
    main, keys = django_settings.DATABASES["default"], django_settings.DATABASES["keys"]
    data = tmp_path / "data"
    for folder in ("keys", "ring"):
        (data / folder).mkdir(parents=True)
        (data / folder).chmod(0o700)
    for name, value in {
        "MODE": "production",
        "DATA_FOLDER": data,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": ["azukari.example.jp"],
        "SECURE_HSTS_SECONDS": 31_536_000,
        "DATABASES": {"default": main, "keys": {**keys, "HOST": "keys.example.jp"}},
    }.items():
        monkeypatch.setattr(django_settings, name, value)
    monkeypatch.setenv("AZUKARI_RING_HOLDERS", str(tmp_path))
    monkeypatch.setenv("AZUKARI_ROOT_PASSPHRASE_FILE", str(tmp_path / "words"))
    monkeypatch.setenv("AZUKARI_BACKUP_FOLDER", str(backed_up(tmp_path / "backups", hours=1)))
    return monkeypatch


def backed_up(folder: Path, *, hours: int) -> Path:
    """A folder with one backup of that age."""
    from azukari.serve.backup.archive import Header, Writer

    folder.mkdir(exist_ok=True)
    at = datetime.now(UTC) - timedelta(hours=hours)
    with (folder / f"{hours}.azbackup").open("wb") as file:
        Writer(file, Header(at, "azukari", "R", RecoveryKey.create().public)).finish(
            SigningKey.create()
        )
    return folder


def found(here: Here) -> tuple[int, list[str]]:
    done = here("check", "--deploy")
    return done.code, [one["id"] for one in done.answer["findings"]]


def test_nothing_to_find(here: Here, settings: pytest.MonkeyPatch) -> None:
    done, text = here("check", "--deploy"), here("check", "--deploy", json=False)

    assert (done.code, done.answer) == (0, {"ok": True, "findings": []})
    assert (text.code, text.stdout) == (0, "問題は見つかりませんでした。\n")


@pytest.mark.parametrize(("hours", "said"), [(27, "過ぎています"), (None, "ありません")])
def test_stale_or_missing_backups_are_told(
    here: Here, settings: pytest.MonkeyPatch, tmp_path: Path, hours: int | None, said: str
) -> None:
    folder = tmp_path / "others"
    if hours is not None:
        backed_up(folder, hours=hours)
    settings.setenv("AZUKARI_BACKUP_FOLDER", str(folder))

    [finding] = here("check", "--deploy").answer["findings"]

    assert finding["id"] == "azukari.W012"
    assert said in finding["message"]


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("MODE", "demo", "azukari.E001"),
        ("ALLOWED_HOSTS", ["localhost"], "azukari.E008"),
        ("ALLOWED_HOSTS", ["*"], "azukari.E008"),
        ("SECRET_KEY", "short", "azukari.E010"),
        ("SECURE_HSTS_SECONDS", 3600, "azukari.W011"),
        ("SECURE_HSTS_SECONDS", 0, "azukari.W011"),
        ("SESSION_COOKIE_SECURE", False, "security.W011"),
        ("DEBUG", True, "security.W018"),
    ],
)
def test_insecure_setting_is_listed(
    here: Here, settings: pytest.MonkeyPatch, name: str, value: Any, finding: str
) -> None:
    settings.setattr(django_settings, name, value)

    assert found(here) == (1, [finding])


@pytest.mark.parametrize(
    ("variable", "finding"),
    [("AZUKARI_RING_HOLDERS", "azukari.W003"), ("AZUKARI_ROOT_PASSPHRASE_FILE", "azukari.W004")],
)
def test_missing_protection_of_the_ring_is_listed(
    here: Here, settings: pytest.MonkeyPatch, variable: str, finding: str
) -> None:
    settings.delenv(variable)

    assert found(here) == (1, [finding])


@pytest.mark.parametrize(
    ("change", "findings"),
    [
        ({}, ["azukari.W007"]),
        ({"USER": "same"}, ["azukari.E005", "azukari.W007"]),
        ({"USER": "same", "NAME": "one"}, ["azukari.E005", "azukari.E006"]),
    ],
)
def test_databases_that_are_not_apart_are_listed(
    here: Here, settings: pytest.MonkeyPatch, change: dict[str, str], findings: list[str]
) -> None:
    main = {**django_settings.DATABASES["default"], **change}
    keys = {**django_settings.DATABASES["keys"], "HOST": main["HOST"], **change}
    settings.setattr(django_settings, "DATABASES", {"default": main, "keys": keys})

    assert found(here) == (1, findings)


def test_key_that_others_can_read_is_listed_with_what_to_do(
    here: Here, settings: pytest.MonkeyPatch
) -> None:
    key = django_settings.DATA_FOLDER / "keys" / "root.key"
    key.touch(mode=0o644)

    done = here("check", "--deploy", json=False)

    assert (done.code, done.stdout) == (
        1,
        f"[azukari.E002] {key} をほかの利用者が読めます。chmod go-rwx {key} を実行してください。\n",
    )


def test_without_deploy_only_what_is_wrong_everywhere_is_looked_at(
    here: Here, settings: pytest.MonkeyPatch
) -> None:
    settings.setattr(django_settings, "MODE", "demo")

    assert here.good("check") == {"ok": True, "findings": []}
