"""Answers: a remedy, everybody's answer and a token, beside the logins that they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from attrs import evolve

import superlicense as sl
from benchmarks.bench import USUAL, Bench
from benchmarks.company import PLANS, Company, logins
from benchmarks.measuring import Ask, ratio
from superlicense.catalog import module_table
from superlicense.model.world import World
from superlicense.rules.alike import alike, targeted_events
from superlicense.rules.answers.forecasting import first_denial, forecast
from superlicense.rules.answers.remedies import remedies
from superlicense.rules.apply import apply
from superlicense.rules.gate.login import login
from superlicense.rules.packages.comparing import compare
from superlicense.rules.world_update import with_contents

_PAIRS = 21
_QUESTION = sl.Client.WEB


def slices(user_ids: Sequence[str], size: int) -> tuple[Sequence[str], ...]:
    """Give *size* users to warm up with, and as many for each pair."""
    return tuple(user_ids[place * size : (place + 1) * size] for place in range(1 + _PAIRS))


def world_of(licensing: sl.Licensing) -> World:
    """Give the world that the gate answers from."""
    return licensing._engine.worlds.current().world  # noqa: SLF001 - what the rules are given


def cold_logins(company: Company) -> Ask:
    """Ask the rules, which remember nothing."""
    world, at = world_of(company.licensing), sl.utc_now()

    def ask(users: Sequence[str]) -> None:
        for user in users:
            login(world, world.user(user), _QUESTION, at)

    return ask


def remedies_of(licensing: sl.Licensing) -> Ask:
    """Ask what would help."""

    def ask(users: Sequence[str]) -> None:
        for user in users:
            assert licensing.gate.remedies(user, _QUESTION)

    return ask


def without_plan(company: Company) -> list[str]:
    """Give the users who have no plan, and may log in."""
    return [user for user in company.user_ids if user not in company.plans and user not in company.shut_out]


def sold_out(company: Company) -> sl.Licensing:
    """Give the same company with as many seats of every plan as are in use."""
    store = sl.MemoryStore()
    ours = company.licensing.installation
    licensing = sl.Licensing(store, ours, trust=None)
    now = company.licensing.packages.current()
    assert now is not None
    in_use = {f"superoffice.{plan}": sum(held == plan for held in company.plans.values()) for plan in PLANS}
    rows = [
        row
        if row.name not in in_use
        else sl.ModuleLicense(
            name=row.name, scope=row.scope, quantity=in_use[str(row.name)], kind=row.kind, grants=row.grants
        )
        for row in now.licenses
    ]
    licensing.packages.adopt_unsigned(
        sl.LicensePackage(
            owner="SUPEROFFICE", company=ours.company, serial_number=ours.serial_number, licenses=tuple(rows)
        ),
        by="vendor",
    )
    changes: list[sl.Change] = [sl.SaveUser(user=one) for one in company.licensing.users.all()]
    changes += (sl.Assign(license=plan, holder=user) for user, plan in company.plans.items())
    licensing.apply(changes, by="admin")
    return licensing


def of_remedies(bench: Bench) -> None:
    """Measure a remedy beside a cold login: seats are free, and none is left."""
    company = bench.company(USUAL)
    users = without_plan(company)
    for what, licensing in (("a free seat", company.licensing), ("no seat left", sold_out(company))):
        found = ratio(remedies_of(licensing), cold_logins(company), slices(users, 8))
        bench.figures.at_most(f"remedies with {what}, {USUAL:,} users ÷ a cold login", found, 300)


def waits(world: World, rows: Iterable[sl.ModuleLicense], at: datetime) -> World:
    """Give the same world with a renewal waiting, of these licenses."""
    in_force = world.packages["superoffice"].noun.package
    renewal = evolve(in_force, issue=(in_force.issue or 0) + 1, issued_at=at, licenses=tuple(rows))
    return apply(world, [sl.KeepPackageWaiting(package=renewal, digest="b" * 64)], at).world


def renewals(company: Company) -> dict[str, tuple[World, Callable[[sl.ModuleLicense], sl.ModuleLicense]]]:
    """Give what waits, by what it is: the world that it waits in, and what it makes of each row."""
    free, full = world_of(company.licensing), world_of(sold_out(company))

    def plans(row: sl.ModuleLicense, quantity: int) -> sl.ModuleLicense:
        return evolve(row, quantity=quantity) if row.kind is sl.LicenseKind.PLAN else row

    return {
        "changes dates only": (free, lambda row: row),
        "has more seats, none left": (full, lambda row: plans(row, row.quantity + 5)),
        "is blocked, none left": (full, lambda row: plans(row, 1)),
        "shows what was hidden": (free, lambda row: evolve(row, hidden=False)),
    }


def suite(seats: int) -> tuple[sl.ModuleLicense, ...]:
    """Give the licenses that make a package one of the Suite."""
    system, user = sl.LicenseScope.SYSTEM, sl.LicenseScope.USER
    return sl.ModuleLicense(name="suite", scope=system), sl.ModuleLicense(name="suite-user", scope=user, quantity=seats)


def of_a_waiting_package(bench: Bench) -> None:
    """Measure a remedy while a renewal waits: it brings dates, seats, other rows or the Suite, or is blocked."""
    company = bench.company(USUAL)
    at = sl.utc_now()
    base, users = cold_logins(company), without_plan(company)

    def measured(waiting: World, what: str) -> None:
        def ask(users: Sequence[str]) -> None:
            for user in users:
                assert remedies(waiting, waiting.user(user), lambda then, one: login(then, one, _QUESTION, at), at)

        found = ratio(ask, base, slices(users, 1))
        bench.figures.at_most(f"remedies beside a renewal that {what}, {USUAL:,} users ÷ a cold login", found, 300)

    for what, (world, change) in renewals(company).items():
        rows = world.packages["superoffice"].noun.package.licenses
        measured(waits(world, map(change, rows), at), what)
    for seats, blocked in ((10 * USUAL, ""), (1, ", and has too few seats")):
        world = world_of(sold_out(company))
        rows = world.packages["superoffice"].noun.package.licenses
        measured(waits(world, (*rows, *suite(seats)), at), f"brings the Suite{blocked}")


def named_profiles(company: Company) -> Callable[[Sequence[str]], None]:
    """Decide each profile once, and name the users of each: what `who` cannot do without."""
    world, at = world_of(company.licensing), sl.utc_now()

    def ask(turns: Sequence[str]) -> None:
        for _ in turns:
            events = targeted_events(world)
            profiles: dict[object, list[str]] = {}
            for user, row in world.users.items():
                profiles.setdefault(alike(world, row.noun, events), []).append(user)
            answered = [(login(world, world.user(users[0]), _QUESTION, at), users) for users in profiles.values()]
            [(decision.outcome, decision.reasons, sorted(users)) for decision, users in answered]

    return ask


def of_who(bench: Bench) -> None:
    """Measure everybody's answer beside each profile decided once, and its users named."""
    company = bench.company(USUAL)
    gate = company.licensing.gate

    def ask(turns: Sequence[str]) -> None:
        for _ in turns:
            gate.who(_QUESTION)

    found = ratio(ask, named_profiles(company), slices(company.user_ids, 2))
    bench.figures.at_most(f"who, {USUAL:,} users ÷ deciding each profile once and naming them", found, 2)


