"""Refusals: a business "no" to a command or a requirement, with all reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense.errors.base import SuperlicenseError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from superlicense.model.decision import Decision
    from superlicense.model.preview import ActivationPreview
    from superlicense.model.reason import Reason

_TOLD_REASONS = 10
_REASON_CHARACTERS = 254


class RefusedError(SuperlicenseError):
    """A command that was refused; nothing has changed.

    The message names the first ten reasons, each on at most 254 characters.

    Attributes:
        reasons: All reasons, never empty.
        code: The code of the first reason.
    """

    def __init__(self, reasons: Iterable[Reason]) -> None:
        """Initialize from the *reasons*."""
        self.reasons = tuple(reasons)
        self.code = str(self.reasons[0].code)
        told = [one_line(str(reason), _REASON_CHARACTERS) for reason in self.reasons[:_TOLD_REASONS]]
        more = len(self.reasons) - len(told)
        super().__init__("; ".join([*told, f"and {more} more"] if more else told))


class DeniedError(RefusedError):
    """A login or feature that `gate.require_login` or `gate.require_feature` denied.

    Attributes:
        decision: The complete decision.
    """

    def __init__(self, decision: Decision) -> None:
        """Initialize from *decision*."""
        super().__init__(decision.reasons)
        self.decision = decision


class UnknownLicenseError(RefusedError):
    """A license that is not in any package in force.

    Attributes:
        license: Its name, ``owner.module``.
    """

    @property
    def license(self) -> str:
        """The name of the unknown license."""
        return str(self.reasons[0].params["license"])


class PreviewOutdatedError(SuperlicenseError):
    """A preview that no longer matches the consequences of its activation; nothing has changed.

    Attributes:
        preview: The current preview.
    """

    code = "preview_outdated"

    def __init__(self, preview: ActivationPreview) -> None:
        """Initialize from the current *preview*."""
        super().__init__("the consequences of the activation have changed since the preview")
        self.preview = preview


class OtherInstallationError(RefusedError):
    """A package issued to another company, serial number or database."""


class RevokedError(RefusedError):
    """A package that is revoked, or signed by a revoked key."""


class PackageStoppedError(RefusedError):
    """A package whose grace period has ended."""


class IssuedInFutureError(RefusedError):
    """A package issued more than ten minutes in the future."""


class PackageBlockedError(RefusedError):
    """A package with fewer licenses than are in use."""


class PackageRollbackError(RefusedError):
    """A package with a lower issue number than one installed earlier."""


class PackageConflictError(RefusedError):
    """A package with the issue number of an installed one and other contents."""


class MonthNotOverError(RefusedError):
    """A month that cannot be closed because it has not ended."""


class MonthOutOfOrderError(RefusedError):
    """A month that cannot be closed because an earlier one is open."""


_REFUSALS: dict[str, type[RefusedError]] = {
    "unknown_license": UnknownLicenseError,
    "other_company": OtherInstallationError,
    "other_serial_number": OtherInstallationError,
    "identity_expired": OtherInstallationError,
    "identity_not_succeeded": OtherInstallationError,
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
    """Return the error for *reasons*; the code of the first determines its class."""
    found = tuple(reasons)
    return _REFUSALS.get(str(found[0].code), RefusedError)(found)
