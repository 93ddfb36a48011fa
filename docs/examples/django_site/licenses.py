"""The licenses of the site."""

from functools import cache

from django.http import HttpRequest

import superlicense as sl


@cache
def demo() -> sl.Licensing:
    """Return an installation with one user, in memory; a real site opens its store here."""
    from superlicense.testing import licensing, user  # noqa: PLC0415 - only the demo needs it

    furnished = licensing()
    furnished.users.save(user("anna"))
    furnished.seats.assign("anna", "superoffice.ten-sales", by="demo")
    return furnished


# >>> licensing
def licensing_of(request: HttpRequest | None) -> sl.Licensing:
    """Return the installation; a site with many customers looks at *request*."""
    del request
    return demo()


# <<< licensing
