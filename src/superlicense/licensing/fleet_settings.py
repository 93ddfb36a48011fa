"""Settings of a fleet: what its installations share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import Parameter
from typing import Any, Final, TypeAlias, TypeVar

from attrs import frozen

from superlicense.document.seal import derive
from superlicense.licensing.hooks import checked_hooks
from superlicense.licensing.settings import check_callable, checked_policy, parameters_of, several
from superlicense.model.meter import Meter
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.ports import HolderVeto, Hook, PackageSource, SeatVeto
from superlicense.rules.metering.billing import by_code

__all__ = ["FleetSettings", "PerInstallation"]

T = TypeVar("T")

PerInstallation: TypeAlias = T | Callable[[Installation], T]
"""A value that all installations share, or a function that returns that of one."""

_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


@frozen(kw_only=True)
class FleetSettings:
    """What a host chooses for the installations of a fleet; see `superlicense.licensing.front.Licensing`."""

    policy: PerInstallation[Policy | None]
    seat_veto: PerInstallation[SeatVeto | HolderVeto | None]
    package_source: PerInstallation[PackageSource | None]
    seal_key: PerInstallation[bytes | None]
    hooks: PerInstallation[Iterable[Hook]]
    meters: PerInstallation[Iterable[Meter] | None]

    @classmethod
    def checked(cls, **asked: Any) -> FleetSettings:  # noqa: ANN401 - the fields, as the host passes them
        """Return the settings that a host *asked* for; what can be read only once is kept.

        Raises:
            InvalidValueError: one that all installations share is invalid.
        """
        shared = {name: value for name, value in asked.items() if not callable(value)}
        for name, check in _CHECKS.items():
            if name in shared:
                asked[name] = check(shared[name])
        return cls(**asked)

    def of(self, installation: Installation) -> dict[str, Any]:
        """Return the arguments of the licensing of *installation*."""
        return {
            "policy": _own(self.policy, installation),
            "seat_veto": _own_function("seat_veto", self.seat_veto, installation),
            "package_source": _own_function("package_source", self.package_source, installation),
            "seal_key": _own(self.seal_key, installation),
            "hooks": _own(self.hooks, installation),
            "meters": _own(self.meters, installation),
        }


def _checked_key(seal_key: bytes | None) -> bytes | None:
    if seal_key is not None:
        derive(seal_key, "")
    return seal_key


def _checked_meters(meters: Iterable[Meter] | None) -> tuple[Meter, ...] | None:
    return None if meters is None else tuple(by_code(several("meters", meters)).values())


def _checked_function(path: str, value: object) -> object:
    if value is not None:
        check_callable(path, value)
    return value


_CHECKS: Final[Mapping[str, Callable[[Any], object]]] = {
    "policy": checked_policy,
    "seat_veto": partial(_checked_function, "seat_veto"),
    "package_source": partial(_checked_function, "package_source"),
    "seal_key": _checked_key,
    "hooks": checked_hooks,
    "meters": _checked_meters,
}


def _own(value: PerInstallation[T], installation: Installation) -> T:
    return value(installation) if callable(value) else value


def _own_function(path: str, value: Any, installation: Installation) -> Any:  # noqa: ANN401 - whatever kind
    """Return *value* for *installation*: what takes the installation alone is not asked itself, it returns who is."""
    if value is None:
        return None
    found = parameters_of(path, value).values()
    required = [one for one in found if one.kind in _POSITIONAL and one.default is Parameter.empty]
    return value(installation) if len(required) == 1 else value
