"""Ports: what a host may replace. Stores store and compare; rules decide.

A store holds rows (`StoredRow`), journal entries (`StoredEntry`) and a head for
any number of installations, keyed by `Installation.key`. It sees no noun, only
columns and records, never counts seats, and applies no rule. What every store promises:

* Everything in one ``writing`` block commits together or not at all, also when
  the process is killed.
* Writers of one installation, threads or processes, run one after the other. One
  that waits longer than its *patience* gets `StoreBusyError`.
* What goes in comes out equal and shares no mutable state; strings and bytes are
  stored exactly, times to the microsecond and in UTC; order is defined.
* Installations never see each other. One may have several keys: an alias opens
  what is stored under the key that it belongs to (`Writing.add_alias`).
* A revision is never made twice, and `Reading.rows_since` returns what was written
  since one.
* Errors are ours: `StoreUnavailableError`, `StoreBusyError`,
  `StoreFullError`, `ConflictError`. Whatever was raised has changed nothing.

`superlicense.testing.StoreContract` has a test for each sentence of this
package, and the how-to page "Write your own store" writes one.

A store is shared by threads; a view belongs to the thread that opened it, and
what it streams is read before its block ends. An open view does not wait.
A record is made with what was stored of it: `superlicense.codec.Record`,
`superlicense.codec.EntryRecord`.
"""

from superlicense.ports.facts import Facts, Heartbeat, Journal, Reading, SingleConnection, Store, Subject, Writing
from superlicense.ports.hooks import Hook
from superlicense.ports.host import HolderVeto, PackageSource, SeatVeto
from superlicense.ports.many import LoadingFacts, RevisionsStore
from superlicense.ports.stored import Count, Mark, Revision, StoredEntry, StoredRow
from superlicense.ports.subjects import holder_of, subjects_of, touches
from superlicense.ports.transactions import BoundStore, JoiningStore
from superlicense.ports.usage import Usage, UsageLog, UsageLogReading, UsageReading

__all__ = [
    "BoundStore",
    "Count",
    "Facts",
    "Heartbeat",
    "HolderVeto",
    "Hook",
    "JoiningStore",
    "Journal",
    "LoadingFacts",
    "Mark",
    "PackageSource",
    "Reading",
    "Revision",
    "RevisionsStore",
    "SeatVeto",
    "SingleConnection",
    "Store",
    "StoredEntry",
    "StoredRow",
    "Subject",
    "Usage",
    "UsageLog",
    "UsageLogReading",
    "UsageReading",
    "Writing",
    "holder_of",
    "subjects_of",
    "touches",
]
