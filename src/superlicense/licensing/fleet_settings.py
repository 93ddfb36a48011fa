"""Settings of a fleet: what its installations share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Parameter, signature
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from superlicense.model.meter import Meter
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.ports import HolderVeto, Hook, PackageSource, SeatVeto

__all__ = ["FleetSettings", "PerInstallation", "once"]

T = TypeVar("T")

PerInstallation: TypeAlias = T | Callable[[Installation], T]
"""A value that all installations share, or a function that returns that of one."""


def once(values: PerInstallation[Iterable[T] | None]) -> PerInstallation[Iterable[T] | None]:
    """Return *values* so that they can be read for every installation, also if they were an iterator."""
    return values if values is None or callable(values) else tuple(values)


@frozen(kw_only=True)
class FleetSettings:
    """What a host chooses for the installations of a fleet; see `superlicense.licensing.front.Licensing`."""

    policy: PerInstallation[Policy | None]
    seat_veto: PerInstallation[SeatVeto | HolderVeto | None]
    package_source: PerInstallation[PackageSource | None]
    seal_key: PerInstallation[bytes | None]
    hooks: PerInstallation[Iterable[Hook]]
    meters: PerInstallation[Iterable[Meter] | None]

    def of(self, installation: Installation) -> dict[str, Any]:
        """Return the arguments of the licensing of *installation*."""
        return {
            "policy": _own(self.policy, installation),
            "seat_veto": _own_function(self.seat_veto, installation),
            "package_source": _own_function(self.package_source, installation),
            "seal_key": _own(self.seal_key, installation),
            "hooks": _own(self.hooks, installation),
            "meters": _own(self.meters, installation),
        }


def _own(value: PerInstallation[T], installation: Installation) -> T:
    return value(installation) if callable(value) else value


def _own_function(value: Any, installation: Installation) -> Any:  # noqa: ANN401 - a function of whatever kind
    """Return *value* for *installation*: what takes the installation alone is not asked itself, it returns who is."""
    if value is None:
        return None
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    parameters = signature(value).parameters.values()
    required = [one for one in parameters if one.kind in positional and one.default is Parameter.empty]
    return value(installation) if len(required) == 1 else value
