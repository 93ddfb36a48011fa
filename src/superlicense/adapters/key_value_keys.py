"""Keys of one installation in one transaction of a key-value store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from superlicense.adapters.key_value import KeyValueTransaction

__all__ = ["InstallationKeys", "add_alias", "number_text", "stored_key"]


def number_text(value: int) -> str:
    """Return a number that sorts as text."""
    return f"{value:020}"


def stored_key(transaction: KeyValueTransaction, key: str) -> str:
    """Return the key that *key* is an alias of, *key* itself if it is none."""
    return transaction.get(f"{key}\0alias") or key


def add_alias(transaction: KeyValueTransaction, stored: str, key: str) -> bool:
    """Make *key* an alias of the key *stored*; false if something else is stored under it."""
    if key == stored:
        return True
    found = next(transaction.scan(f"{key}\0", f"{key}\1"), None)
    if found is None:
        transaction.put(f"{key}\0alias", stored)
        return True
    return transaction.get(f"{key}\0alias") == stored


class InstallationKeys:
    """The keys of one installation, in one transaction."""

    def __init__(self, transaction: KeyValueTransaction, installation: str) -> None:
        """Read and write those of *installation*."""
        self._transaction = transaction
        self._installation = self.key = installation

    def _key(self, *parts: object) -> str:
        return "\0".join((self._installation, *map(str, parts)))

    def get(self, *parts: object) -> str | None:
        """Return the value of the key of *parts*, `None` if there is none."""
        return self._transaction.get(self._key(*parts))

    def _under(self, *parts: object) -> Iterator[str]:
        """Stream the values of all keys that go on after *parts*."""
        # After NUL, so that what merely begins alike is not among them.
        return self._transaction.scan(self._key(*parts) + "\0", self._key(*parts) + "\1")
