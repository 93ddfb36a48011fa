"""Supposing: the part of the facade that makes hypotheses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.hooks import audited
from superlicense.model.change import Change
from superlicense.model.purchase import Purchase, Renewal

if TYPE_CHECKING:
    from superlicense.licensing.what_if import Hypothesis

__all__ = ["Supposing"]


class Supposing:
    """What of a facade supposes changes that nobody has made."""

    zone: tzinfo
    _engine: Engine

    @audited("what_if")
    def what_if(
        self,
        changes: Iterable[Change] = (),
        purchases: Iterable[Purchase | Renewal] = (),
        at: datetime | None = None,
    ) -> Hypothesis:
        """Return what this installation would answer after *purchases* and *changes*; nothing is written.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> supposed = licensing.what_if([sl.SaveUser(user=sl.User(id="anna"))])
        >>> supposed.gate.who(sl.Client.WEB).denied, licensing.users.find("anna")
        (('anna',), None)

        Changes are judged by the same rules as in `apply`, in order; a change that
        is refused is left out, and listed. What is bought comes first, and is part
        of the package in force and of every package that the changes activate. A
        plan is bought with what it grants.

        Args:
            changes: The changes; packages among them need no bytes. A change of the
                installation that has bytes is read from them.
            purchases: What owners are supposed to have issued: a `Purchase` adds
                seats of a license, or the license where the package has none; a
                `Renewal` makes a package valid until another day.
            at: When the changes are made, and what the answers are about; now if `None`.

        Returns:
            The hypothesis: gate, seats, screens, statements, and what was refused.

        Raises:
            InvalidValueError: something is not a change or a purchase, or *at* is naive.
            SuperlicenseError: the document of a change of the installation is refused.
            StoreError: the store cannot be read.

        Source: design section 11; ADR 46.
        """
        # Imported on first use: a service that only asks the gate does not pay for it.
        from superlicense.licensing.what_if import what_if  # noqa: PLC0415 - see above

        return what_if(self._engine, self.zone, changes, purchases, at)
