"""The tutorial, from the first cell to the last, as a reader runs it."""

import os
import pathlib
import re

from playwright.sync_api import expect

from lab.browser import WINDOW
from lab.case import LabCase
from lab.page import NotebookPage
from lab.server import REPOSITORY

TUTORIAL = pathlib.Path(os.environ.get("GRN_TUTORIAL", REPOSITORY / "examples" / "notebooks" / "tutorial.ipynb"))
BARS = set("▁▂▃▄▅▆▇█")


def natural(name):
    """A key that sorts `G9` before `G10`."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", name)]


class Tutorial(LabCase):
    """One run of all cells; the tests look at what it left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook = NotebookPage(cls.browser.page(), cls.server, cls.server.add(TUTORIAL))
        cls.notebook.run_all()
        cls.notebook.wait_until_idle()

    def test_every_cell_ran(self):
        numbers = [prompt.text_content() for prompt in self.notebook.notebook.locator(".jp-CodeCell .jp-InputPrompt").all()]
        self.assertTrue(numbers)
        self.assertEqual(numbers, [f"[{index}]:" for index in range(1, len(numbers) + 1)])

    def test_the_status_line_moves(self):
        shown = [entry["text"] for entry in self.notebook.progress()]
        self.assertGreaterEqual(len(set(shown)), 3, shown)
        training = [text for text in shown if "retrieve attn" in text]
        percents = [int(found.group(1)) for found in (re.search(r"(\d+) %", text) for text in training) if found]
        self.assertGreaterEqual(len(set(percents)), 3, training)
        self.assertEqual(percents, sorted(percents), "a bar that goes back")
        self.assertTrue(any(BARS & set(text) for text in training), training)

    def test_a_summary_stays_above_a_result(self):
        cell = self.notebook.code_cell("let pools = retrieve attn k=80")
        expect(self.notebook.outputs(cell).first).to_have_text(re.compile(r"\d+ stages? in [\d.]+ \w+"))
        again = self.notebook.code_cell('save path="teams.csv"')
        expect(self.notebook.outputs(again).first).to_have_text(re.compile(r"from cache"))
        expect(again).to_contain_text("wrote teams.csv")
        self.assertTrue((self.server.notebooks / "teams.csv").exists())

    def test_tables_are_tables(self):
        cell = self.notebook.code_cell("let all = pools")
        table = cell.locator(".grn-nb-table").first
        table.scroll_into_view_if_needed()
        expect(table).to_be_visible()
        expect(cell.locator(".grn-nb-title").first).to_contain_text("Exact match")
        expect(table).to_contain_text("residual_hos2")
        style = table.evaluate("table => getComputedStyle(table).fontVariantNumeric")
        self.assertEqual(style, "tabular-nums", "the style of tables is not on the page")

    def test_teams_sort_by_a_click(self):
        cell = self.notebook.code_cell("pools | select stage1 | decode exact cap=80")
        folded = cell.locator("details", has=self.notebook.page.locator(".grn-nb-table")).last
        folded.locator("summary").click()
        teams = folded.locator(".grn-nb-table")
        heads = [head.text_content().strip() for head in teams.locator("th").all()]
        self.assertIn("target", heads)
        column = heads.index("target") + 1
        names = f"tbody tr td:nth-child({column})"
        before = teams.locator(names).all_text_contents()
        self.assertGreater(len(before), 10)
        head = teams.locator("th").nth(column - 1).locator("button")
        head.click()
        self.assertEqual(teams.locator(names).all_text_contents(), sorted(before, key=natural))
        self.picture(cell, f"{self.app}-teams")
        head.click()
        self.assertEqual(teams.locator(names).all_text_contents(), sorted(before, key=natural, reverse=True))
        folded.locator("summary").click()

    def test_a_figure_is_live(self):
        cell = self.notebook.code_cell("plot exact")
        plot = cell.locator(".grn-figure.js-plotly-plot")
        plot.scroll_into_view_if_needed()
        expect(plot.locator(".main-svg").first).to_be_visible()
        box = plot.bounding_box()
        self.assertGreater(box["width"], 500)
        self.assertGreater(box["height"], 200)
        expect(cell.locator(".jp-RenderedImage")).to_have_count(0)

    def test_a_plan_is_a_drawing(self):
        cell = self.notebook.code_cell("explain pools")
        cell.scroll_into_view_if_needed()
        drawing = cell.locator(".jp-OutputArea-output").locator("svg").first
        expect(drawing).to_be_visible()
        self.assertGreater(drawing.bounding_box()["width"], 200)

    def test_problems_are_coloured_and_have_a_place(self):
        cell = self.notebook.code_cell("retrieve atn")
        output = cell.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")
        output.scroll_into_view_if_needed()
        for word in ("atn", "attn", "exakt", "exact", "800000"):
            expect(output).to_contain_text(word)
        expect(output).to_contain_text(re.compile(r"cell \d+:1:10"))
        self.assertGreater(output.locator("span[class*=ansi-]").count(), 3)

    def test_pictures_for_the_eye(self):
        page = self.notebook.page
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            self.notebook.theme(theme)
            name = f"{self.app}-{theme.split()[-1].lower()}"
            self.notebook.cell(0).scroll_into_view_if_needed()
            self.picture(page, f"{name}-page")
            # A cell's picture is as high as the window at most.
            page.set_viewport_size({"width": WINDOW["width"], "height": 2400})
            for index, cell in enumerate(self.notebook.notebook.locator(".jp-CodeCell").all(), 1):
                cell.scroll_into_view_if_needed()
                self.picture(cell, f"{name}-{index:02}")
            page.set_viewport_size(WINDOW)


class TutorialInNotebook(Tutorial):
    """The same in Notebook 7."""

    app = "notebook"
