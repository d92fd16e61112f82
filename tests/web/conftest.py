import pytest


@pytest.fixture
def existing_routes() -> None:
    """Every room has its views now; the tests run over the real routes."""
