"""The house the tests live in: a real PostgreSQL of our own, started once per run.

Pure tests (law, filings, …) never ask for it and start in no time.  Tests that need tables use
the fixture `database`, or better `cast` (tests/cast.py): company A and company B of two
contracts.  Nothing is cleaned between tests: each makes its own people, and tenants do not see
each other, which is what we promise anyway.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# How long an example takes says how busy the machine is, and nothing about the rule.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_DATA = Path(tempfile.mkdtemp(prefix="azukari-test-"))
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "azukari.settings.service",
        "AZUKARI_DATA": str(_DATA),
        "AZUKARI_MODE": "demo",
        "AZUKARI_SECRET_KEY": "only for tests " * 4,
        "AZUKARI_HOSTS": "testserver,localhost,127.0.0.1,.azukari.localhost",
        "AZUKARI_DATABASE_URL": "postgresql://nobody@localhost/not-started",
        "AZUKARI_KEYS_DATABASE_URL": "postgresql://nobody@localhost/not-started",
    }
)

import django  # noqa: E402

django.setup()

from azukari.serve.postgres import Cluster  # noqa: E402
from azukari.serve.postgres_roles import DatabaseUrls, prepare_roles  # noqa: E402
from azukari.settings import logs  # noqa: E402
from tests.cast import Cast, make_side  # noqa: E402
from tests.house.leaks import files_with_numbers, numbers_in  # noqa: E402
from tests.numbers import HANDED_OUT  # noqa: E402

logs.configure()

_TALKATIVE: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    from django.test.utils import setup_test_environment

    setup_test_environment()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return _DATA


@pytest.fixture(scope="session")
def cluster(data_folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(data_folder)
    with cluster.in_use():
        yield cluster
    # PostgreSQL has stopped, so everything it knows is in its files: tables, WAL, log.
    leaked = files_with_numbers([data_folder], HANDED_OUT)
    assert leaked == {}, "individual numbers of this run stand in clear in these files"
    shutil.rmtree(data_folder, ignore_errors=True)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What a test prints or logs holds no number either."""
    shown = (report.capstdout + report.capstderr + report.caplog).encode()
    if numbers_in(shown, HANDED_OUT):
        _TALKATIVE.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _TALKATIVE and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for nodeid in _TALKATIVE:
        terminalreporter.write_line(f"LEAK an individual number was printed by {nodeid}", red=True)


@pytest.fixture(scope="session")
def database(cluster: Cluster) -> Iterator[DatabaseUrls]:
    """Both databases, migrated; Django connects as the runtime role."""
    import dj_database_url
    from django.db import connections

    from azukari.serve import schema

    urls = prepare_roles(cluster)
    for alias, url in (
        ("default", urls["database"]),
        ("ledger", urls["database"]),
        ("keys", urls["keys"]),
    ):
        parsed = dict(dj_database_url.parse(url))
        for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
            connections.settings[alias][key] = parsed[key]
            connections[alias].settings_dict[key] = parsed[key]
    schema.bring_up_to_date(urls["owner"])
    schema.refuse_unsafe_role()
    yield urls
    connections.close_all()


@pytest.fixture(scope="session")
def cast(database: DatabaseUrls) -> Cast:
    """Two contracts, A and B, shared by the whole run."""
    return Cast(make_side("A", web_collection=True), make_side("B", web_collection=True))
