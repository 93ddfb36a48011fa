"""Words that should not come back are found in what people read, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_words

RULES, EXEMPTIONS = check_words.read_rules(check_words.WORDS.read_text(encoding="utf-8"))


def found(source: str, path: str = "src/superlicense/sample.py") -> list[tuple[int, str]]:
    return [(word.line, word.found) for word in check_words.check(path, source, RULES, EXEMPTIONS)]


def test_words_are_found_in_docstrings_comments_and_strings() -> None:
    source = (
        'def total():\n    """Give the total."""\n    # Whoever calls it.\n'
        '    raise ValueError(f"{1}: it must be a text")\n'
    )
    assert found(source) == [(2, '"""Give'), (3, "Whoever"), (4, "must be a text")]


def test_names_and_code_are_left_alone() -> None:
    assert found("somebody = whoever(somebody)\n") == []


def test_a_phrase_may_run_over_a_line_break() -> None:
    assert found("The company that it is made\nout to.\n", "docs/page.md") == [(1, "made out to")]


@pytest.mark.parametrize("fine", ["There is no user.", "It is no longer valid.", '"""Given a month, return it."""'])
def test_plain_english_is_fine(fine: str) -> None:
    assert found(fine, "docs/page.md") == []


def test_a_rule_may_be_for_some_paths_only() -> None:
    danish = "src/superlicense/locale/da/LC_MESSAGES/superlicense.po"
    assert found("underskrevet", danish) == [(1, "underskrev")]
    assert found("underskrevet", "src/superlicense/sample.md") == []


def test_an_exception_allows_one_sentence_in_its_files() -> None:
    rules, exemptions = check_words.read_rules(
        'keeper | writer\nallow | docs/* | "The keeper of the books" is what we used to say\n'
    )
    text = '"The keeper of the books" is what we used to say. The keeper.\n'
    assert [word.line for word in check_words.check("docs/page.md", text, rules, exemptions)] == [1]
    assert len(check_words.check("README.md", text, rules, exemptions)) == 2


def test_a_rule_needs_a_better_word() -> None:
    with pytest.raises(ValueError, match="line 2: must be"):
        check_words.read_rules("# words\nkeeper\n")


def test_the_command_prints_places_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("A page.\n\nWhoever reads it.\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("Fine.\n", encoding="utf-8")
    monkeypatch.setattr(check_words, "ROOT", tmp_path)
    monkeypatch.setattr(check_words, "files", lambda _: ["README.md", "docs/page.md"])
    assert check_words.main([]) == 1
    assert capsys.readouterr().out == (
        "docs/page.md:3: 'Whoever': better the user who, the caller, anyone who\n1 forbidden words in 1 files\n"
    )
    assert check_words.main(["--counts"]) == 1
    assert capsys.readouterr().out == "    1  docs\n1 forbidden words in 1 files\n"
    monkeypatch.setattr(check_words, "files", lambda _: ["README.md"])
    assert check_words.main([]) == 0
    assert capsys.readouterr().out == "0 forbidden words in 0 files\n"


def test_the_files_of_the_repository_are_checked() -> None:
    listed = check_words.files(check_words.CHECKED)
    assert "README.md" in listed
    assert "src/superlicense/messages/wording.py" in listed
    assert not [path for path in listed if path.endswith(".mo")]
    assert check_words.folder("src/superlicense/cli/why.py") == "src/superlicense/cli"
    assert check_words.folder("docs/how-to/index.md") == "docs/how-to"
