import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from azukari.pki.signing import SigningKey
from azukari.settings import mail_checks
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
        "ALLOWED_HOSTS": ["azukari.example.jp", "portal.example.jp"],
        "SECURE_HSTS_SECONDS": 31_536_000,
        "OPERATOR_URL": "https://azukari.example.jp/",
        "PORTAL_URL": "https://portal.example.jp/",
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.jp",
        "EMAIL_HOST_PASSWORD": "",
        "DEFAULT_FROM_EMAIL": "番号係 <bango@example.jp>",
        "DATABASES": {"default": main, "keys": {**keys, "HOST": "keys.example.jp"}},
    }.items():
        monkeypatch.setattr(django_settings, name, value)
    # Whether anybody collects is a matter of the contracts that other tests have opened.
    monkeypatch.setattr(mail_checks, "_collects", lambda: False)
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
    ("changed", "findings"),
    [
        ({"PORTAL_URL": "https://localhost:8444/"}, ["azukari.W014"]),
        ({"PORTAL_URL": "http://portal.example.jp/"}, ["azukari.W014"]),
        ({"PORTAL_URL": "https://bango.example.jp/"}, ["azukari.E015"]),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, ["azukari.W016"]),
        ({"DEFAULT_FROM_EMAIL": "azukari@localhost"}, ["azukari.W017"]),
        ({"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend"}, ["azukari.W018"]),
        ({"EMAIL_HOST_PASSWORD": "secret"}, ["azukari.W019"]),
        ({"EMAIL_HOST_PASSWORD": "secret", "EMAIL_USE_TLS": True}, []),
    ],
)
def test_what_makes_mails_useless_is_listed_where_mails_are_sent(
    here: Here,
    settings: pytest.MonkeyPatch,
    changed: dict[str, Any],
    findings: list[str],
) -> None:
    for name, value in changed.items():
        settings.setattr(django_settings, name, value)

    settings.setattr(mail_checks, "_collects", lambda: True)
    sending = found(here)
    settings.setattr(mail_checks, "_collects", lambda: False)

    assert sending == (1 if findings else 0, findings)
    assert found(here) == (0, [])


def test_host_nobody_knows_is_listed_with_the_links_that_need_it(
    here: Here, settings: pytest.MonkeyPatch
) -> None:
    settings.setattr(django_settings, "ALLOWED_HOSTS", ["localhost"])

    assert found(here) == (1, ["azukari.E008", "azukari.E015"])


@pytest.mark.parametrize("url", ["https://localhost:8443/", "https://127.0.0.1/", "http://a.jp/"])
def test_setup_links_that_lead_nowhere_are_listed(
    here: Here, settings: pytest.MonkeyPatch, url: str
) -> None:
    settings.setattr(django_settings, "OPERATOR_URL", url)

    assert found(here) == (1, ["azukari.W013"])


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
