"""The invented slip beside each layout, which fills every box: for checking and for looking at it.

Its numbers are one number made on the spot, the same for all; pictures show it masked.
"""

from collections.abc import Collection, Mapping
from importlib.resources.abc import Traversable
from typing import Any, Final

from azukari.filings.engine.layout import read_yaml
from azukari.filings.paper.slip import Slip
from azukari.law import number

_ELEVEN: Final = "12345678901"


def sample_slip(folder: Traversable) -> Slip:
    """The slip in `folder/sample.yaml`: the model, and under `numbers` the places of numbers."""
    values = read_yaml(folder, "sample")
    places = values.pop("numbers", [])
    return Slip(values, {str(place): _number() for place in places})


def without(values: Mapping[str, Any], names: Collection[str], path: str = "") -> dict[str, Any]:
    """The model less the values named."""
    return {
        key: without(value, names, f"{path}{key}.") if isinstance(value, Mapping) else value
        for key, value in values.items()
        if f"{path}{key}" not in names
    }


def _number() -> number.MyNumber:
    return number.parse(_ELEVEN + number.check_digit(_ELEVEN))
