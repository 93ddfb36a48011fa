"""Operations: what the people who run a service ask of an installation: is it well, is it current, is it intact?"""

from __future__ import annotations

from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.health import health_of
from superlicense.model.health import Health
from superlicense.model.store_report import StoreReport
from superlicense.ports import Revision

__all__ = ["Operations"]


class Operations:
    """The part of the facade that is about the store."""

    def __init__(self, engine: Engine) -> None:
        """Watch the store of *engine*."""
        self._engine = engine

    def health(self) -> Health:
        """Return whether this instance can answer, and from how old facts. It asks the store nothing.

        Show it, and raise an alarm on it; do not restart a service because it is not
        ready, which would throw the last known facts away
        (`docs/how-to/survive-an-outage.md`).

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> licensing.health().ready, [str(note.code) for note in licensing.health().notes]
        (True, ['no_package'])
        """
        return health_of(self._engine)

    def refresh(self) -> None:
        """Look at the store now, and read what others have written.

        Nobody has to call it: questions see to it that a look comes in time. A host
        that looks by its own schedule, more often than every half of
        `Policy.max_staleness`, has no threads of this library.

        Raises:
            StoreError: the store cannot be read, or does not answer within
                `Policy.look_patience`.
        """
        self._engine.worlds.refresh()
        if self._engine.worlds.state.heartbeat is not None:
            self._engine.find_terms_now()

    def verify_store(self, earlier_head: str | None = None) -> StoreReport:
        """Verify everything that is stored: head, journal and rows against one another.

        It reads all of it, at the pace of the store, and changes nothing.
        Without a seal key, rows and journal are compared with each other only.

        Args:
            earlier_head: What `seal_head` returned earlier, and was noted
                elsewhere; the report shows if the store does not contain it.

        Returns:
            Every finding, errors of the store included.

        Raises:
            InvalidValueError: *earlier_head* is not a value that `seal_head` returned.
        """
        return self._engine.verified(earlier_head)

    def seal_head(self) -> str | None:
        """Return the head in a form to be noted outside the store, on a statement for instance.

        Number and seal of the newest journal entry. A complete older state that
        was restored has valid seals, too; only a head that was noted elsewhere
        shows it, see `verify_store`.

        Returns:
            The head; `None` without a seal key, while nothing is written, or
            where it was tampered with.
        """
        return self._engine.noted_head()

    def revision(self) -> Revision:
        """Return the present revision; it differs after every change."""
        return self._engine.worlds.current().revision
