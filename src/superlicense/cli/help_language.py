"""Language of help and usage errors: what click says by itself, and what commands say before they begin.

Rule 1: these texts are keyed by their English, because those of click are. A text
that a language lacks is English. They are in ``locale/*/LC_MESSAGES/usage.po``.

Rule 2: the language is known before options are parsed: that of ``--lang`` anywhere
on the command line, else that of the environment.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import files
from typing import Final

import click

__all__ = ["chosen_language", "environment_language", "help_in", "language_of", "localized"]

_DOMAIN: Final = "usage"
_OPTION: Final = "--lang"
_VARIABLE: Final = "SUPERLICENSE_LANG"
_ENGLISH: Final = "en"
# The usual ways to say English, so that its help loads no catalogs.
_ENGLISH_TAGS: Final = frozenset({"", "C", "POSIX", "en", "en_US", "en_GB"})
_given: ContextVar[str | None] = ContextVar("language of the command line", default=None)


def localized(text: str, **params: object) -> str:
    """Return *text* in the language of the command line, with *params* in place of its placeholders."""
    return gettext.gettext(text).format(**params)


def environment_language() -> str:
    """Return the language of the first of ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` that is set; else English."""
    return _known(next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), ""))


def chosen_language() -> str:
    """Return the language of the running command, also before or without its option ``--lang``."""
    running = click.get_current_context(silent=True)
    given = None if running is None else running.params.get("language")
    return _chosen(given or _given.get() or os.environ.get(_VARIABLE))


def language_of(args: Sequence[str]) -> str:
    """Return the language that the command line *args* asks for, else that of the environment.

    >>> language_of(["users", "--lang", "da"]), language_of(["--lang=da", "users"])
    ('da', 'da')
    """
    given = os.environ.get(_VARIABLE)
    for place, word in enumerate(args):
        name, equals, value = word.partition("=")
        if word == "--":
            break
        if name == _OPTION:
            given = value if equals else args[place + 1] if place + 1 < len(args) else given
    return _chosen(given)


def _chosen(tag: str | None) -> str:
    return _known(tag) if tag else environment_language()


def _known(tag: str) -> str:
    """Return the language of *tag*; English where there is none."""
    if tag.partition(".")[0] in _ENGLISH_TAGS:
        return _ENGLISH
    from superlicense.errors import InvalidValueError  # noqa: PLC0415 - English help loads nothing
    from superlicense.messages.catalogs import catalog_name  # noqa: PLC0415 - as above

    try:
        return catalog_name(tag)
    except InvalidValueError:
        return _ENGLISH


@contextmanager
def help_in(language: str) -> Iterator[None]:
    """Show help and usage errors in *language* within the block.

    Click looks its messages up by `gettext.gettext`, in the domain and the language
    of the process; both are put back at the end.
    """
    domain, variable = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(_DOMAIN, str(files("superlicense").joinpath("locale")))
    gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = language
    token = _given.set(language)
    try:
        yield
    finally:
        _given.reset(token)
        gettext.textdomain(domain)
        if variable is None:
            os.environ.pop("LANGUAGE", None)
        else:
            os.environ["LANGUAGE"] = variable
