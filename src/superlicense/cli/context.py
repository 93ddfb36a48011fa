"""The command context: settings, options and output of a command."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from superlicense.cli.escaping import say
from superlicense.cli.exit_codes import ExitCode, code_of
from superlicense.cli.help_language import localized
from superlicense.cli.json_output import print_json
from superlicense.cli.log_output import warn_on_stderr
from superlicense.cli.next_step import next_step
from superlicense.cli.options import CSV, JSON, LANGUAGE, NEW_FILE, parse_instant
from superlicense.cli.settings import CONFIG_FILE, Settings, find_config, read_settings
from superlicense.errors import RefusedError, StoreError, SuperlicenseError, UnknownTimeZoneError
from superlicense.licensing.clock import utc_now
from superlicense.messages import Localizer
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.month import Month
from superlicense.model.reason import Reason
from superlicense.time_zones import time_zone

if TYPE_CHECKING:
    from superlicense.cli.csv_output import CsvTable
    from superlicense.cli.output import Output
    from superlicense.licensing.front import Licensing

__all__ = ["INSTALLATION_OPTIONS", "CommandContext", "list_mutation", "list_query", "mutation", "query"]

_INSTALLATION: Final = ("serial_number", "company", "database_id", "time_zone")


# Options for the store and the installation; all other settings are in the file only.
INSTALLATION_OPTIONS: Final = (
    click.option(
        "--config", type=NEW_FILE, envvar="SUPERLICENSE_CONFIG", help=f"Settings file, by default {CONFIG_FILE}."
    ),
    click.option("--store", envvar="SUPERLICENSE_STORE", help="SQLAlchemy URL or SQLite file."),
    click.option("--serial-number", envvar="SUPERLICENSE_SERIAL_NUMBER", help="Serial number of the installation."),
    click.option("--company", envvar="SUPERLICENSE_COMPANY", help="Company that the licenses are issued to."),
    click.option("--database-id", envvar="SUPERLICENSE_DATABASE_ID", help="Database of the serial number."),
    click.option("--time-zone", envvar="SUPERLICENSE_TIME_ZONE", help="Time zone of calendar months and dates."),
    click.option("--seal-key", envvar="SUPERLICENSE_SEAL_KEY", help="File with the key that seals the store."),
    click.option("--trust", envvar="SUPERLICENSE_TRUST", help="Pinned trust root: a file, or its SHA-256 in hex."),
)
_OUTPUT_OPTIONS: Final = (LANGUAGE, JSON)
_AT: Final = click.option(
    "--at", callback=parse_instant, help="As of this instant, in the time zone unless it has an offset. [default: now]"
)
_BY: Final = click.option("--by", envvar="SUPERLICENSE_BY", help="Who makes the change. [default: your login name]")


class CommandContext:
    """Everything that a command works with.

    Attributes:
        settings: The store, the installation and the trust root.
        language: Language of the output.
        as_json: Whether to print JSON.
        as_csv: Whether to print CSV.
    """

    def __init__(  # noqa: PLR0913 - the common options, by keyword
        self,
        settings: Settings,
        *,
        language: str,
        as_json: bool,
        as_csv: bool = False,
        at: datetime | None = None,
        by: str | None = None,
    ) -> None:
        """Create the context; nothing is opened yet."""
        self.settings = settings
        self.language = language
        self.as_json = as_json
        self.as_csv = as_csv
        self._at = at
        self._by = by
        self._words: Localizer | None = None

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
        """The requested instant; `None` means now."""
        return self.in_zone(self._at)

    def refuse_at(self, subject: str) -> None:
        """Refuse ``--at`` for *subject*, which is always of now.

        Raises:
            click.UsageError: ``--at`` was given.
        """
        if self._at is not None:
            raise click.UsageError(localized("--at does not apply to {subject}", subject=subject))

    @property
    def by(self) -> str:
        """The user who makes the change.

        Raises:
            click.UsageError: ``--by`` is missing, and the login name is unknown.
        """
        if self._by or self.reader:
            return self._by or self.reader
        raise click.UsageError(localized("--by is missing: who makes the change?"))

    @property
    def reader(self) -> str:
        """The login name of the user; empty if it is unknown."""
        with suppress(OSError, KeyError, ImportError):  # raised by getpass
            return getpass.getuser()
        return ""

    def in_zone(self, given: datetime | None) -> datetime | None:
        """Return *given* as an aware instant; without an offset it is in the installation's time zone."""
        if given is None or given.utcoffset() is not None:
            return given
        return given.replace(tzinfo=time_zone(self.settings.installation.time_zone))

    def month(self) -> Month:
        """Return the month of the requested instant, by the bounds that are stored."""
        return self.licensing.meters.month_of(self.at or utc_now())

    @property
    def words(self) -> Localizer:
        """Texts with titles and time zone of the installation; with the titles of the catalog until it is opened."""
        words = self._words
        if words is None:
            words = self._localizer()
            if "licensing" in self.__dict__:
                self._words = words
        return words

    def _localizer(self) -> Localizer:
        with suppress(StoreError):  # an error is shown in words all the same
            if "licensing" in self.__dict__:
                return self.licensing.words(self.language)
        try:
            zone: tzinfo = time_zone(self.settings.installation.time_zone)
        except UnknownTimeZoneError:
            zone = UTC  # this is the error that is shown
        return Localizer(self.language, zone=zone)

    def time(self, at: datetime | None) -> str:
        """Return *at* as text in the time zone of the installation; empty for `None`."""
        return "" if at is None else self.words.instant(at)

    def text(self, key: str, **params: object) -> str:
        """Return the message *key* of the command line in the language of the output."""
        return self.words.text(f"cli_{key}", **params)

    def label(self, name: str) -> str:
        """Return the text of a label or an enum member."""
        return self.words.text(name)

    def show(self, data: object, draw: Callable[[], None], table: CsvTable | None = None) -> None:
        """Print *data* as JSON or *table* as CSV if that is requested; otherwise call *draw*."""
        if self.as_csv and table is not None:
            from superlicense.cli.csv_output import print_csv  # noqa: PLC0415 - only here

            print_csv(table)
        elif self.as_json:
            print_json(data, self.words)
        else:
            draw()

    def done(self, key: str, data: object, **params: object) -> None:
        """Show *data*, or the message *key* that a change is done."""
        self.show(data, lambda: self.output.answer(self.text(key, **params), granted=True))

    def sentences(self, reasons: Iterable[Reason], indent: str = "  ") -> None:
        """Write a line for each reason; reasons that repeat one another share one."""
        for sentence in self.words.of_all(reasons):
            self.output.line(f"{indent}{sentence.text}")

    def fail(
        self, error: SuperlicenseError, data: Mapping[str, object] = FrozenMap(), *, summary: str = ""
    ) -> ExitCode:
        """Print *error* and return its exit code.

        Args:
            error: The error; a refusal has one sentence for each reason.
            data: What JSON contains as well.
            summary: A sentence instead of these, where the reasons have been shown.
        """
        reasons = error.reasons if isinstance(error, RefusedError) else ()
        sentences = [summary] if summary else [sentence.text for sentence in self.words.of_all(reasons)]
        # What the store or a driver says is for those who run it, as is this command.
        detail = f" ({error.detail})" if isinstance(error, StoreError) and error.detail else ""
        for sentence in sentences or [f"{error.code}: {self.words(error)}{detail}"]:
            say(f"superlicense: {sentence}", err=True)
        step = next_step(error)
        if step is not None and not summary:
            say(f"superlicense: {self.text('next', command=step)}", err=True)
        if self.as_json:
            described = {"code": error.code, "message": self.words(error), "reasons": reasons}
            print_json({**data, "error": described}, self.words)
        return code_of(error)


