from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from superlicense.model.package import Phase, Validity
from superlicense.model.policy import Policy
from superlicense.model.row import Table
from superlicense.model.trust import TrustRoot
from superlicense.model.world import World
from superlicense.rules.gate.validity import boundaries, dates_of, maintenance_covers, phase_of, revoked_since
from tests.installation import EXPIRES_AT, STOPS_AT, VALIDITY, WARNS_AT
from tests.rules.scene import NOW, Scene

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
DIGEST = "a" * 64


def world(
    validity: Validity = VALIDITY, *roots: TrustRoot, policy: Policy | None = None, unsigned: bool = False
) -> World:
    scene = Scene(policy=policy).sells(
        "system:server", validity=validity, signed_by=("key-1", "key-2"), unsigned=unsigned
    )
    return scene.accepts(*roots).world


def phase(made: World, at: datetime) -> Phase:
    return phase_of(made, made.packages["superoffice"].noun, at)


def root(
    version: int, accepted_at: datetime, *, keys: tuple[str, ...] = (), packages: tuple[str, ...] = ()
) -> TrustRoot:
    return TrustRoot(
        version=version,
        expires_at=NOW + 1000 * DAY,
        revoked_keys=keys,
        revoked_packages=packages,
        accepted_at=accepted_at,
    )


@pytest.mark.parametrize(
    ("boundary", "before", "after"),
    [
        (WARNS_AT, Phase.VALID, Phase.WARNING),
        (EXPIRES_AT, Phase.WARNING, Phase.GRACE),
        (STOPS_AT, Phase.GRACE, Phase.STOPPED),
    ],
)
def test_a_date_is_the_first_instant_of_what_it_names(boundary: datetime, before: Phase, after: Phase) -> None:
    assert phase(world(), boundary - SECOND) is before
    assert phase(world(), boundary) is after
    assert phase(world(), boundary + SECOND) is after


def test_without_dates_a_package_never_ends() -> None:
    assert phase(world(Validity()), datetime.max.replace(tzinfo=NOW.tzinfo)) is Phase.VALID
    assert boundaries(world(Validity())) == ()


def test_without_grace_a_package_stops_when_it_expires() -> None:
    made = world(Validity(expires_at=EXPIRES_AT))
    assert phase(made, EXPIRES_AT - SECOND) is Phase.VALID
    assert phase(made, EXPIRES_AT) is Phase.STOPPED


def test_the_boundaries_of_all_owners_come_in_order_and_once() -> None:
    made = (
        Scene()
        .sells("system:server", validity=VALIDITY)
        .sells("routes", owner="acme", validity=Validity(warns_at=NOW + DAY, expires_at=EXPIRES_AT))
        .world
    )
    assert boundaries(made) == (NOW + DAY, WARNS_AT, EXPIRES_AT, STOPS_AT)


def test_maintenance_is_an_axis_of_its_own() -> None:
    made = world(Validity(maintenance_until=WARNS_AT))
    installed = made.packages["superoffice"].noun
    assert maintenance_covers(installed, WARNS_AT - SECOND)
    assert not maintenance_covers(installed, WARNS_AT)
    assert phase(made, WARNS_AT) is Phase.VALID
    assert maintenance_covers(world(Validity()).packages["superoffice"].noun, STOPS_AT)


class TestRevocation:
    """A revoked package is in grace from the acceptance of the root that revokes it, then stopped."""

    @pytest.mark.parametrize("named", [{"keys": ("key-2",)}, {"packages": (DIGEST,)}])
    def test_by_key_or_by_digest_gives_fourteen_days(self, named: dict[str, tuple[str, ...]]) -> None:
        made = world(Validity(), root(2, NOW, **named))
        assert phase(made, NOW - SECOND) is Phase.VALID
        assert phase(made, NOW) is Phase.GRACE
        assert phase(made, NOW + 14 * DAY - SECOND) is Phase.GRACE
        assert phase(made, NOW + 14 * DAY) is Phase.STOPPED

    def test_lasts_as_long_as_the_policy_says(self) -> None:
        made = world(Validity(), root(2, NOW, keys=("key-1",)), policy=Policy(revocation_grace=DAY))
        assert phase(made, NOW + DAY - SECOND) is Phase.GRACE
        assert phase(made, NOW + DAY) is Phase.STOPPED

    def test_never_prolongs_a_package(self) -> None:
        soon = Validity(expires_at=NOW + DAY, grace_until=NOW + 2 * DAY)
        made = world(soon, root(2, NOW + DAY + SECOND, keys=("key-1",)))
        dates = dates_of(made, made.packages["superoffice"].noun)
        assert (dates.expires_at, dates.stops_at) == (NOW + DAY, NOW + 2 * DAY)

    def test_shortens_a_package(self) -> None:
        made = world(VALIDITY, root(2, NOW, keys=("key-1",)))
        dates = dates_of(made, made.packages["superoffice"].noun)
        assert (dates.expires_at, dates.stops_at) == (NOW, NOW + 14 * DAY)

    def test_leaves_the_warning_of_the_package(self) -> None:
        soon = Validity(warns_at=NOW, expires_at=NOW + 2 * DAY)
        made = world(soon, root(2, NOW + DAY, keys=("key-1",)))
        assert phase(made, NOW) is Phase.WARNING
        assert phase(made, NOW + DAY) is Phase.GRACE

    def test_by_a_root_that_somebody_else_wrote_is_none(self) -> None:
        scene = Scene().sells("system:server", signed_by=("key-1",)).accepts(root(2, NOW, keys=("key-1",)))
        made = scene.tampered((Table.ROOTS, "2")).world
        assert revoked_since(made, made.packages["superoffice"].noun) is None

    def test_runs_from_the_first_of_an_unbroken_line_of_roots(self) -> None:
        revoking = [root(version, NOW + version * DAY, keys=("key-1",)) for version in (1, 3, 4)]
        made = world(Validity(), revoking[0], root(2, NOW + 2 * DAY), *revoking[1:])
        assert revoked_since(made, made.packages["superoffice"].noun) == NOW + 3 * DAY

    def test_that_the_newest_root_no_longer_makes_is_over(self) -> None:
        made = world(Validity(), root(9, NOW, keys=("key-1",)), root(10, NOW + DAY))
        assert phase(made, NOW + 100 * DAY) is Phase.VALID

    def test_does_not_concern_what_nobody_signed(self) -> None:
        made = world(Validity(), root(2, NOW, packages=(DIGEST,)), unsigned=True)
        assert phase(made, NOW + 100 * DAY) is Phase.VALID
