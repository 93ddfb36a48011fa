"""Random worlds: who there is, and what happens to them, one step after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from attrs import evolve

import superlicense as sl
from tests.model_of_the_rules.activation import Arrival
from tests.model_of_the_rules.facts import Facts
from tests.model_of_the_rules.price_lists import PARTNERS, PriceLists, well_formed
from tests.model_of_the_rules.signing import Signer
from tests.model_of_the_rules.steps import Batch, Come, EndEvent, Forward, Revoke, Step

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
SITES = ("central", "bergen", "aalborg")
PEOPLE = {
    "anna": sl.UserType.INTERNAL,
    "bo": sl.UserType.INTERNAL,
    "carl": sl.UserType.INTERNAL,
    "dina": sl.UserType.INTERNAL,
    "eva": sl.UserType.EXTERNAL,
    "nemo": sl.UserType.ANONYMOUS,
    "robot": sl.UserType.SYSTEM,
    "room": sl.UserType.RESOURCE,
    "dbo": sl.UserType.DATABASE_ONLY,
}
DATABASE = "6f1f6a54-3c52-4b0e-9b52-0d6f3f0a8a11"


@dataclass
class Course:
    """Chooses what happens next in one world.

    Attributes:
        signer: The vendor, in worlds with a trust root.
    """

    chance: Random
    installation: sl.Installation = field(init=False)
    policy: sl.Policy = field(init=False)
    lists: PriceLists = field(init=False)
    signer: Signer | None = None
    now: datetime = START

    def __post_init__(self) -> None:
        chance = self.chance
        self.installation = sl.Installation(
            serial_number="1010000014",
            company="Nordvik Handel A/S",
            database_id=DATABASE if chance.random() < 0.2 else None,
        )
        self.policy = sl.Policy(
            on_site=chance.random() < 0.2,
            after_grace=sl.Outcome.DENIED if chance.random() < 0.3 else sl.Outcome.READ_ONLY,
            administrators_bypass_no_login=chance.random() < 0.7,
            allow_central_login=chance.random() < 0.3,
            revocation_grace=timedelta(days=chance.choice((0, 3, 14))),
            rule_set=chance.choice((sl.RuleSet.LEGACY, sl.RuleSet.MODULE_BASED)) if chance.random() < 0.08 else None,
        )
        self.lists = PriceLists(chance, self.installation)
        if chance.random() < 0.2:
            self.signer = Signer(chance)

    def beginning(self) -> list[Step]:
        """Return what a world begins with: somebody who administers, and mostly a package."""
        steps: list[Step] = []
        if self.chance.random() < 0.93:
            root = sl.User(id="root", administrator=True, may_log_in=True, groups=("board",))
            steps.append(sl.SaveUser(user=root))
        if self.chance.random() < 0.95:
            first = self.come("superoffice", Facts(self.installation))
            while self._is_over(first) and self.chance.random() < 0.95:
                first = self.come("superoffice", Facts(self.installation))
            steps.append(first)
        inside = [name for name, kind in PEOPLE.items() if kind == sl.UserType.INTERNAL]
        outside = [name for name in PEOPLE if name not in inside]
        names = self.chance.sample(inside, self.chance.randint(1, 4))
        names += self.chance.sample(outside, self.chance.randint(0, 2))
        steps += [self.person(name=name) for name in names]
        if self.chance.random() < 0.7:
            steps += self.usual(steps)
        return steps

    def _is_over(self, step: Step) -> bool:
        if not isinstance(step, Come):
            return False
        dates = step.arrival.package.validity
        stops_at = dates.grace_until or dates.expires_at
        return stops_at is not None and stops_at <= self.now

    def usual(self, steps: list[Step]) -> list[Step]:
        """Return assignments as administrators make them, so that most people can work."""
        package = next((step.arrival.package for step in steps if isinstance(step, Come)), None)
        people = {step.user.id: step.user.type for step in steps if isinstance(step, sl.SaveUser)}
        if package is None:
            return []
        open_to = [row for row in package.licenses if row.scope == "user" and not row.hidden]
        open_to.sort(key=lambda row: (row.prerequisite is not None, row.name.module.startswith("remote")))
        chosen: list[Step] = []
        for user_id, user_type in people.items():
            if user_type == "internal":
                plans = [row for row in open_to if row.kind == "plan" and row.name.module != "suite-user"]
                chosen += [
                    sl.Assign(license=row.name, holder=user_id) for row in self.chance.sample(plans, min(1, len(plans)))
                ]
            chosen += [
                sl.Assign(license=row.name, holder=user_id)
                for row in open_to
                if row.kind != "plan"
                and (not row.allowed_user_types or user_type in row.allowed_user_types)
                and self.chance.random() < 0.7
            ]
        return chosen

    def step(self, facts: Facts) -> Step:
        """Return the next thing that happens."""
        kinds: dict[Callable[[Facts], Step], int] = {
            self._assign: 40,
            self._release: 12,
            self._change_plan: 12,
            lambda _: self.person(facts): 12,
            lambda _: sl.Retire(user=self._who(facts)): 2,
            lambda _: sl.SaveSite(site=sl.Site(id=self.chance.choice(SITES[1:]), name="Satellite")): 3,
            self._package: 12,
            lambda _: sl.RemovePackage(owner=self.chance.choice((*PARTNERS, "SUPEROFFICE"))): 2,
            self._event: 4,
            self._end_event: 4,
            lambda _: Forward(timedelta(days=self.chance.choice((0, 1, 3, 7)), seconds=self.chance.randint(1, 90))): 6,
            self._batch: 8,
            self._revoke: 3,
        }
        return self.chance.choices(list(kinds), list(kinds.values()))[0](facts)

    def _who(self, facts: Facts) -> str:
        if facts.users and self.chance.random() < 0.9:
            return self.chance.choice(sorted(facts.users))
        return self.chance.choice(sorted(PEOPLE))

    def _license(self, facts: Facts) -> str:
        names = [str(row.name) for row in facts.rows() if row.scope != "system" or self.chance.random() < 0.05]
        names += [str(row.name) for row in facts.rows() if row.kind == "plan"] * 2
        return self.chance.choice(names) if names and self.chance.random() < 0.97 else "superoffice.no-such"

    def _holder(self, facts: Facts, name: str) -> str:
        row = facts.row(name)
        if row is not None and row.scope == "site":
            return self.chance.choice((*SITES, "nowhere"))
        return self._who(facts)

    def _assign(self, facts: Facts) -> sl.Change:
        name = self._license(facts)
        return sl.Assign(license=name, holder=self._holder(facts, name))

    def _release(self, facts: Facts) -> sl.Change:
        held = [(holder, name) for holder, names in sorted(facts.held.items()) for name in names]
        holder, name = self.chance.choice(held) if held else ("anna", "superoffice.user")
        if self.chance.random() < 0.1:
            name = self._license(facts)
        return sl.Release(license=name, holder=holder, cascade=self.chance.random() < 0.4)

    def _change_plan(self, facts: Facts) -> sl.Change:
        plans = [str(row.name) for row in facts.rows() if row.kind == "plan"]
        name = self.chance.choice(plans) if plans and self.chance.random() < 0.9 else self._license(facts)
        return sl.ChangePlan(holder=self._who(facts), license=name)

    def person(self, facts: Facts | None = None, name: str = "") -> sl.Change:
        """Save somebody: new, or with other switches than before."""
        chance = self.chance
        user_id = name or chance.choice(sorted(PEOPLE))
        known = None if facts is None else facts.users.get(user_id)
        switches: dict[str, Any] = {
            "may_log_in": chance.random() < 0.92,
            "awaiting_approval": chance.random() < 0.04,
            "retired": chance.random() < 0.02,
            "administrator": chance.random() < 0.25,
            "on_travel": chance.random() < 0.05,
            "groups": tuple(name for name in ("sales", "board") if chance.random() < 0.3),
        }
        site = chance.choice(SITES) if chance.random() < 0.15 else "central"
        user = sl.User(id=user_id, type=PEOPLE[user_id], site=site if known is None else known.site, **switches)
        return sl.SaveUser(user=user)

    def _event(self, facts: Facts) -> sl.Change:
        chance = self.chance
        kind = chance.choice((sl.EventKind.NO_LOGIN, sl.EventKind.NO_LOGIN, sl.EventKind.MESSAGE_OF_THE_DAY))
        scope = chance.choices(list(sl.EventScope), (1, 2, 3, 3))[0]
        targets: dict[sl.EventScope, str | None] = {
            sl.EventScope.ALL_DATABASES: None,
            sl.EventScope.DATABASE: chance.choice((None, *SITES)),
            sl.EventScope.GROUP: chance.choice(("sales", "board")),
            sl.EventScope.USER: self._who(facts),
        }
        event = sl.SystemEvent(
            id="any", kind=kind, scope=scope, target=targets[scope], message="Back at noon", started_at=self.now
        )
        return sl.StartEvent(event=event)

    def _end_event(self, facts: Facts) -> Step:
        if not facts.events:
            return self._event(facts)
        return EndEvent(self.chance.choice(sorted(facts.events, key=str)))

    def _batch(self, facts: Facts) -> Step:
        kinds = (self._assign, self._assign, self._release, self._change_plan, self.person)
        return Batch(tuple(self.chance.choice(kinds)(facts) for _ in range(self.chance.randint(2, 4))))

    def _package(self, facts: Facts) -> Step:
        return self.come("superoffice" if self.chance.random() < 0.65 else self.chance.choice(PARTNERS), facts)

    def come(self, owner: str, facts: Facts) -> Step:
        """Return a package that comes in, sometimes like the one in force with other quantities."""
        chance = self.chance
        current = facts.packages.get(owner)
        if current is not None and chance.random() < 0.6:
            package = evolve(current, issue=None, issued_at=None, licenses=self._altered(current))
            if chance.random() < 0.5:
                package = evolve(package, validity=self.lists.validity(self.now))
        elif owner == "superoffice":
            package = self.lists.superoffice(self.now)
        else:
            package = self.lists.partner(owner, self.now)
        if self.signer is not None:
            package = evolve(package, licenses=well_formed(list(package.licenses), signed=True))
        package = self._numbered(package, facts)
        offered = self.signer is not None and chance.random() < 0.35
        arrival = Arrival(package) if offered else Arrival(package, *self._before(package, facts))
        if self.signer is None:
            return Come(arrival)
        return Come(*self.signer.sign(arrival), offered=offered)

    def _numbered(self, package: sl.LicensePackage, facts: Facts) -> sl.LicensePackage:
        newest = facts.newest.get((package.owner.lower(), self.signer is None))
        last = 0 if newest is None or newest.issue is None else newest.issue
        if self.signer is None and self.chance.random() < 0.8:
            return package
        issue = max(1, last + self.chance.choice((-1, 0, 1, 1, 1, 1, 1, 2)))
        late = timedelta(minutes=11) if self.chance.random() < 0.03 else timedelta(minutes=-5)
        return evolve(package, issue=issue, issued_at=self.now + late)

    def _altered(self, package: sl.LicensePackage) -> tuple[sl.ModuleLicense, ...]:
        chance = self.chance
        rows = []
        for row in package.licenses:
            if chance.random() < 0.06 and row.kind != "plan" and row.scope != "system":
                continue
            altered = row
            if chance.random() < 0.25 and row.scope != "system":
                altered = evolve(altered, quantity=chance.choice((1, 1, 2, 3, 5)))
            if chance.random() < 0.1 and row.kind == "plan":
                altered = evolve(altered, grants=tuple(one for one in row.grants if chance.random() < 0.8))
            rows.append(altered)
        return well_formed(rows)

    def _before(
        self, package: sl.LicensePackage, facts: Facts
    ) -> tuple[tuple[sl.Release, ...], tuple[sl.PlanMove, ...]]:
        """Return what is released and moved first: now and then something that is held."""
        plans = [str(row.name) for row in package.licenses if row.kind == "plan" and row.name.module != "suite-user"]
        releases, moves = [], []
        for holder, names in sorted(facts.held.items()):
            for name in names:
                row = facts.row(name)
                if row is None or name.partition(".")[0] != package.owner.lower() or self.chance.random() < 0.75:
                    continue
                if name.endswith("suite-user"):
                    continue
                if row.kind == "plan" and plans and self.chance.random() < 0.6:
                    new = self.chance.choice([plan for plan in plans if plan != name] or [name])
                    moves.append(sl.PlanMove(holder=holder, old=name, new=new))
                else:
                    releases.append(sl.Release(license=name, holder=holder))
        return tuple(releases), tuple(moves)

    def _revoke(self, facts: Facts) -> Step:
        if self.signer is None or not facts.signed:
            return Forward(timedelta(days=1))
        document = facts.signed[self.chance.choice(sorted(facts.signed))]
        names = [*sorted(document.keys), document.digest]
        chosen = tuple(self.chance.sample(names, self.chance.randint(1, len(names))))
        return Revoke(chosen, self.signer.next_root(chosen, self.now))