def of_claims(bench: Bench) -> None:
    """Measure a token of a warm user beside a warm login."""
    company = bench.company(USUAL)
    claims = company.licensing.gate.claims

    def ask(users: Sequence[str]) -> None:
        for user in users:
            claims(user)

    warm = company.user_ids[:4_000]
    ask(warm)
    logins(company.licensing)(warm)
    found = ratio(ask, logins(company.licensing), [warm[:2_000]] * (1 + _PAIRS))
    bench.figures.at_most("claims ÷ a web login, both warm", found, 20)


def price_lists() -> tuple[sl.LicensePackage, sl.LicensePackage]:
    """Give two packages of a hundred licenses; the second one takes grants from a plan, and a few licenses."""
    systems = [row.name for row in module_table.ALL.values() if row.scope is sl.LicenseScope.SYSTEM]
    users = [row.name for row in module_table.ALL.values() if row.scope is sl.LicenseScope.USER]
    usual = ("server", "online-webservices", "user", "web", "t1", "t2", "quote", "quote-cal")
    first = [sl.LicenseName.parse(name) for name in usual]
    plan_names = [f"ten-plan-{number}" for number in range(8)]
    rest = [name for name in (*systems[:40], *users) if name not in first][: 92 - len(first)]
    plain = [
        sl.ModuleLicense(name=name, scope=module_table.ALL[name].scope or sl.LicenseScope.USER, hidden=place % 3 == 0)
        for place, name in enumerate((*first, *rest))
    ]
    granted = [row.name for row in plain if row.scope is sl.LicenseScope.USER]
    plans = [
        sl.ModuleLicense(
            name=name,
            scope=sl.LicenseScope.USER,
            kind=sl.LicenseKind.PLAN,
            grants=tuple(one for place, one in enumerate(granted) if place < 6 or place % 8 != number),
        )
        for number, name in enumerate(plan_names)
    ]
    old = sl.LicensePackage(
        owner="SUPEROFFICE", company="Nordvik Handel A/S", serial_number="1010000014", licenses=(*plain, *plans)
    )
    shorter = evolve(plans[0], grants=plans[0].grants[3:])
    new = evolve(old, licenses=(*(row for row in plain if row.name != "superoffice.quote"), shorter, *plans[1:]))
    assert len(old.licenses) == 100
    return old, new


