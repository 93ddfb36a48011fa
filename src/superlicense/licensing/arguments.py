"""Arguments: what callers pass, checked and converted at the front door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.model import fields
from superlicense.model.decision import Access, Client
from superlicense.model.license import LicenseName

__all__ = ["to_access", "to_client", "to_decimal", "to_prices", "to_seconds", "to_sessions", "to_share"]

_SECOND: Final = timedelta(seconds=1)


def to_client(client: Client | str) -> Client:
    """Return *client* as a client.

    Raises:
        InvalidValueError: it is not one.
    """
    return fields.member(Client, "client", client, "must be a Client")


def to_access(access: Access | str) -> Access:
    """Return *access* as an access.

    Raises:
        InvalidValueError: it is not one.
    """
    return fields.member(Access, "access", access, "must be an Access")


def to_decimal(path: str, value: object) -> Decimal:
    """Return *value*, a `Decimal`, an integer or the text of a number, as a decimal number of 0 or more.

    >>> to_decimal("share", "0.1")
    Decimal('0.1')

    Raises:
        InvalidValueError: it is something else, a float for instance.
    """
    number = None
    if isinstance(value, Decimal | str) or type(value) is int:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = None
    if number is None or not number.is_finite() or number < 0:
        raise InvalidValueError(path, value, "must be a Decimal of 0 or more, a whole number, or the text of one")
    return number


def to_prices(prices: object) -> dict[LicenseName, Decimal]:
    """Return *prices*, a mapping of license names to decimal numbers; empty for `None`.

    >>> to_prices({"ten-sales": "99.50"})
    {LicenseName('superoffice', 'ten-sales'): Decimal('99.50')}

    Raises:
        InvalidValueError: it is something else, or holds a float.
    """
    if prices is None:
        return {}
    if not isinstance(prices, Mapping):
        raise InvalidValueError("prices", prices, "must be a mapping of license names to prices")
    return {LicenseName.parse(name): to_decimal(f"prices.{name}", price) for name, price in prices.items()}


def to_seconds(path: str, value: timedelta | int) -> int:
    """Return *value*, a timedelta or whole seconds, in whole seconds; a fraction is cut off.

    >>> from datetime import timedelta
    >>> to_seconds("ttl", timedelta(minutes=5)), to_seconds("ttl", 300)
    (300, 300)

    Raises:
        InvalidValueError: it is something else, or less than a second.
    """
    seconds = value // _SECOND if isinstance(value, timedelta) else value
    if type(seconds) is not int or seconds < 1:
        raise InvalidValueError(path, value, "must be a timedelta of a second or more, or whole seconds")
    return seconds


def to_sessions(open_sessions: int | None) -> int | None:
    """Return a number of open sessions.

    Raises:
        InvalidValueError: it is neither `None` nor a whole number of 0 or more.
    """
    if open_sessions is not None and (type(open_sessions) is not int or open_sessions < 0):
        raise InvalidValueError("open_sessions", open_sessions, "must be a whole number of 0 or more")
    return open_sessions


def to_share(path: str, value: object) -> Decimal:
    """Return *value* as a share from 0 to 1; a float is read as the number it is written as.

    >>> to_share("share", 0.1), to_share("share", "0.25")
    (Decimal('0.1'), Decimal('0.25'))

    Raises:
        InvalidValueError: it is not a number from 0 to 1.
    """
    share = to_decimal(path, repr(value) if type(value) is float else value)
    if share > 1:
        raise InvalidValueError(path, value, "must be from 0 to 1")
    return share
