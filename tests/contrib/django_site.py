"""The example's site, set up once a process, on a database of its own."""

from __future__ import annotations

import atexit
import os
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp


@cache
def set_up() -> Path:
    """Configure Django, migrate its database, and return the path of it."""
    folder = Path(mkdtemp(prefix="superlicense-django-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    database = folder / "site.sqlite3"
    os.environ["DJANGO_SITE_DATABASE"] = str(database)
    os.environ["DJANGO_SETTINGS_MODULE"] = "docs.examples.django_site.settings"
    import django  # noqa: PLC0415 - configured by now
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.core.management import call_command  # noqa: PLC0415 - as above

    django.setup()
    # Safe hashes take a second each.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    return database
