"""Settings: the store, the installation and the trust root.

Rule 1: an option takes precedence over its environment variable, and that over
the file ``superlicense.toml``.

Rule 2: paths in the file are relative to its folder.

Rule 3: an invalid setting is a usage error that names the field.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal, DecimalException
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click
from attrs import field, frozen

from superlicense.cli.files import write_new
from superlicense.cli.help_language import localized
from superlicense.cli.meter_settings import read_meters
from superlicense.cli.options import file_not_found, invalid_setting, unknown_setting
from superlicense.codec.file_bytes import BYTE_ORDER_MARK, bytes_of_file
from superlicense.errors import InvalidValueError, SuperlicenseError
from superlicense.model.decision import Outcome, RuleSet
from superlicense.model.meter import Meter
from superlicense.model.policy import Policy, UserCount
from superlicense.model.site import Installation

__all__ = ["CONFIG_FILE", "Settings", "find_config", "read_settings", "write_config"]

CONFIG_FILE: Final = "superlicense.toml"
_STORE_FILE: Final = "superlicense.db"
_KEY_BYTES: Final = 32
_HEX_KEY: Final = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_INSTALLATION: Final = (
    "serial_number",
    "company",
    "database_id",
    "database_owner",
    "site",
    "product_type",
    "time_zone",
)


def _days(number: int) -> timedelta:
    return timedelta(days=number)


def _same(value: object) -> object:
    return value


def _seconds(number: int) -> timedelta:
    return timedelta(seconds=number)


# Key of the table `policy`: field of `Policy`, and the converter of its value.
_POLICY: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = MappingProxyType(
    {
        "rule_set": ("rule_set", RuleSet),
        "on_site": ("on_site", _same),
        "after_grace": ("after_grace", Outcome),
        "administrators_bypass_no_login": ("administrators_bypass_no_login", _same),
        "allow_central_login": ("allow_central_login", _same),
        "accept_unsigned": ("accept_unsigned", _same),
        "revocation_grace_days": ("revocation_grace", _days),
        "identity_grace_days": ("identity_grace", _days),
        "user_count": ("user_count", UserCount),
        "crossing_levels": ("crossing_levels", _same),
        "write_patience_seconds": ("write_patience", _seconds),
        "retire_limit": ("retire_limit", _same),
    }
)
_TABLES: Final = frozenset({"store", "trust", "seal_key", "installation", "policy", "meters"})


def _without_passwords(store: str) -> str:
    return "…" if "://" in store else repr(store)


@frozen(kw_only=True)
class Settings:
    """The settings of a command. Their `repr` contains neither the key nor the password of a database.

    Attributes:
        store: SQLAlchemy URL or SQLite file.
        folder: The folder that relative paths start from.
        installation: The database of a customer.
        trust: The pinned trust root: its bytes, its digest, or `None`.
        policy: Choices of the host.
        meters: Meters with allowances and prices; `None` if the file has none.
        seal_key: The key that seals the store; `None` for no seals.
    """

    store: str = field(repr=_without_passwords)
    folder: Path
    installation: Installation
    trust: bytes | str | None = field(repr=False)
    policy: Policy
    seal_key: bytes | None = field(repr=False)
    meters: tuple[Meter, ...] | None


def find_config(config: Path | None) -> Path | None:
    """Return the settings file: *config*, or ``superlicense.toml`` in the current folder if it exists.

    Raises:
        click.UsageError: *config* does not exist.
    """
    if config is None:
        here = Path(CONFIG_FILE)
        return here if here.is_file() else None
    if not config.is_file():
        raise file_not_found(config)
    return config


def read_settings(given: Mapping[str, str | None], config: Path | None) -> Settings:
    """Return the settings from options, environment variables and the file.

    Args:
        given: ``store``, ``trust``, ``seal_key`` and the fields of an installation from options
            or environment variables; `None` if not given.
        config: The settings file, as `find_config` returns it.

    Raises:
        click.UsageError: A setting is missing, unknown or invalid.
    """
    written = {} if config is None else _read_config(config)
    folder = Path() if config is None else config.parent
    fields = _table(written, "installation", _INSTALLATION)
    fields |= {name: given[name] for name in _INSTALLATION if given.get(name) is not None}
    lacking = [f"--{name.replace('_', '-')}" for name in ("serial_number", "company") if name not in fields]
    if lacking:
        missing = {"names": ", ".join(lacking), "file": CONFIG_FILE}
        raise click.UsageError(localized("missing {names}; `superlicense init` writes {file}", **missing))
    try:
        installation = Installation(**fields)
        policy = _policy(_table(written, "policy", _POLICY))
    except InvalidValueError as error:
        raise invalid_setting(str(error)) from error
    store, trust, seal_key = given.get("store"), given.get("trust"), given.get("seal_key")
    return Settings(
        store=store or _text(written, "store") or _STORE_FILE,
        folder=Path() if store else folder,
        installation=installation,
        trust=_trust(Path(), trust) if trust else _trust(folder, _text(written, "trust")),
        policy=policy,
        seal_key=_seal_key(Path(), seal_key) if seal_key else _seal_key(folder, _text(written, "seal_key")),
        meters=read_meters(written.get("meters")),
    )


def _read_config(path: Path) -> dict[str, Any]:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    # Deep nesting exceeds the recursion limit, and a number of 4,301 digits a limit of the interpreter.
    except (ValueError, DecimalException, RecursionError) as error:
        raise invalid_setting(f"{path} is not valid TOML: {error}") from error
    unknown = sorted(written.keys() - _TABLES)
    if unknown:
        raise unknown_setting(", ".join(unknown), path)
    return written


def _text(written: Mapping[str, Any], name: str) -> str | None:
    value = written.get(name)
    if value is not None and (not isinstance(value, str) or "\0" in value):
        raise click.UsageError(localized("{name}: must be a string without null characters", name=name))
    return value


def _table(written: Mapping[str, Any], name: str, known: Mapping[str, Any] | tuple[str, ...]) -> dict[str, Any]:
    rows = written.get(name, {})
    if not isinstance(rows, dict):
        raise click.UsageError(localized("{name}: must be a table", name=name))
    for key in rows:
        if key not in known:
            raise unknown_setting(f"{name}.{key}")
    return rows


def _policy(rows: Mapping[str, Any]) -> Policy:
    chosen = {}
    for key, value in rows.items():
        name, read = _POLICY[key]
        try:
            chosen[name] = read(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise invalid_setting(f"policy.{key}: {error}") from error
    try:
        return Policy(**chosen)
    except TypeError as error:
        raise invalid_setting(f"policy: {error}") from error


def _trust(folder: Path, value: str | None) -> bytes | str | None:
    if not value or _DIGEST.fullmatch(value):
        return value or None
    from superlicense.document.root import open_pinned  # noqa: PLC0415 - cryptography, only for a pinned root

    document = bytes_of_file(_bytes(folder, "trust", value))
    try:
        open_pinned(document)
    except SuperlicenseError as error:
        from superlicense.cli.wrong_file import other_kind  # noqa: PLC0415 - only for what is not a root

        other = other_kind(folder / value, document)
        said = other or localized("{file} is not a trust root: {problem}", file=folder / value, problem=error)
        raise invalid_setting(f"trust: {said}") from error
    return document


def _seal_key(folder: Path, value: str | None) -> bytes | None:
    """Return the key in the file *value*: 32 bytes, or 64 hex digits."""
    if not value:
        return None
    key = _bytes(folder, "seal_key", value)
    with suppress(UnicodeDecodeError):
        text = key.removeprefix(BYTE_ORDER_MARK).decode("ascii").strip()
        key = bytes.fromhex(text) if _HEX_KEY.fullmatch(text) else key
    if len(key) != _KEY_BYTES:
        raise invalid_setting(f"seal_key: {localized('{file} must contain 32 bytes or 64 hex digits', file=value)}")
    return key


def _bytes(folder: Path, name: str, value: str) -> bytes:
    path = folder / value
    if not path.is_file():
        raise file_not_found(path, name)
    return path.read_bytes()


def write_config(path: Path, given: Mapping[str, str | None]) -> None:
    """Write the settings *given* to a new file that only its owner can read.

    Raises:
        click.UsageError: The file already exists.
    """
    lines = [f"{name} = {_quoted(given[name])}" for name in ("store", "trust", "seal_key") if given.get(name)]
    lines += ["", "[installation]"]
    lines += [f"{name} = {_quoted(given[name])}" for name in _INSTALLATION if given.get(name)]
    write_new(path, ("\n".join(lines).lstrip("\n") + "\n").encode(), private=True)


def _quoted(text: str | None) -> str:
    # A JSON string with unescaped non-ASCII characters is a TOML basic string.
    return json.dumps(text, ensure_ascii=False)
