from dataclasses import replace

import pytest

from azukari.tenancy import directory, users
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.directory import UserFilter, UserState
from azukari.tenancy.models import Membership, Role, User
from azukari.tenancy.paging import Place
from azukari.tenancy.rights import RoleKind
from tests.cast import Side, make_side


@pytest.fixture(scope="module")
def side(database) -> Side:
    return make_side("U")


def role_of(kind: RoleKind) -> Role:
    return Role.objects.get(kind=kind.value)


def new_user(side: Side, code: str, **facts) -> User:
    made, _token = users.create_user(
        users.UserFacts(code, facts.pop("name", code), **facts),
        role_of(RoleKind.OPERATOR),
        side.company.id,
        actor=side.steward,
    )
    return made


def test_user_code_in_use_is_refused_and_nothing_is_left(side: Side) -> None:
    with side.scope():
        new_user(side, "twice")
        before = (User.objects.count(), Membership.objects.count())

        with pytest.raises(users.UserTaken):
            new_user(side, "twice")

        assert (User.objects.count(), Membership.objects.count()) == before


def test_change_of_an_old_version_is_refused(side: Side) -> None:
    with side.scope():
        made = new_user(side, "stale")
        role = role_of(RoleKind.OPERATOR)
        users.change_user(made, users.UserFacts("stale", "新しい名前"), role, version=1,
                          actor=side.steward)  # fmt: skip

        with pytest.raises(users.SomebodyWasFaster):
            users.change_user(made, users.UserFacts("stale", "古い画面"), role, version=1,
                              actor=side.steward)  # fmt: skip

        made.refresh_from_db()
        assert made.name == "新しい名前"


def test_role_taken_away_and_given_back(side: Side) -> None:
    with side.scope():
        made = new_user(side, "nowhere")
        facts = users.UserFacts("nowhere", "nowhere")
        users.change_user(made, facts, None, version=1, actor=side.steward)
        assert not Membership.objects.filter(user=made).exists()

        users.change_user(made, facts, role_of(RoleKind.AUDITOR), version=2, actor=side.steward)

        assert Membership.objects.get(user=made).role.kind == "auditor"


@pytest.mark.parametrize("act", [users.suspend_user, users.renew_link, users.forget_second_factor])
def test_own_account_is_protected(side: Side, act) -> None:
    with side.scope(), pytest.raises(users.OwnAccount):
        act(User.objects.get(id=side.users[RoleKind.STEWARD].id), actor=side.steward)


def test_own_role_cannot_be_changed_by_user_or_role(side: Side) -> None:
    with side.scope():
        me = User.objects.get(id=side.users[RoleKind.STEWARD].id)
        facts = users.UserFacts(me.user_code, me.name)
        with pytest.raises(users.OwnAccount):
            users.change_user(me, facts, role_of(RoleKind.OPERATOR), version=me.version,
                              actor=side.steward)  # fmt: skip
        with pytest.raises(users.OwnAccount):
            users.change_role(role_of(RoleKind.STEWARD), "王様", frozenset(), version=1,
                              actor=side.steward)  # fmt: skip


def test_everything_needs_a_right(side: Side) -> None:
    nobody = replace(side.steward, permissions=frozenset())
    with side.scope():
        other = User.objects.get(id=side.users[RoleKind.OPERATOR].id)
        role = role_of(RoleKind.OPERATOR)
        acts = [
            lambda: users.create_user(users.UserFacts("x", "x"), role, side.company.id,
                                      actor=nobody),
            lambda: users.change_user(other, users.UserFacts("x", "x"), role, version=1,
                                      actor=nobody),
            lambda: users.suspend_user(other, actor=nobody),
            lambda: users.resume_user(other, actor=nobody),
            lambda: users.unlock_user(other, actor=nobody),
            lambda: users.renew_link(other, actor=nobody),
            lambda: users.forget_second_factor(other, actor=nobody),
            lambda: users.create_role("x", RoleKind.OPERATOR, frozenset(), actor=nobody),
            lambda: users.change_role(role, "x", frozenset(), version=1, actor=nobody),
        ]  # fmt: skip
        for act in acts:
            with pytest.raises(NotPermitted):
                act()


