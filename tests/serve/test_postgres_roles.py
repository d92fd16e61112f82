"""Roles and databases in a real cluster."""

from collections.abc import Iterator

import dj_database_url
import psycopg
import pytest

from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import DatabaseUrls, prepare_roles


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    # The upper-case letter: a host name in a URL is usually lower-cased on the way.
    with Cluster(tmp_path_factory.mktemp("Data")).in_use() as running:
        yield running


@pytest.fixture(scope="module")
def urls(cluster: Cluster) -> DatabaseUrls:
    return prepare_roles(cluster)


def test_urls_lead_to_their_roles_and_databases(urls: DatabaseUrls) -> None:
    found = {}
    for purpose, url in urls.items():
        with psycopg.connect(str(url)) as connection:
            found[purpose] = connection.execute(
                "SELECT current_user, current_database()"
            ).fetchone()

    assert found == {
        "database": ("azukari_app", "azukari"),
        "owner": ("azukari_owner", "azukari"),
        "keys": ("azukari_vault", "azukari_keys"),
        "superuser": ("azukari_superuser", "azukari"),
    }


def test_urls_are_read_alike_by_dj_database_url(cluster: Cluster, urls: DatabaseUrls) -> None:
    read = dj_database_url.parse(urls["database"])

    with psycopg.connect(
        host=read["HOST"],
        port=read["PORT"],
        user=read["USER"],
        password=read["PASSWORD"],
        dbname=read["NAME"],
    ) as connection:
        assert connection.info.user == "azukari_app"
    assert read["HOST"] == str(cluster.socket_folder)


def test_roles_have_no_way_around_row_level_security(cluster: Cluster, urls: DatabaseUrls) -> None:
    with psycopg.connect(urls["superuser"]) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
            " OR rolreplication FROM pg_roles WHERE rolname LIKE 'azukari%' ORDER BY 1"
        ).fetchall()

    assert rows == [
        ("azukari_app", False),
        ("azukari_owner", False),
        ("azukari_superuser", True),
        ("azukari_vault", False),
    ]


@pytest.mark.parametrize(
    ("purpose", "database"),
    [
        ("database", "azukari_keys"),
        ("owner", "azukari_keys"),
        ("keys", "azukari"),
        ("database", "postgres"),
        ("keys", "template1"),
    ],
)
def test_role_cannot_enter_a_database_that_is_not_its_own(
    cluster: Cluster, urls: DatabaseUrls, purpose: str, database: str
) -> None:
    url = {**urls}[purpose]

    with pytest.raises(psycopg.OperationalError) as refusal:
        psycopg.connect(str(url).rsplit("/", 1)[0] + f"/{database}")

    assert "permission denied for database" in str(refusal.value)


def test_app_uses_what_the_owner_made_and_cannot_change_it(urls: DatabaseUrls) -> None:
    with psycopg.connect(urls["owner"]) as owner:
        owner.execute("CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY, name text)")

    with psycopg.connect(urls["database"], autocommit=True) as app:
        app.execute("INSERT INTO people (name) VALUES ('山田')")
        rows = app.execute("SELECT id, name FROM people").fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("ALTER TABLE people DISABLE ROW LEVEL SECURITY")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (id bigint)")

    assert rows == [(1, "山田")]


def test_preparing_again_changes_nothing(cluster: Cluster, urls: DatabaseUrls) -> None:
    assert prepare_roles(cluster) == urls


def test_prefix_makes_a_second_set_beside_the_first(cluster: Cluster, urls: DatabaseUrls) -> None:
    second = prepare_roles(cluster, prefix="gw0_")

    with psycopg.connect(second["keys"]) as connection:
        found = (connection.info.user, connection.info.dbname)
    assert found == ("gw0_azukari_vault", "gw0_azukari_keys")
    assert prepare_roles(cluster) == urls


def test_passwords_are_private(cluster: Cluster, urls: DatabaseUrls) -> None:
    kept = cluster.keys_folder / "database.json"

    assert kept.stat().st_mode & 0o777 == 0o600
