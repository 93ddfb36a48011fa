"""Random questions to both: of now, the future and the past, of this database and of another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from attrs import evolve

import superlicense as sl
from tests.model_of_the_rules import features, gate, holding
from tests.model_of_the_rules.facts import Facts, boundaries
from tests.model_of_the_rules.library import Library, answer_of
from tests.model_of_the_rules.requirements import CLIENTS_OF
from tests.model_of_the_rules.worlds import PEOPLE, SITES

FEATURES = (
    *("quote", "sale", "project", "selection", "document", "import", "dash", "guide-sale", "target-sale"),
    *("extern-user", "anonymous-user", "system-user", "ej-mod-ticket", "server", "no-such"),
    *("acme.tool", "acme.lonely", "nordkap.tool", "acme.no-such"),
)
LICENSES = (
    *("user", "web", "t1", "t2", "windows", "suite-user", "quote-cal", "sale-cal", "ten-sales"),
    *("reporter-studio", "server", "quote", "acme.tool", "acme.tool-cal", "acme.gold", "acme.helper", "no-such"),
)
KINDS = {"login": 55, "feature": 22, "administer": 3, "holds": 8, "has_system": 4, "usage": 8}


@dataclass(frozen=True)
class Asked:
    """One question, and both answers.

    Attributes:
        kind: login, feature, administer, holds, has_system or usage.
        question: What was asked.
        facts: What the model was asked of.
        at: As of when.
    """

    kind: str
    question: object
    model: object
    library: object
    facts: Facts
    at: datetime


class Questions:
    """Asks one world, as it is opened from one database or with one identity.

    Attributes:
        past: The facts after each command.
    """

    def __init__(self, chance: Random, library: Library, past: list[tuple[datetime, Facts]]) -> None:
        self.chance = chance
        self.library = library
        self.past = past
        usual = past[-1][1].installation
        self.installation = self._opened_as(usual)
        same = self.installation == usual
        self.ours = library.licensing if same else library.opened(self.installation)

    def _opened_as(self, usual: sl.Installation) -> sl.Installation:
        draw = self.chance.random()
        if draw < 0.2:
            return evolve(usual, site=self.chance.choice(SITES))
        if draw < 0.24:
            return evolve(usual, company="Fjordbyg ApS", database_owner="Fjordbyg ApS")
        if draw < 0.27 and usual.database_id is not None:
            return evolve(usual, serial_number="1010000006")
        return usual

    def ask(self, number: int) -> Iterator[Asked]:
        """Ask *number* questions."""
        for _ in range(number):
            facts, at = self._instant()
            if facts.installation != self.installation:
                facts = facts.copy()
                facts.installation = self.installation
            yield self._one(facts, at)

    def _instant(self) -> tuple[Facts, datetime]:
        chance, now = self.chance, self.library.now
        newest = self.past[-1][1]
        draw = chance.random()
        if draw < 0.45:
            return newest, now
        if draw < 0.85:
            dates = boundaries(newest, now)
            if dates and chance.random() < 0.7:
                return newest, chance.choice(dates) + timedelta(microseconds=chance.choice((-1, 0, 1)))
            return newest, now + timedelta(days=chance.choice((0, 1, 3, 14, 400)))
        then = chance.choice(self.past)[0]
        return [facts for instant, facts in self.past if instant <= then][-1], then

    def _one(self, facts: Facts, at: datetime) -> Asked:
        chance = self.chance
        user_id = chance.choice([*sorted(facts.users) * 4, *sorted(PEOPLE), "root", "nobody"])
        user = facts.users.get(user_id)
        asked: str | sl.User = user_id
        if user is not None and chance.random() < 0.12:
            user = asked = evolve(user, awaiting_approval=not user.awaiting_approval, may_log_in=True)
        kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
        now = None if at == self.library.now and chance.random() < 0.7 else at
        question, model, library = self._answers(kind, facts, at, (asked, user, now))
        return Asked(kind, question, model, library, facts, at)

    def _answers(
        self, kind: str, facts: Facts, at: datetime, who: tuple[str | sl.User, sl.User | None, datetime | None]
    ) -> tuple[object, object, object]:
        """Return the question and both answers."""
        chance, ours, (asked, user, now) = self.chance, self.ours.gate, who
        name = asked if isinstance(asked, str) else f"{asked.id}, otherwise than stored"
        license_name = str(sl.LicenseName.parse(chance.choice(LICENSES)))
        if kind == "login":
            client = self._client(user)
            sessions = chance.choice((None, 0, 1, 2, 5)) if client == "service" else None
            login = ours.login(asked, client, at=now, open_sessions=sessions)
            return (name, str(client), sessions), gate.login(facts, user, str(client), at, sessions), answer_of(login)
        if kind == "feature":
            feature, access = chance.choice(FEATURES), chance.choice(list(sl.Access))
            decision = ours.feature(asked, feature, access, at=now)
            return (name, feature), features.feature(facts, user, feature, at), answer_of(decision)
        if kind == "administer":
            return name, gate.administer(facts, user), answer_of(ours.administer(asked, at=now))
        if kind == "holds":
            has = user is not None and holding.holds(facts, user.id, license_name, at)
            return (name, license_name), has, ours.holds(asked, license_name, at=now)
        if kind == "has_system":
            granted = ours.has_system(license_name, at=now)
            return license_name, holding.has_system(facts, license_name, at), granted
        return license_name, seat_usage(facts, license_name), library_usage(self.ours, license_name, now)

    def _client(self, user: sl.User | None) -> sl.Client:
        fitting = CLIENTS_OF[str(user.type)] if user is not None else frozenset()
        if fitting and self.chance.random() < 0.8:
            return sl.Client(self.chance.choice(sorted(fitting)))
        return self.chance.choice(list(sl.Client))


Usage = tuple[tuple[str, ...], int | None, int | None]


def seat_usage(facts: Facts, name: str) -> Usage | None:
    """Return holders, total and free of the license *name* in the model; `None` if no package has it."""
    row = facts.row(name)
    if row is None:
        return None
    found = tuple(sorted(holding.holders(facts, name)))
    if row.unrestricted or row.scope == "system":
        return found, None, None
    return found, row.quantity, row.quantity - len(found)


def library_usage(ours: sl.Licensing, name: str, at: datetime | None) -> Usage | None:
    """Return the same of the library."""
    try:
        usage = ours.seats.usage(name, at=at)
    except sl.UnknownLicenseError:
        return None
    return tuple(usage.holders), usage.total, usage.free
