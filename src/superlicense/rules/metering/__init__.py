"""Metering: thresholds and what lies above them. Nothing in here ever says no to a user.

A *threshold* bills; what blocks is a limit (`superlicense.rules.limits`).

`recording` judges reports, `levels` and sums make a month's usage of them,
`users` counts whom a threshold reckons with, `thresholds` puts the two together,
`crossings` says which levels are reached, `billing` makes statements,
`closing` says which month may be closed, `projecting` looks ahead.
"""
