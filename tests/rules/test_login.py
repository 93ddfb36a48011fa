from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from superlicense.model.decision import (
    ClauseKind,
    Client,
    Decision,
    Outcome,
    Question,
    Reason,
    ReasonCode,
    RuleSet,
    Topic,
    because,
)
from superlicense.model.event import EventKind, EventScope
from superlicense.model.fact import Table, assignment_key
from superlicense.model.license import LicenseScope
from superlicense.model.policy import Policy
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.login import administer, login, requirement_for
from tests.rules.scene import ANNA, DATES, EXPIRES_AT, NOW, STOPS_AT, WARNS_AT, Scene, web_scene

CASES = tomllib.loads((Path(__file__).parent / "cases" / "login.toml").read_text("utf-8"))["case"]
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
SCOPES = {"system": LicenseScope.SYSTEM, "site": LicenseScope.SITE}
SITE_LICENSES = ("audience", "reporter-studio")


def scene_of(case: dict[str, Any]) -> Scene:
    has = [text if ":" in text else f"system:{text}" for text in case["has"]]
    held = [f"free:{name}" if name in case.get("unrestricted", ()) else name for name in case["holds"]]
    held = ["plan:suite-user" if name == "suite-user" else name for name in held]
    return (
        Scene(policy=Policy(on_site=case.get("on_site", False)))
        .sells(*has, *held)
        .knows(evolve(ANNA, type=UserType(case.get("type", "internal"))))
        .gives("anna", *case["holds"])
        .gives("central", *(text[5:] for text in has if text.startswith("site:")))
    )


def missing(entry: str | list[str]) -> Reason:
    """Write the reason for what a case says is missing; a list is one of several."""
    if isinstance(entry, list):
        return because(ReasonCode.ONE_LICENSE_OF, licenses=tuple(f"superoffice.{name}" for name in entry))
    scope = LicenseScope.USER
    if entry in SITE_LICENSES:
        scope = LicenseScope.SITE
    elif requirement_system(entry):
        scope = LicenseScope.SYSTEM
    return because(ReasonCode.LICENSE_MISSING, license=f"superoffice.{entry}", scope=scope)


def requirement_system(name: str) -> bool:
    return name in {"server", "online-webservices", "pocket-crm-server", "extern-user", "expander-services"}


@pytest.mark.parametrize("case", CASES, ids=[case["clause"] for case in CASES])
def test_what_a_client_asks_of_whom(case: dict[str, Any]) -> None:
    world = scene_of(case).world
    open_sessions = case.get("open_sessions")
    decision = login(world, world.user("anna"), Client(case["client"]), NOW, open_sessions=open_sessions)
    reasons = [missing(entry) for entry in case.get("denied", ())]
    if "read_only" in case:
        reasons.append(because(ReasonCode.READ_ONLY_CLIENT, license=f"superoffice.{case['read_only']}"))
    reasons += [
        because(ReasonCode.SESSIONS_IN_USE, license=f"superoffice.{name}", open=open_sessions, total=2)
        for name in case.get("full", ())
    ]
    warnings = [
        because(ReasonCode.SESSIONS_NOT_COUNTED, license=f"superoffice.{name}", total=2)
        for name in case.get("warned", ())
    ]
    expected = Outcome(case.get("outcome", "denied" if case.get("denied") else "allowed"))
    assert decision == Decision(
        outcome=expected,
        asked=Question(topic=Topic.LOGIN, subject=Client(case["client"])),
        reasons=tuple(reasons),
        warnings=tuple(warnings),
        valid_until=None,
        rule_set=RuleSet(case["rule_set"]),
        clauses=decision.clauses,
    )
    assert bool(decision) is (expected is not Outcome.DENIED)


@pytest.mark.parametrize("user_type", UserType)
@pytest.mark.parametrize("client", Client)
def test_every_client_is_for_some_types_of_users_only(user_type: UserType, client: Client) -> None:
    entered = {
        UserType.INTERNAL: set(Client) - {Client.AUDIENCE, Client.CUSTOMER_CENTRE},
        UserType.EXTERNAL: {Client.API, Client.AUDIENCE, Client.CUSTOMER_CENTRE},
        UserType.ANONYMOUS: {Client.API, Client.AUDIENCE},
        UserType.SYSTEM: {Client.API},
    }
    is_for = client in entered.get(user_type, set())
    assert (requirement_for(user_type, client, RuleSet.LEGACY) is not None) is is_for
    user = evolve(ANNA, type=user_type)
    world = Scene().sells("system:server").knows(user).world
    codes = [reason.code for reason in login(world, user, client, NOW).reasons]
    assert (ReasonCode.USER_TYPE_NOT_FOR_CLIENT in codes) is not is_for


