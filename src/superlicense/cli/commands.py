"""All commands of the command line."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import click

from superlicense import __version__
from superlicense.cli.lazy import LazyGroup

__all__ = ["commands"]

# Section: command: module, one sentence.
_SECTIONS: Final = MappingProxyType(
    {
        "Begin": {
            "demo": ("demo", "Tell the story of one installation."),
            "init": ("init", "Make a store, and the file that names the installation."),
        },
        "Look": {
            "status": ("screens", "Show the state of the system, and the events that run."),
            "licenses": ("screens", "Show licenses: in use, available, in total."),
            "users": ("screens", "Show which users use which licenses."),
            "events": ("notices", "Show the system events that run."),
            "usage": ("metering", "Show what every meter comes to in a month."),
            "statement": ("metering", "Show what a month costs."),
            "limits": ("limits", "Show what the plan has room for."),
            "why": ("why", "Say why a user may log in or use a feature, or why not."),
            "journal": ("journal", "Show who did what, when."),
            "verify-store": ("verifying", "Verify everything that is stored."),
        },
        "Change": {
            "assign": ("seats", "Give a license to a user or a site."),
            "release": ("seats", "Take a license from a user or a site."),
            "change-plan": ("seats", "Give a user another plan."),
            "save-user": ("users", "Save a user."),
            "sync-users": ("users", "Save the users of a file that differ."),
            "retire": ("users", "Make a user a former employee."),
            "activate": ("activation", "Put a package in force, or say what that would do."),
            "record": ("recording", "Record reports of use."),
            "close-month": ("metering", "Close a month, and freeze its statement."),
            "start-event": ("notices", "Start a system event."),
            "end-event": ("notices", "End a running system event."),
            "install-root": ("activation", "Accept the next trust root."),
        },
        "Issue and inspect documents": {
            "keygen": ("signing", "Make a key."),
            "root": ("signing", "Sign a trust root."),
            "issue": ("signing", "Sign a package."),
            "inspect": ("signing", "Show what a document says, without verifying anything."),
            "verify": ("signing", "Verify a package, or the root that follows, under a trust root."),
        },
        "Judge an implementation": {
            "check": ("scenarios", "Run scenario files, and report what does not hold."),
        },
    }
)


@click.group(
    cls=LazyGroup,
    sections=_SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def commands() -> None:
    """Licenses and entitlements of a CRM: who may log in, and why not."""
