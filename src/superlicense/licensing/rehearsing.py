"""Rehearsing: the preview of a new package over many installations, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized

from superlicense.errors import PackageSourceError, SuperlicenseError
from superlicense.licensing.front import Licensing
from superlicense.model.license import SUPEROFFICE
from superlicense.model.package import LicensePackage
from superlicense.model.preview import ActivationPreview
from superlicense.model.rehearsal import HurtUser, Rehearsal
from superlicense.model.site import Installation

__all__ = ["DocumentOf", "rehearse"]

DocumentOf = Callable[[Installation], bytes | LicensePackage | None]
"""Returns the new package of an installation, signed or not; `None` if there is none."""


def rehearse(
    opened: Callable[[Installation], Licensing], document_of: DocumentOf, installations: Iterable[Installation]
) -> Iterator[Rehearsal]:
    """Yield the rehearsal of each of *installations*; see `superlicense.licensing.fleet.Fleet.rehearse`.

    Args:
        opened: Returns the licensing of one of them.
        document_of: Returns its new package.
        installations: Which ones, in this order.
    """
    total = len(installations) if isinstance(installations, Sized) else None
    for number, installation in enumerate(installations, 1):
        try:
            licensing = opened(installation)
            preview = _preview(licensing, _new_package(document_of, installation))
        except SuperlicenseError as error:
            yield Rehearsal(installation=installation, number=number, total=total, error=error)
        else:
            hurt = () if preview is None else _hurt(licensing, preview)
            yield Rehearsal(installation=installation, number=number, total=total, preview=preview, hurt=hurt)


def _new_package(document_of: DocumentOf, installation: Installation) -> bytes | LicensePackage | None:
    """Ask the host, whose error about one installation must not end the others.

    Raises:
        PackageSourceError: it failed, or returned something else.
    """
    try:
        found: object = document_of(installation)
    except SuperlicenseError:
        raise
    except Exception as error:
        raise PackageSourceError(SUPEROFFICE, f"raised {type(error).__name__}") from error
    if found is None or isinstance(found, bytes | LicensePackage):
        return found
    raise PackageSourceError(SUPEROFFICE, f"returned {type(found).__name__}, not bytes")


def _preview(licensing: Licensing, package: bytes | LicensePackage | None) -> ActivationPreview | None:
    if package is None:
        return None
    packages = licensing.packages
    return packages.preview(package) if isinstance(package, bytes) else packages.preview_unsigned(package)


def _hurt(licensing: Licensing, preview: ActivationPreview) -> tuple[HurtUser, ...]:
    losing = [effect for effect in preview.effects if effect.loses_something]
    names = {user.id: user.name for user in licensing.users.all()} if losing else {}
    return tuple(
        HurtUser(
            user=effect.user,
            name=names.get(effect.user, effect.user),
            lost=effect.lost,
            features_lost=effect.features_lost,
            logins_lost=tuple(
                client
                for client, before in sorted(effect.login_before.items())
                if effect.login_after[client].rank < before.rank
            ),
        )
        for effect in losing
    )
