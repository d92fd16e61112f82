"""Individual numbers for tests, made at run time so that none is ever stored.

A number is eleven digits spread over the whole space by a fixed multiplication, plus the
statutory check digit (平成26年総務省令第85号 第5条), written here a second time on purpose:
tests must not trust the code they test.

Every number handed out is remembered for the length of the run: at its end the house searches
its own database files, logs and output for them (tests/house/leaks.py).
"""

_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)

HANDED_OUT: set[str] = set()


def valid_number(seed: int) -> str:
    """Twelve digits with a right check digit; different seeds below 10**11 give different ones."""
    number = _with_check_digit((seed * 61803398877 + 27182818285) % 10**11)
    HANDED_OUT.add(number)
    return number


def look_alike(seed: int) -> str:
    """The number of something else that happens to pass the check digit; seeds below 10**8.

    Nobody's, so it may stand in a database.
    """
    return _with_check_digit(13_100_000_000 + seed)


def _with_check_digit(number: int) -> str:
    eleven = f"{number:011d}"
    remainder = sum(int(d) * w for d, w in zip(eleven, _WEIGHTS, strict=True)) % 11
    return eleven + str(0 if remainder <= 1 else 11 - remainder)


def wrong_check_digit(seed: int) -> str:
    """Twelve digits whose last one is off by one."""
    good = valid_number(seed)
    return good[:-1] + str((int(good[-1]) + 1) % 10)


def remember(number: str) -> str:
    """For numbers that come from elsewhere, such as the synthetic companies."""
    HANDED_OUT.add(number)
    return number
