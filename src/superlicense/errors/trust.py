"""Documents that can be parsed but are not trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense.errors.base import SuperlicenseError, escaped_path, one_line, quoted

if TYPE_CHECKING:
    from datetime import datetime


class NoTrustRootError(SuperlicenseError):
    """A signed document that cannot be verified for lack of a trust root.

    The host has not pinned a root (``trust=None``), or has pinned its digest
    only and not installed the root yet.
    """

    code = "no_trust_root"

    def __init__(self) -> None:
        """Initialize without arguments."""
        super().__init__("no trust root is pinned, or the pinned one is not installed yet: cannot verify the document")


class _ThresholdError(SuperlicenseError):
    """Too few valid signatures.

    Attributes:
        found: Number of distinct keys with valid signatures.
        needed: Number of keys required.
    """

    def __init__(self, whose: str, found: int, needed: int) -> None:
        """Initialize from the number of signatures *found* and *needed*."""
        super().__init__(f"signatures: {found} of {needed} required {whose} signatures are valid")
        self.path = "signatures"
        self.found = found
        self.needed = needed


class UntrustedKeyError(_ThresholdError):
    """A document signed by too few trusted keys."""

    code = "untrusted_key"

    def __init__(self, found: int, needed: int) -> None:
        """Initialize from the number of trusted keys *found* and *needed*."""
        super().__init__("trusted", found, needed)


class OwnerThresholdError(_ThresholdError):
    """A package signed by too few keys of its owner.

    Attributes:
        owner: The owner, in lower case.
    """

    code = "owner_threshold"

    def __init__(self, owner: str, found: int, needed: int) -> None:
        """Initialize from the number of keys of *owner* that were *found* and *needed*."""
        super().__init__(f"{one_line(owner)}'s", found, needed)
        self.owner = owner


class RootThresholdError(_ThresholdError):
    """A root signed by too few root keys.

    Attributes:
        version: Version of the root whose keys are missing.
    """

    code = "root_threshold"

    def __init__(self, version: int, found: int, needed: int) -> None:
        """Initialize from the number of keys of root *version* that were *found* and *needed*."""
        super().__init__(f"root {version}'s", found, needed)
        self.version = version


class UnknownOwnerError(SuperlicenseError):
    """A package of an owner that the trust root does not list.

    Attributes:
        owner: The owner, in lower case.
    """

    code = "unknown_owner"

    def __init__(self, owner: str) -> None:
        """Initialize from the unknown *owner*."""
        super().__init__(f"owner: the trust root does not list {quoted(owner)}")
        self.path = "owner"
        self.owner = owner


class ModuleOutOfScopeError(SuperlicenseError):
    """A module outside the scope that the trust root grants the package's owner.

    Attributes:
        module: Its license name.
    """

    code = "module_out_of_scope"

    def __init__(self, path: str, module: str) -> None:
        """Initialize from the *module* and its *path* in the package."""
        self.path = escaped_path(path)
        super().__init__(f"{self.path}: {one_line(module)} is outside the owner's scope")
        self.module = module


class RootVersionError(SuperlicenseError):
    """A root whose version is not the next one.

    Attributes:
        version: Its version.
        expected: The next version.
    """

    code = "root_version"

    def __init__(self, version: int, expected: int) -> None:
        """Initialize from the actual and the *expected* version."""
        super().__init__(f"version: expected {expected}, got {version}")
        self.path = "version"
        self.version = version
        self.expected = expected


class RootPreviousError(SuperlicenseError):
    """A root whose ``previous`` is not the digest of the version before.

    Attributes:
        version: Its version.
        previous: The digest that it contains.
        expected: The digest of the version before.
    """

    code = "root_previous"

    def __init__(self, version: int, previous: str | None, expected: str) -> None:
        """Initialize from the *version* of the root, its ``previous`` and the *expected* digest."""
        super().__init__(f"previous: root {version} must contain the digest of root {version - 1}, {expected}")
        self.path = "previous"
        self.version = version
        self.previous = previous
        self.expected = expected


class UnreachableRootError(SuperlicenseError):
    """A pinned root that does not lead to the root of a package in force.

    Install the missing versions under the old pin first, then pin the new root.

    Attributes:
        owner: Owner of the package, in lower case.
        version: Version of the root that the package was accepted under.
        missing: Version of the root that is missing on the way there; `None` if
            it is the pinned root itself, of which only the digest is known.
    """

    code = "unreachable_root"

    def __init__(self, owner: str, version: int, missing: int | None) -> None:
        """Initialize from the *owner* of the package, the *version* of its root and the *missing* version."""
        what = "the pinned root" if missing is None else f"root {missing}"
        super().__init__(
            f"trust: the pinned root does not lead to root {version}, under which the package of {owner} was "
            f"accepted: {what} is missing"
        )
        self.path = "trust"
        self.owner = owner
        self.version = version
        self.missing = missing


class RootIssuedInFutureError(SuperlicenseError):
    """A root issued more than ten minutes in the future.

    Attributes:
        version: Its version.
        issued_at: When it is issued.
    """

    code = "root_issued_in_future"

    def __init__(self, version: int, issued_at: datetime) -> None:
        """Initialize from the root's *version* and its date of issue."""
        super().__init__(f"issued_at: root {version} is issued in the future, at {issued_at.isoformat()}")
        self.path = "issued_at"
        self.version = version
        self.issued_at = issued_at


class PackageSourceError(SuperlicenseError):
    """A host's `PackageSource` that failed; what it raised is the cause.

    Attributes:
        owner: The owner that was asked for, in lower case.
        problem: What happened, in English.
    """

    code = "package_source_failed"

    def __init__(self, owner: str, problem: str) -> None:
        """Initialize from the *owner* that was asked for and the *problem*."""
        super().__init__(f"package_source: {quoted(owner)}: {problem}")
        self.path = "package_source"
        self.owner = owner
        self.problem = problem


class RootExpiredError(SuperlicenseError):
    """A package that cannot be imported because the trust root has expired.

    Packages already in force are not affected.

    Attributes:
        version: Version of the root.
        expired_at: When it expired.
    """

    code = "root_expired"

    def __init__(self, version: int, expired_at: datetime) -> None:
        """Initialize from the root's *version* and its expiry."""
        super().__init__(f"root {version} expired at {expired_at.isoformat()}")
        self.version = version
        self.expired_at = expired_at


class UnpinnedRootError(SuperlicenseError):
    """A first root whose digest is not the pinned one."""

    code = "unpinned_root"

    def __init__(self) -> None:
        """Initialize without arguments."""
        super().__init__("root: digest does not match the pinned one")
        self.path = "root"


class ClockRolledBackError(SuperlicenseError):
    """The system clock is more than 24 hours earlier than the latest record; imports are refused.

    Attributes:
        clock: The time of the system clock.
        floor: The latest instant on record.
    """

    code = "clock_rolled_back"

    def __init__(self, clock: datetime, floor: datetime) -> None:
        """Initialize from the time of the *clock* and the latest instant on record."""
        super().__init__(f"system clock ({clock.isoformat()}) is earlier than the latest record ({floor.isoformat()})")
        self.clock = clock
        self.floor = floor
