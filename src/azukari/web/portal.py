"""従業員ポータル: the employees' door.  The option that fills it is not part of this release, so
whoever comes here is told where to turn.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def front(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/front.html", {"page_title": "従業員ポータル"})
