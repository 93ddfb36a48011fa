"""Policy: the settings that a host may choose."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from attrs import Attribute, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields
from superlicense.model.decision import Outcome, RuleSet

__all__ = ["Policy", "UserCount"]


class UserCount(StrEnum):
    """The number of users that determines the threshold of a month (design 9)."""

    HIGHEST = "highest"  # the peak of the month
    AT_CLOSE = "at_close"  # the number at the end of the month
    BOUGHT = "bought"  # the quantity of the license `user`


# Ten years: longer than any package is valid, and far from the end of the calendar.
_MAX_GRACE = timedelta(days=3660)


def _levels(value: Iterable[int]) -> tuple[int, ...]:
    return tuple(value)


def _not_negative(instance: object, attribute: Attribute[Any], value: object) -> None:
    del instance
    if not isinstance(value, timedelta) or value < timedelta(0):
        raise InvalidValueError(attribute.name, value, "must be a timedelta of 0 or more")


def _grace(instance: object, attribute: Attribute[Any], value: timedelta) -> None:
    """Check the bounds of a grace period: no policy makes one endless (design, law 11)."""
    _not_negative(instance, attribute, value)
    if value > _MAX_GRACE:
        raise InvalidValueError(attribute.name, value, f"must be at most {_MAX_GRACE.days} days")


def _stopped_outcome(instance: object, attribute: Attribute[Any], value: object) -> None:
    del instance
    if value is not Outcome.READ_ONLY and value is not Outcome.DENIED:
        raise InvalidValueError(attribute.name, value, "must be READ_ONLY or DENIED")


def _strictly_increasing(instance: object, attribute: Attribute[Any], value: tuple[object, ...]) -> None:
    check = fields.integer(1, 10_000)
    for level in value:
        check(instance, attribute, level)
    if list(value) != sorted(set(value)):  # type: ignore[type-var]  # checked above to be integers
        raise InvalidValueError(attribute.name, value, "must be strictly increasing")


def _decimal(value: object) -> object:
    """Return a string or an integer as a decimal number, anything else as it is."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        with suppress(InvalidOperation):
            return Decimal(value)
    return value


def _share(instance: object, attribute: Attribute[Any], value: object) -> None:
    del instance
    # NaN is not comparable with itself, and `is_finite` excludes it.
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value <= 1:
        raise InvalidValueError(attribute.name, value, 'must be a Decimal from 0 to 1, such as Decimal("0.2")')


@frozen(kw_only=True)
class Policy:
    """Settings of the licensing rules; none of them disables a check of a signed document.

    Attributes:
        rule_set: License model; `None` detects it from the SUPEROFFICE package.
        on_site: Whether the web client works without ``online-webservices``, and
            the mobile client without a license of the user under a subscription.
        after_grace: Outcome for internal users once the package is stopped.
        administrators_bypass_no_login: Whether administrators are exempt from
            No Login events.
        allow_central_login: Whether users of a satellite or on Travel may log in
            to a database other than their own.
        accept_unsigned: Whether unsigned packages license anything; `None` accepts
            them where no trust root is pinned. Beside a pinned root, `True` requires
            a seal key, because anyone who writes the store could insert one.
        revocation_grace: How long a revoked package still works, 0 to 3,660 days.
        identity_grace: How long instances and packages with a former serial number
            or company still work after `Licensing.change_installation`, 0 to 3,660
            days.
        user_count: The number of users that determines a threshold.
        crossing_levels: Levels that are reported, in percent of a threshold and
            strictly increasing.
        max_staleness: How long an instance answers from its snapshot before it
            reads the store's revision again, 0 or more; a memory store is
            always fresh.
        stale_grace: How long past *max_staleness* an instance answers from the last
            known facts while the store cannot be read, 0 (not at all) to 3,660
            days.
        look_patience: How long a question waits for the store at most, where it
            cannot be answered from the snapshot, 0 or more.
        write_patience: How long a write waits for locks and retries, 0 or more.
        retire_limit: Share of the users who may log in, 0 to 1, that
            ``users.sync`` may retire or take the login from without
            ``expect_losses``; a `Decimal`, or a string such as ``"0.2"``.

    Source: design sections 5 to 12; vendor practice in domain 17.
    """

    rule_set: RuleSet | None = field(default=None, validator=fields.optional(fields.instance_of(RuleSet)))
    on_site: bool = field(default=False, validator=fields.instance_of(bool))
    after_grace: Outcome = field(default=Outcome.READ_ONLY, validator=_stopped_outcome)
    administrators_bypass_no_login: bool = field(default=True, validator=fields.instance_of(bool))
    allow_central_login: bool = field(default=False, validator=fields.instance_of(bool))
    accept_unsigned: bool | None = field(default=None, validator=fields.optional(fields.instance_of(bool)))
    revocation_grace: timedelta = field(default=timedelta(days=14), validator=_grace)
    identity_grace: timedelta = field(default=timedelta(days=30), validator=_grace)
    user_count: UserCount = field(default=UserCount.HIGHEST, validator=fields.instance_of(UserCount))
    crossing_levels: tuple[int, ...] = field(
        default=(50, 80, 100, 120), converter=_levels, validator=_strictly_increasing
    )
    max_staleness: timedelta = field(default=timedelta(seconds=1), validator=_not_negative)
    stale_grace: timedelta = field(default=timedelta(seconds=60), validator=_grace)
    look_patience: timedelta = field(default=timedelta(seconds=2), validator=_not_negative)
    write_patience: timedelta = field(default=timedelta(seconds=60), validator=_not_negative)
    retire_limit: Decimal = field(default=Decimal("0.2"), converter=_decimal, validator=_share)
