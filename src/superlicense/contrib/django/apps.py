"""The Django app, for the command ``licenses``."""

from django.apps import AppConfig

__all__ = ["LicensesConfig"]


class LicensesConfig(AppConfig):
    """The app ``superlicense.contrib.django``."""

    name = "superlicense.contrib.django"
    label = "superlicense"
    verbose_name = "Licenses"
