"""Folding: reasons that repeat one another, as one for people to read.

Rule 1: what one plan brings is named by the plan: the hidden licenses that are
short with it are counted, and a user without a plan "has no user plan".

Rule 2: the same refusal of several users names the users once.

Rule 3: no reason is lost. Every reason belongs to exactly one group, and groups
keep the order of their first reasons.

Source: design section 14, first and fourth point.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, NamedTuple

from superlicense.model.reason import Reason, ReasonCode

__all__ = ["Group", "fold"]

_USER: Final = "superoffice.user"
_TIERS: Final = ("superoffice.t1", "superoffice.t2")
_SUITE_SEAT: Final = "superoffice.suite-user"
# What every user plan and every seat of the Suite brings.
_WITH_A_PLAN: Final = frozenset({_USER, "superoffice.web"})

# Licenses that are short: in a package that is to come, and when a license is assigned.
_SHORT: Final = frozenset({ReasonCode.SEATS_EXCEED_TOTAL, ReasonCode.NO_SEAT_LEFT})
_SUBJECTS: Final = ("holder", "site")
_NAMED_SUBJECTS: Final = 10


class Group(NamedTuple):
    """Reasons that people read as one.

    Attributes:
        reasons: The reasons, never empty.
        key: The message that replaces their own, or `None` for that of the first.
        params: Its further parameters.
        hidden: How many of them are hidden licenses behind the first.
        others: How many users are not named among the parameters.
    """

    reasons: tuple[Reason, ...]
    key: str | None = None
    params: Mapping[str, object] = {}
    hidden: int = 0
    others: int = 0


def fold(reasons: Iterable[Reason]) -> tuple[Group, ...]:
    """Return *reasons* in groups of those that people read as one."""
    groups: dict[Hashable, list[Reason]] = {}
    plain = list(reasons)
    without_plan = _without_plan(plain)
    for reason in plain:
        about = _subject(reason)
        kind = without_plan.get(about)
        key = ("plan", kind, about) if kind is not None and _comes_with_plan(reason) else _key(reason)
        groups.setdefault(key, []).append(reason)
    return tuple(_group(key, members) for key, members in groups.items())


def _without_plan(reasons: Iterable[Reason]) -> dict[object, str]:
    """Return for each user whom nothing gives a login which message says so."""
    missing: dict[object, set[str]] = {}
    for reason in reasons:
        missing.setdefault(_subject(reason), set()).update(_missing(reason))
    return {
        about: "folded.no_suite_seat" if _SUITE_SEAT in names else "folded.no_user_plan"
        for about, names in missing.items()
        if _USER in names and (_SUITE_SEAT in names or names.issuperset(_TIERS))
    }


def _missing(reason: Reason) -> tuple[str, ...]:
    """Return the user licenses that are missing by *reason*; all of several of which one would do."""
    if reason.code is ReasonCode.LICENSE_MISSING and reason.params.get("scope") == "user":
        return (str(reason.params.get("license")),)
    if reason.code is ReasonCode.ONE_LICENSE_OF and reason.params.get("licenses") == _TIERS:
        return _TIERS
    return ()


def _comes_with_plan(reason: Reason) -> bool:
    return not _WITH_A_PLAN.union(_TIERS, (_SUITE_SEAT,)).isdisjoint(_missing(reason))


def _subject(reason: Reason) -> object:
    return next((reason.params[name] for name in _SUBJECTS if name in reason.params), None)


def _key(reason: Reason) -> Hashable:
    """Return what reasons of one group have in common."""
    if reason.code is ReasonCode.LICENSE_MISSING:
        return (reason.code, str(reason.params.get("scope")), _subject(reason))
    if reason.code in _SHORT:
        return (reason.code, _plan_of(reason), reason.params.get("hint"))
    rest = {name: value for name, value in reason.params.items() if name not in {*_SUBJECTS, "place"}}
    return (reason.code, *sorted((name, repr(value)) for name, value in rest.items()))


def _plan_of(reason: Reason) -> object:
    """Return the visible plan that causes a license to be short, or the license itself."""
    through = reason.params.get("through")
    return (through[0] if isinstance(through, tuple) else through) if through else reason.params.get("license")


def _group(key: Hashable, members: list[Reason]) -> Group:
    reasons = tuple(members)
    if isinstance(key, tuple) and key[0] == "plan":
        return Group(reasons, key=str(key[1]))
    first = reasons[0]
    if len(reasons) == 1:
        return Group(reasons)
    if first.code is ReasonCode.LICENSE_MISSING:
        names = tuple(dict.fromkeys(reason.params.get("license") for reason in reasons))
        scope = first.params.get("scope")
        if len(names) == 1:
            return Group(reasons)
        return Group(reasons, key=f"folded.licenses_missing.{scope}", params={"licenses": names})
    hidden = 0
    if first.code in _SHORT:
        # The plan itself comes first if it is short, else the license that is shortest.
        reasons = tuple(sorted(reasons, key=_is_behind))
        hidden = len({reason.params.get("license") for reason in reasons}) - 1
    subjects = tuple(dict.fromkeys(subject for subject in map(_subject, reasons) if subject is not None))
    if not subjects or first.code is ReasonCode.SEATS_EXCEED_TOTAL:
        return Group(reasons, hidden=hidden)
    named = subjects[:_NAMED_SUBJECTS]
    return Group(reasons, params={"holders": named}, hidden=hidden, others=len(subjects) - len(named))


def _is_behind(reason: Reason) -> tuple[bool, int]:
    """Return the order within a plan: the plan itself, then by how many licenses must be removed."""
    remove = reason.params.get("remove")
    return reason.params.get("license") != _plan_of(reason), -remove if isinstance(remove, int) else 0
