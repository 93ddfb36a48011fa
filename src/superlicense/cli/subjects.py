"""Subjects: the client or feature that a command asks about, and how its answer is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click
from click.shell_completion import CompletionItem

from superlicense.cli.context import CommandContext
from superlicense.model.decision import Access, Client, Decision, Question, Topic

__all__ = ["ADMINISTER", "EDIT", "completes", "heading_of", "question_of", "subject_of"]

ADMINISTER: Final = "administer"
_CLIENTS: Final = tuple(str(client) for client in Client)

EDIT: Final = click.option("--edit", is_flag=True, help="Ask about edit access to the feature. [default: view access]")

_Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def completes(*words: str) -> _Complete:
    """Return what completes clients and *words*."""

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in (*_CLIENTS, *words) if name.startswith(incomplete)]

    return complete


def subject_of(word: str, *, edit: bool) -> tuple[Client | str, Access]:
    """Return the client or feature called *word*, and the access that is asked about.

    The names of clients do not depend on case, like those of licenses.
    """
    access = Access.EDIT if edit else Access.VIEW
    return (Client(word.lower()), access) if word.lower() in _CLIENTS else (word, access)


def heading_of(context: CommandContext, decision: Decision, *words: str) -> str:
    """Return *words*, the question and its outcome on one line."""
    asked = decision.asked
    return " · ".join(filter(None, (*words, *question_of(context, asked), context.label(decision.outcome))))


def question_of(context: CommandContext, asked: Question) -> tuple[str, ...]:
    """Return the topic, the subject and the access of a question in words; what does not apply is empty."""
    subject = context.label(Client(asked.subject)) if asked.subject in _CLIENTS else _feature(context, asked)
    access = context.label(asked.access) if asked.topic is Topic.FEATURE else ""
    return context.label(asked.topic), subject, access


def _feature(context: CommandContext, asked: Question) -> str:
    """Return the title of a feature; the word itself where the question is about something else."""
    return context.words.named(asked.subject) if asked.topic is Topic.FEATURE and asked.subject else asked.subject
