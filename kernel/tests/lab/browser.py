"""Chromium without a network: whatever is not the server's is refused and remembered."""

import os
import pathlib
import tempfile
import urllib.parse

from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WINDOW = {"width": 1280, "height": 900}
# What scrolls into view is painted a frame later.
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
WAIT_MILLISECONDS = 30_000


class Browser:
    """A headless browser; a context manager. `$GRN_CHROMIUM` names another binary than Debian's."""

    def __init__(self):
        self._pictures = os.environ.get("GRN_SCREENSHOTS")
        self.foreign = []
        self.complaints = []
        self._playwright = None
        self._browser = None
        self._context = None

    def __enter__(self):
        self._playwright = sync_playwright().start()
        program = os.environ.get("GRN_CHROMIUM", CHROMIUM)
        self._browser = self._playwright.chromium.launch(executable_path=program, args=FLAGS)
        self._context = self._browser.new_context(viewport=WINDOW, color_scheme="light")
        self._context.set_default_timeout(WAIT_MILLISECONDS)
        expect.set_options(timeout=WAIT_MILLISECONDS)
        self._context.route(self._is_foreign, self._refuse)
        return self

    def __exit__(self, *_):
        if self._browser:
            self._browser.close()
        self._playwright.stop()

    def page(self):
        """A new page, whose console is remembered."""
        page = self._context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(error.stack or str(error)))
        page.on("websocket", lambda socket: self._is_foreign(socket.url) and self.foreign.append(socket.url))
        return page

    def picture(self, target, name):
        """A screenshot of a page or an element as `NAME.png` in `$GRN_SCREENSHOTS`, or else in a temporary folder."""
        if self._pictures is None:
            self._pictures = tempfile.mkdtemp(prefix="grn-screenshots-")
        path = pathlib.Path(self._pictures) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page = target if isinstance(target, Page) else target.page
        page.evaluate(PAINTED)
        target.screenshot(path=path)
        return path

    @staticmethod
    def _is_foreign(url):
        parts = urllib.parse.urlsplit(url)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1"

    def _refuse(self, route):
        self.foreign.append(route.request.url)
        route.abort()

    def _listen(self, message):
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")