def of_comparisons(bench: Bench) -> None:
    """Measure a comparison of two packages of a hundred licenses beside a cold login."""
    company = bench.company(USUAL)
    old, new = price_lists()

    def ask(turns: Sequence[str]) -> None:
        for _ in turns:
            assert not compare(old, new).loses_nothing

    found = ratio(ask, cold_logins(company), slices(company.user_ids, 2))
    bench.figures.at_most("compare, packages of 100 licenses ÷ a cold login", found, 300)


def of_forecasts(bench: Bench) -> None:
    """Measure a forecast of one user, and the first denial of all, beside a cold login."""
    company = bench.company(USUAL)
    world, at = world_of(company.licensing), sl.utc_now()
    in_force = world.packages["superoffice"]
    expires = at + timedelta(days=90)
    dates = sl.Validity(warns_at=at + timedelta(days=60), expires_at=expires, grace_until=expires + timedelta(days=12))
    dated = with_contents(world, evolve(in_force.noun.package, validity=dates))
    until = at + timedelta(days=365)

    def one(users: Sequence[str]) -> None:
        for user in users:
            person = dated.user(user)
            forecast(dated, lambda when, who=person: login(dated, who, _QUESTION, when), at, until)  # type: ignore[misc]  # bound now

    found = ratio(one, cold_logins(company), slices(company.user_ids, 8))
    bench.figures.at_most("forecast of one user with three dates ÷ a cold login", found, 20)

    def everybody(turns: Sequence[str]) -> None:
        for _ in turns:
            first_denial(dated, at, until)

    found = ratio(everybody, named_profiles(company), slices(company.user_ids, 2))
    bench.figures.tell(f"first denial, {USUAL:,} users ÷ deciding each profile once and naming them", found)


def measure(bench: Bench) -> None:
    """Measure all of them."""
    of_remedies(bench)
    of_a_waiting_package(bench)
    of_who(bench)
    of_claims(bench)
    of_comparisons(bench)
    of_forecasts(bench)