Command = Callable[..., ExitCode | None]


def query(command: Command) -> Callable[..., None]:
    """Return a command that reads, with its `CommandContext` and the common options."""
    return _with_options((*INSTALLATION_OPTIONS, *_OUTPUT_OPTIONS, _AT), command)


def list_query(command: Command) -> Callable[..., None]:
    """Return a command that reads a list, as `query` does, with ``--csv``."""
    return _with_options((*INSTALLATION_OPTIONS, *_OUTPUT_OPTIONS, CSV, _AT), command)


def mutation(command: Command) -> Callable[..., None]:
    """Return a command that writes, with its `CommandContext` and the common options."""
    return _with_options((*INSTALLATION_OPTIONS, *_OUTPUT_OPTIONS, _AT, _BY), command)


def list_mutation(command: Command) -> Callable[..., None]:
    """Return a command that writes and reports a list, as `mutation` does, with ``--csv``."""
    return _with_options((*INSTALLATION_OPTIONS, *_OUTPUT_OPTIONS, CSV, _AT, _BY), command)


def _with_options(options: Iterable[Callable[[Any], Any]], command: Command) -> Callable[..., None]:
    @wraps(command)
    def run(*, config: Path | None, language: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - values from click
        as_csv = given.pop("as_csv", False)
        if as_csv and as_json:
            raise click.UsageError(localized("--json and --csv cannot be combined"))
        place = {name: given.pop(name) for name in ("store", "trust", "seal_key", *_INSTALLATION)}
        context = CommandContext(
            read_settings(place, find_config(config)),
            language=language,
            as_json=as_json,
            as_csv=as_csv,
            at=given.pop("at"),
            by=given.pop("by", None),
        )
        warn_on_stderr()
        try:
            code = command(context, **given)
        except SuperlicenseError as error:
            code = context.fail(error)
        click.get_current_context().exit(code or ExitCode.DONE)

    for option in reversed(tuple(options)):
        run = option(run)
    return run
