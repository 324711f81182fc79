"""JupyterLab and Notebook 7 of the environment: from the launcher to a live figure, with nothing but the wheel."""

import re

from playwright.sync_api import expect

from lab import test_frontend
from lab.case import SMALL, LabCase
from lab.page import NotebookPage
from lab.server import Server

from wheel.environment import with_jupyter


class InstalledServer(Server):
    """Jupyter of the environment, started by its path; the kernel and its extension are where the wheel put them."""

    def command(self):
        return [with_jupyter().prefix / "bin" / "jupyter"]

    def inherited(self):
        return with_jupyter().settings()

    def install_kernel(self):
        pass


class Lab(LabCase):
    """What somebody sees who opens JupyterLab for the first time."""

    server_class = InstalledServer
    zoom = test_frontend.Frontend.zoom

    def test_the_launcher_leads_to_a_live_figure(self):
        page = self.browser.page()
        self.addCleanup(page.close)
        page.goto(f"{self.server.url}/lab?token={self.server.token}")
        card = page.locator(".jp-LauncherCard[title='grn']").first
        expect(card).to_be_visible()
        logo = card.locator("img")
        self.assertIn("/kernelspecs/grn/logo-", logo.get_attribute("src"))
        self.assertGreater(logo.evaluate("image => image.naturalWidth"), 0)
        self.picture(page, "wheel-launcher")
        card.click()
        self.draw(NotebookPage(page, self.server, "Untitled.ipynb", go=False))

    def draw(self, notebook):
        """Runs a cell that plots; looks at code and figure."""
        self.notebook = notebook
        cell = notebook.cell(0)
        notebook.edit(cell, f"{SMALL}\nretrieve popularity k=12 | plot coverage")
        notebook.run(cell)
        notebook.wait_until_idle()
        colour = cell.locator(".cm-content span", has_text=re.compile("^retrieve$"))
        builtin = cell.evaluate(test_frontend.VARIABLE, "mirror-editor-builtin")
        expect(colour).to_have_css("color", builtin)
        plot = cell.locator(".js-plotly-plot")
        expect(plot.locator(".main-svg").first).to_be_visible()
        plot.scroll_into_view_if_needed()
        self.picture(notebook.page, f"wheel-{self.app}")
        before = plot.evaluate(test_frontend.RANGE)
        self.zoom(plot)
        zoomed = plot.evaluate(test_frontend.RANGE)
        self.assertLess(zoomed[1] - zoomed[0], before[1] - before[0])


class Notebook(Lab):
    """The same in Notebook 7, which has no launcher."""

    app = "notebook"

    def test_the_launcher_leads_to_a_live_figure(self):
        self.draw(self.open_cells("first.ipynb", [""]))
