"""Metering behind the front door: what records usage, moves users and reads a month.

`recording` and `locked_recording` record a batch of usage events, `user_moves`
follows a write that changes the number of users, `month_reading` reads a month;
`superlicense.licensing.closing` closes it. All of them compute with `totals`,
open a month with `opening` and store changes with `saving`.
"""
