"""Stores in memory that look like a database: others write them, too, and their revision has to be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import superlicense as sl
from superlicense.ports import Heartbeat, Reading, Revision, RevisionsStore, Usage, Writing
from tests.installation import WEB
from tests.licensing.customers import customers, furnish_customer

PATIENCE = timedelta(seconds=60)
ONE, TWO, THREE = customers(3)
NO_GRACE = sl.Policy(stale_grace=timedelta(0), look_patience=PATIENCE)


class Plain:
    """A store that others write, too, and that tells one revision at a time."""

    def __init__(self, store: sl.Store) -> None:
        self.storage = store
        self.views: list[str] = []
        self.failing: set[str] = set()

    @contextmanager
    def reading(self, installation: sl.Installation) -> Iterator[Reading]:
        self.views.append(installation.company)
        if installation.company in self.failing:
            raise sl.StoreUnavailableError(installation.company)
        with self.storage.reading(installation) as view:
            yield view

    @contextmanager
    def writing(self, installation: sl.Installation, *, patience: timedelta = PATIENCE) -> Iterator[Writing]:
        with self.storage.writing(installation, patience=patience) as view:
            yield view

    @contextmanager
    def recording(self, installation: sl.Installation, *, patience: timedelta = PATIENCE) -> Iterator[Usage]:
        with self.storage.recording(installation, patience=patience) as usage:
            yield usage

    def heartbeat(self, installation: sl.Installation) -> Heartbeat | None:
        del installation
        return None


class Watched(Plain):
    """The same, and it tells the revisions of many."""

    def __init__(self, store: RevisionsStore) -> None:
        super().__init__(store)
        self.looks: list[int] = []
        self.unknown: set[str] = set()
        self.is_down = False
        self.is_damaged = False
        self.is_silent = False
        self.wait = Event()
        self.wait.set()
        self.asked = Event()

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        asked = list(keys)
        self.looks.append(len(asked))
        self.asked.set()
        self.wait.wait(60)
        if self.is_down:
            raise sl.StoreUnavailableError("down")
        if self.is_damaged:
            raise sl.StoreUnusableError("damaged")
        if self.is_silent:
            return {}
        assert isinstance(self.storage, RevisionsStore)
        return {key: one for key, one in self.storage.revisions(asked).items() if key not in self.unknown}


def opened(fleet: sl.Fleet, store: Plain) -> sl.Fleet:
    """Open three customers with a user each."""
    for installation in (ONE, TWO, THREE):
        furnish_customer(fleet.open(installation), "anna")
    store.views.clear()
    return fleet


def logins(fleet: sl.Fleet) -> list[bool]:
    return [bool(fleet.open(one).gate.login("anna", WEB)) for one in (ONE, TWO, THREE)]
