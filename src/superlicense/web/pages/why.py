"""Why: the answer of the gate to one question, the tree of its conditions, and what would help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

from superlicense.messages import Localizer
from superlicense.model.decision import Access, Clause, ClauseKind, Client, Decision
from superlicense.model.license import LicenseScope
from superlicense.model.plain_data import plain_data, worded
from superlicense.model.remedy import Remedy
from superlicense.web.conflicts import ChangedMeanwhileError, card_rows, check_card
from superlicense.web.tokens import digest_of
from superlicense.web.visit import Done, Page, Visit

__all__ = ["Condition", "carry_out", "condition_text", "conditions", "why"]

_CLIENTS: Final = tuple(str(client) for client in Client)
_PREFIX: Final = "remedy "


@frozen
class Condition:
    """One condition, to be drawn.

    Attributes:
        met: Whether it is met.
        text: What it is.
        parts: The conditions it is made of.
    """

    met: bool
    text: str
    parts: tuple[Condition, ...]


def why(visit: Visit) -> Page:
    """Show why a user may log in or use a feature, or not."""
    user_id, subject = visit.get("id"), visit.get("subject", "web")
    access = Access.EDIT if visit.get("access") == "edit" else Access.VIEW
    values: dict[str, object] = {
        "id": user_id,
        "subject": subject,
        "access": str(access),
        "accesses": (visit.words.of(Access.VIEW), visit.words.of(Access.EDIT)),
        "clients": tuple(visit.words.of(client) for client in Client),
        "features": _features(visit, user_id),
        "decision": None,
    }
    screen: object = {"user": user_id}
    if user_id:
        decision = _decision(visit, user_id, subject, access)
        remedies = _remedies(visit, user_id, subject, access)
        screen = _Answer(user_id, decision, remedies, visit.words)
        values |= {
            "decision": decision,
            "outcome": visit.words.of(decision.outcome),
            "reasons": visit.words.of_all((*decision.reasons, *decision.warnings)),
            "conditions": conditions(decision.clauses, visit.words),
            "remedies": tuple((_key(one), one) for one in remedies),
            "asked": _asked(visit, decision),
            "token": _token(visit, user_id, subject, access, remedies),
        }
    return Page(template="why.html", tab="why", title=visit.words.text("web_why"), screen=screen, values=values)


def carry_out(visit: Visit) -> Done:
    """Carry out a remedy that the page showed.

    Raises:
        ChangedMeanwhileError: It is not a remedy any more.
        RefusedError: The rules refuse it.
    """
    user_id, subject = visit.get("id"), visit.get("subject")
    access = Access.EDIT if visit.get("access") == "edit" else Access.VIEW
    shown, key = visit.shown(_form(user_id, subject, access)), visit.get("remedy")
    found = {_key(one): one for one in _remedies(visit, user_id, subject, access)}
    done = Done(visit.url("/why", id=user_id, subject=subject, access=access))
    if _decision(visit, user_id, subject, access).allowed and not found:
        return done  # as wanted: it has been carried out
    if _PREFIX + key not in shown.rows or key not in found:
        raise ChangedMeanwhileError((visit.words.text("web_remedy_gone"),))
    rows = {name: state for name, state in shown.rows.items() if not name.startswith(_PREFIX)}
    checked = check_card(visit, user_id, type(shown)(shown.at, rows))
    visit.licensing.apply(found[key].changes, by=visit.user, guard=checked)
    return done


class _Answer:
    """The decision with its remedies, as data."""

    def __init__(self, user: str, decision: Decision, remedies: tuple[Remedy, ...], words: Localizer) -> None:
        self._data = {"user": user, "decision": decision, "remedies": remedies}
        self._words = words

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = plain_data(self._data, extra=worded(self._words))
        return data


def _subject(subject: str) -> Client | str:
    return Client(subject) if subject in _CLIENTS else subject


def _decision(visit: Visit, user_id: str, subject: str, access: Access) -> Decision:
    gate, asked = visit.licensing.gate, _subject(subject)
    return gate.login(user_id, asked) if isinstance(asked, Client) else gate.feature(user_id, asked, access)


def _remedies(visit: Visit, user_id: str, subject: str, access: Access) -> tuple[Remedy, ...]:
    asked = _subject(subject)
    wanted = Access.VIEW if isinstance(asked, Client) else access
    return visit.licensing.gate.remedies(user_id, asked, wanted, language=visit.language)


def _features(visit: Visit, user_id: str) -> tuple[tuple[str, str], ...]:
    names = visit.licensing.gate.abilities(user_id or visit.user).features
    return tuple(
        sorted(
            ((name, visit.words.title(f"superoffice.{name}" if "." not in name else name)) for name in names),
            key=lambda one: one[1],
        )
    )


def _asked(visit: Visit, decision: Decision) -> str:
    asked = decision.asked
    if asked.subject in _CLIENTS:
        return visit.words.text(Client(asked.subject))
    return f"{visit.words.named(asked.subject)}, {visit.words.text(asked.access)}"


def _key(remedy: Remedy) -> str:
    return digest_of(remedy.steps)


def _form(user_id: str, subject: str, access: Access) -> str:
    return f"remedy {access} {len(subject)} {subject} {user_id}"


def _token(visit: Visit, user_id: str, subject: str, access: Access, remedies: tuple[Remedy, ...]) -> str:
    card = visit.licensing.screens.user(user_id, language=visit.language)
    rows = card_rows(visit, user_id, card) | {_PREFIX + _key(one): "" for one in remedies if one.applicable}
    return visit.token(_form(user_id, subject, access), rows)


def conditions(clauses: tuple[Clause, ...], words: Localizer) -> tuple[Condition, ...]:
    """Return *clauses* in words, as the tree that they are."""
    return tuple(
        Condition(clause.met, condition_text(clause, words), conditions(clause.parts, words)) for clause in clauses
    )


def condition_text(clause: Clause, words: Localizer) -> str:
    """Return one clause in words, without its parts."""
    if clause.kind is ClauseKind.FACT:
        key = f"condition_{clause.subject}"
        told = words.text(key)
        return clause.subject if told == key else told
    if clause.kind is not ClauseKind.NEEDS:
        return words.text(clause.kind)
    scope = f"{words.text(LicenseScope(clause.scope))} " if clause.scope else ""
    origin = f" ({', '.join(_origin(clause, words))})" if clause.met and (clause.through or clause.package) else ""
    return f"{scope}{words.named(clause.subject)}{origin}"


def _origin(clause: Clause, words: Localizer) -> Iterator[str]:
    if clause.through:
        yield words.text("web_through", plans=clause.through)
    if clause.package:
        yield words.text("web_of_package", owner=clause.package)
