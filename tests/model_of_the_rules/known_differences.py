"""Where the library does not follow the contract yet: one table, which later work empties.

A row says which sentence of the design is not kept, and which parts of a difference come of it. An answer
differs in parts: each reason and each warning that only one side has, the outcome, the instant until which
it holds, the notices. A difference is known if rows claim all of its parts. One that is not known fails the
comparison; so does a row that nothing needs any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.model_of_the_rules import features, gate
from tests.model_of_the_rules.comparison import Difference
from tests.model_of_the_rules.facts import SUPEROFFICE, Facts, Signed, addressee_faults
from tests.model_of_the_rules.steps import Batch, Come


@dataclass(frozen=True)
class Part:
    """One thing in which two answers differ.

    Attributes:
        what: reason, warning, outcome, until, rule_set or notices.
        side: model or library, whichever has it alone; both where each has its own.
        code: Of the reason or warning.
        about: What that is about.
    """

    what: str
    side: str = "both"
    code: str = ""
    about: str = ""


@dataclass(frozen=True)
class KnownDifference:
    """One sentence of the design that the library does not keep yet.

    Attributes:
        code: Of the finding.
        sentence: What the design says.
        witness: Seed of a world that shows it.
        claims: Whether a part of a difference comes of it.
    """

    code: str
    sentence: str
    witness: str
    claims: Callable[[Difference, Part], bool]


def parts(difference: Difference) -> Iterator[Part]:
    """Yield every part of *difference*; of what is no answer of the gate, one for each reason, or one for all."""
    model, library = difference.model, difference.library
    if isinstance(model, frozenset) and isinstance(library, frozenset):
        yield from (Part("reason", "model", *one) for one in model - library)
        yield from (Part("reason", "library", *one) for one in library - model)
        return
    if not isinstance(model, gate.Answer) or not isinstance(library, gate.Answer):
        yield Part("answer")
        return
    for what, ours, theirs in (
        ("reason", model.reasons, library.reasons),
        ("warning", model.warnings, library.warnings),
    ):
        yield from (Part(what, "model", *one) for one in ours - theirs)
        yield from (Part(what, "library", *one) for one in theirs - ours)
    if model.outcome != library.outcome:
        yield Part("outcome")
    if model.valid_until != library.valid_until:
        yield Part("until")
    if model.rule_set != library.rule_set:
        yield Part("rule_set")
    if model.notices != library.notices:
        yield Part("notices")


_CONSEQUENCES = {"outcome", "until"}
_LICENSE_CODES = {"license_missing", "one_license_of"}
_REVOKED = {"key_revoked", "package_revoked"}
_EDITED_OTHERWISE = {"extern-user", "anonymous-user", "system-user", "ej-mod-ticket", *features.NO_EDITING_LICENSE}


def _is_foreign(facts: Facts) -> bool:
    return any(addressee_faults(facts, package) for package in facts.packages.values())


def _foreign(difference: Difference, part: Part) -> bool:
    missing = part.what == "reason" and part.side == "model" and part.code in _LICENSE_CODES
    # Taken for granted, the license of a Service client has its own say.
    granted = part.side == "library" and part.code in {"read_only_client", "sessions_in_use", "sessions_not_counted"}
    return difference.kind in {"login", "feature"} and _is_foreign(difference.facts) and (missing or granted)


def _first_only(difference: Difference, part: Part) -> bool:
    return (
        difference.kind == "feature"
        and part.side == "model"
        and (part.what, part.code) == ("reason", "license_missing")
    )


def _editing(difference: Difference, part: Part) -> bool:
    if difference.kind != "feature" or not isinstance(difference.asked, tuple):
        return False
    named = (part.what, part.code) == ("reason", "license_missing")
    return difference.asked[1] in _EDITED_OTHERWISE and (named or part.what in _CONSEQUENCES)


def _for_administrators(difference: Difference, part: Part) -> bool:
    if difference.kind != "login" or part.side == "library":
        return False
    partner = part.about != SUPEROFFICE or part.code == "package_waiting"
    return part.what == "until" or (part.what == "warning" and partner)


def _revocation(difference: Difference, part: Part) -> bool:
    if difference.kind not in {"login", "feature"} or part.side == "library":
        return False
    return part.code in _REVOKED or (part.what == "until" and bool(difference.facts.revoked))


def _partly_revoked(facts: Facts, signed: Iterable[Signed | None]) -> bool:
    """Return whether some document has a revoked key, and enough others."""
    revoked = set(facts.revoked)
    return any(one is not None and one.keys & revoked and len(one.keys - revoked) >= one.threshold for one in signed)


def _threshold(difference: Difference, part: Part) -> bool:
    facts, asked = difference.facts, difference.asked
    if isinstance(asked, Come):
        if part.code in {"package_rollback", "package_conflict"}:
            # What is taken for revoked does not count as the newest one either.
            return part.side == "model" and _partly_revoked(facts, facts.newest_signed.values())
        refused = isinstance(difference.library, frozenset) and "key_revoked" in dict(difference.library)
        return refused and part.what == "reason" and _partly_revoked(facts, [asked.arrival.signed])
    if difference.kind == "preview effects":
        return _partly_revoked(facts, facts.signed.values())
    phases = {"package_stopped", "package_in_grace", "package_expires"}
    if difference.kind.startswith("preview") or (part.code not in phases and part.what not in _CONSEQUENCES):
        return False
    return _partly_revoked(facts, facts.signed.values())


def _central_login(difference: Difference, part: Part) -> bool:
    facts = difference.facts
    if difference.kind != "login" or not facts.policy.allow_central_login or facts.installation.site == "central":
        return False
    return part.what in _CONSEQUENCES or (part.side == "model" and part.code in {"other_site", "on_travel"})


def _event_target(difference: Difference, part: Part) -> bool:
    """Return whether an event that was started in the central database reaches a satellite."""
    facts = difference.facts
    central = any(key[1:] == ("database", "central") for key in facts.events)
    if difference.kind != "login" or not central or facts.installation.site == "central":
        return False
    return part.what in _CONSEQUENCES or (part.side == "library" and part.code == "no_login_event")


def _early(difference: Difference, part: Part) -> bool:
    return isinstance(difference.asked, Come) and difference.asked.offered and part.code == "issued_in_future"


def _refused_by(code: str) -> Callable[[Difference, Part], bool]:
    def claims(difference: Difference, part: Part) -> bool:
        model = difference.model
        refused = isinstance(model, frozenset) and code in dict(model)
        # Later changes of a batch meet another world then.
        follows = part.side == "library" or isinstance(difference.asked, Batch)
        return difference.kind == "command" and refused and (part.code == code or follows)

    return claims


KNOWN_DIFFERENCES = (
    KnownDifference(
        "early", "A document whose `issued_at` lies in the future is kept waiting by `offer` (8).", "0/76", _early
    ),
    KnownDifference(
        "one-plan", "No change of any kind may add a second plan to a holder (7).", "0/89", _refused_by("one_plan_only")
    ),
)


def explain(difference: Difference) -> list[str]:
    """Return the codes of the known differences that *difference* consists of; empty if some part is not known."""
    found: set[str] = set()
    for part in parts(difference):
        code = next((known.code for known in KNOWN_DIFFERENCES if known.claims(difference, part)), None)
        if code is None:
            return []
        found.add(code)
    return sorted(found)
