"""How every job runs: on behalf of the user who started it, with the rights they have now."""

import logging
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from azukari.progress import actions as progress
from azukari.tenancy import scope, sign_in
from azukari.tenancy.access import command_actor, workplaces
from azukari.tenancy.actor import Actor, NotPermitted
from azukari.tenancy.models import User
from azukari.tenancy.rights import ALL_PERMISSIONS

log = logging.getLogger("azukari.jobs")
Work = Callable[..., None]


def job(name: str) -> Callable[[Work], Work]:
    """Registers `work(actor, progress_id, **ids)` as the task `azukari.<name>`.

    `work` runs outside any transaction and outside any scope: it enters `scope.of(actor)` for
    each step, so that what is done stays done.
    """

    def register(work: Work) -> Work:
        @wraps(work)
        def run(
            contract_id: str, company_id: str, user_id: str, progress_id: str, **ids: str
        ) -> None:
            close_old_connections()
            place = UUID(contract_id), UUID(company_id)
            try:
                actor = actor_now(*place, user_id)
                work(actor, UUID(progress_id), **{key: UUID(value) for key, value in ids.items()})
            except NotPermitted:
                _end(
                    place,
                    progress.fail,
                    progress_id,
                    "実行した利用者の権限がなくなったため、中止しました。",
                )
            except progress.Cancelled:
                _end(place, progress.cancelled, progress_id, "途中で取り消しました。")
            except Exception:
                log.exception("job failed", extra={"job": name, "progress": progress_id})
                _end(place, progress.fail, progress_id, "処理中に問題が起きたため、中止しました。")
                raise
            finally:
                close_old_connections()

        app.task(name=f"azukari.{name}", queue="azukari")(run)
        return work

    return register


def actor_now(contract_id: UUID, company_id: UUID, user_id: str) -> Actor:
    """The user as an actor with today's rights.  Raises `NotPermitted` when they are gone.

    Without a user it is the server's own command.
    """
    if not user_id:
        return command_actor(contract_id, company_id, ALL_PERMISSIONS)
    with scope.enter(scope.Scope(contract_id=contract_id)):
        user = User.objects.filter(id=user_id).first()
        if user is None or not sign_in.may_sign_in(user, on=timezone.localdate()):
            raise NotPermitted("user")
        place = next((p for p in workplaces(user) if p.company_id == company_id), None)
    if place is None:
        raise NotPermitted("company")
    return Actor(contract_id, company_id, user.id, user.name, (place.role_name,), place.permissions)


def _end(
    place: tuple[UUID, UUID], ending: Callable[[UUID, str], None], progress_id: str, note: str
) -> None:
    contract_id, company_id = place
    with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
        ending(UUID(progress_id), note)
