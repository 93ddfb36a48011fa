"""Crowds: one user stands for all who are alike, and is counted for all of them."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from superlicense.model.change import Change, SaveSite
from superlicense.model.license import ModuleLicense
from superlicense.model.row import Table
from superlicense.model.site import Site
from superlicense.model.user import UserType
from superlicense.model.world import World
from superlicense.rules.answers.crowds import crowd_around
from superlicense.rules.apply import apply
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, site, system

OTHERS = tuple(f"user-{number}" for number in range(6))
SERVED = (system("server"), plan("ten-sales", "user"), hidden("user"), module("visible-for"))


def served(*changes: Change) -> Office:
    """Six users who hold the same plan, and Anna."""
    office = Office(activation(package(*SERVED)), person("anna"), *map(person, OTHERS))
    office.do(*(assign(user, "ten-sales") for user in OTHERS), *changes)
    return office


def outcome(world: World, at: Office, change: Change) -> tuple[object, ...]:
    """Return what *change* leads to, but for whom its refusals are about."""
    applied = apply(world, [change], at.at)
    reasons = {
        (reason.code, reason.params.get("license"), reason.params.get("in_use"), reason.params.get("remove"))
        for refusal in applied.refusals
        for reason in refusal.reasons
    }
    return reasons, {name: used for name, used in applied.world.seats.items() if used}


def agree(office: Office, *rows: ModuleLicense) -> tuple[object, ...]:
    """Return what the activation of *rows* leads to; it has to be the same in the crowd."""
    change = activation(package(*rows, issue=2))
    expected = outcome(office.world, office, change)
    assert outcome(crowd_around(office.world, "anna"), office, change) == expected
    return expected


def test_those_who_are_alike_are_one() -> None:
    world = crowd_around(served().world, "anna")
    assert set(world.users) == {"anna", "user-0"}
    assert dict(world.stands_for) == {"user-0": 6}
    assert set(world.assignments) == {"user-0"}


def test_those_who_differ_in_what_is_looked_at_are_not() -> None:
    office = served(
        person("user-1", may_log_in=False),
        person("user-2", type=UserType.EXTERNAL),
        person("user-3", administrator=True),
        person("user-4", retired=True),
    )
    office.do(SaveSite(site=Site(id="oslo", name="Oslo")), person("user-5", site="oslo"), person("user-6"))
    assert set(crowd_around(office.world, "anna").users) == {"anna", *OTHERS, "user-6"}


def test_those_who_differ_in_name_only_are_alike() -> None:
    office = served(person("user-1", name="Ib", groups=("sales",), awaiting_approval=True))
    assert set(crowd_around(office.world, "anna").users) == {"anna", "user-0"}


def test_sites_and_those_who_were_tampered_with_stay() -> None:
    office = served(SaveSite(site=Site(id="user-1", name="A site of the same id")), person("user-2", site="user-3"))
    tampered = frozenset({(Table.USERS, "user-4"), (Table.ASSIGNMENTS, "user-5\nsuperoffice.ten-sales")})
    world = crowd_around(evolve(office.world, tampered=tampered), "anna")
    assert set(world.users) == {"anna", *OTHERS}


def test_an_activation_counts_everybody() -> None:
    office = served()
    (blocked, _) = agree(office, system("server"), plan("ten-sales", "user", quantity=4), hidden("user"))
    assert blocked == {("seats_exceed_total", "superoffice.ten-sales", 6, 2)}
    (gone, _) = agree(office, system("server"), hidden("user"))
    assert gone == {("held_license_gone", "superoffice.ten-sales", 6, None)}
    (fits, seats) = agree(office, system("server"), plan("ten-sales", "user", "web", quantity=6), hidden("user"))
    assert (fits, seats) == (set(), {"superoffice.ten-sales": 6, "superoffice.user": 6})


def test_the_suite_starts_and_ends_the_seats_of_everybody() -> None:
    office = Office(activation(package(*SERVED)), person("anna"), *map(person, OTHERS))
    office.do(person("user-1", may_log_in=False))
    (blocked, _) = agree(office, system("suite"), module("suite-user", 5))
    assert blocked == {("seats_exceed_total", "superoffice.suite-user", 6, 1)}
    (fits, seats) = agree(office, system("suite"), module("suite-user", 6))
    assert (fits, seats) == (set(), {"superoffice.suite-user": 6})
    suite = Office(activation(package(system("suite"), module("suite-user", 9))), person("anna"), *map(person, OTHERS))
    (ends, seats) = agree(suite, *SERVED)
    assert (ends, seats) == (set(), {})


def test_prerequisites_are_met_by_the_site_of_each() -> None:
    office = Office(activation(package(*SERVED, site("reporter-studio"))), person("anna"), *map(person, OTHERS))
    office.do(SaveSite(site=Site(id="oslo", name="Oslo")), person("user-0", site="oslo"))
    office.do(assign("oslo", "reporter-studio"), *(assign(user, "visible-for") for user in OTHERS))
    office.at += timedelta(minutes=1)
    needs = module("visible-for", prerequisite="superoffice.reporter-studio")
    (unmet, _) = agree(office, *SERVED[:3], needs, site("reporter-studio"))
    assert unmet == {("prerequisite_missing", "superoffice.visible-for", None, None)}
    office.do(*(person(user, site="oslo") for user in OTHERS))
    assert agree(office, *SERVED[:3], needs, site("reporter-studio"))[0] == set()
