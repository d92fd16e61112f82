"""serve · worker · migrate: running an installation."""

import os
from pathlib import Path

import click

from azukari.cli.session import NOT_AVAILABLE, WRONG_USE, answer, common, installation, stop

PORT = click.IntRange(0, 65535)
_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  a service for others


@click.command()
@common
@click.option("--host", default="0.0.0.0", show_default=True, help="待ち受けるアドレス")  # noqa: S104
@click.option("--port", type=PORT, default=8443, show_default=True, help="運用サイト")
@click.option("--portal-port", type=PORT, default=8444, show_default=True, help="従業員サイト")
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="サーバ証明書(PEM)。省略すると自前の認証局で作る",
)
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="その鍵")
@click.option("--threads", type=click.IntRange(1, 256), default=8, show_default=True)
def serve(
    *, data: Path, as_json: bool, host: str, port: int, portal_port: int,
    certificate: Path | None, key: Path | None, threads: int,
) -> None:  # fmt: skip
    """サービスを起動する。"""
    from azukari.serve.listener import CannotListen, Running  # noqa: PLC0415

    if key is not None and certificate is None:
        stop("--key は --certificate と一緒に指定してください。", WRONG_USE)
    with installation(data) as here:
        from azukari.serve.service import Doors, run  # noqa: PLC0415  needs Django

        def ready(running: Running) -> None:
            name = "localhost" if host in _EVERYWHERE else host
            facts = {
                "operator_url": f"https://{name}:{running.operator_port}/",
                "portal_url": f"https://{name}:{running.portal_port}/",
                "data": str(here.folder),
                "pid": os.getpid(),
            }
            answer(as_json, facts, f"起動しました: {facts['operator_url']}")

        try:
            run(here, Doors(host, port, portal_port, certificate, key), ready, threads=threads)
        except CannotListen as error:
            stop(cannot_listen(error), NOT_AVAILABLE)


def cannot_listen(error: Exception) -> str:
    port, reason = getattr(error, "port", 0), getattr(error, "reason", "")
    return (
        f"ポート {port} を使えません（{reason}）。"
        "--port と --portal-port で別の番号を指定してください。"
    )


@click.command()
@common
@click.option("--concurrency", type=click.IntRange(1, 64), default=1, show_default=True,
              help="同時に進める仕事の数")  # fmt: skip
@click.option("--child-of", type=int, hidden=True)
def worker(*, data: Path, as_json: bool, concurrency: int, child_of: int | None) -> None:  # noqa: ARG001
    """処理待ちの仕事を実行する。"""
    with installation(data, migrate=False):
        from azukari.serve.worker import run  # noqa: PLC0415

        run(concurrency=concurrency, child_of=child_of)


@click.command()
@common
def migrate(*, data: Path, as_json: bool) -> None:
    """データベースを最新の形にする。"""
    with installation(data):
        answer(as_json, {"ok": True}, "データベースは最新です。")


@click.command(hidden=True)
@click.option("--check", is_flag=True)
def makemigrations(*, check: bool) -> None:
    """For developers: whether models and migrations agree.  Needs no database."""
    import tempfile  # noqa: PLC0415
    import warnings  # noqa: PLC0415

    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        nowhere = f"postgresql://nobody@{folder.replace('/', '%2F')}/nothing"
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "azukari.settings.service",
            "AZUKARI_DATA": folder,
            "AZUKARI_SECRET_KEY": "not used",
            "AZUKARI_DATABASE_URL": nowhere,
            "AZUKARI_KEYS_DATABASE_URL": nowhere,
        }
        django.setup()
        # Django would like to compare with what a database says has been applied.
        warnings.filterwarnings("ignore", "Got an error checking a consistent migration history")
        call_command("makemigrations", check=check, dry_run=check)