def test_role_name_in_use_is_refused(side: Side) -> None:
    with side.scope():
        with pytest.raises(users.RoleTaken):
            users.create_role("監査", RoleKind.AUDITOR, frozenset(), actor=side.steward)
        made = users.create_role(
            "臨時", RoleKind.OPERATOR, frozenset({"employee:reveal"}), actor=side.steward
        )
        with pytest.raises(users.RoleTaken):
            users.change_role(made, "監査", frozenset(), version=1, actor=side.steward)

    assert made.permissions == ["employee:reveal", "employee:view"]


@pytest.mark.parametrize("sort", ["code", "-code", "name", "department", "-department"])
def test_pages_go_through_everybody_once_there_and_back(database, sort: str) -> None:
    side = make_side("P")
    with side.scope():
        for n in range(5):
            new_user(side, f"p{n}", name="同じ　名前", department="営業" if n % 2 else "")
        seen, pages, after = [], 0, ""
        while True:
            place = Place(after=after, size=2, sort=sort)
            found = directory.page_of_users(UserFilter(), side.company.id, place)
            seen += [user.user_code for user in found.rows]
            pages, after = pages + 1, found.after
            if not after:
                break
        place = Place(before=str(found.rows[0].id), size=2, sort=sort)
        back = directory.page_of_users(UserFilter(), side.company.id, place)

    assert len(seen) == len(set(seen)) == 9
    assert pages == 5
    assert [user.user_code for user in back.rows] == seen[-3:-1]
    assert back.after
    assert found.order == sort


def test_states_of_the_list(database) -> None:
    from datetime import timedelta

    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from azukari.tenancy.models import SignInThrottle

    side = make_side("S")
    today = timezone.localdate()
    with side.scope():
        for code, facts in {
            "unset": {},
            "outside": {"valid_to": today - timedelta(days=1)},
            "inside": {"valid_from": today, "valid_to": today},
            "half": {"valid_from": today},
        }.items():
            made = new_user(side, code, **facts)
            if code != "unset":
                User.objects.filter(id=made.id).update(password=make_password("x" * 20))
        users.suspend_user(User.objects.get(user_code="auditor"), actor=side.steward)
        SignInThrottle.objects.create(
            contract_id=side.contract.id, user_code="officer", failures=10,
            locked_until=timezone.now() + timedelta(minutes=5),
        )  # fmt: skip
        listed = {
            state: [
                user.user_code
                for user in directory.page_of_users(
                    UserFilter(state=state.value), side.company.id, Place()
                ).rows
            ]
            for state in UserState
        }
        shown = {
            line.user.user_code: line.state
            for line in directory.lines_of(
                directory.page_of_users(UserFilter(), side.company.id, Place()).rows
            )
        }

    assert listed == {
        UserState.ACTIVE: ["half", "inside", "operator", "steward"],
        UserState.SUSPENDED: ["auditor"],
        UserState.LOCKED: ["officer"],
        UserState.UNSET: ["unset"],
        UserState.OUTSIDE: ["outside"],
    }
    assert shown == {code: state for state, codes in listed.items() for code in codes}


def test_users_of_another_contract_are_not_found(side: Side, cast) -> None:
    with cast.b.scope():
        found = directory.page_of_users(UserFilter(), cast.b.company.id, Place())
        hidden = directory.listed(side.users[RoleKind.OPERATOR].id, cast.b.company.id)
        stranger = Place(after=str(side.users[RoleKind.OPERATOR].id))
        elsewhere = directory.page_of_users(UserFilter(), cast.b.company.id, stranger)

    assert {user.contract_id for user in found.rows} == {cast.b.contract.id}
    assert hidden is None
    assert elsewhere.rows[0].contract_id == cast.b.contract.id
