"""Sites: save the databases of satellites."""

from __future__ import annotations

import click
from attrs import evolve

from superlicense.cli.context import CommandContext, mutation
from superlicense.model.site import Site

__all__ = ["save_site"]


@click.command()
@mutation
@click.argument("site_id", metavar="SITE")
@click.option("--name", help="Display name. [default: SITE]")
@click.option("--owned-by", metavar="COMPANY", help="The company that owns the site.")
def save_site(context: CommandContext, site_id: str, name: str | None, owned_by: str | None) -> None:
    """Save SITE: create the site, or update the given fields.

    The central site exists already. Each other one takes a satellite license.
    """
    known = context.licensing.sites.find(site_id) or Site(id=site_id, name=site_id)
    given = {"name": name, "company": owned_by}
    site = evolve(known, **{field: value for field, value in given.items() if value is not None})
    saved = context.licensing.sites.save(site, by=context.by, at=context.at)
    context.done("site_saved", saved, site=saved.id)
