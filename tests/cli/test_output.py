"""What the installed program writes to a pipe, a terminal and a full disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.program import PATIENCE, run, start

pytestmark = pytest.mark.slow

ESCAPE = b"\x1b"


def at_a_terminal(*arguments: str, variables: Mapping[str, str]) -> bytes:
    """Run the program on a terminal of its own and give what it wrote there."""
    pty = pytest.importorskip("pty")
    ours, its = pty.openpty()
    with start(*arguments, stdout=its, stderr=its, variables={"COLUMNS": "200", **variables}) as process:
        os.close(its)
        written = b""
        with suppress(OSError):  # how Linux says that the other end is closed
            while some := os.read(ours, 4096):
                written += some
        os.close(ours)
        assert process.wait(PATIENCE) == 0
    return written.replace(b"\r\n", b"\n")


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"COLUMNS": "40"}, {"TERM": "dumb"}])
def test_in_a_pipe_there_are_plain_lines_without_spaces_at_their_ends(variables: dict[str, str]) -> None:
    done = run("demo", variables=variables)
    assert (done.code, done.stderr) == (0, b"")
    assert ESCAPE not in done.stdout
    assert not [line for line in done.stdout.decode("utf-8").splitlines() if line != line.rstrip()]
    assert done.stdout == run("demo").stdout


def test_at_a_terminal_headings_and_marks_have_a_style() -> None:
    written = at_a_terminal("demo", variables={})
    assert b"\x1b[1mOwner information" in written
    assert b"\x1b[31m\xe2\x9c\x97\x1b[0m Dagny Falk" in written


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "dumb"}])
def test_at_a_terminal_that_wants_no_colors_the_same_lines_are_plain(variables: dict[str, str]) -> None:
    assert at_a_terminal("demo", variables=variables) == run("demo").stdout


@pytest.mark.parametrize("columns", ["20", "60", "200"])
def test_nothing_is_cut_to_fit_a_terminal(columns: str) -> None:
    shown = at_a_terminal("demo", variables={"COLUMNS": columns, "NO_COLOR": "1"})
    # Headings are repeated where a row is a block.
    assert set(shown.replace(b":", b"").split()) == set(run("demo").stdout.replace(b":", b"").split())


def test_an_encoding_without_the_marks_gets_others() -> None:
    done = run("demo", "--lang", "da", variables={"PYTHONIOENCODING": "cp1252"})
    assert (done.code, done.stderr) == (0, b"")
    text = done.stdout.decode("cp1252")
    assert "Udløbsdato" in text
    assert "?" not in text
    assert "  - Dagny Falk " in text


def test_an_encoding_without_the_letters_gets_question_marks() -> None:
    done = run("demo", "--lang", "da", variables={"PYTHONIOENCODING": "ascii"})
    assert (done.code, done.stderr) == (0, b"")
    assert b"Udl?bsdato" in done.stdout


def test_a_reader_who_leaves_early_is_no_error_to_be_told() -> None:
    with start("demo") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(PATIENCE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_in_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = run("demo", stdout=full.fileno(), variables={"LC_ALL": "C.UTF-8"})
    assert (done.code, done.stderr) == (1, b"superlicense: No space left on device\n")


def test_a_file_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "key.pem"
    done = run("keygen", "--out", str(missing))
    assert (done.code, done.stdout) == (1, b"")
    assert done.stderr.decode().splitlines() == [f"superlicense: No such file or directory: {missing}"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("demo", "--lang", "xx"), "'xx' is not one of 'da', 'en'"),
        (("demo", "more"), "unexpected extra argument"),
        (("nothing",), "No such command"),
    ],
)
def test_wrong_usage_is_told_without_a_traceback(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert (done.code, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("missing", ["click", "rich", "defusedxml"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, missing: str) -> None:
    (tmp_path / f"{missing}.py").write_text(
        f'raise ModuleNotFoundError("No module named {missing!r}", name={missing!r})'
    )
    done = run(
        "demo",
        program=(sys.executable, "-c", "from superlicense.cli import main; main()"),
        variables={"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )
    assert (done.code, done.stdout) == (1, b"")
    assert done.stderr.decode().strip() == f"superlicense: {missing} is missing; install superlicense[cli]"


def test_importing_the_package_of_commands_imports_nothing_of_the_extra() -> None:
    code = "import sys, superlicense.cli; print(sorted({'click', 'rich', 'defusedxml'} & set(sys.modules)))"
    done = run(program=(sys.executable, "-c", code))
    assert (done.code, done.stdout.decode().strip()) == (0, "[]")
