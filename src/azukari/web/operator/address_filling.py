"""住所を入力: the address of a postcode into a form that is not sent yet.

Without script the button posts the whole form, which comes back as it was typed; with script only
the part with the address is swapped.
"""

from typing import Any, TypeVar

from azukari.law import address, postcode
from azukari.law.address import ContactRefused
from azukari.web import words
from azukari.web.forms.person import PersonForm
from azukari.web.guard import OperatorRequest

ACT = "fill-address"

Form = TypeVar("Form", bound=PersonForm)


def is_asked(request: OperatorRequest) -> bool:
    return request.POST.get("act") == ACT


def filled(kind: type[Form], request: OperatorRequest) -> Form:
    """The form as it was typed, unchecked, with the address as far as the postcode tells."""
    typed: dict[str, Any] = request.POST.dict()
    note = _fill(typed)
    form = kind(initial=typed)
    form.address_note = note
    return form


def _fill(typed: dict[str, Any]) -> str:
    try:
        digits = address.parse_postcode(typed.get("postcode", ""))
    except ContactRefused:
        return words.POSTCODE_UNKNOWN
    place = postcode.place_of(digits)
    if place is None or not place.address:
        return words.POSTCODE_UNKNOWN
    if typed.get("address", "").startswith(place.address):
        return words.ADDRESS_STANDS
    typed["address"], typed["address_kana"] = place.address, place.kana
    return words.POSTCODE_FILLED if place.one else words.POSTCODE_OF_MANY
