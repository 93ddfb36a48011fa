"""The Licenses screen on the web: an ASGI app for a host to mount. Needs the extra ``web``.

Every page is a screen of `superlicense.licensing.screens` or an answer of the gate;
nothing is counted here. It works without script and by keyboard alone.
"""

from superlicense.web.app import licenses_app
from superlicense.web.visit import ScreenAccess

__all__ = ["FULL", "READ_ONLY", "ScreenAccess", "licenses_app"]

FULL = ScreenAccess.FULL
READ_ONLY = ScreenAccess.READ_ONLY
