"""Whether a form was sent at all."""

from django.http import HttpRequest, QueryDict


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, also when that is nothing; None when the page is only opened."""
    return request.POST if request.method == "POST" else None
