"""A store on any key-value store that scans its keys in order and has transactions.

A host derives from `KeyValueStore` and provides the transactions. Order is part of
the key: instants have a fixed width, numbers leading zeros, and parts are separated
by NUL, which no name can contain. Every key begins with the installation's, so that
two installations never see each other.

| key | value |
|---|---|
| ``alias`` | the key that this one is an alias of; it has nothing else |
| ``state`` | revision, mark, oldest known revision and head |
| ``row``, sequence | the row |
| ``in``, table, start, sequence | the sequences of a table |
| ``run``, table, start, sequence | those of the running rows |
| ``of``, table, key, start, sequence | those of a key |
| ``now``, table, key | start and sequence of the running row |
| ``entry``, number | an entry with its subjects |
| ``made``, number | the token of a revision |
| ``log``, number, place | what a revision started and ended |
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from threading import local
from typing import Final, Protocol

from superlicense.adapters.key_value_keys import stored_key
from superlicense.adapters.key_value_usage import KeyValueUsage
from superlicense.adapters.key_value_view import KeyValueView, read_revision
from superlicense.adapters.open_block import Flag, OpenBlock, Taken
from superlicense.model.site import Installation
from superlicense.ports import Revision

__all__ = ["KeyValueStore", "KeyValueTransaction"]

_PATIENCE: Final = timedelta(seconds=60)


class KeyValueTransaction(Protocol):
    """One transaction of the key-value store; every method raises errors of ours only.

    It sees what it has written itself, and beside that one state of the store.
    """

    def get(self, key: str) -> str | None:
        """Return the value of *key*; `None` if there is none."""

    def put(self, key: str, value: str) -> None:
        """Set the value of *key*."""

    def delete(self, key: str) -> None:
        """Delete *key*."""

    def scan(self, first: str, last: str) -> Iterator[str]:
        """Stream the values from key *first* until before *last*, ordered by the code points of their keys."""

    def commit(self) -> None:
        """Commit everything, durably."""

    def close(self) -> None:
        """End the transaction; what is not committed is undone."""


class KeyValueStore(ABC):
    """Stores installations in a key-value store; it has the promises of `superlicense.ports`.

    A derived class provides `begin`.
    """

    @abstractmethod
    def begin(self, installation: Installation, patience: timedelta, *, write: bool) -> KeyValueTransaction:
        """Begin a transaction.

        One to write takes the lock before anything is read: others that write
        the same installation wait. Where every installation has a lock of its own,
        the first write to one must not meet the write that makes its key an alias.

        Args:
            installation: Whose keys are read and written; it has the key that they
                are stored under.
            patience: How long to wait for other writers, 0 or more.
            write: Whether anything is written.

        Raises:
            StoreBusyError: others kept the lock for longer.
            StoreUnavailableError: the storage failed.
        """

    def begin_across(self, patience: timedelta) -> KeyValueTransaction | None:
        """Begin a transaction that reads keys of every installation; `None` if each has a storage of its own.

        A derived class whose storage is one overrides it, so that the revisions of
        many installations are read at once.

        Args:
            patience: How long to wait, 0 or more.

        Raises:
            StoreUnavailableError: the storage failed.
        """
        del patience
        return None

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        """Return the newest revisions of the installations with *keys*, none without `begin_across`."""
        transaction = self.begin_across(_PATIENCE)
        if transaction is None:
            return {}
        with closing(transaction):
            return {key: read_revision(transaction, stored_key(transaction, key)) for key in keys}

    def reading(self, installation: Installation) -> AbstractContextManager[KeyValueView]:
        """Open a consistent view."""

        def begin(block: Taken) -> KeyValueView:
            return KeyValueView(*self._begin(block, installation, _PATIENCE, write=False))

        return OpenBlock(begin)

    def writing(
        self, installation: Installation, *, patience: timedelta = _PATIENCE
    ) -> AbstractContextManager[KeyValueView]:
        """Open a view to write, and commit it at the end of the block."""

        def begin(block: Taken) -> KeyValueView:
            self._writing().set_until_the_end(block)
            view = KeyValueView(*self._begin(block, installation, patience, write=True))
            block.at_end(view.conclude)
            return view

        return OpenBlock(begin)

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = _PATIENCE) -> Iterator[KeyValueUsage]:
        """Open the usage to record, under the lock of the writers, and commit it at the end of the block."""
        with self.writing(installation, patience=patience) as view:
            yield view.usage

    def heartbeat(self, installation: Installation) -> None:
        """Return `None`: other processes may write, too."""
        del installation

    def _begin(
        self, block: Taken, installation: Installation, patience: timedelta, *, write: bool
    ) -> tuple[KeyValueTransaction, str]:
        """Begin a transaction where *installation* is stored, until *block* ends, and return that key, too."""
        aliases: dict[str, str] = self.__dict__.setdefault("_aliases", {})
        home = installation.under(aliases.get(installation.key, installation.key))
        taken = Taken()
        block.at_end(taken.__exit__)
        transaction = self.begin(home, patience, write=write)
        taken.at_end(lambda *_: transaction.close())
        stored = stored_key(transaction, home.key)
        if stored == home.key:
            return transaction, stored
        taken.__exit__(None, None, None)
        # An alias is for ever, so it is looked up once.
        aliases[installation.key] = stored
        return self._begin(block, installation, patience, write=write)

    def _writing(self) -> Flag:
        """Return the flag of this thread."""
        thread = self.__dict__.setdefault("_thread", local())
        if not hasattr(thread, "flag"):
            thread.flag = Flag("this thread is already writing")
        flag: Flag = thread.flag
        return flag
