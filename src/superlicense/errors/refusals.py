"""Refusals: a business "no" to a command or a requirement, with every reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense.errors.base import SuperlicenseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from superlicense.model.decision import Decision, Reason
    from superlicense.model.preview import ActivationPreview


class RefusedError(SuperlicenseError):
    """A command that may not be carried out; nothing has changed.

    Attributes:
        reasons: Every reason, never empty.
        code: The code of the first reason.
    """

    def __init__(self, reasons: Iterable[Reason]) -> None:
        """Refuse for all *reasons*."""
        self.reasons = tuple(reasons)
        self.code = str(self.reasons[0].code)
        super().__init__("; ".join(str(reason) for reason in self.reasons))


class DeniedError(RefusedError):
    """What `gate.require_login` and `gate.require_feature` raise for a "no".

    Attributes:
        decision: The whole answer.
    """

    def __init__(self, decision: Decision) -> None:
        """Deny with the reasons of *decision*."""
        super().__init__(decision.reasons)
        self.decision = decision


class UnknownLicenseError(RefusedError):
    """A license that no package in force has.

    Attributes:
        license: Its name, ``owner.module``.
    """

    @property
    def license(self) -> str:
        """The name that no package has."""
        return str(self.reasons[0].params["license"])


class PreviewOutdatedError(SuperlicenseError):
    """A preview whose consequences are no longer the ones it showed; nothing has changed.

    Attributes:
        preview: The one that is true now.
    """

    code = "preview_outdated"

    def __init__(self, preview: ActivationPreview) -> None:
        """Say so, and carry the new *preview*."""
        super().__init__("the consequences of the activation are no longer the ones that were shown")
        self.preview = preview


class OtherInstallationError(RefusedError):
    """A package made out to another company, serial number or database."""


class RevokedError(RefusedError):
    """A package that is revoked, or that a revoked key has signed."""


class PackageStoppedError(RefusedError):
    """A package whose last day has passed."""


class IssuedInFutureError(RefusedError):
    """A package issued more than ten minutes from now."""


class PackageBlockedError(RefusedError):
    """A package with less than is in use."""


class PackageRollbackError(RefusedError):
    """A package with a lower issue than one that was installed before."""


class PackageConflictError(RefusedError):
    """A package with the issue of an installed one, and other contents."""


class MonthNotOverError(RefusedError):
    """A month that is to be closed before its end."""


class MonthOutOfOrderError(RefusedError):
    """A month that is to be closed before an earlier one."""


_REFUSALS: dict[str, type[RefusedError]] = {
    "unknown_license": UnknownLicenseError,
    "other_company": OtherInstallationError,
    "other_serial_number": OtherInstallationError,
    "other_database": OtherInstallationError,
    "key_revoked": RevokedError,
    "package_revoked": RevokedError,
    "issued_in_future": IssuedInFutureError,
    "package_stopped": PackageStoppedError,
    "seats_exceed_total": PackageBlockedError,
    "held_license_gone": PackageBlockedError,
    "package_rollback": PackageRollbackError,
    "package_conflict": PackageConflictError,
    "month_not_over": MonthNotOverError,
    "month_out_of_order": MonthOutOfOrderError,
}


def refusal(reasons: Iterable[Reason]) -> RefusedError:
    """Make the refusal for *reasons*, of the class that the first one's code has."""
    every = tuple(reasons)
    return _REFUSALS.get(str(every[0].code), RefusedError)(every)
