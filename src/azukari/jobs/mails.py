"""The outbox of a company in the background."""

from uuid import UUID

from django.db import close_old_connections
from procrastinate.contrib.django import app

from azukari.collect import outbox
from azukari.tenancy.scope import Scope


@app.task(name="azukari.mails.send", queue="azukari")
def send(contract_id: str, company_id: str) -> None:
    """Arguments are ids only; which mails there are stands in the outbox."""
    close_old_connections()
    try:
        outbox.send_waiting(Scope(contract_id=UUID(contract_id), company_id=UUID(company_id)))
    finally:
        close_old_connections()
