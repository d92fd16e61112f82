from hypothesis import given
from hypothesis import strategies as st

from azukari.tenancy.rights import ALL_PERMISSIONS, PRESETS, RoleKind, with_viewing

SOME = st.frozensets(st.sampled_from(sorted(ALL_PERMISSIONS)))


@given(SOME)
def test_whoever_may_act_may_view(chosen: frozenset[str]) -> None:
    full = with_viewing(chosen)

    assert chosen <= full <= ALL_PERMISSIONS
    assert all(f"{one.partition(':')[0]}:view" in full for one in full)
    assert with_viewing(full) == full


def test_unknown_permissions_are_dropped() -> None:
    assert with_viewing(frozenset({"employee:reveal", "moon:reveal"})) == {
        "employee:reveal",
        "employee:view",
    }


def test_presets_are_complete() -> None:
    assert {kind: with_viewing(rights) for kind, rights in PRESETS.items()} == PRESETS
    assert PRESETS.keys() == set(RoleKind)
