"""Metering: thresholds, and the overage above them. Nothing here ever denies a user anything.

A *threshold* bills; a limit blocks (`superlicense.rules.limits`).

`recording` decides which usage events are accepted, `gauges` computes the month
of a gauge from its readings, `users` counts the users of a month, `thresholds`
compares usage with what is included, `crossings` finds the levels that were
reached, `billing` makes statements, `closing` says which month may be closed,
`projecting` estimates the end of a month, `contract` lists billing periods.
"""
