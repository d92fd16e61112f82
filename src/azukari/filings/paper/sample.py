"""The invented slip beside each layout, which fills every box: for checking and for looking at it.

Its numbers are one number made on the spot, the same for all; pictures show it masked.
"""

from collections.abc import Collection, Mapping
from importlib.resources.abc import Traversable
from typing import Any, Final

from azukari.filings.engine.layout import read_yaml
from azukari.filings.paper.slip import Slip, entries
from azukari.law import number

_ELEVEN: Final = "12345678901"


def sample_slip(folder: Traversable) -> Slip:
    """The slip in `folder/sample.yaml`: the model, and under `numbers` the places of numbers."""
    values = read_yaml(folder, "sample")
    places = values.pop("numbers", [])
    return Slip(values, {str(place): _number() for place in places})


def longer(slip: Slip, rows: Mapping[str, int]) -> Slip | None:
    """The slip with one entry more in each list than the form has rows for, so that every page
    and every continuation is seen; None where the slip itself is as long already.

    `rows`: list → rows on the form.
    """
    values, numbers, is_longer = dict(slip.values), dict(slip.numbers), False
    for name, most in rows.items():
        known = entries(values, name)
        if not known or not most or len(known) > most:
            continue
        is_longer = True
        last = len(known) - 1
        values[name] = known + known[last:] * (most - last)
        of_last = {path: one for path, one in numbers.items() if path.startswith(f"{name}.{last}.")}
        for place in range(len(known), most + 1):
            for path, one in of_last.items():
                numbers[path.replace(f"{name}.{last}.", f"{name}.{place}.", 1)] = one
    return Slip(values, numbers) if is_longer else None


def without(values: Mapping[str, Any], names: Collection[str], path: str = "") -> dict[str, Any]:
    """The model less the values named."""
    return {
        key: without(value, names, f"{path}{key}.") if isinstance(value, Mapping) else value
        for key, value in values.items()
        if f"{path}{key}" not in names
    }


def _number() -> number.MyNumber:
    return number.parse(_ELEVEN + number.check_digit(_ELEVEN))
