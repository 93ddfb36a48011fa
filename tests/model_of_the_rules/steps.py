"""What can happen in a world besides the changes of the library itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import superlicense as sl
from tests.model_of_the_rules.activation import Arrival


@dataclass(frozen=True)
class Forward:
    """Time passes."""

    by: timedelta


@dataclass(frozen=True)
class EndEvent:
    """The running event of this key ends."""

    key: tuple[str, str, str | None]


@dataclass(frozen=True)
class Batch:
    """Several changes, all or none."""

    changes: tuple[sl.Change, ...]


@dataclass(frozen=True)
class Come:
    """A package comes in, by hand; signed where it has a document.

    Attributes:
        offered: Nobody is there: it is activated if that is safe, else it waits.
    """

    arrival: Arrival
    document: bytes | None = None
    offered: bool = False


@dataclass(frozen=True)
class Revoke:
    """The next trust root revokes *names*: key ids and digests."""

    names: tuple[str, ...]
    root: bytes


Step = sl.Change | Forward | EndEvent | Batch | Come | Revoke
