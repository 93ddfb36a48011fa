"""Laws of the gate: of plans and what they grant, of ids, and of how long a decision stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.decision import Access, Client, Decision, Outcome
from superlicense.model.event import EventKind, EventScope
from superlicense.model.license import LicenseName
from superlicense.model.package import Validity
from superlicense.model.policy import Policy
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import effective, entitlement_of
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.grants import user_grants
from superlicense.rules.gate.login import login
from superlicense.rules.gate.validity import boundaries
from tests.rules.scene import ANNA, NOW, Scene

MICROSECOND = timedelta(microseconds=1)
GRANTS = ("user", "web", "t1", "t2", "quote-cal", "ej-client")
PLANS = ("ten-sales", "ten-service", "superlicense-complete")
QUOTE, ROUTES = LicenseName.parse("quote"), LicenseName("acme", "routes")

IDS = st.one_of(
    st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text == text.strip()),
    st.sampled_from(["central", "superoffice", "superoffice.web", "head"]),
)
PLAN_ROWS = st.lists(
    st.tuples(st.sampled_from(PLANS), st.lists(st.sampled_from(GRANTS), unique=True)),
    unique_by=lambda plan: plan[0],
)
# A handful of instants that are close to each other, so that boundaries meet.
INSTANTS = st.integers(0, 6).map(lambda days: NOW + timedelta(days=days))
USERS = st.builds(
    User,
    id=st.just("anna"),
    type=st.sampled_from([UserType.INTERNAL, UserType.INTERNAL, UserType.SYSTEM, UserType.RESOURCE]),
    may_log_in=st.booleans(),
    retired=st.booleans(),
    administrator=st.booleans(),
    on_travel=st.booleans(),
    groups=st.sampled_from([(), ("sales",)]),
)


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    warns, expires, grace = sorted(draw(st.tuples(INSTANTS, INSTANTS, INSTANTS)))
    if not draw(st.booleans()):
        return Validity(warns_at=draw(st.sampled_from([None, warns])))
    return Validity(
        warns_at=draw(st.sampled_from([None, warns])),
        expires_at=expires,
        grace_until=draw(st.sampled_from([None, grace])),
    )


def scene(rows: list[tuple[str, list[str]]], policy: Policy | None = None, validity: Validity | None = None) -> Scene:
    plans = [f"plan:{plan}={','.join(grants)}" for plan, grants in rows]
    return Scene(policy=policy).sells(
        "system:server",
        "system:online-webservices",
        "system:quote",
        *GRANTS,
        *plans,
        validity=validity or Validity(),
        signed_by=("key-1",),
    )


def questions(world: World, user: User, at: datetime) -> list[Decision]:
    return [
        login(world, user, Client.WEB, at),
        login(world, user, Client.SERVICE, at),
        feature(world, user, QUOTE, Access.EDIT, at),
        feature(world, user, ROUTES, Access.VIEW, at),
    ]


class TestAPlan:
    """Its entitlement contains what each of its grants gives."""

    @given(rows=PLAN_ROWS, loose=st.lists(st.sampled_from(GRANTS), unique=True))
    def test_gives_all_that_each_of_its_grants_gives(self, rows: list[tuple[str, list[str]]], loose: list[str]) -> None:
        plans = [plan for plan, _ in rows]
        world = scene(rows).knows(ANNA).gives("anna", *plans, *loose).world
        held = entitlement_of(world, "anna", "central", NOW).user_licenses
        expected: set[str] = {LicenseName.parse(name) for name in (*plans, *loose)}
        for _, grants in rows:
            for grant in grants:
                alone = scene(rows).gives("anna", grant).world
                expected |= set(entitlement_of(alone, "anna", "central", NOW).user_licenses)
        assert set(held) == expected

    @given(rows=PLAN_ROWS, loose=st.lists(st.sampled_from(GRANTS), unique=True))
    def test_is_named_by_what_comes_through_it_and_by_nothing_else(
        self, rows: list[tuple[str, list[str]]], loose: list[str]
    ) -> None:
        plans = [plan for plan, _ in rows]
        world = scene(rows).world
        held = effective(world, [LicenseName.parse(name) for name in (*plans, *loose)])
        for grant in GRANTS:
            through = tuple(f"superoffice.{plan}" for plan, grants in rows if grant in grants)
            if grant in loose:
                assert held[f"superoffice.{grant}"] == ()
            else:
                assert held.get(f"superoffice.{grant}", ()) == through

    @given(rows=PLAN_ROWS, more=st.lists(st.sampled_from(GRANTS), unique=True), client=st.sampled_from(Client))
    def test_more_licenses_never_let_anybody_do_less(
        self, rows: list[tuple[str, list[str]]], more: list[str], client: Client
    ) -> None:
        order = (Outcome.DENIED, Outcome.READ_ONLY, Outcome.ALLOWED)
        fewer = scene(rows).knows(ANNA).gives("anna", *(plan for plan, _ in rows))
        before = login(fewer.world, ANNA, client, NOW).outcome
        after = login(fewer.gives("anna", *more).world, ANNA, client, NOW).outcome
        assert order.index(after) >= order.index(before)


class TestADecision:
    """It is of a kind of user, and stands until it says."""

    @given(user_id=IDS, name=IDS, rows=PLAN_ROWS, user=USERS)
    def test_never_depends_on_the_id_of_the_user(
        self, user_id: str, name: str, rows: list[tuple[str, list[str]]], user: User
    ) -> None:
        other = evolve(user, id=user_id, name=name)
        plans = [plan for plan, _ in rows]
        world = (
            scene(rows)
            .gives("anna", *plans)
            .gives(user_id, *plans)
            .runs(EventKind.NO_LOGIN, EventScope.GROUP, "sales")
            .world
        )
        assert questions(world, user, NOW) == questions(world, other, NOW)
        assert user_grants(world, user, NOW) == user_grants(world, other, NOW)

    @given(
        ours=validities(),
        theirs=validities(),
        revoked_at=st.none() | INSTANTS,
        grace=st.integers(0, 3),
        after_grace=st.sampled_from([Outcome.READ_ONLY, Outcome.DENIED]),
        user=USERS,
    )
    def test_stands_to_the_microsecond_and_no_longer(  # noqa: PLR0913 - all that dates come from
        self,
        *,
        ours: Validity,
        theirs: Validity,
        revoked_at: datetime | None,
        grace: int,
        after_grace: Outcome,
        user: User,
    ) -> None:
        policy = Policy(revocation_grace=timedelta(days=grace), after_grace=after_grace)
        made = scene([("ten-sales", ["user", "web", "t1", "quote-cal", "ej-client"])], policy, ours).gives(
            "anna", "ten-sales", "acme.routes-cal"
        )
        made.sells("system:routes", "routes-cal", owner="acme", validity=theirs)
        if revoked_at is not None:
            root = TrustRoot(version=2, expires_at=NOW, accepted_at=revoked_at, revoked_keys=("key-1",))
            made.accepts(root)
        world = made.world
        instants = sorted({NOW - MICROSECOND, *boundaries(world)})
        answers = [questions(world, user, at) for at in instants]
        for place, decisions in enumerate(zip(*answers, strict=True)):
            for (at, before), (later, after) in pairwise(zip(instants, decisions, strict=True)):
                changed = _told(before) != _told(after)
                assert (before.valid_until == later) is changed
                assert changed or before.valid_until == after.valid_until
                assert questions(world, user, later - MICROSECOND)[place] == before, at
            assert decisions[-1].valid_until is None


def _told(decision: Decision) -> tuple[object, ...]:
    return (decision.outcome, decision.reasons, decision.warnings)