def denied(world: World, user: User | None, client: Client = Client.WEB, at: datetime = NOW) -> tuple[Reason, ...]:
    decision = login(world, user, client, at)
    assert decision.outcome is Outcome.DENIED
    return decision.reasons


class TestABlockingFact:
    """Each alone keeps Anna out, who has all licenses."""

    def test_nothing_blocks_somebody_who_has_everything(self) -> None:
        decision = login(web_scene().world, ANNA, Client.WEB, NOW)
        assert (decision.outcome, decision.reasons, decision.warnings) == (Outcome.ALLOWED, (), ())
        assert all(clause.met for clause in decision.clauses)

    def test_no_package(self) -> None:
        assert denied(Scene().knows(ANNA).world, ANNA) == (because(ReasonCode.NO_PACKAGE, owner="superoffice"),)

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"company": "Vestby A/S"}, because(ReasonCode.OTHER_COMPANY, owner="superoffice", company="Vestby A/S")),
            (
                {"serial_number": "1010000022"},
                because(ReasonCode.OTHER_SERIAL_NUMBER, owner="superoffice", serial_number="1010000022"),
            ),
            (
                {"database_id": "another"},
                because(ReasonCode.OTHER_DATABASE, owner="superoffice", database_id="another"),
            ),
        ],
    )
    def test_a_package_made_out_to_others(self, fields: dict[str, str], reason: Reason) -> None:
        assert denied(web_scene(**fields).world, ANNA) == (reason,)

    def test_a_package_for_our_database_is_ours(self) -> None:
        assert login(web_scene(database_id="the-database").world, ANNA, Client.WEB, NOW).allowed

    def test_an_unknown_user(self) -> None:
        assert denied(web_scene().world, None) == (because(ReasonCode.UNKNOWN_USER),)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"retired": True}, ReasonCode.USER_RETIRED),
            ({"may_log_in": False}, ReasonCode.LOGIN_NOT_ALLOWED),
            ({"awaiting_approval": True}, ReasonCode.AWAITING_APPROVAL),
            ({"on_travel": True}, ReasonCode.ON_TRAVEL),
        ],
    )
    def test_a_switch_of_the_user(self, changed: dict[str, Any], code: ReasonCode) -> None:
        assert denied(web_scene().world, evolve(ANNA, **changed)) == (because(code),)

    def test_another_site_unless_the_policy_lets_her(self) -> None:
        away = evolve(ANNA, site="oslo")
        assert denied(web_scene().world, away) == (because(ReasonCode.OTHER_SITE, site="oslo", asked="central"),)
        lenient = web_scene(policy=Policy(allow_central_login=True)).world
        assert login(lenient, evolve(away, on_travel=True), Client.WEB, NOW).allowed

    def test_travel_does_not_keep_a_traveler_from_the_travel_clients(self) -> None:
        for client in (Client.TRAVEL, Client.REMOTE_TRAVEL):
            codes = [reason.code for reason in denied(web_scene().world, evolve(ANNA, on_travel=True), client)]
            assert ReasonCode.ON_TRAVEL not in codes

    @pytest.mark.parametrize(
        ("record", "named"),
        [
            ((Table.USERS, "anna"), "users"),
            ((Table.ASSIGNMENTS, assignment_key("superoffice.ten-sales", "anna")), "assignments"),
            (("installation", ""), "installation"),
            (("head", ""), "head"),
        ],
    )
    def test_a_tampered_record(self, record: tuple[Table | str, str], named: str) -> None:
        world = web_scene().tampered(record).world
        assert denied(world, ANNA) == (because(ReasonCode.TAMPERED, record=named),)
        other = evolve(ANNA, id="bo")
        codes = [reason.code for reason in denied(world, other)]
        assert (ReasonCode.TAMPERED in codes) is (named in {"installation", "head"})
        strangers = [reason.code for reason in denied(world, None)]
        assert (ReasonCode.TAMPERED in strangers) is (named in {"installation", "head"})

    def test_a_tampered_package(self) -> None:
        world = web_scene().tampered((Table.PACKAGES, "superoffice")).world
        assert denied(world, ANNA) == (because(ReasonCode.TAMPERED, record="packages/superoffice"),)

    def test_all_of_them_are_told_at_once_in_the_order_of_the_design(self) -> None:
        world = (
            Scene()
            .sells(
                "system:quote",
                company="Vestby A/S",
                validity=DATES,
            )
            .runs(EventKind.NO_LOGIN)
            .tampered(("head", ""))
            .world
        )
        user = User(
            id="anna", type=UserType.RESOURCE, retired=True, awaiting_approval=True, on_travel=True, site="oslo"
        )
        assert [reason.code for reason in denied(world, user, at=STOPS_AT)] == [
            ReasonCode.OTHER_COMPANY,
            ReasonCode.USER_RETIRED,
            ReasonCode.LOGIN_NOT_ALLOWED,
            ReasonCode.AWAITING_APPROVAL,
            ReasonCode.NO_LOGIN_EVENT,
            ReasonCode.OTHER_SITE,
            ReasonCode.ON_TRAVEL,
            ReasonCode.TAMPERED,
            ReasonCode.USER_TYPE_NOT_FOR_CLIENT,
            ReasonCode.PACKAGE_STOPPED,
        ]

    def test_another_owners_trouble_is_not_hers(self) -> None:
        scene = web_scene().sells("routes", owner="acme", company="Vestby A/S")
        assert login(scene.tampered((Table.PACKAGES, "acme")).world, ANNA, Client.WEB, NOW).allowed


