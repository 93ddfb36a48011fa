"""All commands of the command line."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import click

from superlicense import __version__
from superlicense.cli.lazy_group import LazyGroup

__all__ = ["commands"]

# Section: command: module, short help.
_SECTIONS: Final = MappingProxyType(
    {
        "Get started": {
            "demo": ("demo", "Run through one installation in memory."),
            "serve": ("serve", "Serve the Licenses screen with demo data on this machine."),
            "init": ("init", "Create a store and the settings file."),
        },
        "Query": {
            "status": ("screens", "Show the state of the system and running events."),
            "licenses": ("screens", "Show licenses: in use, available, total."),
            "users": ("screens", "Show users and their licenses."),
            "events": ("notices", "Show running system events."),
            "usage": ("metering", "Show the usage of every meter in a month."),
            "statement": ("metering", "Show the statement of a month."),
            "limits": ("limits", "Show the limits of the plan."),
            "why": ("why", "Explain why a user may log in or use a feature, or not."),
            "who": ("answers", "Show who may log in or use a feature, and why others may not."),
            "forecast": ("answers", "Show when an answer changes, or whose login fails first."),
            "dates": ("answers", "Show the coming dates of the packages in force."),
            "explain": ("answers", "Explain who or which date changed an answer."),
            "compare": ("comparing", "Show what a new package would take away."),
            "idle": ("idle", "Show seats that are held for nothing."),
            "journal": ("journal", "Show who changed what, and when."),
            "export-user": ("personal_data", "Export everything that is stored about a user."),
            "verify-store": ("verify_store", "Verify everything that is stored."),
        },
        "Change": {
            "assign": ("seats", "Assign a license to a user or a site."),
            "release": ("seats", "Release a license of a user or a site."),
            "change-plan": ("seats", "Change the plan of a user."),
            "save-user": ("users", "Save a user."),
            "sync-users": ("users", "Save the users of a file that have changed."),
            "retire": ("users", "Retire a user: a former employee."),
            "rehire": ("users", "Rehire a former employee."),
            "forget": ("personal_data", "Forget a former employee: blank the name."),
            "save-site": ("sites", "Save a site."),
            "activate": ("activation", "Activate a package, or preview it."),
            "remove-package": ("activation", "Remove the package of a partner."),
            "change-installation": ("identity", "Change the serial number or company."),
            "record": ("recording", "Record usage events."),
            "close-month": ("metering", "Close a month and freeze its statement."),
            "set-terms": ("metering", "Bill an open month on the configured terms."),
            "start-event": ("notices", "Start a system event."),
            "edit-event": ("notices", "Edit a running system event."),
            "end-event": ("notices", "End a running system event."),
            "install-root": ("activation", "Install the next trust root."),
        },
        "Issue and inspect documents": {
            "keygen": ("signing", "Generate a key."),
            "root": ("signing", "Sign a trust root."),
            "draft-package": ("drafting", "Draft a package from the plans of the catalog."),
            "issue": ("signing", "Sign a package."),
            "inspect": ("signing", "Show the contents of a document, unverified."),
            "verify": ("signing", "Verify a package or a successor root against a trust root."),
        },
        "Judge an implementation": {
            "check": ("scenarios", "Run scenario files, and report what does not hold."),
        },
    }
)

# What most commands take; a test compares them with the commands.
_COMMON: Final = MappingProxyType(
    {
        "--json": "Print JSON.",
        "--csv": "Print a list as CSV.",
        "--lang LANGUAGE": "Output language.",
        "--at INSTANT": "As of this instant.",
        "--by NAME": "Who makes the change.",
        "--config FILE": "Settings file.",
        "--store STORE": "SQLAlchemy URL or SQLite file.",
        "--serial-number TEXT": "Serial number of the installation.",
        "--company TEXT": "Company that the licenses are issued to.",
        "--database-id TEXT": "Database of the serial number.",
        "--time-zone TEXT": "Time zone of calendar months and dates.",
        "--seal-key FILE": "File with the key that seals the store.",
        "--trust TEXT": "Pinned trust root: a file, or its SHA-256 in hex.",
    }
)


@click.group(
    cls=LazyGroup,
    sections=_SECTIONS,
    common=_COMMON,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def commands() -> None:
    """Licenses and entitlements of a CRM: who may log in, and why not."""
