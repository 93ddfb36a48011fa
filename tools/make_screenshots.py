"""Make the pictures of the Licenses screen for the guide and the README, with the demo and Chromium.

    uv run python -m tools.make_screenshots

Look at them before you commit them: no test compares pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from superlicense.cli.demo_folder import RENEWAL, open_demo
from superlicense.cli.demo_host import demo_host
from tests.web.chromium import launched, pages_of, served

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SIZE = {"width": 1000, "height": 760}


def main() -> None:
    """Make all of them."""
    with TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        licensing = open_demo(demo, "en", datetime.now(UTC))  # noqa: TID251 - the demo runs on the clock of the machine

        def dialog(page: Page) -> None:
            page.set_input_files("#file", demo / RENEWAL)
            page.click("text=Show what would change")
            page.wait_for_selector("tr.blocks")

        shots: dict[str, tuple[str, Callable[[Page], None] | None]] = {
            "status": ("/", None),
            "user": ("/user?id=anders", None),
            "why": ("/why?id=emil&subject=web", None),
            "meters": ("/meters", None),
            "dialog": ("/activate", dialog),
        }
        app = demo_host(licensing, secret=bytes(32), language="en")
        with served(app) as url, launched() as browser, pages_of(browser) as open_page:
            page = open_page(url, locale="en")
            page.set_viewport_size(SIZE)  # type: ignore[arg-type]  # a mapping of the two
            page.goto(f"{url}/login")
            page.select_option("#user", "signe")
            page.click("main button")
            for name, (path, act) in shots.items():
                page.goto(f"{url}/licenses{path}")
                if act is not None:
                    act(page)
                page.screenshot(path=FOLDER / f"licenses-{name}.png")
                print(FOLDER / f"licenses-{name}.png")


if __name__ == "__main__":
    main()
