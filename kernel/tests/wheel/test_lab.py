"""JupyterLab and Notebook 7 of the environment: from the launcher to a live figure, with nothing but the wheel."""

import re

from playwright.sync_api import expect

from lab.case import SMALL, LabCase
from lab.page import NotebookPage
from lab.server import Server

from wheel.environment import with_jupyter


class InstalledServer(Server):
    """Jupyter of the environment, started by its path; the kernel is where the wheel put it."""

    def command(self):
        return [with_jupyter().prefix / "bin" / "jupyter"]

    def install_kernel(self):
        pass

    def inherited(self):
        return with_jupyter().settings()


class Lab(LabCase):
    """What somebody sees who opens JupyterLab for the first time."""

    server_class = InstalledServer

    def test_a_notebook_from_the_launcher_draws_a_live_figure(self):
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
        self.draw(NotebookPage(page, self.server, "Untitled.ipynb", go=False), "wheel-lab")

    def draw(self, notebook, name):
        """Runs a cell that plots, and looks at code and figure."""
        cell = notebook.cell(0)
        notebook.edit(cell, f"{SMALL}\nretrieve popularity k=12 | plot coverage")
        notebook.run(cell)
        notebook.wait_until_idle()
        figure = cell.locator(".js-plotly-plot")
        expect(figure.locator(".main-svg").first).to_be_visible()
        # Other colours than plain text: somebody has told the editor what grn is.
        expect(cell.locator(".cm-line span[class]", has_text=re.compile("^retrieve$"))).to_be_visible()
        figure.scroll_into_view_if_needed()
        self.picture(notebook.page, name)


class Notebook(Lab):
    """The same in Notebook 7, whose launcher is the menu of the file browser."""

    app = "notebook"

    def test_a_notebook_from_the_launcher_draws_a_live_figure(self):
        self.draw(self.open_cells("first.ipynb", [""]), "wheel-notebook")
