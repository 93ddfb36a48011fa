"""Time zones by name: from the system, or from the copy bundled with python-dateutil."""

from __future__ import annotations

import warnings
from datetime import UTC, tzinfo

from superlicense.errors import UnknownTimeZoneError

__all__ = ["time_zone"]


def time_zone(name: str) -> tzinfo:
    """Return the time zone *name*.

    >>> time_zone("UTC")
    datetime.timezone.utc

    Raises:
        UnknownTimeZoneError: The time zone is unknown.
    """
    if name == "UTC":
        return UTC
    # Imported here, because most hosts use UTC until they bill.
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - see above

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    zone = _bundled(name)
    if zone is None:
        raise UnknownTimeZoneError(name)
    return zone


def _bundled(name: str) -> tzinfo | None:
    """Return the zone from the copy bundled with python-dateutil, which newer versions deprecate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from dateutil.zoneinfo import get_zonefile_instance  # noqa: PLC0415 - 20 ms, rarely needed

        return get_zonefile_instance().get(name)
