from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.tenancy import one_time_codes, passwords
from azukari.tenancy.models import User
from azukari.tenancy.sign_in import may_sign_in
from azukari.tenancy.throttle import HARD_LOCK, waiting_time

NOON = datetime(2026, 11, 23, 3, 0, 10, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 1), (2, 2), (3, 4), (9, 256), (10, 900), (11, 900), (99, 900)],
)
def test_waiting_time_by_failures(failures: int, seconds: int) -> None:
    assert waiting_time(failures) == timedelta(seconds=seconds)


def test_waiting_time_at_the_hundredth_failure_is_for_good() -> None:
    assert waiting_time(100) == HARD_LOCK


@given(st.integers(0, 200))
def test_waiting_time_never_gets_shorter(failures: int) -> None:
    assert waiting_time(failures) <= waiting_time(failures + 1)


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({}, True),
        ({"suspended_at": NOON}, False),
        ({"valid_from": date(2026, 11, 24)}, False),
        ({"valid_from": TODAY, "valid_to": TODAY}, True),
        ({"valid_to": date(2026, 11, 22)}, False),
        ({"password": "!unusable"}, False),
    ],
)
def test_user_may_sign_in(facts: dict[str, object], allowed: bool) -> None:
    user = User(**{"password": "argon2$x", **facts})

    assert may_sign_in(user, on=TODAY) is allowed


@pytest.mark.parametrize(("offset", "fits"), [(-60, False), (-30, True), (0, True), (30, True),
                                              (60, False)])  # fmt: skip
def test_code_of_a_neighbouring_step_fits(offset: int, fits: bool) -> None:
    secret = one_time_codes.new_secret()
    code = pyotp.TOTP(secret).at(NOON + timedelta(seconds=offset))

    step = one_time_codes.step_of(secret, code, now=NOON)

    assert (step is not None) is fits


def test_code_of_a_used_step_does_not_fit() -> None:
    secret = one_time_codes.new_secret()
    code = pyotp.TOTP(secret).at(NOON)
    step = one_time_codes.step_of(secret, code, now=NOON)
    assert step is not None

    assert one_time_codes.step_of(secret, code, now=NOON, after=step) is None


def test_code_vectors_of_rfc_6238() -> None:
    # Appendix B, SHA-1, cut to six digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        now = datetime.fromtimestamp(seconds, UTC)
        assert one_time_codes.step_of(secret, code, now=now) == seconds // 30


def test_hashing_gives_up_when_no_place_comes_free(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(passwords, "_PLACES", full)
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.01)

    with pytest.raises(passwords.TooManyAtOnce):
        passwords.Argon2id().encode("a password", "salt" * 4)
