"""Comparing: the part of the packages of an installation that compares two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.hooks import audited
from superlicense.model.package import LicensePackage

if TYPE_CHECKING:
    from superlicense.model.comparison import Comparison

__all__ = ["Comparing"]


class Comparing:
    """What compares packages."""

    __slots__ = ()

    _engine: Engine

    @audited("packages.compare")
    def compare(self, old: LicensePackage, new: LicensePackage, *, language: str = "en") -> Comparison:
        """Return what holders could lose if *new* came after *old*, here or anywhere else.

        Logins, features and licenses are compared for holders of nothing, of a
        plan, of a license that is sold by itself, and of both, for every type of
        user. Dates, addressees and numbers of seats are not compared; `preview`
        shows what they mean for the users of this installation.

        Args:
            old: A package, signed or not.
            new: Another package of the same owner.
            language: The language of the words.

        Raises:
            InvalidValueError: an argument is not a package, or the owners differ.
            StoreError: the store cannot be read.

        Source: design section 11; ADR 50.
        """
        # Imported on first use: a service that only asks the gate does not pay for it.
        from superlicense.licensing.words import words_in  # noqa: PLC0415 - see above
        from superlicense.rules.packages.comparing import compare  # noqa: PLC0415 - see above

        for name, package in (("old", old), ("new", new)):
            if not isinstance(package, LicensePackage):
                raise InvalidValueError(name, package, "must be a LicensePackage")
        world, _ = self._engine.worlds.world_at(None)
        others = tuple(row.noun.package for row in world.packages.values())
        words = words_in(world, self._engine.totals.zone)
        words(language)
        found = compare(old, new, policy=world.policy, beside=others)
        return evolve(found, language=language, words_in=words)
