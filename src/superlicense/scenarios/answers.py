"""Answers of this library in the terms of scenario files, and what of them is not as expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from superlicense.errors import RefusedError
from superlicense.licensing.front import Licensing
from superlicense.model.decision import Decision
from superlicense.model.preview import ActivationPreview
from superlicense.model.reason import Reason
from superlicense.model.seat import SeatUsage
from superlicense.scenarios.questions import (
    Administer,
    Feature,
    HasSystem,
    Holds,
    Login,
    Preview,
    Question,
    Try,
    Usage,
)
from superlicense.scenarios.report import Mismatch

__all__ = ["answer", "mismatches", "reason_tables"]

Answer = dict[str, object]


def answer(licensing: Licensing, question: Question) -> Answer:
    """Return the answer of *licensing* to *question*, one entry for each part that may be expected."""
    gate = licensing.gate
    match question:
        case Login(user=user, client=client, at=at, open_sessions=sessions):
            return _decision(gate.login(user, client, at=at, open_sessions=sessions))
        case Feature(user=user, feature=feature, access=access, at=at):
            return _decision(gate.feature(user, feature, access, at=at))
        case Administer(user=user, at=at):
            return _decision(gate.administer(user, at=at))
        case Holds(user=user, license=name, at=at):
            return {"answer": gate.holds(user, name, at=at)}
        case HasSystem(license=name, at=at):
            return {"answer": gate.has_system(name, at=at)}
        case _:
            return _refusable(licensing, question)


def _refusable(licensing: Licensing, question: Usage | Preview | Try) -> Answer:
    try:
        if isinstance(question, Usage):
            return _usage(licensing.seats.usage(question.license, at=question.at))
        if isinstance(question, Preview):
            wanted = question.activation
            return _preview(licensing.packages.preview_unsigned(wanted.package, wanted.releases, wanted.plan_moves))
    except RefusedError as refused:
        return {"refused": reason_tables(refused.reasons)}
    raise AssertionError(question)


def reason_tables(reasons: Iterable[Reason]) -> list[Answer]:
    """Return *reasons* as tables: the code, and the parameters beside it."""
    return [
        {"code": str(reason.code), **{name: _value(value) for name, value in reason.params.items()}}
        for reason in reasons
    ]


def _value(value: object) -> object:
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _decision(decision: Decision) -> Answer:
    notices = getattr(decision, "notices", ())
    return {
        "outcome": str(decision.outcome),
        "allowed": decision.allowed,
        "reasons": reason_tables(decision.reasons),
        "warnings": reason_tables(decision.warnings),
        "notices": [str(getattr(notice, "message", notice)) for notice in notices],
        "valid_until": decision.valid_until if decision.valid_until is not None else "never",
        "rule_set": str(decision.rule_set) if decision.rule_set is not None else "none",
    }


def _usage(usage: SeatUsage) -> Answer:
    unrestricted = "unrestricted"
    return {
        "in_use": usage.in_use,
        "total": unrestricted if usage.total is None else usage.total,
        "free": unrestricted if usage.free is None else usage.free,
        "holders": list(usage.holders),
        "refused": [],
    }


def _preview(preview: ActivationPreview) -> Answer:
    effects = preview.effects
    return {
        "can_be_activated": preview.can_be_activated,
        "safe_unattended": preview.safe_unattended,
        "is_new": preview.is_new,
        "refused": [],
        "blockers": [
            {
                "code": str(one.reason.code),
                "license": str(one.license),
                "in_use": one.in_use,
                "new_total": one.new_total,
                "remove": one.remove,
                "holders": list(one.holders),
                "through": list(map(str, one.through)),
            }
            for one in preview.blockers
        ],
        "gained": {one.user: sorted(map(str, one.gained)) for one in effects if one.gained},
        "lost": {one.user: sorted(map(str, one.lost)) for one in effects if one.lost},
        "loses_login": sorted(one.user for one in effects if one.loses_login),
        "numbers": [
            {
                "license": str(one.license),
                "total": one.total,
                "in_use": one.in_use,
                "free": one.free,
                "added": one.added,
                "new_total": one.new_total,
                "new_free": one.new_free,
            }
            for one in preview.licenses
        ],
        "proposed_moves": [
            {"of": move.holder, "old": str(move.old), "new": str(move.new)} for move in preview.proposed_moves
        ],
        "proposed_releases": [
            {"release": str(release.license), "of": release.holder} for release in preview.proposed_releases
        ],
    }


# Of these, an expectation may name some and leave out the others.
_SOME_OF = frozenset({"numbers"})
# Of these, the order says nothing.
_UNORDERED = frozenset({"reasons", "warnings", "notices", "refused", "blockers", "holders", "loses_login"})


def mismatches(expected: Mapping[str, object], actual: Answer) -> tuple[Mismatch, ...]:
    """Return every part of *actual* that is not as *expected*; what is not expected is not compared."""
    found = []
    for part, wanted in expected.items():
        given = actual.get(part)
        if isinstance(wanted, list) and isinstance(given, list):
            same = _lists_match(wanted, given, some=part in _SOME_OF, unordered=part in _UNORDERED)
        else:
            same = _matches(wanted, given)
        if not same:
            found.append(Mismatch(part=part, expected=wanted, actual=given))
    return tuple(found)


def _lists_match(wanted: list[object], given: list[object], *, some: bool, unordered: bool) -> bool:
    if not some and len(wanted) != len(given):
        return False
    if not some and not unordered:
        return all(map(_matches, wanted, given))
    left = list(given)
    # The most exact ones choose first, so that a bare code does not take what a fuller one needs.
    for one in sorted(wanted, key=lambda one: -len(one) if isinstance(one, dict) else 0):
        fitting = next((place for place, other in enumerate(left) if _matches(one, other)), None)
        if fitting is None:
            return False
        del left[fitting]
    return True


def _matches(wanted: object, given: object) -> bool:
    """Return whether *given* is what is *wanted*: of a table the fields that are named, of a reason also its code."""
    if isinstance(given, dict):
        if isinstance(wanted, str):
            return given.get("code") == wanted
        if not isinstance(wanted, dict):
            return False
        exact = "code" not in given and "license" not in given and "of" not in given
        return all(_matches(value, given.get(name)) for name, value in wanted.items()) and (
            not exact or wanted.keys() == given.keys()
        )
    if isinstance(wanted, list) and isinstance(given, list):
        return _lists_match(wanted, given, some=False, unordered=True)
    return type(wanted) is type(given) and wanted == given
