"""The command ``licenses``: what an administrator asks, and the offer of a new package, in the host's settings.

.. code-block:: console

    python manage.py licenses status
    python manage.py licenses check anna
    python manage.py licenses offer package.json --by admin
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from superlicense.contrib.django.glue import client, licensing_of
from superlicense.errors import SuperlicenseError
from superlicense.licensing.front import Licensing
from superlicense.messages import Localizer
from superlicense.model.decision import Client

__all__ = ["Command"]


class Command(BaseCommand):
    """Ask the licenses of this project, and offer a new package."""

    help = "Show the state of the licenses, check a login, or offer a new license package."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the three subcommands."""
        parser.add_argument("--language", default="en", help="language tag of the output")
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="what an administrator should know")
        check = actions.add_parser("check", help="whether a user may log in, and why not")
        check.add_argument("user")
        offer = actions.add_parser("offer", help="activate a package if that is safe, else keep it waiting")
        offer.add_argument("document", type=Path)
        offer.add_argument("--by", required=True, help="who offers it, for the journal")

    def handle(self, *_: object, action: str, language: str, **options: Any) -> None:  # noqa: ANN401 - as Django has it
        """Carry out the subcommand *action*.

        Raises:
            CommandError: the login is denied, or an error of the library.
        """
        try:
            licensing = licensing_of(None)
            words = licensing.words(language)
            actions: dict[str, Callable[..., None]]
            actions = {"status": self._status, "check": self._check, "offer": self._offer}
            actions[action](licensing, words, **options)
        except SuperlicenseError as error:
            raise CommandError(f"{error.code}: {error}") from error

    def _status(self, licensing: Licensing, words: Localizer, **_: object) -> None:
        health = licensing.health()
        for note in words.of_all(health.notes):
            self.stdout.write(f"{note.text} ({note.code})")
        if not health.notes:
            self.stdout.write(words.text("license_up_to_date"))

    def _check(self, licensing: Licensing, words: Localizer, *, user: str, **_: object) -> None:
        decision = licensing.gate.login(user, Client(client()))
        self.stdout.write(words.text(decision.outcome))
        for text in words.of_all((*decision.reasons, *decision.warnings)):
            self.stdout.write(f"{text.text} ({text.code})")
        if not decision.allowed:
            raise CommandError(str(decision.reasons[0].code))

    def _offer(self, licensing: Licensing, words: Localizer, *, document: Path, by: str, **_: object) -> None:
        try:
            content = document.read_bytes()
        except OSError as error:
            raise CommandError(f"{document}: {error.strerror}") from error
        activation = licensing.packages.offer(content, by=by)
        self.stdout.write("waiting" if activation.waiting else "activated" if activation.activated else "unchanged")
        for blocker in activation.preview.blockers:
            self.stdout.write(f"{words.text(blocker.reason)} ({blocker.reason.code})")
