"""The outbox on its way: what waits is handed to the workers, sent, and tried again."""

from procrastinate.contrib.django import app

from azukari.collect.models import Mail, MailState
from azukari.tenancy import scope


def send_soon() -> None:
    """Defers the job that empties the company's outbox, in the running transaction."""
    if Mail.objects.filter(state=MailState.WAITING).exists():
        app.configure_task("azukari.mails.send").defer(
            contract_id=str(scope.contract_id()), company_id=str(scope.company_id())
        )
