"""Trust: the roots that this installation has accepted, verified again on every load.

Rule 1: everything depends on the root that the host has pinned. A later root
counts only if an unbroken line of signatures leads from the pinned one to it,
an earlier one only if an unbroken line of digests does. Signatures are never
followed backwards: anyone who writes the store can copy one.

Rule 2: a package is verified against the root that it was accepted under, so
that rotating a key stops no package; only revocation does.

Rule 3: what has been verified is remembered, so that a document costs the same
however many roots there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from superlicense.codec.file_bytes import bytes_of_file
from superlicense.document.root import Root, digest, open_next, open_pinned, open_previous
from superlicense.errors import InvalidValueError, SuperlicenseError, UnpinnedRootError
from superlicense.model.trust import TrustRoot

__all__ = ["Trust", "noun_of"]

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PIN: Final = "pin"


class Trust:
    """The pinned root, and the roots that it leads to.

    Attributes:
        document: The bytes of the pinned root; `None` where its digest is pinned.
    """

    __slots__ = ("_digest", "_read", "_root", "document")

    def __init__(self, pin: bytes | str) -> None:
        """Pin a root.

        Args:
            pin: The bytes of the root, which are verified completely, without a
                byte order mark before them; or the SHA-256 of its payload in
                hex, and the root itself is installed with `install_root`.

        Raises:
            InvalidValueError: neither, or a string that is not such a digest.
            SuperlicenseError: as for `superlicense.document.root.open_pinned`.
        """
        if not isinstance(pin, bytes | str):
            raise InvalidValueError("trust", pin, "must be the bytes or the digest of a trust root, or None")
        if isinstance(pin, str):
            if not _DIGEST.fullmatch(pin):
                raise InvalidValueError("trust", pin, "must be bytes, or 64 lower-case hex digits")
            self.document, self._root, self._digest = None, None, pin
        else:
            document = bytes_of_file(pin, "trust")
            self.document, self._root = document, open_pinned(document)
            self._digest = self._root.digest
        # By document and what vouched for it; what is refused is not kept.
        self._read: dict[tuple[bytes, str], Root] = {}

    def anchor(self, documents: Iterable[bytes]) -> tuple[bytes, Root] | None:
        """Return the pinned root with its bytes; where its digest is pinned, it has to be among *documents*."""
        if self.document is not None and self._root is not None:
            return self.document, self._root
        candidates = tuple(documents)
        for document in candidates:
            known = self._read.get((document, _PIN))
            if known is not None:
                return document, known
        for document in candidates:
            with suppress(SuperlicenseError):
                return document, self.first(document)
        return None

    def first(self, document: bytes) -> Root:
        """Verify the root whose digest is pinned.

        Raises:
            UnpinnedRootError: it is another root.
            SuperlicenseError: as for `superlicense.document.root.open_pinned`.
        """
        if digest(document) != self._digest:
            raise UnpinnedRootError
        return self._remembered(document, _PIN, lambda: open_pinned(document))

    def next(self, document: bytes, current: Root) -> Root:
        """Verify the root that follows *current*, a trusted one.

        Raises:
            SuperlicenseError: as for `superlicense.document.root.open_next`.
        """
        return self._remembered(document, f"after {current.digest}", lambda: open_next(document, current))

    def _remembered(self, document: bytes, vouching: str, verify: Callable[[], Root]) -> Root:
        known = self._read.get((document, vouching))
        if known is None:
            known = self._read[document, vouching] = verify()
        return known

    def line(self, stored: Mapping[int, bytes]) -> tuple[dict[int, Root], tuple[int, ...]]:
        """Follow the line of roots through the *stored* documents.

        Args:
            stored: Documents by version.

        Returns:
            The roots that can be trusted, by version, and the versions of those
            that cannot.
        """
        anchor = self.anchor(stored.values())
        if anchor is None:
            return {}, tuple(sorted(stored))
        pinned = anchor[1]
        trusted = {pinned.version: pinned}
        broken = []
        for version in sorted(version for version in stored if version > pinned.version):
            try:
                trusted[version] = self.next(stored[version], trusted[version - 1])
            except (SuperlicenseError, KeyError):
                broken.append(version)
        for version in sorted((version for version in stored if version < pinned.version), reverse=True):
            try:
                trusted[version] = self._previous(stored[version], trusted[version + 1])
            except (SuperlicenseError, KeyError):
                broken.append(version)
        if not self._is_pinned(stored.get(pinned.version)):
            broken.append(pinned.version)
        return trusted, tuple(sorted(broken))

    def _previous(self, document: bytes, following: Root) -> Root:
        return self._remembered(document, f"before {following.digest}", lambda: open_previous(document, following))

    def _is_pinned(self, document: bytes | None) -> bool:
        """Return whether *document* is the pinned root, with whatever signatures; `None` is not stored yet."""
        if document is None or document == self.document:
            return True
        with suppress(SuperlicenseError):
            return digest(document) == self._digest
        return False


def noun_of(root: Root, accepted_at: datetime) -> TrustRoot:
    """Return what rules need of *root*."""
    return TrustRoot(
        version=root.version,
        expires_at=root.expires_at,
        revoked_keys=root.revoked_keys,
        revoked_packages=root.revoked_packages,
        accepted_at=accepted_at,
        thresholds={owner: contents.threshold for owner, contents in root.owners.items()},
    )
