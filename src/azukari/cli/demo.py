"""demo: the real service with a company of invented people, on this machine only."""

import json
import os
import socket
import threading
from pathlib import Path
from typing import Any

import click

from azukari.cli.session import NOT_AVAILABLE, common, installation, stop

HOST = "127.0.0.1"
CHOOSE_AGAIN_DOMAIN = "azukari.localhost"


@click.command()
@common
@click.option("--port", default=8443, show_default=True, help="0なら空いているポート")
@click.option("--portal-port", default=None, type=int, help="既定は --port の次")
@click.option("--employees", default=300, show_default=True, help="架空の従業員の人数(初回のみ)")
def demo(data: Path, as_json: bool, port: int, portal_port: int | None, employees: int) -> None:
    """架空の会社で、サービス一式を手元で動かす。"""
    from azukari.serve.listener import CannotListen, Running  # noqa: PLC0415
    from azukari.serve.postgres_errors import ServiceRunning  # noqa: PLC0415

    port = port or _free_port()
    portal_port = portal_port if portal_port is not None else (port + 1 if port else 0)
    os.environ["AZUKARI_MODE"] = "demo"
    os.environ.setdefault("AZUKARI_CHOOSE_AGAIN_DOMAIN", CHOOSE_AGAIN_DOMAIN)
    os.environ.setdefault("AZUKARI_HOSTS", f"localhost,127.0.0.1,[::1],.{CHOOSE_AGAIN_DOMAIN}")
    with installation(data) as folder:
        from azukari.cli.demo_company import DemoCompany  # noqa: PLC0415  needs Django
        from azukari.serve.service import Doors, run  # noqa: PLC0415

        url = f"https://localhost:{port}/"
        company = DemoCompany(folder, url)
        if not as_json:
            click.echo("デモの準備をしています…", err=True)

        def ready(running: Running) -> None:
            facts = company.facts | {
                "operator_url": url,
                "portal_url": f"https://localhost:{running.portal_port}/",
                "data": str(folder),
                "pid": os.getpid(),
            }
            threading.Thread(target=_tell, args=[facts, as_json]).start()

        doors = Doors(HOST, port, portal_port, host_names=(f"*.{CHOOSE_AGAIN_DOMAIN}",))
        try:
            run(folder, doors, ready, prepare=lambda: company.prepare(employees))
        except CannotListen as error:
            stop(
                f"ポート {error.port} を使えません({error.reason})。"
                "--port で別の番号を指定してください。",
                NOT_AVAILABLE,
            )
        except ServiceRunning as error:
            stop(str(error), NOT_AVAILABLE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _tell(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    links = "\n".join(
        f"    {role:<9}{link or '(パスワード設定済み)'}"
        for role, link in facts["setup_links"].items()
    )
    click.echo(
        f"""
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

  アクセス情報シート  {facts["access_sheet"]}
  データフォルダ      {facts["data"]}
"""
    )
