"""Time zones by name: the system's, else the copy that python-dateutil carries."""

from __future__ import annotations

import warnings
from datetime import UTC, tzinfo

from superlicense.errors import UnknownTimeZoneError

__all__ = ["time_zone"]


def time_zone(name: str) -> tzinfo:
    """Find the zone *name*.

    >>> time_zone("UTC")
    datetime.timezone.utc

    Raises:
        UnknownTimeZoneError: nobody knows it.
    """
    if name == "UTC":
        return UTC
    # Imported here, because most hosts reckon in UTC until they bill.
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
    """Look in the copy that python-dateutil carries; newer versions say that it is on its way out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from dateutil.zoneinfo import get_zonefile_instance  # noqa: PLC0415 - costs 20 ms, and is rarely needed

        return get_zonefile_instance().get(name)
