"""Effects: what an activation changes for each user.

Rule 1: logins and features are decided by the rules of the gate themselves, in
the world before and in the world after the activation.

Rule 2: they are asked once for all users who are alike in both worlds, and only
for clients and features that depend on a license that changes for these users.
If the package of SUPEROFFICE as a whole changes (its phase, its addressee or the
license model), all of them are asked.

Rule 3: a license is lost only if nothing grants it any more: a user license that
becomes a system license is not.

Source: design section 8; domain section 8.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime

from attrs import evolve, frozen

from superlicense.catalog import modules
from superlicense.catalog.features import NONE_NAMED, user_license_of
from superlicense.model.decision import Access, Client, Outcome
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.license import SUPEROFFICE, LicenseName, LicenseScope
from superlicense.model.preview import UserEffect
from superlicense.model.reason import ReasonCode
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.alike import alike, targeted_events
from superlicense.rules.gate.answer import reasons_of
from superlicense.rules.gate.blocking import package_facts, stop_facts, tampering
from superlicense.rules.gate.entitlement import Entitlement, entitlement_of, rule_set_of
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from superlicense.rules.gate.login_requirements import requirement_for
from superlicense.rules.gate.requirement import licenses_in

__all__ = ["clients_need", "effects", "features_need"]


def effects(world: World, activated: World, at: datetime) -> tuple[UserEffect, ...]:
    """Return what changes for each user between *world* and *activated*, by user id."""
    if world is activated:
        return ()
    changes = _Changes(world, activated, at)
    groups: dict[tuple[Hashable, Hashable], list[str]] = {}
    events = targeted_events(world)  # an activation starts and ends none
    for user_id, row in activated.users.items():
        user = row.noun
        if not user.retired:
            key = (alike(world, user, events), activated.held_by(user_id))
            groups.setdefault(key, []).append(user_id)
    found: list[UserEffect] = []
    for user_ids in groups.values():
        effect = changes.effect_on(activated.users[user_ids[0]].noun)
        if effect is not None:
            found += [evolve(effect, user=user_id) for user_id in user_ids]
    return tuple(sorted(found, key=lambda effect: effect.user))


@frozen
class _Licenses:
    """The user licenses that a user is granted before and after, and those that change."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    changed: frozenset[str]


class _Changes:
    """The differences between two worlds, and what they change for a user."""

    def __init__(self, world: World, activated: World, at: datetime) -> None:
        self._world = world
        self._activated = activated
        self._at = at
        self._everything = _overall(world, SUPEROFFICE, at) != _overall(activated, SUPEROFFICE, at)
        self._names = _changed_names(world, activated, at)
        self._features = features_need(world, activated)
        self._sites: dict[str, frozenset[str]] = {}
        self._clients: dict[UserType, Mapping[Client, frozenset[str]]] = {}

    def effect_on(self, user: User) -> UserEffect | None:
        """Return what changes for *user*, `None` if nothing does."""
        before_after = self._entitlements(user)
        licenses = self._licenses(user, *before_after)
        names = licenses.changed | self._names | self._changed_at(user.site)
        asked = [name for name, needed in self._features.items() if self._everything or not needed.isdisjoint(names)]
        ranks = {name: self._ranks(user, LicenseName.parse(name), *before_after) for name in asked}
        clients = [
            client
            for client, needed in self._needed(user.type).items()
            if self._everything or not needed.isdisjoint(names)
        ]
        before = self._logins(self._world, user, clients, before_after[0])
        after = self._logins(self._activated, user, clients, before_after[1])
        gained = tuple(sorted(name for name, (old, new) in ranks.items() if new > old))
        lost = tuple(sorted(name for name, (old, new) in ranks.items() if new < old))
        if not (licenses.gained or licenses.lost or gained or lost or before != after):
            return None
        # The clients that were not asked have the same outcome in both worlds.
        same = {client: login(self._world, user, client, self._at).outcome for client in Client if client not in before}
        return UserEffect(
            user=user.id,
            gained=licenses.gained,
            lost=licenses.lost,
            features_gained=gained,
            features_lost=lost,
            login_before=_by_client(before, same),
            login_after=_by_client(after, same),
        )

    def _entitlements(self, user: User) -> tuple[Entitlement, Entitlement]:
        return (
            entitlement_of(self._world, user.id, user.site, self._at),
            entitlement_of(self._activated, user.id, user.site, self._at),
        )

    def _licenses(self, user: User, before: Entitlement, after: Entitlement) -> _Licenses:
        if reasons_of(tampering(self._world, user)):
            return _Licenses((), (), frozenset())
        gained = sorted(name for name in after.user_licenses if before.find(name) is None)
        lost = sorted(name for name in before.user_licenses if after.find(name) is None)
        changed = frozenset(before.user_licenses.keys() ^ after.user_licenses.keys())
        return _Licenses(tuple(gained), tuple(lost), changed)

    def _ranks(self, user: User, name: LicenseName, before: Entitlement, after: Entitlement) -> tuple[int, int]:
        old = feature(self._world, user, name, Access.EDIT, self._at, known=before)
        new = feature(self._activated, user, name, Access.EDIT, self._at, known=after)
        return old.outcome.rank, new.outcome.rank

    def _logins(self, world: World, user: User, clients: Iterable[Client], known: Entitlement) -> dict[Client, Outcome]:
        return {client: login(world, user, client, self._at, known=known).outcome for client in clients}

    def _changed_at(self, site: str) -> frozenset[str]:
        """Return the licenses that *site* holds in one of the worlds only."""
        found = self._sites.get(site)
        if found is None:
            held = set(map(str, self._world.held_by(site))) ^ set(map(str, self._activated.held_by(site)))
            found = self._sites[site] = frozenset(held)
        return found

    def _needed(self, user_type: UserType) -> Mapping[Client, frozenset[str]]:
        """Return the licenses that each client requires, the same in both worlds unless everything is asked."""
        found = self._clients.get(user_type)
        if found is None:
            found = self._clients[user_type] = clients_need(user_type, self._activated)
        return found


