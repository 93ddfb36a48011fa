"""Licenses that people name by their titles, which is what lists show."""

from __future__ import annotations

from superlicense.cli.context import CommandContext

__all__ = ["license_named"]


def license_named(context: CommandContext, text: str) -> str:
    """Return the code of the license whose title is *text*, upper and lower case alike.

    Text that is a code, or the title of no license in force or of several, is returned
    as it is: what is wrong with it is for the command to say.
    """
    if " " not in text.strip():  # a code as a rule; the few titles of one word are codes as well
        return text
    tabs = context.licensing.screens.owners(hidden=True, language=context.language, at=context.at)
    titled = {
        row.license
        for tab in tabs
        for row in (*tab.system_licenses, *tab.site_licenses, *tab.user_licenses)
        if row.title.casefold() == text.strip().casefold()
    }
    return titled.pop() if len(titled) == 1 else text
