"""demo: the real service with a company of invented people, on this machine only."""

import json
import os
import socket
import threading
from pathlib import Path
from typing import Any

import click

from azukari.cli.service import PORT, cannot_listen
from azukari.cli.session import NOT_AVAILABLE, common, installation, stop

HOST = "127.0.0.1"
CHOOSE_AGAIN_DOMAIN = "azukari.localhost"


@click.command()
@common
@click.option("--port", type=PORT, default=8443, show_default=True, help="0なら空いているポート")
@click.option("--portal-port", type=PORT, help="既定は --port の次。0なら空いているポート")
@click.option(
    "--employees",
    type=click.IntRange(0, 100_000),
    default=300,
    show_default=True,
    help="架空の従業員の人数(初回のみ)",
)
def demo(*, data: Path, as_json: bool, port: int, portal_port: int | None, employees: int) -> None:
    """架空の会社で、サービス一式を手元で動かす。"""
    from azukari.serve.listener import CannotListen, Running  # noqa: PLC0415

    if portal_port is None:
        portal_port = min(port + 1, 65535) if port else 0
    port, portal_port = port or _free_port(), portal_port or _free_port()
    os.environ["AZUKARI_MODE"] = "demo"
    os.environ.setdefault("AZUKARI_CHOOSE_AGAIN_DOMAIN", CHOOSE_AGAIN_DOMAIN)
    os.environ.setdefault("AZUKARI_HOSTS", f"localhost,127.0.0.1,[::1],.{CHOOSE_AGAIN_DOMAIN}")
    os.environ.setdefault("AZUKARI_OPERATOR_URL", f"https://localhost:{port}/")
    os.environ.setdefault("AZUKARI_PORTAL_URL", f"https://localhost:{portal_port}/")
    if not as_json:
        click.echo("デモの準備をしています…", err=True)
    with installation(data) as here:
        from azukari.cli.demo_company import DemoCompany  # noqa: PLC0415  needs Django
        from azukari.serve.service import Doors, run  # noqa: PLC0415

        url = f"https://localhost:{port}/"
        company = DemoCompany(here.folder, url)

        def ready(running: Running) -> None:
            facts = company.facts | {
                "operator_url": url,
                "portal_url": f"https://localhost:{running.portal_port}/",
                "data": str(here.folder),
                "pid": os.getpid(),
            }
            # Beside the doors: a reader of our output who does not read must not shut them.
            threading.Thread(target=_tell, args=[facts, as_json], daemon=True).start()

        doors = Doors(HOST, port, portal_port, host_names=(f"*.{CHOOSE_AGAIN_DOMAIN}",))
        try:
            run(here, doors, ready, prepare=lambda: company.prepare(employees))
        except CannotListen as error:
            stop(cannot_listen(error), NOT_AVAILABLE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _tell(facts: dict[str, Any], as_json: bool) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _welcome(facts))


def _welcome(facts: dict[str, Any]) -> str:
    links = "\n".join(
        f"    {role:<9}{link or '(パスワード設定済み)'}"
        for role, link in facts["setup_links"].items()
    )
    employees = "\n".join(
        f"    {code:<9}{link or '(設定済み)'}" for code, link in facts["portal_links"].items()
    )
    return f"""
預かり(デモ)を起動しました。Ctrl-C で終了します。

  1. クライアント証明書をブラウザに取り込む
       ファイル              {facts["certificate"]}
       インポートパスワード  {facts["import_password"]}
       サーバ証明書の認証局  {facts["server_authority"]}
         (取り込むと警告なしで開けます)
  2. 利用者ごとのリンクを開き、パスワードを決める(それぞれ1回だけ使えます)
{links}
  3. サインインする
       URL       {facts["operator_url"]}
       契約番号  {facts["contract"]}
       ユーザID  steward / operator / officer / auditor

  4. 従業員ポータル(クライアント証明書は要りません)
       URL       {facts["portal_url"]}
       従業員のパスワード設定リンクと、支払先の一時リンク(それぞれ1回だけ使えます)
{employees}

  アクセス情報シート  {facts["access_sheet"]}
  データフォルダ      {facts["data"]}
"""
