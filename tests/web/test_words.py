"""The words of the pages: nothing is missing, and nothing is there that no page says."""

from __future__ import annotations

import re
from pathlib import Path

import superlicense
from superlicense.messages import Localizer
from tests.test_messages import CATALOGS

WEB = Path(superlicense.__file__).parent / "web"
SAID = re.compile(r"""["'](web_\w+)["']""")


def sources() -> str:
    paths = [*WEB.rglob("*.py"), *WEB.rglob("*.html"), *(WEB.parent / "cli").rglob("*.html")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_everything_that_pages_say_has_words_and_nothing_else_has() -> None:
    said = {f"label.{word}" for word in SAID.findall(sources())} - {"label.web_"}
    assert len(said) > 50
    for language in ("en", "da"):
        assert {key for key in CATALOGS[language] if key.startswith("label.web_")} == said


def test_every_word_that_a_template_asks_for_is_there() -> None:
    asked = set(re.findall(r"""\bt\(["'](\w+)["']""", sources()))
    assert len(asked) > 100
    for language in ("en", "da"):
        known = {key.rpartition(".")[2] for key in CATALOGS[language]}
        assert asked - known == set()
        labels = {key.partition(".")[2] for key in CATALOGS[language] if key.startswith("label.")}
        assert {word for word in asked - labels if Localizer(language).text(word) == word} == set()
