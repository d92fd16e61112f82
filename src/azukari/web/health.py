"""Whether the service can work; for load balancers and `bin/demo`, says nothing else."""

from django.db import Error, connections
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  Django's signature
    for alias in ("default", "keys"):
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except Error:
            return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"})
