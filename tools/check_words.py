"""Check docstrings, comments, messages and docs for words that should not come back.

.. code-block:: console

    uv run python tools/check_words.py
    uv run python tools/check_words.py --counts src/superlicense/cli docs

The words are in `tools/forbidden_words.txt`, which also says how to change them
and how to allow an exception.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
WORDS: Final = ROOT / "tools" / "forbidden_words.txt"
CHECKED: Final = ("src", "docs", "README.md", "CONTRIBUTING.md", "SECURITY.md")
_KINDS: Final = frozenset({".py", ".md", ".po"})
_FIELDS: Final = re.compile(r"\s\|\s")
# Strings and comments; `FSTRING_MIDDLE` is the text of an f-string from Python 3.12 on.
_TEXTS: Final = frozenset({"STRING", "COMMENT", "FSTRING_MIDDLE"})


class Rule(NamedTuple):
    """A pattern that should not be written.

    Attributes:
        pattern: The compiled pattern.
        better: What to write instead.
        paths: Globs of the files that the rule applies to.
    """

    pattern: re.Pattern[str]
    better: str
    paths: tuple[str, ...]


class Exemption(NamedTuple):
    """A piece of text that is fine as it is, in the files that *paths* match."""

    paths: tuple[str, ...]
    text: str


class Word(NamedTuple):
    """A forbidden word that was found."""

    path: str
    line: int
    found: str
    better: str


def read_rules(text: str) -> tuple[list[Rule], list[Exemption]]:
    """Return the rules and the exemptions that *text*, a file like `tools/forbidden_words.txt`, contains.

    Raises:
        ValueError: A line has no pattern or no better word.
    """
    rules, exemptions = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        first, second, third = ([part.strip() for part in _FIELDS.split(line)] + ["", ""])[:3]
        if not second:
            raise ValueError(f"line {number}: must be `pattern | better`")
        if first == "allow":
            exemptions.append(Exemption(tuple(second.split()), third))
        else:
            pattern = re.compile(first.replace(" ", r"[\s#\"]+"), re.IGNORECASE)
            rules.append(Rule(pattern, second, tuple(third.split()) or ("*",)))
    return rules, exemptions


def texts(path: str, source: str) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file that people read, each with the number of its first line.

    Of Python these are docstrings, comments and strings; of other files everything.
    """
    if not path.endswith(".py"):
        yield 1, source
        return
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if tokenize.tok_name[token.type] in _TEXTS:
            yield token.start[0], token.string


def check(path: str, source: str, rules: Iterable[Rule], exemptions: Iterable[Exemption]) -> list[Word]:
    """Return the forbidden words of one file, in the order of their lines."""
    here = [rule for rule in rules if _matches(path, rule.paths)]
    fine = [one.text for one in exemptions if _matches(path, one.paths)]
    found = []
    for first, text in texts(path, source):
        for rule in here:
            for match in rule.pattern.finditer(text):
                if not _is_exempt(text, match, fine):
                    line = first + text.count("\n", 0, match.start())
                    found.append(Word(path, line, " ".join(match[0].split()), rule.better))
    return sorted(found)


def _matches(path: str, globs: Iterable[str]) -> bool:
    return any(fnmatch(path, glob) for glob in globs)


def _is_exempt(text: str, match: re.Match[str], fine: Iterable[str]) -> bool:
    for piece in fine:
        start = text.find(piece)
        while start >= 0:
            if start <= match.start() and match.end() <= start + len(piece):
                return True
            start = text.find(piece, start + 1)
    return False


def files(paths: Sequence[str]) -> list[str]:
    """Return the checked files of the repository that lie in *paths*, relative to its root."""
    listed = subprocess.run(  # noqa: S603 - git, with paths of ours
        ["git", "ls-files", "--", *paths],  # noqa: S607 - as developers have it
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for path in listed.stdout.splitlines() if Path(path).suffix in _KINDS and (ROOT / path).is_file()]


def folder(path: str) -> str:
    """Return the folder that *path* is counted under: two levels below the root, three below ``src``."""
    depth = 3 if path.startswith("src/") else 2
    return "/".join(Path(path).parts[:-1][:depth]) or path


def main(arguments: Sequence[str]) -> int:
    """Print each forbidden word, or with ``--counts`` how many each folder has; return 1 if there are any."""
    paths = [argument for argument in arguments if argument != "--counts"]
    rules, exemptions = read_rules(WORDS.read_text(encoding="utf-8"))
    found = [
        word
        for path in files(paths or CHECKED)
        for word in check(path, (ROOT / path).read_text(encoding="utf-8"), rules, exemptions)
    ]
    if "--counts" in arguments:
        for name, count in sorted(Counter(folder(word.path) for word in found).items()):
            sys.stdout.write(f"{count:>5}  {name}\n")
    else:
        for word in found:
            sys.stdout.write(f"{word.path}:{word.line}: {word.found!r}: better {word.better}\n")
    sys.stdout.write(f"{len(found)} forbidden words in {len({word.path for word in found})} files\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
