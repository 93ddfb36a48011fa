"""Activation: a package is uploaded, its dialog shown, and activated as it was shown.

Rule 1: nothing is kept between the pages. The dialog carries the document, whose
signatures are verified again each time, and its token what was agreed to.

Source: domain section 8; ADR 54.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error

from superlicense.errors import InvalidValueError, PreviewOutdatedError
from superlicense.model.change import PlanMove, Release
from superlicense.model.license import SUPEROFFICE
from superlicense.model.preview import ActivationPreview
from superlicense.web.conflicts import ChangedMeanwhileError
from superlicense.web.pages.folding import blocks_of, losses_of
from superlicense.web.pages.steps import Step, step_boxes, steps_from
from superlicense.web.tokens import digest_of
from superlicense.web.visit import Done, Page, Visit

__all__ = ["decided", "dialog_again", "upload", "uploaded", "waiting"]

_UPLOAD = "upload"
_ACTIVATE = "activate"


def upload(visit: Visit) -> Page:
    """Show where a package is uploaded, and the packages that wait."""
    tabs = visit.licensing.screens.owners(language=visit.language)
    waits = tuple(tab for tab in tabs if tab.waiting is not None)
    return Page(
        template="activate.html",
        tab="activate",
        title=visit.words.text("activate_new_license"),
        screen={"waiting": [tab.owner for tab in waits]},
        values={"waits": waits, "token": visit.token(_UPLOAD)},
    )


def uploaded(visit: Visit) -> Page:
    """Show the dialog of an uploaded package."""
    visit.shown(_UPLOAD)
    if not visit.file:
        raise InvalidValueError("file", "", "must be a signed package")
    return _dialog(visit, visit.licensing.packages.preview(visit.file))


def waiting(visit: Visit) -> Page:
    """Show the dialog of a package that waits; where none does, where one is uploaded."""
    owner = visit.get("owner", SUPEROFFICE)
    preview = visit.licensing.packages.preview_waiting(owner)
    return upload(visit) if preview is None else _dialog(visit, preview)


def decided(visit: Visit) -> Done | Page:
    """Show the dialog with the chosen moves and releases, or activate the package as it was shown.

    Raises:
        ChangedMeanwhileError: The consequences are not those that were shown.
        PackageBlockedError: Something blocks it.
    """
    shown = visit.shown(_ACTIVATE)
    preview = _preview(visit)
    if visit.get("action") != "activate":
        return _dialog(visit, preview)
    if shown.rows.get("consequences") != _agreed(preview):
        raise ChangedMeanwhileError((visit.words.text("web_consequences_changed"),))
    try:
        visit.licensing.packages.activate(preview, by=visit.user)
    except PreviewOutdatedError as outdated:
        raise ChangedMeanwhileError((visit.words.text("web_consequences_changed"),)) from outdated
    return Done(visit.url("/owner", owner=preview.package.owner_key))


def dialog_again(visit: Visit) -> Page:
    """Show the dialog anew, as things are now."""
    return _dialog(visit, _preview(visit))


def _dialog(visit: Visit, preview: ActivationPreview) -> Page:
    hidden = visit.get("hidden") == "yes"
    screen = visit.licensing.screens.activation(preview, hidden=hidden, language=visit.language)
    return Page(
        template="dialog.html",
        tab="activate",
        title=visit.words.text("activate_new_license"),
        screen=screen,
        values={
            "document": b64encode(preview.document or b"").decode("ascii"),
            "token": visit.token(_ACTIVATE, {"consequences": _agreed(preview)}),
            "proposed": _boxes(visit, preview, preview.proposed_moves, preview.proposed_releases),
            "chosen": _boxes(visit, preview, preview.plan_moves, preview.releases),
            "blocks": blocks_of(visit, preview, screen),
            "losses": losses_of(visit, preview, screen),
            "hidden": hidden,
        },
    )


def _boxes(
    visit: Visit, preview: ActivationPreview, moves: tuple[PlanMove, ...], releases: tuple[Release, ...]
) -> tuple[Step, ...]:
    current = None if preview.in_force is None else preview.in_force.package
    licensing = visit.licensing

    def name_of(holder: str) -> str:
        found = licensing.users.find(holder) or licensing.sites.find(holder)
        return holder if found is None else found.name

    def title_of(step: PlanMove | Release) -> tuple[str, str | None]:
        if isinstance(step, PlanMove):
            return visit.words.title(step.old, current), visit.words.title(step.new, preview.package)
        return visit.words.title(step.license, current), None

    return step_boxes((*moves, *releases), name_of, title_of)


def _preview(visit: Visit) -> ActivationPreview:
    try:
        document = b64decode(visit.get("document"), validate=True)
    except (Error, ValueError) as error:
        raise InvalidValueError("document", "", "must be a signed package") from error
    steps = list(steps_from(visit.given.get("step", ())))
    return visit.licensing.packages.preview(
        document,
        releases=[step for step in steps if isinstance(step, Release)],
        plan_moves=[step for step in steps if isinstance(step, PlanMove)],
    )


def _agreed(preview: ActivationPreview) -> str:
    """Return a digest of what is agreed to: the package, the steps and their consequences."""
    return digest_of((preview.digest, preview.releases, preview.plan_moves, preview.consequences))
