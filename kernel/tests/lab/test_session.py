"""Interrupt, restart, completion, the launcher: what a person does between cells."""

import re

from playwright.sync_api import expect

from lab.case import LONG, SMALL, LabCase

# The wait after an interrupt, restart or key; a multiple of what it takes on a busy machine.
SOON_MILLISECONDS = 20_000


class Launcher(LabCase):
    """The page that starts notebooks."""

    def test_shows_grn_with_its_logo(self):
        page = self.browser.page()
        self.addCleanup(page.close)
        page.goto(f"{self.server.url}/lab?token={self.server.token}")
        card = page.locator(".jp-LauncherCard[title='grn']").first
        expect(card).to_be_visible()
        logo = card.locator("img")
        expect(logo).to_be_visible()
        self.assertIn("/kernelspecs/grn/logo-", logo.get_attribute("src"))
        self.assertGreater(logo.evaluate("image => image.naturalWidth"), 0)
        self.picture(page, "launcher")
        self.picture(card, "launcher-card")


class Interrupt(LabCase):
    """The button."""

    def test_ends_the_cell_and_those_that_wait_and_keeps_the_rest(self):
        cells = [SMALL, "let pools = retrieve popularity k=12\npools", LONG, "pools | select stage1", "%who"]
        notebook = self.open_cells("interrupt.ipynb", cells)
        notebook.run_all()
        self.wait_until_training(notebook)
        notebook.cell(2).scroll_into_view_if_needed()
        self.picture(notebook.page, "training")
        notebook.interrupt()
        notebook.wait_until_idle(SOON_MILLISECONDS)
        trained, waiting, who = (notebook.cell(index) for index in (2, 3, 4))
        expect(trained).to_contain_text("Interrupted")
        expect(trained).to_contain_text(re.compile("interrupted after .* in .*retrieve attn"))
        for cell in (waiting, who):
            expect(notebook.prompt(cell)).to_have_text("[ ]:")
            expect(notebook.outputs(cell)).to_have_count(0)
        self.picture(notebook.page, "interrupted")
        notebook.run(waiting)
        expect(waiting).to_contain_text(re.compile(r"\d+ stages? in .* from cache"))
        notebook.run(who)
        expect(notebook.outputs(who)).to_contain_text("pools")

    def wait_until_training(self, notebook):
        """Waits for the third epoch: by then the cell runs and reports."""
        notebook.page.wait_for_function("() => window.grnStatus.filter(entry => entry.text.includes('epoch')).length >= 3")


class Keys(LabCase):
    """Completion and help, at rest and while a cell trains."""

    def test_tab_offers_and_shift_tab_explains(self):
        notebook = self.open_cells("keys.ipynb", [SMALL, "", LONG])
        notebook.run(notebook.cell(0))
        with self.subTest("at rest"):
            self.complete(notebook, "at-rest")
            self.explain(notebook, "at-rest")
        with self.subTest("while a cell trains"):
            notebook.run(notebook.cell(2), wait=False)
            expect(notebook.prompt(notebook.cell(2))).to_have_text("[*]:")
            self.complete(notebook, "while-training")
            self.explain(notebook, "while-training")
            expect(notebook.prompt(notebook.cell(2))).to_have_text("[*]:")
        notebook.interrupt()
        notebook.wait_until_idle(SOON_MILLISECONDS)

    def test_parameters_and_values_are_offered(self):
        notebook = self.open_cells("values.ipynb", [""])
        notebook.edit(notebook.cell(0), "retrieve attn ")
        notebook.page.keyboard.press("Tab")
        completer = notebook.page.locator(".jp-Completer:visible")
        expect(completer).to_contain_text("epochs", timeout=SOON_MILLISECONDS)
        self.picture(notebook.page, "completion-parameters")

    def complete(self, notebook, name):
        """`retrieve at` and Tab, until `attn` is offered; takes it."""
        notebook.edit(notebook.cell(1), "retrieve at")
        notebook.page.keyboard.press("Tab")
        completer = notebook.page.locator(".jp-Completer:visible")
        expect(completer).to_contain_text("attn", timeout=SOON_MILLISECONDS)
        self.picture(notebook.page, f"completion-{name}")
        notebook.page.keyboard.press("Enter")
        expect(completer).to_have_count(0)
        expect(notebook.cell(1).locator(".cm-content")).to_have_text("retrieve attn", timeout=SOON_MILLISECONDS)

    def explain(self, notebook, name):
        """Shift+Tab, until the page of the stage is there."""
        notebook.page.keyboard.press("Shift+Tab")
        tooltip = notebook.page.locator(".jp-Tooltip")
        expect(tooltip).to_contain_text("attn", timeout=SOON_MILLISECONDS)
        expect(tooltip).to_contain_text("epochs")
        self.picture(notebook.page, f"inspection-{name}")
        notebook.page.keyboard.press("Escape")
        expect(tooltip).to_be_hidden()


class Restart(LabCase):
    """Kernel → Restart Kernel…"""

    def test_forgets_everything_and_is_ready(self):
        notebook = self.open_cells("restart.ipynb", [SMALL, "let pools = retrieve popularity k=12", "pools"])
        notebook.run_all()
        notebook.wait_until_idle()
        notebook.restart()
        notebook.wait_until_idle(SOON_MILLISECONDS)
        notebook.run(notebook.cell(2))
        expect(notebook.prompt(notebook.cell(2))).to_have_text("[1]:")
        expect(notebook.outputs(notebook.cell(2))).to_contain_text("pools")
        expect(notebook.cell(2).locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_be_visible()


class Forms(LabCase):
    """`%figures`."""

    def test_a_figure_can_be_a_picture(self):
        notebook = self.open_cells("forms.ipynb", [SMALL, "%figures png", "retrieve popularity k=12 | plot coverage"])
        notebook.run_all()
        notebook.wait_until_idle()
        picture = notebook.cell(2).locator(".jp-RenderedImage img")
        expect(picture).to_be_visible()
        self.assertTrue(picture.get_attribute("src").startswith("data:image/png;base64,"))
        box = picture.bounding_box()
        self.assertGreater(box["width"], 500)
        self.assertGreater(box["height"], 200)
        natural = picture.evaluate("image => image.naturalWidth")
        self.assertGreaterEqual(natural, 1.5 * box["width"], "blurred on a fine screen")
