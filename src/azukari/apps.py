from django.apps import AppConfig


class AzukariConfig(AppConfig):
    name = "azukari"
    label = "azukari"
    verbose_name = "預かり"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from azukari.settings import (  # noqa: PLC0415
            checks,  # noqa: F401  Django collects checks at start
            mail_checks,  # noqa: F401
        )
