from django.apps import AppConfig


class AzukariConfig(AppConfig):
    name = "azukari"
    label = "azukari"
    verbose_name = "預かり"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from azukari.settings import checks  # noqa: F401, PLC0415  Django collects checks at start
