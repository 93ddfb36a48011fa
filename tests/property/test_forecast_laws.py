"""Forecasts: they equal stepping through every instant that could matter, and the microseconds beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

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
from superlicense.rules.answers.forecasting import first_denial, forecast
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from superlicense.rules.packages.waiting import waiting_warnings
from tests.rules.scene import NOW, Scene

SOLD = (
    "system:server",
    "system:online-webservices",
    "system:extern-user",
    "system:ej-mod-customer",
    "system:quote",
    "plan:ten-sales=user,web,t2,quote-cal",
    "user",
    "web",
    "t2",
    "windows",
    "quote-cal",
    "extern-user-cal",
)
MICROSECOND = timedelta(microseconds=1)
USERS = {
    "anna": User(id="anna", may_log_in=True, administrator=True),
    "bo": User(id="bo", may_log_in=True),
    "cy": User(id="cy", type=UserType.EXTERNAL, may_log_in=True),
    "dora": User(id="dora"),
}
days = st.integers(-20, 60).map(lambda day: NOW + timedelta(days=day))


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    expires, warns = draw(st.none() | days), draw(st.none() | days)
    grace = None if expires is None else draw(st.none() | st.integers(0, 20).map(lambda n: expires + timedelta(days=n)))
    return Validity(
        warns_at=warns if warns is None or expires is None or warns <= expires else None,
        expires_at=expires,
        grace_until=grace,
        maintenance_until=draw(st.none() | days),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    policy = Policy(
        after_grace=draw(st.sampled_from((Outcome.READ_ONLY, Outcome.DENIED))),
        revocation_grace=timedelta(days=draw(st.integers(0, 20))),
    )
    scene = Scene(policy=policy).sells(
        *SOLD, validity=draw(validities()), signed_by=("k1",), root_version=1, unsigned=False
    )
    if draw(st.booleans()):
        scene.sells("system:routes", "routes-cal", owner="nordvik", validity=draw(validities()))
    if draw(st.booleans()):
        accepted = NOW - timedelta(days=draw(st.integers(0, 25)))
        scene.accepts(
            TrustRoot(version=2, expires_at=NOW + timedelta(days=900), revoked_keys=("k1",), accepted_at=accepted)
        )
    scene.knows(*USERS.values()).gives("anna", "ten-sales", "windows").gives("bo", "ten-sales").gives(
        "cy", "extern-user-cal"
    )
    if draw(st.booleans()):
        scope = draw(st.sampled_from((EventScope.ALL_DATABASES, EventScope.USER)))
        scene.runs(EventKind.NO_LOGIN, scope, "bo" if scope is EventScope.USER else None)
    return scene.world


def edges(world: World, until: datetime) -> list[datetime]:
    """Every instant that any package or revocation names, and the microseconds beside it."""
    found = {NOW}
    for row in world.packages.values():
        dates = row.noun.package.validity
        found |= {one for one in (dates.warns_at, dates.expires_at, dates.grace_until, dates.maintenance_until) if one}
    for root in world.accepted_roots():
        if root.accepted_at is not None:
            found |= {root.accepted_at, root.accepted_at + world.policy.revocation_grace}
    beside = {at + step for at in found for step in (-MICROSECOND, timedelta(0), MICROSECOND)}
    return sorted(at for at in beside if NOW <= at < until)


def said(decision: Decision) -> tuple[object, ...]:
    return decision.outcome, decision.reasons, decision.warnings


QUESTIONS = st.sampled_from((*Client, "quote", "nordvik.routes", "nothing"))


@given(world=worlds(), user=st.sampled_from([*USERS, "nobody"]), asked=QUESTIONS, until=days)
def test_a_forecast_equals_stepping_through_all_boundaries(
    world: World, user: str, asked: Client | str, until: datetime
) -> None:
    def decide(at: datetime) -> Decision:
        if isinstance(asked, Client):
            return login(world, world.user(user), asked, at, waiting=waiting_warnings)
        return feature(world, world.user(user), LicenseName.parse(asked), Access.EDIT, at)

    stepped = [
        (at, decide(before), decide(at))
        for before, at in pairwise(edges(world, until))
        if said(decide(before)) != said(decide(at))
    ]
    turns = forecast(world, decide, NOW, until)
    assert [turn.at for turn in turns] == [at for at, _, _ in stepped]
    assert [(said(turn.before), said(turn.after)) for turn in turns] == [
        (said(before), said(after)) for _, before, after in stepped
    ]
    assert [turn.after.valid_until for turn in turns[:-1]] == [turn.at for turn in turns[1:]]
    assert all(turn.cause.at == turn.at for turn in turns)
    assert all(date.at == turn.at for turn in turns for date in turn.cause.dates)


@given(world=worlds(), until=days)
def test_the_first_denial_is_the_earliest_first_failing_login_of_anybody(world: World, until: datetime) -> None:
    failing: dict[tuple[str, Client], datetime] = {}
    for user in USERS:
        for client in Client:
            if login(world, world.user(user), client, NOW).allowed:
                fails = (at for at in edges(world, until) if not login(world, world.user(user), client, at).allowed)
                at = next(fails, None)
                if at is not None:
                    failing[user, client] = at
    found = first_denial(world, NOW, until)
    if found is None:
        assert failing == {}
        return
    assert found.at == min(failing.values())
    whose = {(user, client) for (user, client), at in failing.items() if at == found.at}
    assert {(user, one.client) for one in found.logins for user in one.users} == whose
    assert found.users == tuple(sorted({user for user, _ in whose}))
    for one in found.logins:
        for user in one.users:
            assert login(world, world.user(user), one.client, found.at).reasons == one.reasons
