"""Comparisons: they equal brute force over single plans, pairs with loose licenses, and user types."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.model.decision import Access, Client, Decision, Outcome
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.row import Row, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.apply import apply
from superlicense.rules.gate.entitlement import Entitlement
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from superlicense.rules.packages.comparing import compare
from superlicense.rules.world_update import build_world, empty_world
from tests.rules.scene import NOW

SYSTEM = ("server", "online-webservices", "quote", "document", "pocket-crm-server", "extern-user", "ej-mod-customer")
SITES = ("reporter-studio", "audience")
LOOSE = (
    *("user", "web", "t1", "t2", "quote-cal", "windows", "pocket-crm-cal", "ej-client", "ej-readonly-client"),
    *("reporter-studio-user", "extern-user-cal"),
)
PLANS = ("ten-sales", "ten-service", "suite-user")
OURS = Installation(serial_number="1010000014", company="Nordvik Handel A/S")


def package_of(draw: Random, like: LicensePackage | None = None) -> LicensePackage:
    """Draw a package, or change a few rows of another one."""
    if like is not None:
        rows = [_changed(draw, row) for row in like.licenses if draw.random() < 0.93]
        if draw.random() < 0.1 and not any(row.name.module == "suite-user" for row in rows):
            rows.append(_row(draw, "suite-user", LicenseScope.USER, LicenseKind.PLAN))
    else:
        rows = [
            *(_row(draw, name, LicenseScope.SYSTEM) for name in SYSTEM if draw.random() < 0.8),
            *(_row(draw, name, LicenseScope.SITE) for name in SITES if draw.random() < 0.5),
            *(_row(draw, name, LicenseScope.USER) for name in LOOSE if draw.random() < 0.7),
            *(_row(draw, name, LicenseScope.USER, LicenseKind.PLAN) for name in PLANS[:2] if draw.random() < 0.8),
        ]
        if draw.random() < 0.15:
            rows.append(_row(draw, "suite-user", LicenseScope.USER, LicenseKind.PLAN))
    return LicensePackage(
        owner="SUPEROFFICE", company=OURS.company, serial_number=OURS.serial_number, licenses=tuple(rows)
    )


def _row(draw: Random, name: str, scope: LicenseScope, kind: LicenseKind = LicenseKind.MODULE) -> ModuleLicense:
    plan = kind is LicenseKind.PLAN
    return ModuleLicense(
        name=name,
        scope=scope,
        kind=kind,
        hidden=scope is LicenseScope.USER and not plan and draw.random() < 0.6,
        grants=tuple(one for one in LOOSE if draw.random() < 0.6) if plan else (),
        allowed_user_types=(UserType.INTERNAL,) if draw.random() < 0.1 else (),
    )


def _changed(draw: Random, row: ModuleLicense) -> ModuleLicense:
    if row.kind is LicenseKind.PLAN and draw.random() < 0.5:
        return evolve(row, grants=tuple(name for name in row.grants if draw.random() < 0.85))
    if row.scope is LicenseScope.USER and row.kind is LicenseKind.MODULE and draw.random() < 0.05:
        return evolve(row, scope=LicenseScope.SYSTEM, allowed_user_types=(), hidden=False)
    return row


Holders = dict[User, tuple[LicenseName, ...]]


def in_force(package: LicensePackage, holders: Holders, sites: tuple[LicenseName, ...]) -> World:
    """Store everything as rows: nothing of what is tested is used here."""
    installed = InstalledPackage(
        package=package, digest="a" * 64, installed_at=NOW, installed_by="admin", unsigned=True
    )
    given = [(name, user.id) for user, held in holders.items() for name in held] + [(name, "central") for name in sites]
    stored = [
        (Table.PACKAGES, "superoffice", installed),
        *((Table.USERS, user.id, user) for user in holders),
        *(
            (Table.ASSIGNMENTS, assignment_key(name, holder), Assignment(license=name, holder=holder, start=NOW))
            for name, holder in given
        ),
    ]
    rows: list[Any] = [
        Row(table=table, key=key, noun=noun, start=NOW, started_by="admin", sequence=place)
        for place, (table, key, noun) in enumerate(stored, start=1)
    ]
    return build_world(empty_world(OURS, sl.Policy()), rows, ())


Found = set[tuple[str, str, str | None, str | None, UserType, Outcome, Outcome]]


def brute_force(old: LicensePackage, new: LicensePackage) -> Found:
    """Ask everything of everybody, before and after."""
    found: Found = set()
    sites = tuple(row.name for row in old.licenses if row.scope is LicenseScope.SITE)
    holders: Holders = {}
    for user_type in UserType:
        user = User(id="anna", type=user_type, may_log_in=True)
        single = [name for name in sold_alone(old) if can_hold(old, user, name, sites)]
        plans: list[LicenseName | None] = [None, *(one for one in single if is_plan(old, one))]
        loose: list[LicenseName | None] = [None, *(one for one in single if not is_plan(old, one))]
        for plan, other in product(plans, loose):
            held = tuple(name for name in (plan, other) if name is not None)
            holders[evolve(user, id=f"user-{len(holders)}")] = held
    before, after = in_force(old, holders, sites), in_force(new, holders, sites)
    for user, held in holders.items():
        plan = next((name for name in held if is_plan(old, name)), None)
        other = next((name for name in held if not is_plan(old, name)), None)
        for kind, subject, was, then in lost_by(old, before, after, user):
            found.add((kind, subject, plan, other, user.type, was, then))
    return {
        one
        for one in found
        if not any(
            (one[:2], one[4]) == (part[:2], part[4])
            and part[2:4] != one[2:4]
            and part[2] in (None, one[2])
            and part[3] in (None, one[3])
            for part in found
        )
    }


def sold_alone(package: LicensePackage) -> Iterator[LicenseName]:
    for row in package.licenses:
        if row.scope is LicenseScope.USER and (not row.hidden or row.name.module == "suite-user"):
            yield row.name


def is_plan(package: LicensePackage, name: LicenseName) -> bool:
    return package.by_name[name].kind is LicenseKind.PLAN


def can_hold(package: LicensePackage, user: User, name: LicenseName, sites: tuple[LicenseName, ...]) -> bool:
    """Try it, whatever the right to log in brings with it."""
    world = in_force(package, {evolve(user, may_log_in=False): ()}, sites)
    refusals = apply(world, (sl.Assign(license=name, holder=user.id),), NOW).refusals
    return not any(reason.code == "user_type_not_allowed" for one in refusals for reason in one.reasons)


def lost_by(
    old: LicensePackage, before: World, after: World, user: User
) -> Iterator[tuple[str, str, Outcome, Outcome]]:
    def outcomes(world: World) -> dict[tuple[str, str], Decision]:
        logins = {("login", str(client)): login(world, user, client, NOW) for client in Client}
        features = {
            ("feature", str(row.name)): feature(world, user, row.name, Access.EDIT, NOW)
            for row in old.licenses
            if row.scope is not LicenseScope.USER
        }
        return {**logins, **features}

    was, then = outcomes(before), outcomes(after)
    for (kind, subject), decision in was.items():
        if then[kind, subject].outcome.rank < decision.outcome.rank:
            yield kind, subject, decision.outcome, then[kind, subject].outcome
    granted, still = (Entitlement(world, world.held_by(user.id), "central", NOW) for world in (before, after))
    for row in old.licenses:
        if granted.find(str(row.name)) is not None and still.find(str(row.name)) is None:
            yield "license", str(row.name), Outcome.ALLOWED, Outcome.DENIED


@pytest.mark.slow
@given(seed=st.integers(0, 2**32 - 1))
def test_a_comparison_equals_brute_force(seed: int) -> None:
    equals_brute_force(seed)


def test_a_comparison_equals_brute_force_in_a_few_packages() -> None:
    for seed in range(4):
        equals_brute_force(seed)


def equals_brute_force(seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - no secret
    old = package_of(draw)
    new = package_of(draw, old if draw.random() < 0.9 else None)
    found = compare(old, new)
    told = {
        (str(loss.kind), loss.subject, loss.plan, loss.license, user_type, loss.before, loss.after)
        for loss in found.losses
        for user_type in loss.user_types
    }
    assert told == brute_force(old, new)
    assert found.loses_nothing is not bool(told)
    assert compare(old, old).loses_nothing
    for loss in found.losses:
        if loss.kind is sl.LossKind.LICENSE:
            continue
        witness = loss.witness
        sites = tuple(row.name for row in old.licenses if row.scope is LicenseScope.SITE)
        world = in_force(new, {witness.user: witness.holds}, sites)
        decision = (
            login(world, witness.user, Client(loss.subject), NOW)
            if loss.kind is sl.LossKind.LOGIN
            else feature(world, witness.user, LicenseName.parse(loss.subject), Access.EDIT, NOW)
        )
        assert (decision.outcome, decision.reasons) == (loss.after, loss.reasons)


@given(seed=st.integers(0, 2**32 - 1))
def test_where_nothing_is_lost_holders_of_several_licenses_lose_nothing_either(seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - no secret
    new = package_of(draw)
    kept = tuple(
        evolve(row, grants=tuple(name for name in row.grants if draw.random() < 0.7))
        for row in new.licenses
        if draw.random() < 0.9
    )
    old = evolve(new, licenses=kept)
    found = compare(old, new)
    if found.rule_set_before is not found.rule_set_after:
        return
    assert found.loses_nothing
    sites = tuple(row.name for row in old.licenses if row.scope is LicenseScope.SITE)
    holders = {
        User(id=str(user_type), type=user_type, may_log_in=True): tuple(
            name for name in sold_alone(old) if draw.random() < 0.7
        )
        for user_type in UserType
    }
    before, after = in_force(old, holders, sites), in_force(new, holders, sites)
    assert [lost for user in holders for lost in lost_by(old, before, after, user)] == []
