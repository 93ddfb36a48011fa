"""Serve: the Licenses screen on this machine, with demo data in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from superlicense.cli.escaping import say
from superlicense.cli.exit_codes import exits_with_code
from superlicense.cli.options import LANGUAGE
from superlicense.licensing.clock import utc_now
from superlicense.messages import message

__all__ = ["serve"]

_LOOPBACK: Final = "127.0.0.1"
_SECRET_BYTES: Final = 32


@click.command()
@click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("superlicense-demo"), required=False
)
@click.option("--port", type=click.IntRange(0, 65535), default=8017, show_default=True, help="Port on this machine.")
@LANGUAGE
@exits_with_code
def serve(folder: Path, port: int, language: str) -> None:
    """Serve the Licenses screen with demo data on this machine.

    FOLDER gets a SQLite store with users, a signed package, and a renewal to
    activate; what is there already is kept. Needs the extra `web`. Nobody on the
    network can reach it, because it has no passwords. Stop it with Ctrl-C.
    """
    import uvicorn  # noqa: PLC0415 - the extra may be missing

    from superlicense.cli.demo_folder import RENEWAL, open_demo  # noqa: PLC0415 - SQLAlchemy costs 0.3 s
    from superlicense.cli.demo_host import demo_host  # noqa: PLC0415 - the extra may be missing

    licensing = open_demo(folder, language, utc_now())
    app = demo_host(licensing, secret=os.urandom(_SECRET_BYTES), language=language)
    say(message("cli_serving", language, url=f"http://{_LOOPBACK}:{port}/", file=str(folder / RENEWAL)))
    uvicorn.run(app, host=_LOOPBACK, port=port, log_level="warning", server_header=False)
