"""Meters of the vendor's services, without allowances and prices.

Allowances, block sizes and prices are not public; the host sets them with
`attrs.evolve`.

>>> from decimal import Decimal
>>> from attrs import evolve
>>> ours = evolve(MAILINGS, included_per_user=500, price_per_block=Decimal("0.10"), currency="DKK")
>>> ours.code, ours.included_per_user
('mailings', 500)

Source: domain 11, read from the vendor's admin help, page "CRM and licenses",
section "Metered services", and its release notes 8.5 R11.
"""

from __future__ import annotations

from typing import Final

from superlicense.model.meter import Meter, MeterKind

__all__ = [
    "CHAT_SESSIONS",
    "CUSTOMER_CENTRE_LOGINS",
    "FORM_SUBMISSIONS",
    "MAILINGS",
    "MARKETING_EMAILS",
    "RESOLVED_REQUESTS",
    "STANDARD",
    "STORAGE",
    "SUITE",
]

STORAGE: Final = Meter(code="storage", unit="byte", kind=MeterKind.GAUGE)
"""Storage space in use, a gauge. Space bought with the license `extra-storage` is part of ``included``."""

MAILINGS: Final = Meter(code="mailings", unit="e-mail", kind=MeterKind.COUNTER)
"""E-mails sent by mailings."""

CUSTOMER_CENTRE_LOGINS: Final = Meter(code="customer_centre_logins", unit="login", kind=MeterKind.COUNTER)
"""Logins to the Customer Centre."""

CHAT_SESSIONS: Final = Meter(code="chat_sessions", unit="session", kind=MeterKind.COUNTER)
"""Chat sessions started."""

FORM_SUBMISSIONS: Final = Meter(code="form_submissions", unit="submission", kind=MeterKind.COUNTER)
"""Forms submitted."""

STANDARD: Final = (STORAGE, MAILINGS, CUSTOMER_CENTRE_LOGINS, CHAT_SESSIONS, FORM_SUBMISSIONS)
"""The five metered services of the plans per user. Source: domain 11, first item."""

MARKETING_EMAILS: Final = Meter(code="marketing_emails", unit="e-mail", kind=MeterKind.COUNTER)
"""Marketing e-mails sent: a scaling metric of the Suite."""

RESOLVED_REQUESTS: Final = Meter(code="resolved_requests", unit="request", kind=MeterKind.COUNTER)
"""Service requests resolved, each counted once, however often it is closed.

Report one event of quantity 1 with the number of the request as its id; further
events with this id are duplicates. Source: domain 11, table metering-log, whose
key (table_id, record_id, event_type) is unique.
"""

SUITE: Final = (MARKETING_EMAILS, RESOLVED_REQUESTS, STORAGE)
"""The scaling metrics of the Suite: a base allowance, then extra capacity in blocks. Source: domain 11."""
