"""Running codes are counted by company, and go on when their digits no longer suffice."""

from datetime import date

import pytest

from azukari.dispose.models import DisposalBatch
from azukari.tenancy.running_codes import next_code
from tests.cast import Cast, make_side


def _taken(company: object, code: str) -> None:
    DisposalBatch.objects.create(company=company, code=code, due_until=date(2026, 1, 11))


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        ((), "1901-0001"),
        (("1901-0001", "1901-0002"), "1901-0003"),
        (("1901-9999", "1901-10000"), "1901-10001"),
        (("1902-0007",), "1901-0001"),
    ],
)
def test_the_next_code_follows_the_greatest(
    cast: Cast, taken: tuple[str, ...], following: str
) -> None:
    rolled_back = RuntimeError("nothing of this stays")

    with pytest.raises(RuntimeError), cast.a.scope():
        for code in taken:
            _taken(cast.a.company, code)
        assert next_code(DisposalBatch.objects.all(), "1901-", digits=4) == following
        raise rolled_back


def test_codes_of_another_company_do_not_count(cast: Cast) -> None:
    other = make_side("RC")
    with other.scope():
        _taken(other.company, "1903-0001")

    with cast.b.scope():
        assert next_code(DisposalBatch.objects.all(), "1903-", digits=4) == "1903-0001"
