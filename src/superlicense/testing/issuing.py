"""A vendor with temporary keys, and an installation that trusts it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.document.keys import SigningKey
from superlicense.document.package import PackageDraft
from superlicense.document.root import Owner, RootDraft
from superlicense.errors import UnknownOwnerError
from superlicense.licensing.clock import Clock as ReadsClock
from superlicense.licensing.front import Licensing
from superlicense.model.package import LicensePackage
from superlicense.model.site import Installation
from superlicense.model.user import User
from superlicense.ports import Store
from superlicense.testing import builders

__all__ = ["Vendor", "licensing", "vendor"]

# Earlier than any clock in a test, so that nothing is issued in the future.
_ISSUED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_EXPIRES_AT: Final = datetime(2126, 1, 1, tzinfo=UTC)


class Vendor:
    """A vendor and partners, each with a temporary key.

    Attributes:
        root: The signed trust root, which a host pins.
        root_key: The key that signs roots.
        keys: The key of each owner, by name in lower case.
    """

    def __init__(self, *partners: str) -> None:
        """Generate keys and a root for SUPEROFFICE and *partners*, which may license any of their own modules."""
        names = ("SUPEROFFICE", *partners)
        self.root_key = SigningKey.generate()
        self.keys = {name.lower(): SigningKey.generate() for name in names}
        self.root = RootDraft(
            version=1,
            issued_at=_ISSUED_AT,
            expires_at=_EXPIRES_AT,
            root_keys=[self.root_key.public],
            owners={name: Owner(keys=[self.keys[name.lower()].public]) for name in names},
        ).sign([self.root_key])
        self._issues = dict.fromkeys(self.keys, 0)

    def issue(self, package: LicensePackage) -> bytes:
        """Sign *package* with the key of its owner.

        The default ``issue`` is the highest one so far plus 1, the default
        ``issued_at`` January 1, 2026.

        Raises:
            UnknownOwnerError: The root does not contain the owner.
            MalformedPackageError: The package is invalid.
        """
        owner = package.owner_key
        key = self.keys.get(owner)
        if key is None:
            raise UnknownOwnerError(owner)
        issue = self._issues[owner] + 1 if package.issue is None else package.issue
        numbered = evolve(package, issue=issue, issued_at=package.issued_at or _ISSUED_AT)
        document = PackageDraft(numbered).issue([key])
        self._issues[owner] = max(self._issues[owner], issue)
        return document


def vendor(*partners: str) -> Vendor:
    """Return a vendor and partners with temporary keys and a trust root.

    >>> acme = vendor("Nordvik")
    >>> sorted(acme.keys)
    ['nordvik', 'superoffice']
    >>> acme.issue(builders.package()).startswith(b'{"payload"')
    True
    """
    return Vendor(*partners)


def licensing(  # noqa: PLR0913 - optional, by keyword
    store: Store | None = None,
    *,
    installation: Installation | None = None,
    clock: ReadsClock | None = None,
    vendor: Vendor | None = None,
    package: LicensePackage | None = None,
    users: Iterable[User] = (),
    **options: Any,  # noqa: ANN401 - the other arguments of Licensing
) -> Licensing:
    """Return a `Licensing` with a signed package in force.

    >>> from superlicense import Client
    >>> ours = licensing(users=[builders.user("anna")])
    >>> ours.seats.assign("anna", "ten-sales", by="admin").holder
    'anna'
    >>> ours.gate.login("anna", Client.WEB).allowed
    True

    Args:
        store: An empty store; a new `MemoryStore` if `None`.
        installation: The installation; the default of `installation` if `None`.
        clock: Returns the current time; a stopped `Clock` if `None`.
        vendor: The trusted vendor, which signs the package; a new one if `None`.
        package: The package in force; the default of `package` if `None`.
        users: Users to save.
        options: Further arguments of `superlicense.Licensing`.
    """
    signer = Vendor() if vendor is None else vendor
    customer = builders.installation() if installation is None else installation
    opened = Licensing(
        MemoryStore() if store is None else store,
        customer,
        trust=signer.root,
        clock=builders.Clock() if clock is None else clock,
        **options,
    )
    wanted = builders.package(installation=customer) if package is None else package
    opened.packages.activate(opened.packages.preview(signer.issue(wanted)), by="vendor")
    opened.users.sync(users)
    return opened
