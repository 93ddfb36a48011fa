"""What an activation changes for each user, compared with asking every question of every user."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.decision import Access, Client
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.package import Validity
from superlicense.model.policy import Policy
from superlicense.model.preview import UserEffect
from superlicense.model.user import UserType
from superlicense.model.world import World
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from superlicense.rules.packages.effects import effects
from tests.rules.scene import ANNA, NOW, Scene

ROWS = (
    "system:server",
    "system:online-webservices",
    "system:quote",
    "system:document",
    "system:extern-user",
    "system:ej-mod-ticket",
    "system:ej-mod-customer",
    "system:subscription",
    "site:reporter-studio",
    "plan:ten-sales=user,web,t2,quote-cal",
    "plan:superlicense-pro=user,web",
    "user",
    "web",
    "t2",
    "quote-cal",
    "ej-client",
    "ej-sim-client",
    "free:ej-sim-client",
    "system:ej-client",
    "pocket-crm-cal",
    "system:quote-cal",
    "reporter-studio-user",
    "admin-extern-user",
)
HELD = ("ten-sales", "superlicense-pro", "user", "web", "ej-client", "ej-sim-client", "pocket-crm-cal", "quote-cal")
STOPPED = Validity(expires_at=NOW - timedelta(days=1))


def some_world(random: Random, policy: Policy, partner: str) -> World:
    """Make a world of Anna, Bo and a customer, with some package and what they hold."""
    chosen = {text.rpartition(":")[2].partition("=")[0]: text for text in random.sample(ROWS, random.randint(8, 20))}
    scene = Scene(policy=policy).sells(
        *chosen.values(),
        company=random.choice(["Nordvik Handel A/S"] * 6 + ["Vestby A/S"]),
        validity=random.choice([Validity()] * 4 + [STOPPED]),
    )
    if partner:
        scene.sells("system:routes", "routes-cal", owner="acme", validity=random.choice([Validity(), STOPPED]))
    scene.knows(ANNA, evolve(ANNA, id="bo", site="oslo"), evolve(ANNA, id="kim", type=UserType.EXTERNAL))
    scene.gives("anna", *random.sample(HELD, 3)).gives("bo", *random.sample(HELD, 2), "acme.routes-cal")
    return scene.gives(random.choice(["oslo", "central"]), "reporter-studio").world


def asked_in_full(world: World, activated: World) -> dict[str, tuple[object, ...]]:
    """Return for each user the features gained and lost, and all logins, if anything of that changes."""
    features = sorted(
        {
            str(row.name)
            for one in (world, activated)
            for package in one.packages.values()
            for row in package.noun.package.licenses
            if row.scope is not LicenseScope.USER
        }
    )
    found: dict[str, tuple[object, ...]] = {}
    for user_id, row in activated.users.items():
        ranks = {
            name: tuple(
                feature(one, row.noun, LicenseName.parse(name), Access.EDIT, NOW).outcome.rank
                for one in (world, activated)
            )
            for name in features
        }
        logins = [
            {client: login(one, row.noun, client, NOW).outcome for client in Client} for one in (world, activated)
        ]
        gained = tuple(name for name, (old, new) in ranks.items() if new > old)
        lost = tuple(name for name, (old, new) in ranks.items() if new < old)
        if gained or lost or logins[0] != logins[1]:
            found[user_id] = (gained, lost, *logins)
    return found


@pytest.mark.slow
@given(st.integers(0, 2**32))
def test_every_change_of_a_login_or_a_feature_is_found(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - samples of a test
    policy = Policy(on_site=random.random() < 0.3)
    world, activated = (some_world(random, policy, random.choice(["", "acme"])) for _ in range(2))
    activated = evolve(activated, users=world.users)
    found = {
        effect.user: (
            effect.features_gained,
            effect.features_lost,
            dict(effect.login_before),
            dict(effect.login_after),
        )
        for effect in effects(world, activated, NOW)
        if effect.features_gained or effect.features_lost or effect.login_before != effect.login_after
    }
    assert found == asked_in_full(world, activated)


def effect_of(before: Scene, after: Scene) -> UserEffect:
    (effect,) = effects(before.world, after.world, NOW)
    return effect


def test_a_stopped_package_that_is_renewed_gains_features() -> None:
    sold = ("system:server", "system:quote", "quote-cal", "user")
    before = Scene().sells(*sold, validity=STOPPED).knows(ANNA).gives("anna", "quote-cal", "user")
    after = Scene().sells(*sold).knows(ANNA).gives("anna", "quote-cal", "user")
    effect = effect_of(before, after)
    assert effect.features_gained == ("superoffice.quote", "superoffice.server")
    assert (effect.gained, effect.lost, effect.features_lost) == ((), (), ())


def test_a_user_license_that_becomes_a_system_license_is_not_lost() -> None:
    before = Scene().sells("system:server", "system:quote", "quote-cal").knows(ANNA).gives("anna", "quote-cal")
    after = Scene().sells("system:server", "system:quote", "system:quote-cal").knows(ANNA).gives("anna", "quote-cal")
    effect = effect_of(before, after)
    assert (effect.gained, effect.lost, effect.features_lost) == ((), (), ())
    assert not effect.loses_something


def test_more_seats_change_nothing() -> None:
    sold = ("system:server", "system:quote", "quote-cal")
    before = Scene().sells(*sold, quantity=2).knows(ANNA).gives("anna", "quote-cal")
    after = Scene().sells(*sold, quantity=9).knows(ANNA).gives("anna", "quote-cal")
    assert effects(before.world, after.world, NOW) == ()


def test_no_license_is_lost_by_a_user_whose_record_was_tampered_with() -> None:
    sold = ("system:server", "system:quote", "quote-cal", "user")
    before = Scene().sells(*sold).knows(ANNA).gives("anna", "quote-cal", "user").tampered(("users", "anna"))
    after = Scene().sells("system:server", "user").knows(ANNA).gives("anna", "user").tampered(("users", "anna"))
    assert all(effect.lost == () for effect in effects(before.world, after.world, NOW))


def test_the_login_of_an_administrator_may_be_asked_without_what_waits() -> None:
    administrator = evolve(ANNA, administrator=True)
    world = Scene().sells("system:server").knows(administrator).world
    assert not login(world, administrator, Client.WEB, NOW).allowed
