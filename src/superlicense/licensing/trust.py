"""Trust: the roots that this installation has accepted, verified anew on load.

Rule 1: everything hangs on the root that the host has pinned. A stored root
counts only if an unbroken line of signatures leads from the pinned one to it,
forward (each signed by the keys of the one before) or back.

Rule 2: a package is verified against the root that it was accepted under, so
that rotating a key stops nothing; only revocation does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from superlicense.document.root import Root, open_next, open_pinned, verify_by
from superlicense.errors import RootVersionError, SuperlicenseError
from superlicense.model.trust import TrustRoot

__all__ = ["Trust", "noun_of"]


class Trust:
    """The pinned root with what follows from it.

    Attributes:
        pinned: The root the host has pinned.
        document: Its bytes.
    """

    __slots__ = ("document", "pinned")

    def __init__(self, document: bytes) -> None:
        """Verify the pinned root whole.

        Raises:
            SuperlicenseError: as `superlicense.document.root.open_pinned`.
        """
        self.document = document
        self.pinned = open_pinned(document)

    def line(self, stored: Mapping[int, bytes]) -> tuple[dict[int, Root], tuple[int, ...]]:
        """Follow the line of roots through what is *stored*.

        Args:
            stored: Documents by version.

        Returns:
            The roots that can be trusted, by version, and the versions of those
            that cannot.
        """
        trusted = {self.pinned.version: self.pinned}
        broken = []
        for version in sorted(version for version in stored if version > self.pinned.version):
            try:
                trusted[version] = open_next(stored[version], trusted[version - 1])
            except (SuperlicenseError, KeyError):
                broken.append(version)
        documents = {**stored, self.pinned.version: self.document}
        for version in sorted((version for version in stored if version < self.pinned.version), reverse=True):
            try:
                trusted[version] = _before(stored[version], documents[version + 1], trusted[version + 1])
            except (SuperlicenseError, KeyError):
                broken.append(version)
        if stored.get(self.pinned.version, self.document) != self.document:
            broken.append(self.pinned.version)
        return trusted, tuple(sorted(broken))


def _before(document: bytes, following: bytes, next_root: Root) -> Root:
    """Verify the root before one that is trusted, whose document its keys have signed.

    Raises:
        SuperlicenseError: it is not that root.
    """
    root = open_pinned(document)
    if root.version != next_root.version - 1:
        raise RootVersionError(root.version, next_root.version - 1)
    verify_by(following, root)
    return root


def noun_of(root: Root, accepted_at: datetime) -> TrustRoot:
    """Give what rules need of *root*."""
    return TrustRoot(
        version=root.version,
        expires_at=root.expires_at,
        revoked_keys=root.revoked_keys,
        revoked_packages=root.revoked_packages,
        accepted_at=accepted_at,
    )
