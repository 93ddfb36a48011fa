"""The login with a password, which the gate has to grant as well."""

from django.contrib.auth.backends import ModelBackend

from superlicense.contrib.django.backends import LicenseBackendMixin


class LicensedBackend(LicenseBackendMixin, ModelBackend):  # licensing
    """Django's backend, and the gate."""
