"""The plain answers, for hosts that gate with them."""

from __future__ import annotations

from typing import Any

from superlicense.model.license import LicenseName
from superlicense.rules.gate.grants import has_system, user_grants
from tests.for_each import for_each
from tests.rules.scene import NOW, Scene
from tests.rules.situations import anna, read, sentence, world

ASKED = ("server", "user", "web", "ten-sales", "not-sold", "audience", "acme.routes", "acme.routes-cal", "nobody.x")


@for_each("case", read("grants.toml"), ids=sentence)
def test_what_is_granted(case: dict[str, Any]) -> None:
    place = world(case)
    assert user_grants(place, anna(case), NOW) == set(case["granted"])
    names = [LicenseName.parse(name) for name in ASKED]
    assert [name for name in names if has_system(place, name, NOW)] == case["systems"]


def test_markers_are_system_licenses() -> None:
    assert has_system(Scene().sells("marker:sales-t2").world, LicenseName.parse("sales-t2"), NOW)


def test_what_a_site_holds_is_no_system_license() -> None:
    place = Scene().sells("site:audience").gives("central", "audience").world
    assert not has_system(place, LicenseName.parse("audience"), NOW)