class TestANoLoginEvent:
    """It keeps out whom its scope reaches; administrators by policy."""

    @pytest.mark.parametrize(
        ("scope", "target", "reached"),
        [
            (EventScope.ALL_DATABASES, None, True),
            (EventScope.DATABASE, None, True),
            (EventScope.DATABASE, "central", True),
            (EventScope.DATABASE, "oslo", False),
            (EventScope.GROUP, "sales", True),
            (EventScope.GROUP, "service", False),
            (EventScope.USER, "anna", True),
            (EventScope.USER, "bo", False),
        ],
    )
    def test_reaches_whom_its_scope_says(self, scope: EventScope, target: str | None, *, reached: bool) -> None:
        world = web_scene().runs(EventKind.NO_LOGIN, scope, target).world
        user = evolve(ANNA, groups=("sales",))
        event = next(iter(world.events))
        reasons = (because(ReasonCode.NO_LOGIN_EVENT, event=event, message="Moving"),) if reached else ()
        assert login(world, user, Client.WEB, NOW).reasons == reasons
        codes = [reason.code for reason in denied(world, None)]
        everybody = target is None or target == "central"
        assert (ReasonCode.NO_LOGIN_EVENT in codes) is everybody

    def test_lets_administrators_in_unless_the_policy_says_no(self) -> None:
        admin = evolve(ANNA, administrator=True)
        assert login(web_scene().runs(EventKind.NO_LOGIN).world, admin, Client.WEB, NOW).allowed
        strict = web_scene(policy=Policy(administrators_bypass_no_login=False)).runs(EventKind.NO_LOGIN).world
        assert not login(strict, admin, Client.WEB, NOW).allowed

    @pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.NO_LOGIN])
    def test_is_the_only_event_that_keeps_anybody_out(self, kind: EventKind) -> None:
        assert login(web_scene().runs(kind).world, ANNA, Client.WEB, NOW).allowed


