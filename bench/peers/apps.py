"""The peers as a Django application, which django-import-export asks for."""

from django.apps import AppConfig


class Peers(AppConfig):
    name = "bench.peers"
    label = "bench_peer"
