"""Decisions of the host: which releases it forbids, and where newer packages come from; see `superlicense.ports`."""

from __future__ import annotations

from typing import Protocol

from superlicense.model.license import LicenseName
from superlicense.model.site import Installation

__all__ = ["HolderVeto", "PackageSource", "SeatVeto"]


class SeatVeto(Protocol):
    """The host's veto of a release: "has open requests".

    It is handed the installation first, or where it has a parameter of this name. A
    veto of the other two parameters is handed only these (`HolderVeto`).
    """

    def __call__(self, installation: Installation, holder: str, license: LicenseName) -> str | None:
        """Return why *holder* must keep *license*; `None` or empty if the release is allowed.

        It is asked inside the transaction, may ask the gate, may not write, and
        may be asked again where a write is tried again. An error that it raises
        leaves everything as it was, and is raised to the caller.
        """


class HolderVeto(Protocol):
    """A `SeatVeto` that is the same for every installation, or knows its own."""

    def __call__(self, holder: str, license: LicenseName, /) -> str | None:
        """Return why *holder* must keep *license*; see `SeatVeto`."""


class PackageSource(Protocol):
    """Where the host gets newer packages from; nothing in the library opens a connection."""

    def __call__(self, installation: Installation, owner: str) -> bytes | None:
        """Return the newest document of *owner* (lower case); `None` if there is no newer one."""
