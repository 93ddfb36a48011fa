"""Trust roots, as far as rules need them; keys and bytes stay in `document`."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from superlicense.model import fields

__all__ = ["TrustRoot"]


@frozen(kw_only=True)
class TrustRoot:
    """What an accepted root says of time and revocation.

    Attributes:
        version: 1 for the pinned one, each next one higher by one.
        expires_at: From here on no package is imported under it.
        revoked_keys: Ids of keys that count no longer.
        revoked_packages: Digests of packages that count no longer.
        accepted_at: When it was taken in; grace of what it revokes starts here.
    """

    version: int = field(validator=fields.integer(1))
    expires_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    revoked_keys: tuple[str, ...] = field(default=(), converter=fields.strings, validator=fields.identifiers)
    revoked_packages: tuple[str, ...] = field(default=(), converter=fields.strings, validator=fields.identifiers)
    accepted_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
