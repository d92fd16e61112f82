"""One output from the command line: asked for, made and fetched in this process."""

from typing import Any

from azukari.check import actions
from azukari.check.actions import Asked
from azukari.check.making import make_output
from azukari.check.models import Output
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor


def export_now(asked: Asked, *, actor: Actor) -> tuple[dict[str, Any], bytes | None]:
    """Facts with the passphrase, and the sealed bytes; None while a second person has to agree.

    Runs outside any scope.  Raises OutputRefused.
    """
    place = scope.of(actor)
    with scope.enter(place):
        output, is_due = actions.begin_output(asked, actor=actor)
        task = actions.plan_work(output) if is_due else None
    if task is None:
        return {"export": str(output.id), "state": output.state, "people": output.people}, None
    make_output(actor, task.id, output.id)
    with scope.enter(place):
        output = Output.objects.defer("people_ids").get(id=output.id)
        passphrase = actions.show_passphrase(output, actor=actor)
    with scope.enter(place):
        _name, sealed = actions.download(output, actor=actor)
    facts = {
        "export": str(output.id),
        "state": output.state,
        "people": output.people,
        "without_number": output.without_number,
        "sha256": output.sha256,
        "passphrase": passphrase,
    }
    return facts, sealed
