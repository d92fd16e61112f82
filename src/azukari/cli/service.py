"""serve · worker · migrate: running an installation."""

import os
from pathlib import Path

import click

from azukari.cli.session import NOT_AVAILABLE, answer, common, installation, stop


@click.command()
@common
@click.option("--host", default="0.0.0.0", show_default=True)  # noqa: S104  a service for others
@click.option("--port", default=8443, show_default=True)
@click.option("--portal-port", default=8444, show_default=True)
@click.option(
    "--certificate",
    type=click.Path(exists=True, path_type=Path),
    help="サーバ証明書(PEM)。省略すると自前の認証局で作る",
)
@click.option("--key", type=click.Path(exists=True, path_type=Path))
@click.option("--threads", default=8, show_default=True)
def serve(
    data: Path, as_json: bool, host: str, port: int, portal_port: int,
    certificate: Path | None, key: Path | None, threads: int,
) -> None:  # fmt: skip
    """サービスを起動する。"""
    from azukari.serve.listener import CannotListen, Running  # noqa: PLC0415
    from azukari.serve.postgres_errors import ServiceRunning  # noqa: PLC0415

    os.environ.setdefault("AZUKARI_MODE", "production")
    with installation(data) as folder:
        from azukari.serve.service import Doors, run  # noqa: PLC0415  needs Django

        def ready(running: Running) -> None:
            url = f"https://{host}:{running.operator_port}/"
            answer(as_json, {"operator_url": url, "pid": os.getpid()}, f"起動しました: {url}")

        try:
            run(folder, Doors(host, port, portal_port, certificate, key), ready, threads=threads)
        except (CannotListen, ServiceRunning) as error:
            stop(str(error), NOT_AVAILABLE)


@click.command()
@common
@click.option("--concurrency", default=1, show_default=True)
@click.option("--child", is_flag=True, hidden=True)
def worker(data: Path, as_json: bool, concurrency: int, child: bool) -> None:  # noqa: ARG001
    """処理待ちの仕事を実行する。"""
    with installation(data, migrate=False):
        from azukari.serve.worker import run  # noqa: PLC0415

        run(concurrency=concurrency, child_of=os.getppid() if child else None)


@click.command()
@common
def migrate(data: Path, as_json: bool) -> None:
    """データベースを最新の形にする。"""
    with installation(data):
        answer(as_json, {"ok": True}, "データベースは最新です。")


@click.command(hidden=True)
@click.option("--check", is_flag=True)
def makemigrations(check: bool) -> None:
    """For developers: whether models and migrations agree."""
    import tempfile  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)):
        call_command("makemigrations", check=check, dry_run=check)
