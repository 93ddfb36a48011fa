"""The login table of design section 6, and the explanation of a login."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from superlicense.model.decision import ClauseKind, Client, Decision, Outcome, RuleSet
from superlicense.model.license import LicenseScope
from superlicense.model.policy import Policy
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.user import UserType
from superlicense.rules.gate.login import administer, login
from superlicense.rules.gate.login_requirements import requirement_for
from superlicense.rules.gate.requirement import all_of, needs
from tests.for_each import for_each
from tests.rules.scene import ANNA, NOW, Scene, web_scene
from tests.rules.situations import assert_explained, check, read, sentence

ROWS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "login_needs.toml").read_text(encoding="utf-8")
)["row"]
NEEDED: list[dict[str, Any]] = [
    {**row, "type": UserType(user_type), "client": Client(client), "rule_set": RuleSet(rule_set)}
    for row in ROWS
    for user_type, client, rule_set in product(row["types"], row["clients"], row["rule_sets"])
]


def name_of(row: dict[str, Any]) -> str:
    return f"{row['type']}-{row['client']}-{row['rule_set']}{'-on_site' if row.get('on_site') else ''}"


def enter(row: dict[str, Any], present: list[str]) -> Decision:
    """Log Anna in where just *present* is there; user licenses and site licenses are sold, given or not."""
    user_licenses = [name for name in alternatives(row) if ":" not in name]
    site_licenses = [name for name in alternatives(row) if name.startswith("site:")]
    user = evolve(ANNA, type=row["type"])
    scene = (
        Scene(policy=Policy(rule_set=row["rule_set"], on_site=row.get("on_site", False)))
        .sells(*user_licenses, *site_licenses, *(name for name in present if name.startswith("system:")))
        .knows(user)
        .gives("anna", *(name for name in present if ":" not in name))
        .gives("central", *(name[5:] for name in present if name.startswith("site:")))
    )
    decision = login(scene.world, user, row["client"], NOW)
    assert decision.rule_set is row["rule_set"]
    assert_explained(decision)
    return decision


def alternatives(row: dict[str, Any]) -> list[str]:
    return [name for entry in row["needs"] for name in ([entry] if isinstance(entry, str) else entry)]


def every_way(row: dict[str, Any]) -> Iterator[list[str]]:
    """Give every least set of licenses that a row calls enough."""
    for way in product(*([entry] if isinstance(entry, str) else entry for entry in row["needs"])):
        yield list(way)


def missing(entry: str | list[str]) -> Reason:
    """Write the reason for an entry of a row that is not there."""
    if isinstance(entry, list):
        names = tuple(f"superoffice.{name.rpartition(':')[2]}" for name in entry)
        return because(ReasonCode.ONE_LICENSE_OF, licenses=names)
    scope, _, module = entry.rpartition(":")
    return because(ReasonCode.LICENSE_MISSING, license=f"superoffice.{module}", scope=LicenseScope(scope or "user"))


@pytest.mark.parametrize("row", NEEDED, ids=name_of)
class TestTheTable:
    """What a client asks of whom, no more and no less."""

    def test_all_that_is_needed_is_enough(self, row: dict[str, Any]) -> None:
        for way in every_way(row):
            assert enter(row, way).allowed, way

    def test_one_thing_missing_is_denied_and_named(self, row: dict[str, Any]) -> None:
        first = next(every_way(row))
        for place, entry in enumerate(row["needs"]):
            decision = enter(row, first[:place] + first[place + 1 :])
            assert (decision.outcome, decision.reasons) == (Outcome.DENIED, (missing(entry),))

    def test_with_nothing_all_of_it_is_named(self, row: dict[str, Any]) -> None:
        decision = enter(row, [])
        assert (decision.outcome, decision.reasons) == (Outcome.DENIED, tuple(map(missing, row["needs"])))


@for_each("user_type", UserType)
@for_each("client", Client)
@for_each("rule_set", RuleSet)
def test_a_type_of_user_is_for_a_client_or_it_is_not(user_type: UserType, client: Client, rule_set: RuleSet) -> None:
    in_table = [row for row in NEEDED if (row["type"], row["client"], row["rule_set"]) == (user_type, client, rule_set)]
    at_home = [row for row in in_table if not row.get("on_site")]
    assert len(at_home) <= 1
    user = evolve(ANNA, type=user_type)
    world = Scene(policy=Policy(rule_set=rule_set)).sells("system:server").knows(user).world
    barred = because(ReasonCode.USER_TYPE_NOT_FOR_CLIENT, type=user_type, client=client)
    decision = login(world, user, client, NOW)
    assert (decision.reasons == (barred,)) is (not at_home)
    assert (barred in decision.reasons) is (not at_home)
    assert decision.outcome is Outcome.DENIED


def test_on_site_only_what_asks_for_web_services_asks_for_less() -> None:
    for row in NEEDED:
        usual = requirement_for(row["type"], row["client"], row["rule_set"])
        on_site = requirement_for(row["type"], row["client"], row["rule_set"], on_site=True)
        query = "system:online-webservices" in alternatives(row) or row.get("on_site", False)
        assert (usual != on_site) is query


def test_without_a_license_model_the_rest_is_asked_for() -> None:
    assert requirement_for(UserType.INTERNAL, Client.WEB, None) == all_of(
        needs("server", LicenseScope.SYSTEM),
        needs("user"),
        needs("web"),
        needs("online-webservices", LicenseScope.SYSTEM),
    )


@for_each("case", read("login.toml"), ids=sentence)
def test_a_login(case: dict[str, Any]) -> None:
    check(case)


@for_each("case", read("service.toml"), ids=sentence)
def test_a_login_to_service(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", read("administer.toml"), ids=sentence)
def test_administration(case: dict[str, Any]) -> None:
    check(case)


class TestTheExplanation:
    """Every condition is a clause, met or not, with where it came from."""

    def test_names_the_plan_that_grants_a_license(self) -> None:
        decision = login(web_scene().world, ANNA, Client.WEB, NOW)
        needed = {part.subject: part for clause in decision.clauses for part in clause.parts}
        web = needed["superoffice.web"]
        assert (web.kind, web.met, web.scope) == (ClauseKind.NEEDS, True, LicenseScope.USER)
        assert (web.package, web.through) == ("superoffice", ("superoffice.ten-sales",))
        assert needed["superoffice.server"].through == ()

    def test_shows_what_was_not_met_among_alternatives(self) -> None:
        decision = login(web_scene().world, ANNA, Client.WEB, NOW)
        tiers = next(part for clause in decision.clauses for part in clause.parts if part.kind is ClauseKind.ANY_OF)
        assert [(part.subject, part.met) for part in tiers.parts] == [
            ("superoffice.t1", False),
            ("superoffice.t2", True),
        ]

    def test_lists_every_fact_that_was_looked_at_in_the_order_of_the_design(self) -> None:
        decision = login(web_scene().world, ANNA, Client.WEB, NOW)
        assert all(clause.met for clause in decision.clauses)
        assert [clause.subject for clause in decision.clauses if clause.kind is ClauseKind.FACT] == [
            "no_package",
            "other_company",
            "other_serial_number",
            "other_database",
            "unsigned_not_accepted",
            "tampered",
            "package_stopped",
            "unknown_user",
            "user_retired",
            "login_not_allowed",
            "awaiting_approval",
            "user_type_not_for_client",
            "no_login_event",
            "tampered",
            "other_site",
            "on_travel",
        ]

    def test_shows_a_counted_place_in_the_pool(self) -> None:
        world = Scene().sells("system:server", "user", "ej-sim-client").knows(ANNA).gives("anna", "user").world
        scene = (
            Scene().sells("system:server", "user", "ej-sim-client").knows(ANNA).gives("anna", "user", "ej-sim-client")
        )
        counted = login(scene.world, ANNA, Client.SERVICE, NOW, open_sessions=1)
        pool = [clause.met for clause in counted.clauses if clause.subject == ReasonCode.SESSIONS_IN_USE]
        assert pool == [True]
        nobody_counts = login(scene.world, ANNA, Client.SERVICE, NOW)
        none_held = login(world, ANNA, Client.SERVICE, NOW, open_sessions=1)
        for decision in (nobody_counts, none_held):
            assert ReasonCode.SESSIONS_IN_USE not in [clause.subject for clause in decision.clauses]

    def test_of_administration_lists_its_conditions(self) -> None:
        decision = administer(Scene().world, evolve(ANNA, administrator=True), NOW)
        assert [(clause.subject, clause.met) for clause in decision.clauses] == [
            ("unknown_user", True),
            ("user_retired", True),
            ("login_not_allowed", True),
            ("not_administrator", True),
            ("tampered", True),
        ]
