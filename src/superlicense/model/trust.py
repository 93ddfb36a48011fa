"""Trust roots, as far as rules need them; keys and bytes are in `superlicense.document`."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap

__all__ = ["TrustRoot"]


@frozen(kw_only=True)
class TrustRoot:
    """The dates and revocations of an accepted trust root.

    Attributes:
        version: 1 or more; each root has the version of its predecessor plus 1.
        expires_at: From this instant on, no package is imported under it.
        revoked_keys: Ids of revoked keys.
        revoked_packages: Digests of revoked packages.
        accepted_at: When it was accepted; the grace period of what it revokes
            starts at this instant.
        thresholds: How many keys have to sign a package, by owner in lower case.
            For an owner without an entry every revoked key counts. It is read
            from the verified document, never stored, and not part of equality.
    """

    version: int = field(validator=fields.integer(1))
    expires_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    revoked_keys: tuple[str, ...] = field(default=(), converter=fields.strings, validator=fields.identifiers)
    revoked_packages: tuple[str, ...] = field(default=(), converter=fields.strings, validator=fields.identifiers)
    accepted_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    thresholds: FrozenMap[int] = field(factory=FrozenMap, converter=fields.mapping, eq=False, repr=False)