class TestAsTimeGoesBy:
    """Each date is the first instant of what it names, and a decision says until when it stands."""

    @pytest.mark.parametrize(
        ("at", "outcome", "code", "valid_until"),
        [
            (WARNS_AT - SECOND, Outcome.ALLOWED, None, WARNS_AT),
            (WARNS_AT, Outcome.ALLOWED, ReasonCode.PACKAGE_EXPIRES, EXPIRES_AT),
            (WARNS_AT + SECOND, Outcome.ALLOWED, ReasonCode.PACKAGE_EXPIRES, EXPIRES_AT),
            (EXPIRES_AT - SECOND, Outcome.ALLOWED, ReasonCode.PACKAGE_EXPIRES, EXPIRES_AT),
            (EXPIRES_AT, Outcome.ALLOWED, ReasonCode.PACKAGE_IN_GRACE, STOPS_AT),
            (EXPIRES_AT + SECOND, Outcome.ALLOWED, ReasonCode.PACKAGE_IN_GRACE, STOPS_AT),
            (STOPS_AT - SECOND, Outcome.ALLOWED, ReasonCode.PACKAGE_IN_GRACE, STOPS_AT),
            (STOPS_AT, Outcome.READ_ONLY, ReasonCode.PACKAGE_STOPPED, None),
            (STOPS_AT + SECOND, Outcome.READ_ONLY, ReasonCode.PACKAGE_STOPPED, None),
        ],
    )
    def test_she_is_warned_then_reads_only(
        self, at: datetime, outcome: Outcome, code: ReasonCode | None, valid_until: datetime | None
    ) -> None:
        decision = login(web_scene().world, ANNA, Client.WEB, at)
        assert (decision.outcome, decision.valid_until) == (outcome, valid_until)
        told = [reason.code for reason in (*decision.reasons, *decision.warnings)]
        assert told == ([] if code is None else [code])
        assert bool(decision.reasons) is (outcome is Outcome.READ_ONLY)

    def test_a_decision_stands_until_it_says(self) -> None:
        world = web_scene().world
        decision = login(world, ANNA, Client.WEB, NOW)
        while decision.valid_until is not None:
            before = login(world, ANNA, Client.WEB, decision.valid_until - MICROSECOND)
            after = login(world, ANNA, Client.WEB, decision.valid_until)
            assert before == decision
            assert (after.outcome, after.reasons, after.warnings) != (before.outcome, before.reasons, before.warnings)
            decision = after

    def test_the_policy_may_deny_after_grace(self) -> None:
        world = web_scene(policy=Policy(after_grace=Outcome.DENIED)).world
        assert login(world, ANNA, Client.WEB, STOPS_AT).outcome is Outcome.DENIED

    def test_who_is_no_employee_is_denied_after_grace(self) -> None:
        fields: dict[str, Any] = {"validity": DATES}
        robot = evolve(ANNA, type=UserType.SYSTEM)
        world = (
            Scene()
            .sells("system:server", "system:system-user", "system:expander-services", "system-user-cal", **fields)
            .knows(robot)
            .gives("anna", "system-user-cal")
            .world
        )
        assert login(world, robot, Client.API, STOPS_AT - SECOND).outcome is Outcome.ALLOWED
        assert denied(world, robot, Client.API, STOPS_AT) == (
            because(ReasonCode.PACKAGE_STOPPED, owner="superoffice", stopped_at=STOPS_AT),
        )

    def test_a_read_only_client_stays_read_only_after_grace(self) -> None:
        fields: dict[str, Any] = {"validity": DATES}
        world = (
            Scene()
            .sells("system:server", "user", "ej-readonly-client", **fields)
            .knows(ANNA)
            .gives("anna", "user", "ej-readonly-client")
            .world
        )
        decision = login(world, ANNA, Client.SERVICE, STOPS_AT)
        assert decision.outcome is Outcome.READ_ONLY
        assert [reason.code for reason in decision.reasons] == [
            ReasonCode.PACKAGE_STOPPED,
            ReasonCode.READ_ONLY_CLIENT,
        ]


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


class TestAdministration:
    """Activation and repair are reached whatever the state of the licenses."""

    ADMIN = User(id="signe", may_log_in=True, administrator=True)

    def test_is_reached_without_a_package_during_no_login_and_with_others_tampered(self) -> None:
        scene = Scene().knows(self.ADMIN).runs(EventKind.NO_LOGIN).tampered(("head", ""), (Table.USERS, "anna"))
        decision = administer(scene.world, self.ADMIN, NOW)
        assert (decision.outcome, decision.reasons, decision.valid_until) == (Outcome.ALLOWED, (), None)
        assert decision.asked == Question(topic=Topic.ADMINISTER)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"retired": True}, ReasonCode.USER_RETIRED),
            ({"may_log_in": False}, ReasonCode.LOGIN_NOT_ALLOWED),
            ({"administrator": False}, ReasonCode.NOT_ADMINISTRATOR),
        ],
    )
    def test_is_for_administrators_who_may_log_in(self, changed: dict[str, Any], code: ReasonCode) -> None:
        user = evolve(self.ADMIN, **changed)
        assert [reason.code for reason in administer(web_scene().world, user, NOW).reasons] == [code]

    def test_is_for_nobody_unknown_or_tampered_with(self) -> None:
        assert [reason.code for reason in administer(web_scene().world, None, NOW).reasons] == [ReasonCode.UNKNOWN_USER]
        world = web_scene().tampered((Table.USERS, "signe")).world
        assert administer(world, self.ADMIN, NOW).reasons == (because(ReasonCode.TAMPERED, record="users"),)

    def test_of_somebody_awaiting_approval_is_not_held_back(self) -> None:
        assert administer(web_scene().world, evolve(self.ADMIN, awaiting_approval=True), NOW).allowed
