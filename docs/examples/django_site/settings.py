"""Settings of a small site with Django: who may enter, read and edit, and what visitors see if they may not.

Run it with demo data, from the root of the repository:

    export DJANGO_SETTINGS_MODULE=docs.examples.django_site.settings
    python -m django migrate
    REMOTE_USER=anna python -m django runserver
"""

import os

ALLOWED_HOSTS = ["*"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DJANGO_SITE_DATABASE", "django_site.sqlite3"),
    }
}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "superlicense.contrib.django",  # licensing
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.RemoteUserMiddleware",  # a proxy in front says who it is
    "superlicense.contrib.django.LicenseMiddleware",  # licensing
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.RemoteUserBackend",
    "docs.examples.django_site.backends.LicensedBackend",  # licensing
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "/login"
ROOT_URLCONF = "docs.examples.django_site.urls"
SECRET_KEY = "only for the example"  # noqa: S105 - a real project reads it from its environment
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SUPERLICENSE = {"LICENSING": "docs.examples.django_site.licenses.licensing_of"}  # licensing
USE_TZ = True