def _by_client(asked: Mapping[Client, Outcome], same: Mapping[Client, Outcome]) -> FrozenMap[Outcome]:
    return FrozenMap({client: asked[client] if client in asked else same[client] for client in Client})


def _overall(world: World, owner: str, at: datetime) -> tuple[object, ...]:
    """Return what the package of *owner* as a whole contributes to every outcome."""
    codes: list[ReasonCode] = [reason.code for reason in reasons_of(package_facts(world, owner, at))]
    stopped = stop_facts(world, owner, at)[0][1] is not None
    return (tuple(codes), stopped, rule_set_of(world) if owner == SUPEROFFICE else None)


def _changed_names(world: World, activated: World, at: datetime) -> frozenset[str]:
    """Return the licenses that are in one of the worlds only, have another scope, or are granted in one only."""
    found: set[str] = set()
    for owner in {*world.packages, *activated.packages}:
        before, after = _scopes(world, owner), _scopes(activated, owner)
        if _overall(world, owner, at) != _overall(activated, owner, at):
            found |= before.keys() | after.keys()
        else:
            found |= {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return frozenset(found)


def _scopes(world: World, owner: str) -> dict[str, LicenseScope]:
    installed = world.package(owner)
    return {} if installed is None else {name: row.scope for name, row in installed.package.by_name.items()}


def clients_need(user_type: UserType, *worlds: World) -> dict[Client, frozenset[str]]:
    """Return the licenses that each client requires of users of *user_type* in any of *worlds*."""
    found: dict[Client, frozenset[str]] = dict.fromkeys(Client, frozenset())
    for world in worlds:
        rule_set, on_site = rule_set_of(world), world.policy.on_site
        for client in Client:
            requirement = requirement_for(user_type, client, rule_set, on_site=on_site)
            found[client] |= frozenset() if requirement is None else frozenset(licenses_in(requirement))
    # Which licenses the mobile client requires on site depends on this one.
    found[Client.MOBILE] |= {str(modules.SUBSCRIPTION)}
    return found


def features_need(*worlds: World) -> dict[str, frozenset[str]]:
    """Return the licenses that viewing and editing each feature of *worlds* require."""
    return {
        str(row.name): frozenset({str(row.name), str(user_license_of(row.name) or NONE_NAMED)})
        for world in worlds
        for package in world.packages.values()
        for row in package.noun.package.licenses
        if row.scope is not LicenseScope.USER
    }
