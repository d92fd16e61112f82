import pytest

from azukari.dispose.rules import Reason, note_is_missing


@pytest.mark.parametrize("reason", list(Reason))
def test_only_other_needs_a_note(reason: Reason) -> None:
    assert note_is_missing(reason, "　 ") is (reason is Reason.OTHER)
    assert note_is_missing(reason, "理由") is False
