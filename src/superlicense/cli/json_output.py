"""JSON output: nouns as plain data."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from superlicense.cli.escaping import escaped_json
from superlicense.messages import message
from superlicense.model.plain_data import plain_data
from superlicense.model.reason import Reason

__all__ = ["print_json", "to_plain_data"]


def to_plain_data(value: object, words: Callable[[Reason], str] = message) -> Any:  # noqa: ANN401 - what `json` takes
    """Return *value* as plain data, each reason with its message in *words*."""

    def told(noun: object) -> Mapping[str, object]:
        return {"message": words(noun)} if isinstance(noun, Reason) else {}

    return plain_data(value, extra=told)


def print_json(value: object, words: Callable[[Reason], str] = message) -> None:
    """Print *value* on one line; characters that the stream cannot encode, or that control a terminal, are escaped."""
    data = to_plain_data(value, words)
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data)
    print(escaped_json(text))
