import pytest

from azukari.tenancy.models import Role
from azukari.tenancy.rights import MATRIX, Right, RoleKind
from tests.cast import Side, make_side
from tests.web.browser import browser, errors_of, see, text_of
from tests.web.entering import actions_of

pytestmark = pytest.mark.usefixtures("existing_routes")
STEWARD = RoleKind.STEWARD


@pytest.fixture(scope="module")
def a(database) -> Side:
    return make_side("RA", web_collection=True)


@pytest.fixture(scope="module")
def b(database) -> Side:
    return make_side("RB")


def role_of(side: Side, kind: RoleKind) -> Role:
    with side.scope():
        return Role.objects.get(kind=kind.value, name=kind.label)


def test_list_tells_how_many_users_have_a_role(a: Side) -> None:
    text = text_of(browser(a, STEWARD).get("/settings/roles"))

    assert text.count(">1人<") == 4
    assert "ご自身の権限" in text


def test_matrix_offers_just_what_means_something(a: Side) -> None:
    page = see(browser(a, STEWARD).get(f"/settings/roles/{role_of(a, RoleKind.OPERATOR).id}"))

    offered = {box.attrs["value"] for box in page.all("input", name="permissions")}
    ticked = {
        box.attrs["value"]
        for box in page.all("input", name="permissions")
        if "checked" in box.attrs
    }
    assert offered == {f"{f.value}:{r.value}" for f, rights in MATRIX.items() for r in rights}
    assert ticked == set(role_of(a, RoleKind.OPERATOR).permissions)
    assert len(page.all("th", scope="col")) == 1 + len(Right)
    assert len(page.all("th", scope="row")) == len(MATRIX)


def test_new_role_starts_from_another(a: Side) -> None:
    client = browser(a, STEWARD)
    original = role_of(a, RoleKind.AUDITOR)
    page = see(client.get(f"/settings/roles/new?copy={original.id}"))
    ticked = [
        str(box.attrs["value"])
        for box in page.all("input", name="permissions")
        if "checked" in box.attrs
    ]

    answer = client.post(
        "/settings/roles/new",
        {"name": "外部監査", "kind": "auditor", "permissions": [*ticked, "filing:output"]},
    )

    with a.scope():
        made = Role.objects.get(name="外部監査")
    assert answer.status_code == 302
    assert set(made.permissions) == {*original.permissions, "filing:output", "filing:view"}
    assert actions_of(a)[-1] == "ROLE_CHANGED"


def test_copy_of_a_foreign_role_starts_empty(a: Side, b: Side) -> None:
    foreign = role_of(b, RoleKind.OPERATOR)

    page = see(browser(a, STEWARD).get(f"/settings/roles/new?copy={foreign.id}"))

    assert not [box for box in page.all("input", name="permissions") if "checked" in box.attrs]


def test_changed_rights_are_saved_and_told(a: Side) -> None:
    role = role_of(a, RoleKind.OFFICER)
    typed = {"name": role.name, "version": role.version, "permissions": ["record:output"]}

    answer = browser(a, STEWARD).post(f"/settings/roles/{role.id}", typed)

    assert answer.status_code == 302
    assert role_of(a, RoleKind.OFFICER).permissions == ["record:output", "record:view"]


def test_own_role_is_frozen(a: Side) -> None:
    role = role_of(a, STEWARD)
    client = browser(a, STEWARD)
    page = client.get(f"/settings/roles/{role.id}")

    answer = client.post(
        f"/settings/roles/{role.id}",
        {"name": role.name, "version": role.version, "permissions": ["employee:reveal"]},
    )

    assert "ご自身の権限は変更できません" in text_of(page)
    assert all("disabled" in box.attrs for box in see(page).all("input", name="permissions"))
    assert answer.status_code == 403
    assert role_of(a, STEWARD).permissions == role.permissions


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": ""}, "権限名を入力してください。"),
        ({"name": "監査"}, "使われています"),
        ({"permissions": ["moon:reveal"]}, "できること"),
        ({"kind": "king"}, "区分"),
    ],
)
def test_bad_input_is_said_by_field(a: Side, facts: dict[str, object], said: str) -> None:
    typed = {
        "name": "あたらしい権限",
        "kind": "operator",
        "permissions": ["people:view"][:0],
        **facts,
    }

    answer = browser(a, STEWARD).post("/settings/roles/new", typed)

    assert any(said in line for line in errors_of(answer))


def test_old_version_is_refused(a: Side) -> None:
    role = role_of(a, RoleKind.OPERATOR)
    typed = {"name": role.name, "version": role.version - 1, "permissions": []}

    answer = browser(a, STEWARD).post(f"/settings/roles/{role.id}", typed)

    assert any("ほかの人が" in line for line in errors_of(answer))


def test_foreign_role_does_not_exist(a: Side, b: Side) -> None:
    role = role_of(b, RoleKind.OPERATOR)
    client = browser(a, STEWARD)

    assert client.get(f"/settings/roles/{role.id}").status_code == 404
    assert client.post(f"/settings/roles/{role.id}", {"name": "x"}).status_code == 404


def test_auditor_sees_the_matrix_and_cannot_change_it(a: Side) -> None:
    page = browser(a, RoleKind.AUDITOR).get(f"/settings/roles/{role_of(a, RoleKind.OPERATOR).id}")

    assert page.status_code == 200
    assert "変更する" not in text_of(page)
