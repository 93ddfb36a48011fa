"""Ports: what a host may replace. Stores keep and compare; rules decide.

A store keeps rows (`superlicense.model.fact.Row`) and journal entries for any
number of installations, keyed by `Installation.key`. It never counts seats and
knows no rule. What every store promises is proven by the contract tests:

1. Everything in one ``writing`` block commits together or not at all.
2. Writers of one installation are serialized. A writer that waits longer than
   its *patience* gets `StoreBusyError`; nothing is lost, nothing done twice.
3. What goes in comes out equal and shares no mutable state; times keep
   microseconds and UTC; rows come ordered by (start, sequence).
4. Installations never see each other.
5. Errors are ours: `StoreUnavailableError`, `StoreBusyError`,
   `StoreFullError`, `ConflictError`.

A store is shared by threads; a view belongs to the thread that opened it, and
what it streams is read before its block ends. An open view waits for nobody.
`superlicense.records` writes nouns, rows and entries as text, for stores that
keep text.
"""

from superlicense.ports.facts import (
    Count,
    Facts,
    Heartbeat,
    Journal,
    Mark,
    PackageSource,
    Reading,
    Revision,
    SeatVeto,
    Store,
    Writing,
    holder_of,
    touches,
)
from superlicense.ports.hooks import Hook
from superlicense.ports.transactions import BoundStore, JoiningStore

__all__ = [
    "BoundStore",
    "Count",
    "Facts",
    "Heartbeat",
    "Hook",
    "JoiningStore",
    "Journal",
    "Mark",
    "PackageSource",
    "Reading",
    "Revision",
    "SeatVeto",
    "Store",
    "Writing",
    "holder_of",
    "touches",
]
