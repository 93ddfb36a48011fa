"""Errors: what went wrong and what to do about it, in the language of the reader.

Rule 1: the message of a refusal is its reasons, folded. Every other error has a message
under its code, ``error.store_busy``, with its attributes as parameters.

Rule 2: what a parser says is in English and stands in brackets; what a database
driver says is not shown.

Source: design section 14, third point.
"""

from __future__ import annotations

from typing import Final

from superlicense.errors import RefusedError, SuperlicenseError, WrongPayloadTypeError
from superlicense.errors.base import quoted
from superlicense.messages.folding import Group, fold
from superlicense.messages.wording import Wording, harmless

__all__ = ["error_text", "group_text"]

_SHOWN_REASONS: Final = 10
_SAID_BY_THE_MESSAGE: Final = "is not valid JSON: "

# Documents that are mistaken for one another: the words name the command that takes them.
_PAYLOADS: Final = {
    "application/vnd.superlicense.root.v1+json": "root",
    "application/vnd.superlicense.package.v1+json": "package",
}


def error_text(error: SuperlicenseError, wording: Wording) -> str:
    """Return *error* as one line: what is wrong, and the cure."""
    if isinstance(error, RefusedError):
        groups = fold(error.reasons)
        shown = [group_text(group, wording) for group in groups[:_SHOWN_REASONS]]
        more = len(groups) - len(shown)
        return " ".join([*shown, wording.of_key("folded.and_more_reasons", {"others": more}) or ""] if more else shown)
    facts = {name: value for name, value in vars(error).items() if not name.startswith("_")}
    if "value" in facts:
        facts["value"] = quoted(facts["value"])
    if "problem" in facts:  # where, unless it is the whole file
        detail = ": ".join(str(facts[name]) for name in ("path", "problem") if facts.get(name))
        facts["detail"] = detail.removeprefix(_SAID_BY_THE_MESSAGE)
    return wording.of_key(_key(error), facts) or harmless(str(error))


def _key(error: SuperlicenseError) -> str:
    if isinstance(error, WrongPayloadTypeError) and error.found in _PAYLOADS and error.expected in _PAYLOADS:
        return f"error.{error.code}.{_PAYLOADS[error.found]}"
    return f"error.{error.code}"


def group_text(group: Group, wording: Wording) -> str:
    """Return the reasons of *group* as one line."""
    first = group.reasons[0]
    if group.key is None:
        text = wording.of_reason(first, _with_others(group, wording))
    else:
        text = wording.of_refusal(group.key, {**first.params, **group.params}) or str(first.code)
    if not group.hidden:
        return text
    sentence = text.removesuffix(".")
    return f"{sentence} {wording.of_key('folded.and_hidden', {'hidden': group.hidden})}{text[len(sentence) :]}"


def _with_others(group: Group, wording: Wording) -> dict[str, object]:
    params = dict(group.params)
    named = params.get("holders")
    if group.others and isinstance(named, tuple):
        params["holders"] = (*named, wording.of_key("folded.and_others", {"others": group.others}))
    return params
