"""Comparing: what holders could lose if one package came after another.

Rule 1: each package makes a world, in which the gate decides
(`superlicense.rules.packages.package_worlds`).

Rule 2: everybody is looked at who holds nothing, a plan, a license that is sold by
itself, or both together, for each type of user that may hold them. Sites hold every
site license of the old package.

Rule 3: an outcome depends on the licenses that its requirement names and on no
other, so holders of the same ones are asked about once, and a question whose
licenses stay the same is not asked.

Rule 4: a license is lost only if nothing grants it any more, as in
`superlicense.rules.packages.effects`.

Source: design section 11; ADR 50.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import evolve, frozen

from superlicense.errors import InvalidValueError
from superlicense.model.comparison import Comparison, Loss, LossKind, Witness
from superlicense.model.decision import Access, Client, Decision, Outcome
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.package import LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.reason import Reason
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import Entitlement, rule_set_of
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from superlicense.rules.packages.effects import clients_need, features_need
from superlicense.rules.packages.package_worlds import AT, Held, PackageWorld, world_of
from superlicense.rules.seats.holding import implied
from superlicense.rules.seats.seating import SUITE_SEAT, type_refusals

__all__ = ["compare"]

_Decide = Callable[[World, User, Entitlement], Decision]


def compare(
    old: LicensePackage,
    new: LicensePackage,
    *,
    policy: Policy | None = None,
    beside: Iterable[LicensePackage] = (),
) -> Comparison:
    """Return what holders could lose if *new* came after *old*.

    Args:
        old: A package.
        new: Another package of the same owner.
        policy: The policy of the host; the standard one if `None`.
        beside: The packages of other owners.

    Raises:
        InvalidValueError: the packages have different owners.
    """
    if old.owner_key != new.owner_key:
        raise InvalidValueError("new", new.owner, f"must be the owner of the old package, {old.owner}")
    sites = tuple(row.name for row in old.licenses if row.scope is LicenseScope.SITE)
    others = tuple(one for one in beside if one.owner_key != old.owner_key)
    return _Comparing(
        PackageWorld(world_of(old, policy or Policy(), others, sites), old),
        PackageWorld(world_of(new, policy or Policy(), others, sites), old),
    ).comparison(old.owner_key)


@frozen
class _Lost:
    """One loss of one type of users."""

    kind: LossKind
    subject: str
    held: Held
    before: Outcome
    after: Outcome
    reasons: tuple[Reason, ...] = ()


class _Question:
    """One question of one type of users, asked once of all who hold the same of what it needs."""

    def __init__(self, kind: LossKind, subject: str, needed: frozenset[str], user: User, decide: _Decide) -> None:
        self._kind = kind
        self._subject = str(subject)
        self._needed = needed
        self._user = user
        self._decide = decide
        self._decisions: dict[tuple[bool, frozenset[str]], Decision] = {}

    def lost(
        self, old: PackageWorld, new: PackageWorld, plans: list[LicenseName], loose: list[LicenseName]
    ) -> Iterator[_Lost]:
        """Yield who loses it: everybody, else holders of a plan, of a license, and of both where neither alone does."""
        everybody = self._loss(old, new, (None, None))
        if everybody is not None:
            yield everybody
            return
        safe_plans: list[list[LicenseName]] = []
        for group in self._alike(old, new, plans):
            found = self._loss(old, new, (group[0], None))
            if found is None:
                safe_plans.append(group)
            else:
                yield from (evolve(found, held=(plan, None)) for plan in group)
        for group in self._alike(old, new, loose):
            found = self._loss(old, new, (None, group[0]))
            if found is not None:
                yield from (evolve(found, held=(None, one)) for one in group)
                continue
            for beside in safe_plans:
                found = self._loss(old, new, (beside[0], group[0]))
                if found is not None:
                    yield from (evolve(found, held=(plan, one)) for plan in beside for one in group)

    def _loss(self, old: PackageWorld, new: PackageWorld, held: Held) -> _Lost | None:
        before, after = self._asked(old, held, is_new=False), self._asked(new, held, is_new=True)
        if after.outcome.rank >= before.outcome.rank:
            return None
        return _Lost(self._kind, self._subject, held, before.outcome, after.outcome, after.reasons)

    def _asked(self, side: PackageWorld, held: Held, *, is_new: bool) -> Decision:
        key = (is_new, side.granted(held) & self._needed)
        if key not in self._decisions:
            self._decisions[key] = self._decide(side.world, self._user, side.entitled(held))
        return self._decisions[key]

    def _alike(self, old: PackageWorld, new: PackageWorld, names: Iterable[LicenseName]) -> list[list[LicenseName]]:
        """Return *names* in groups of those that grant the same of what the question needs."""
        groups: dict[tuple[frozenset[str], frozenset[str]], list[LicenseName]] = {}
        for name in names:
            key = old.grants[name] & self._needed, new.grants[name] & self._needed
            groups.setdefault(key, []).append(name)
        return list(groups.values())


class _Comparing:
    """The two worlds, and the holders that are looked at."""

    def __init__(self, old: PackageWorld, new: PackageWorld) -> None:
        self._old = old
        self._new = new
        before, after = old.scopes(), new.scopes()
        names = {name for name in (*before, *after) if before.get(name) != after.get(name)}
        self._changed = names.union(*(old.grants[name] ^ new.grants[name] for name in old.grants))
        self._models = rule_set_of(old.world), rule_set_of(new.world)

    def comparison(self, owner: str) -> Comparison:
        """Return what could be lost."""
        types: dict[_Lost, list[UserType]] = {}
        for user_type in UserType:
            user = User(id="witness", type=user_type, may_log_in=True, site=self._old.site)
            for lost in self._lost_by(user):
                types.setdefault(lost, []).append(user_type)
        losses = (_loss(lost, tuple(user_types)) for lost, user_types in types.items())
        return Comparison(
            owner=owner,
            rule_set_before=self._models[0],
            rule_set_after=self._models[1],
            losses=tuple(sorted(losses, key=_place)),
        )

    def _lost_by(self, user: User) -> Iterator[_Lost]:
        plans, loose = self._holdable(user)
        for question in self._questions(user):
            yield from question.lost(self._old, self._new, plans, loose)
        yield from self._licenses(plans, loose)

    def _questions(self, user: User) -> Iterator[_Question]:
        """Yield every question whose answer can differ for users like *user*."""
        for client, needed in clients_need(user.type, self._old.world, self._new.world).items():
            if self._can_differ(needed):
                yield _Question(LossKind.LOGIN, client, needed, user, _logs_in(client))
        for name, needed in features_need(self._old.world).items():
            if self._can_differ(needed):
                yield _Question(LossKind.FEATURE, name, needed, user, _uses(name))

    def _can_differ(self, needed: frozenset[str]) -> bool:
        return self._models[0] != self._models[1] or not needed.isdisjoint(self._changed)

    def _holdable(self, user: User) -> tuple[list[LicenseName], list[LicenseName]]:
        """Return the plans, and the licenses sold by themselves, that *user* may hold."""
        world = self._old.world
        plans: list[LicenseName] = []
        loose: list[LicenseName] = []
        for name in self._old.grants:
            row = world.packages[name.owner].noun.package.by_name[name]
            if row.hidden and name != SUITE_SEAT:
                continue
            if not any(type_refusals(user, implied(world, name).user_types)):
                (plans if row.kind is LicenseKind.PLAN else loose).append(name)
        return plans, loose

    def _licenses(self, plans: list[LicenseName], loose: list[LicenseName]) -> Iterator[_Lost]:
        for name, scope in self._old.scopes().items():
            if scope is not LicenseScope.USER and self._old.alone.find(name) and not self._new.alone.find(name):
                yield _Lost(LossKind.LICENSE, name, (None, None), Outcome.ALLOWED, Outcome.DENIED)
        holders: tuple[Held, ...] = (*((plan, None) for plan in plans), *((None, one) for one in loose))
        for held in holders:
            for name in sorted(self._old.granted(held) - self._new.granted(held)):
                if self._new.alone.find(name) is None:
                    yield _Lost(LossKind.LICENSE, name, held, Outcome.ALLOWED, Outcome.DENIED)


def _loss(lost: _Lost, user_types: tuple[UserType, ...]) -> Loss:
    return Loss(
        kind=lost.kind,
        subject=lost.subject,
        plan=lost.held[0],
        license=lost.held[1],
        user_types=user_types,
        before=lost.before,
        after=lost.after,
        reasons=lost.reasons,
        witness=Witness(
            user=User(id="witness", type=user_types[0], may_log_in=True),
            holds=tuple(name for name in lost.held if name is not None),
        ),
    )


def _logs_in(client: Client) -> _Decide:
    return lambda world, user, known: login(world, user, client, AT, known=known)


def _uses(name: str) -> _Decide:
    parsed = LicenseName.parse(name)
    return lambda world, user, known: feature(world, user, parsed, Access.EDIT, AT, known=known)


def _place(loss: Loss) -> tuple[int, str, str, str, str]:
    return list(LossKind).index(loss.kind), loss.subject, loss.plan or "", loss.license or "", loss.user_types[0]
