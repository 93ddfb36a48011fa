"""Django: middleware, decorators, a login backend, a command, and transactions (extra ``django``).

Rule 1: with the middleware, every view needs a login that the gate grants, unless it is
marked with `license_exempt` or Django's ``login_not_required``.

Rule 2: the decision is ``request.license_decision``; read-only is its outcome.

Rule 3: everything works in sync and async projects. In async ones the gate is asked in a thread.

Settings, all in ``SUPERLICENSE``: ``LICENSING``, a `Licensing`, a function of the request (of
`None` in commands) that returns one, or the dotted path of either; ``USER_ID``, a function that
returns the id of a Django user, by default its username; ``CLIENT``, by default ``"web"``.
"""

from superlicense.contrib.django.middleware import LicenseMiddleware, license_exempt, require_feature
from superlicense.contrib.django.transactions import bound_to

__all__ = ["LicenseMiddleware", "bound_to", "license_exempt", "require_feature"]
