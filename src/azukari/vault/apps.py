from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "azukari.vault"
    label = "vault"
    verbose_name = "金庫"
