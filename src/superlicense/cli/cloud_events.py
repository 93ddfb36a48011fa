"""CloudEvents: usage events as event brokers write them.

Rule 1: an object with ``specversion`` is a CloudEvent in JSON. Its ``source``,
``id`` and ``time`` are those of the usage event; ``quantity``, ``meter`` and
``corrects`` are in its ``data``. Without a meter there, its ``type`` is the meter.

Rule 2: all other attributes, extensions among them, are the broker's and are
ignored.

Source: CloudEvents 1.0.2, JSON event format.
"""

from __future__ import annotations

from typing import Any, Final

from superlicense.errors import InvalidValueError

__all__ = ["usage_fields"]

_DATA: Final = ("meter", "quantity", "corrects")


def usage_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the usage event that *fields* describe; other objects stay as they are.

    >>> event = {"specversion": "1.0", "source": "mailer", "id": "7", "type": "mailings", "time": "2026-11-24T09:00Z"}
    >>> usage_fields({**event, "data": {"quantity": 250}})["meter"]
    'mailings'

    Raises:
        InvalidValueError: It is a CloudEvent of another version, or its data is not
            an object with the fields of a usage event.
    """
    if "specversion" not in fields:
        return fields
    if fields["specversion"] != "1.0":
        raise InvalidValueError("specversion", fields["specversion"], "must be 1.0")
    data = fields.get("data")
    if not isinstance(data, dict):
        raise InvalidValueError("data", data, f"must be an object with {', '.join(_DATA)}")
    for name in data:
        if name not in _DATA:
            raise InvalidValueError("data", name, "is not a field of a usage event")
    given = {
        "source": fields.get("source"),
        "id": fields.get("id"),
        "at": fields.get("time"),
        "meter": fields.get("type"),
        **data,
    }
    return {name: value for name, value in given.items() if value is not None}
