"""The desk: what a command works with, and the options that all such commands have."""

from __future__ import annotations

import getpass
import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from superlicense.cli.exit_codes import ExitCode, code_of
from superlicense.cli.json_output import print_json
from superlicense.cli.settings import CONFIG_FILE, Settings, find_config, read_settings
from superlicense.errors import RefusedError, SuperlicenseError
from superlicense.licensing.clock import utc_now
from superlicense.messages import languages, message
from superlicense.model.decision import Reason
from superlicense.model.month import Month
from superlicense.time_zones import time_zone

if TYPE_CHECKING:
    from superlicense.cli.output import Output
    from superlicense.licensing.front import Licensing

__all__ = ["INSTALLATION_OPTIONS", "CommandContext", "mutation", "parse_instant", "query"]

_INSTALLATION: Final = ("serial_number", "company", "database_id", "time_zone")
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


def parse_instant(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    """Read an instant as people write it, ``2026-11-24T09:00Z`` or ``2026-11-24``; naive where it says no offset.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        return None if value is None else datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no instant like 2026-11-24T09:00Z or 2026-11-24") from error


# Options that name a store and an installation; the rest of the settings is in the file only.
INSTALLATION_OPTIONS: Final = (
    click.option("--config", type=_FILE, envvar="SUPERLICENSE_CONFIG", help=f"Settings instead of {CONFIG_FILE}."),
    click.option("--store", envvar="SUPERLICENSE_STORE", help="A URL of SQLAlchemy, or a file of SQLite."),
    click.option("--serial-number", envvar="SUPERLICENSE_SERIAL_NUMBER", help="Serial number of the installation."),
    click.option("--company", envvar="SUPERLICENSE_COMPANY", help="Company that the licenses are made out to."),
    click.option("--database-id", envvar="SUPERLICENSE_DATABASE_ID", help="Which database of the serial number."),
    click.option("--time-zone", envvar="SUPERLICENSE_TIME_ZONE", help="Zone of calendar months and dates."),
    click.option(
        "--seal-key", envvar="SUPERLICENSE_SEAL_KEY", help="A file with the key that the store is sealed with."
    ),
    click.option("--trust", envvar="SUPERLICENSE_TRUST", help="The pinned trust root: a file, or its SHA-256 in hex."),
)
_OUTPUT_OPTIONS: Final = (
    click.option(
        "--lang",
        "language",
        type=click.Choice(languages()),
        envvar="SUPERLICENSE_LANG",
        default="en",
        show_default=True,
        help="Language of words.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)
_AT: Final = click.option(
    "--at", callback=parse_instant, help="As of this instant; without offset in the zone. [default: now]"
)
_BY: Final = click.option("--by", envvar="SUPERLICENSE_BY", help="Who does it. [default: you, as the system knows you]")


class CommandContext:
    """What a command works with.

    Attributes:
        settings: Which store, which installation, what is trusted.
        language: Language of words.
        as_json: Whether JSON is printed.
    """

    def __init__(
        self, settings: Settings, *, language: str, as_json: bool, at: datetime | None = None, by: str | None = None
    ) -> None:
        """Sit down; nothing is opened yet."""
        self.settings = settings
        self.language = language
        self.as_json = as_json
        self._at = at
        self._by = by

    @cached_property
    def licensing(self) -> Licensing:
        """The installation, opened on first use."""
        from superlicense.cli.stores import open_store  # noqa: PLC0415 - SQLAlchemy costs 0.3 s
        from superlicense.licensing.front import Licensing  # noqa: PLC0415 - opened only where it is used

        settings = self.settings
        store = open_store(settings)
        click.get_current_context().call_on_close(store.engine.dispose)
        return Licensing(
            store,
            settings.installation,
            trust=settings.trust,
            policy=settings.policy,
            seal_key=settings.seal_key,
            meters=settings.meters,
        )

    @cached_property
    def output(self) -> Output:
        """Standard output."""
        from superlicense.cli.output import Output  # noqa: PLC0415 - JSON needs no rich

        return Output()

    @property
    def at(self) -> datetime | None:
        """The instant asked for; `None` is now."""
        return self.in_zone(self._at)

    def refuse_at(self, what: str) -> None:
        """Refuse ``--at`` where *what* is of now.

        Raises:
            click.UsageError: an instant was asked for.
        """
        if self._at is not None:
            raise click.UsageError(f"{what}: --at is not for it")

    @property
    def by(self) -> str:
        """Who gives the command."""
        if self._by or self.reader:
            return self._by or self.reader
        raise click.UsageError("who does it? give --by")

    @property
    def reader(self) -> str:
        """Who looks: you, as the system knows you; empty where it knows nobody."""
        with suppress(OSError, KeyError, ImportError):  # what getpass raises then
            return getpass.getuser()
        return ""

    def in_zone(self, given: datetime | None) -> datetime | None:
        """Take an instant without offset for one of the installation's time zone."""
        if given is None or given.utcoffset() is not None:
            return given
        return given.replace(tzinfo=time_zone(self.settings.installation.time_zone))

    def month(self) -> Month:
        """Give the month that is asked about, in the installation's time zone."""
        return Month.of(self.at or utc_now(), time_zone(self.settings.installation.time_zone))

    @staticmethod
    def time(at: datetime | None) -> str:
        """Give *at* for people, to the second, in UTC; empty for never."""
        return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

    def text(self, words: str, **params: object) -> str:
        """Say the *words* of the command line in its language."""
        return message(f"cli_{words}", self.language, **params)

    def label(self, name: str) -> str:
        """Give a label or the words of a member of an enum."""
        return message(name, self.language)

    def show(self, data: object, draw: Callable[[], None]) -> None:
        """Print *data* where JSON is asked for, else draw."""
        if self.as_json:
            print_json(data, self.language)
        else:
            draw()

    def sentences(self, reasons: Iterable[Reason], indent: str = "  ") -> None:
        """Write a line for each reason."""
        for reason in reasons:
            self.output.line(f"{indent}{message(reason, self.language)}")

    def fail(self, error: SuperlicenseError, **data: object) -> ExitCode:
        """Tell *error*, a sentence for each reason that it has; programs get *data* besides."""
        reasons = error.reasons if isinstance(error, RefusedError) else ()
        sentences = [message(reason, self.language) for reason in reasons]
        for sentence in sentences or [f"{error.code}: {error}"]:
            click.echo(f"superlicense: {sentence}", err=True)
        if self.as_json:
            exits_with_code = {"code": error.code, "message": str(error), "reasons": reasons}
            print_json({**data, "error": exits_with_code}, self.language)
        return code_of(error)


Command = Callable[..., ExitCode | None]


def query(command: Command) -> Callable[..., None]:
    """Give a command that asks its `CommandContext`, and the options of those that do."""
    return _with_options((*INSTALLATION_OPTIONS, *_OUTPUT_OPTIONS, _AT), command)


def mutation(command: Command) -> Callable[..., None]:
    """Give a command that writes its `CommandContext`, and the options of those that do."""
    return _with_options((*INSTALLATION_OPTIONS, *_OUTPUT_OPTIONS, _AT, _BY), command)


def _with_options(options: Iterable[Callable[[Any], Any]], command: Command) -> Callable[..., None]:
    @wraps(command)
    def run(*, config: Path | None, language: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - what click gives
        place = {name: given.pop(name) for name in ("store", "trust", "seal_key", *_INSTALLATION)}
        context = CommandContext(
            read_settings(place, find_config(config)),
            language=language,
            as_json=as_json,
            at=given.pop("at"),
            by=given.pop("by", None),
        )
        _warn_on_stderr()
        try:
            code = command(context, **given)
        except SuperlicenseError as error:
            code = context.fail(error)
        click.get_current_context().exit(code or ExitCode.DONE)

    for option in reversed(tuple(options)):
        run = option(run)
    return run


def _warn_on_stderr() -> None:
    """Show warnings of the library, an unsigned package for one, until the command ends."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("superlicense: %(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    exits_with_code = {"superlicense.commands"}  # what a command comes to is said anyway, and every warning once

    def is_new(record: logging.LogRecord) -> bool:
        known = record.name in exits_with_code or record.getMessage() in exits_with_code
        exits_with_code.add(record.getMessage())
        return not known

    handler.addFilter(is_new)
    log = logging.getLogger("superlicense")
    log.addHandler(handler)
    click.get_current_context().call_on_close(lambda: log.removeHandler(handler))
