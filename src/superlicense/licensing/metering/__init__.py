"""Metering behind the front door: totals of months, recording, and readings."""
