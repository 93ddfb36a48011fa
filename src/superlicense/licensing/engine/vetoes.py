"""Vetoes: what the host objects to of the releases that a change contains."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import Parameter
from typing import Final, cast

from superlicense.licensing.settings import parameters_of
from superlicense.model.change import ActivatePackage, Change, ChangePlan, Release
from superlicense.model.license import LicenseName
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import HolderVeto, SeatVeto
from superlicense.rules.apply import VetoesOf, no_vetoes
from superlicense.rules.seats.assigning import released_by, vetoable_releases

__all__ = ["may_release", "veto_of", "vetoes_of"]

_POSITIONAL: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def veto_of(veto: SeatVeto | HolderVeto, installation: Installation) -> HolderVeto:
    """Return *veto* as it is asked in *installation*, which it is handed if it has a parameter for it.

    Raises:
        InvalidValueError: it cannot be called.
    """
    found = parameters_of("seat_veto", veto)
    required = [one.name for one in found.values() if one.kind in _POSITIONAL and one.default is Parameter.empty]
    if "installation" in found and required[:1] != ["installation"]:
        return partial(cast("Callable[..., str | None]", veto), installation=installation)
    # Holder and license alone.
    if len(required) == 2:  # noqa: PLR2004 - see above
        return cast("HolderVeto", veto)
    return partial(cast("SeatVeto", veto), installation)


def may_release(veto: HolderVeto | None, holder: str, license: LicenseName) -> bool:
    """Return whether the host allows *holder* to give up *license*; without a veto it allows everything."""
    return veto is None or not veto(holder, license)


def vetoes_of(veto: HolderVeto | None) -> VetoesOf:
    """Return the function that asks *veto* about the releases of one change; without one nothing is vetoed."""
    return no_vetoes if veto is None else partial(_objections, veto)


def _objections(veto: HolderVeto, world: World, change: Change) -> dict[tuple[str, str], str]:
    """Ask the host about everything that *change* would release."""
    asked = ((holder, name, veto(holder, name)) for holder, name in _releases(world, change))
    return {(holder, str(name)): str(objection) for holder, name, objection in asked if objection}


def _releases(world: World, change: Change) -> list[tuple[str, LicenseName]]:
    if isinstance(change, ChangePlan):
        return [(change.holder, name) for name in vetoable_releases(world, change)]
    if isinstance(change, ActivatePackage):
        moved = [(move.holder, move.old) for move in change.plan_moves]
        return [*(taken for release in change.releases for taken in _taken(world, release)), *moved]
    return _taken(world, change) if isinstance(change, Release) else []


def _taken(world: World, release: Release) -> list[tuple[str, LicenseName]]:
    """List what *release* would take, from each holder that it cascades to."""
    return [(holder, name) for holder, names in released_by(world, release).items() for name in names]
