"""Documents that can be read, and cannot be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense.errors.base import SuperlicenseError, quoted

if TYPE_CHECKING:
    from datetime import datetime


class NoTrustRootError(SuperlicenseError):
    """A signed document where there is no trust root to verify it by.

    The host has pinned none (``trust=None``), or its digest only, and nobody has
    installed it yet.
    """

    code = "no_trust_root"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("no trust root is pinned, or it is not installed yet, so no signed document is accepted")


class _ThresholdError(SuperlicenseError):
    """Too few good signatures of the keys that count.

    Attributes:
        found: Distinct keys whose signatures are good.
        needed: How many have to be.
    """

    def __init__(self, whose: str, found: int, needed: int) -> None:
        """Say that *found* of *needed* keys have signed."""
        super().__init__(f"signatures: {found} of {needed} {whose} signatures are good")
        self.path = "signatures"
        self.found = found
        self.needed = needed


class UntrustedKeyError(_ThresholdError):
    """A document that too few trusted keys have signed."""

    code = "untrusted_key"

    def __init__(self, found: int, needed: int) -> None:
        """Say that *found* of *needed* trusted keys have signed."""
        super().__init__("trusted", found, needed)


class OwnerThresholdError(_ThresholdError):
    """A package that too few keys of its owner have signed.

    Attributes:
        owner: The owner, in lower case.
    """

    code = "owner_threshold"

    def __init__(self, owner: str, found: int, needed: int) -> None:
        """Say that *found* of *needed* keys of *owner* have signed."""
        super().__init__(f"{owner}'s", found, needed)
        self.owner = owner


class RootThresholdError(_ThresholdError):
    """A root that too few root keys have signed.

    Attributes:
        version: The root whose keys are too few.
    """

    code = "root_threshold"

    def __init__(self, version: int, found: int, needed: int) -> None:
        """Say that *found* of *needed* root keys of root *version* have signed."""
        super().__init__(f"root {version}'s", found, needed)
        self.version = version


class UnknownOwnerError(SuperlicenseError):
    """A package of an owner whom the trust root does not know.

    Attributes:
        owner: The owner, in lower case.
    """

    code = "unknown_owner"

    def __init__(self, owner: str) -> None:
        """Say that the root has no *owner*."""
        super().__init__(f"owner: the trust root has no {quoted(owner)}")
        self.path = "owner"
        self.owner = owner


class ModuleOutOfScopeError(SuperlicenseError):
    """A module that the owner of the package may not license.

    Attributes:
        module: Its license name.
    """

    code = "module_out_of_scope"

    def __init__(self, path: str, module: str) -> None:
        """Say that *module* at *path* is out of the owner's scope."""
        super().__init__(f"{path}: {module} is out of the owner's scope")
        self.path = path
        self.module = module


class RootVersionError(SuperlicenseError):
    """A root that is not the next one.

    Attributes:
        version: What it is.
        expected: The next version.
    """

    code = "root_version"

    def __init__(self, version: int, expected: int) -> None:
        """Say that *version* came where *expected* is next."""
        super().__init__(f"version: {version} where {expected} is next")
        self.path = "version"
        self.version = version
        self.expected = expected


class RootExpiredError(SuperlicenseError):
    """A package cannot be imported under a root that has expired; nothing else stops.

    Attributes:
        version: The root.
        expired_at: When it expired.
    """

    code = "root_expired"

    def __init__(self, version: int, expired_at: datetime) -> None:
        """Say when root *version* expired."""
        super().__init__(f"root {version} expired at {expired_at.isoformat()}")
        self.version = version
        self.expired_at = expired_at


class UnpinnedRootError(SuperlicenseError):
    """A first root that is not the one whose digest the host has pinned."""

    code = "unpinned_root"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("root: its digest is not the pinned one")
        self.path = "root"


class ClockRolledBackError(SuperlicenseError):
    """The clock is more than 24 hours before what was seen already; imports wait.

    Attributes:
        clock: What the clock says.
        floor: The newest instant that is known.
    """

    code = "clock_rolled_back"

    def __init__(self, clock: datetime, floor: datetime) -> None:
        """Say how far *clock* is behind *floor*."""
        super().__init__(f"the clock says {clock.isoformat()}, but {floor.isoformat()} has been seen")
        self.clock = clock
        self.floor = floor
