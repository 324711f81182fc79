"""The extension: colours in every kind of editor, and live figures."""

import json
import re
import shutil

from playwright.sync_api import expect

from lab.case import SMALL, LabCase
from lab.server import REPOSITORY

TAGS = REPOSITORY / "kernel" / "tests" / "highlight" / "tags.json"

CODE = """let pools = retrieve attn k=80 # pools
pools | save path="a.csv" all=true
%who now
table ]
"""

# For each piece of the code above: the variable of JupyterLab's theme that its colour comes from.
COLOURS = {
    "let": "mirror-editor-keyword",
    "retrieve": "mirror-editor-builtin",
    "attn": "mirror-editor-def",
    "k": "mirror-editor-property",
    "80": "mirror-editor-number",
    "# pools": "mirror-editor-comment",
    "|": "mirror-editor-operator",
    '"a.csv"': "mirror-editor-string",
    "true": "mirror-editor-keyword",
    "%who": "mirror-editor-meta",
    "]": "error",
}

# The colours of coloured pieces of text, and of a variable of the theme, as the browser computes them.
PIECES = """
element => Object.fromEntries([...element.querySelectorAll('span')]
  .filter(span => span.children.length === 0 && span.textContent.trim() !== '')
  .map(span => [span.textContent.trim(), getComputedStyle(span).color]))
"""
VARIABLE = """
(element, name) => {
  const probe = document.createElement('span');
  probe.style.color = `var(--jp-${name}-color${name === 'error' ? '1' : ''})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
"""

# The extension's own tags of many texts, with places in characters.
TAGGED = """
async texts => {
  const entry = document.querySelector('script[src*="/grn/static/remoteEntry.js"]').src;
  const {highlightCell} = await import(new URL('highlight.js', entry).href);
  const characters = text => [...text].length;
  return texts.map(text => highlightCell(text).map(
    ({start, end, tag}) => [characters(text.slice(0, start)), characters(text.slice(0, end)), tag]));
}
"""

# Another extension that draws figures, as Plotly's own does.
ANOTHER = """
(() => {
  let shared;
  const plugin = async () => {
    const {Widget} = (await Object.values(shared['@lumino/widgets'])[0].get())();
    class Figure extends Widget {
      renderModel() {
        this.node.textContent = 'drawn by another';
        return Promise.resolve();
      }
    }
    const rendererFactory = {
      safe: true, mimeTypes: ['application/vnd.plotly.v1+json'], createRenderer: () => new Figure(),
    };
    const exports = {__esModule: true, default: {id: 'NAME:figures', rendererFactory, rank: 0, dataType: 'json'}};
    return () => exports;
  };
  globalThis._JUPYTERLAB ??= {};
  globalThis._JUPYTERLAB['NAME'] = {init: scope => { shared = scope; }, get: plugin};
})();
"""

# The colours of a figure's traces in the theme of the page.
THEMED = """
async colours => {
  const entry = document.querySelector('script[src*="/grn/static/remoteEntry.js"]').src;
  const {inTheme} = await import(new URL('theme.js', entry).href);
  const data = colours.map(color => ({marker: {color}}));
  const figure = inTheme({data, layout: {paper_bgcolor: 'rgba(0, 0, 0, 0.0)'}}, document.body);
  return figure.data.map(trace => trace.marker.color);
}
"""

FIGURE = "let pools = retrieve popularity k=12\npools | plot coverage"
RANGE = "plot => plot._fullLayout.xaxis.range"
RUST = '%%rust\nfn main() { let text = "grn"; }'


class Frontend(LabCase):
    """One page for all tests of the class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.add_cells("frontend.ipynb", [SMALL, FIGURE, CODE, RUST])

    def setUp(self):
        self.notebook = self.open("frontend.ipynb")

    def assert_coloured(self, editor):
        expect(editor.locator("span", has_text=re.compile("^retrieve$"))).to_be_visible()
        pieces = editor.evaluate(PIECES)
        for piece, name in COLOURS.items():
            self.assertEqual(pieces.get(piece), editor.evaluate(VARIABLE, name), f"{piece}: {pieces}")

    def test_code_in_cells_is_coloured(self):
        editor = self.notebook.cell(2).locator(".cm-content")
        self.assert_coloured(editor)
        self.picture(self.notebook.page, f"{self.app}-colours-light")
        self.notebook.theme("JupyterLab Dark")
        self.assert_coloured(editor)
        self.picture(self.notebook.page, f"{self.app}-colours-dark")
        self.notebook.theme("JupyterLab Light")

    def test_a_name_bound_beneath_is_a_name(self):
        cell = self.notebook.cell(2)
        self.notebook.edit(cell, "later\n")
        word = cell.locator(".cm-content span", has_text=re.compile("^later$"))
        builtin = cell.evaluate(VARIABLE, "mirror-editor-builtin")
        expect(word).to_have_css("color", builtin)
        self.notebook.page.keyboard.type("let later = table")
        expect(cell.locator(".cm-content span", has_text=re.compile("^table$"))).to_have_css("color", builtin)
        expect(word).to_have_count(0)

    def test_rust_is_coloured_as_rust(self):
        editor = self.notebook.cell(3).locator(".cm-content")
        expect(editor.locator("span", has_text=re.compile("^fn$"))).to_be_visible()
        pieces = editor.evaluate(PIECES)
        for piece, name in {"%%rust": "mirror-editor-meta", "fn": "mirror-editor-keyword", "let": "mirror-editor-keyword", '"grn"': "mirror-editor-string"}.items():
            self.assertEqual(pieces.get(piece), editor.evaluate(VARIABLE, name), f"{piece}: {pieces}")

    def test_tags_are_those_of_the_grammar(self):
        texts = json.loads(TAGS.read_text(encoding="utf-8"))
        self.assertGreater(len(texts), 300)
        found = self.notebook.page.evaluate(TAGGED, [text["text"] for text in texts])
        for text, tags in zip(texts, found, strict=True):
            with self.subTest(text["name"]):
                self.assertEqual(tags, text["tags"], text["text"])

    def test_a_figure_is_live(self):
        plot = self.draw()
        self.picture(self.notebook.page, f"{self.app}-figure-light")
        before = plot.evaluate(RANGE)
        self.zoom(plot)
        wait = "([plot, width]) => plot._fullLayout.xaxis.range[1] - plot._fullLayout.xaxis.range[0] < width / 2"
        self.notebook.page.wait_for_function(wait, arg=[plot.element_handle(), before[1] - before[0]])
        zoomed = plot.evaluate(RANGE)
        with self.subTest("dark"):
            light = self.ink(plot)
            self.notebook.theme("JupyterLab Dark")
            self.notebook.page.wait_for_function("([plot, light]) => plot.layout.font.color !== light", arg=[plot.element_handle(), light])
            self.assertEqual(plot.evaluate(RANGE), zoomed, "the zoom is lost")
            self.picture(self.notebook.page, f"{self.app}-figure-dark")
            self.notebook.theme("JupyterLab Light")
        with self.subTest("width"):
            wide = plot.evaluate("plot => plot._fullLayout.width")
            self.notebook.page.set_viewport_size({"width": 900, "height": 900})
            self.notebook.page.wait_for_function("([plot, wide]) => plot._fullLayout.width < wide - 50", arg=[plot.element_handle(), wide])
        with self.subTest("gone"):
            handle = plot.element_handle()
            self.notebook.select(self.notebook.cell(1))
            self.notebook.menu("Edit", "Clear Cell Output")
            expect(plot).to_have_count(0)
            self.assertFalse(handle.evaluate("plot => '_fullLayout' in plot"), "plotly.js still holds it")

    def test_dark_colours_are_light_on_dark_ground(self):
        colours = ["rgba(0, 63, 98, 0.5)", ["#003f62"], [1, 2], "rgb(0, 114, 178)", "black"]
        self.assertEqual(self.notebook.page.evaluate(THEMED, colours), colours)
        self.notebook.theme("JupyterLab Dark")
        expected = ["rgba(157, 220, 255, 0.5)", ["rgba(157, 220, 255, 1)"], *colours[2:]]
        self.assertEqual(self.notebook.page.evaluate(THEMED, colours), expected)
        self.notebook.theme("JupyterLab Light")

    def test_a_saved_figure_needs_no_kernel(self):
        self.draw()
        with self.notebook.page.expect_response(lambda answer: answer.request.method == "PUT" and "/contents/" in answer.url):
            self.notebook.page.keyboard.press("Control+S")
        saved = json.loads((self.server.notebooks / "frontend.ipynb").read_text(encoding="utf-8"))
        outputs = [output for cell in saved["cells"] for output in cell.get("outputs", [])]
        self.assertTrue(any("application/vnd.plotly.v1+json" in output.get("data", {}) for output in outputs))
        saved["metadata"]["kernelspec"]["name"] = "nowhere"
        (self.server.notebooks / "saved.ipynb").write_text(json.dumps(saved), encoding="utf-8")
        page = self.browser.page()
        self.addCleanup(page.close)
        page.goto(f"{self.server.url}{self.server.path('saved.ipynb')}?token={self.server.token}")
        expect(page.locator(".grn-figure .main-svg").first).to_be_visible()

    def draw(self):
        """Runs the cell with the figure; the figure."""
        self.notebook.run_all()
        self.notebook.wait_until_idle()
        plot = self.notebook.cell(1).locator(".grn-figure.js-plotly-plot")
        expect(plot.locator(".main-svg").first).to_be_visible()
        expect(self.notebook.cell(1).locator(".jp-RenderedImage")).to_have_count(0)
        plot.scroll_into_view_if_needed()
        return plot

    def ink(self, plot):
        return plot.evaluate("plot => plot.layout.font.color")

    def zoom(self, plot):
        """Drags over the middle of the plot area."""
        box = plot.locator(".nsewdrag").first.bounding_box()
        mouse = self.notebook.page.mouse
        mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
        mouse.down()
        mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7, steps=5)
        mouse.up()


class FrontendInNotebook(Frontend):
    """The same in Notebook 7."""

    app = "notebook"


class Files(LabCase):
    """What is opened beside notebooks."""

    def test_a_script_is_coloured(self):
        (self.server.notebooks / "script.grn").write_text(CODE, encoding="utf-8")
        page = self.browser.page()
        self.addCleanup(page.close)
        page.goto(f"{self.server.url}/lab/workspaces/script/tree/script.grn?token={self.server.token}")
        editor = page.locator(".jp-FileEditor .cm-content")
        expect(editor.locator("span", has_text=re.compile("^retrieve$"))).to_be_visible()
        self.assertEqual(editor.evaluate(PIECES)["retrieve"], editor.evaluate(VARIABLE, "mirror-editor-builtin"))
        self.picture(page, "script")

    def test_rendered_markdown_is_coloured(self):
        notebook = json.loads((self.server.notebooks / self.server.add_cells("rendered.ipynb", ["table"])).read_text())
        text = "```grn\nretrieve attn k=80\n```"
        notebook["cells"].append({"cell_type": "markdown", "id": "text", "metadata": {}, "source": text})
        (self.server.notebooks / "rendered.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        block = self.open("rendered.ipynb").notebook.locator(".jp-RenderedMarkdown pre")
        expect(block.locator("span", has_text=re.compile("^attn$"))).to_be_visible()
        self.assertEqual(block.evaluate(PIECES)["attn"], block.evaluate(VARIABLE, "mirror-editor-def"))

    def test_markdown_is_coloured(self):
        text = "```grn\nretrieve attn k=80\n```\n\n> ```grn\n> let p = table\n> p | table\n> ```\n"
        (self.server.notebooks / "page.md").write_text(text, encoding="utf-8")
        page = self.browser.page()
        self.addCleanup(page.close)
        page.goto(f"{self.server.url}/lab/workspaces/page/tree/page.md?token={self.server.token}")
        editor = page.locator(".jp-FileEditor .cm-content")
        for line, words in (("retrieve", {"retrieve": "mirror-editor-builtin", "attn": "mirror-editor-def"}), ("p | table", {"table": "mirror-editor-builtin"})):
            place = editor.locator(".cm-line", has_text=line)
            expect(place.locator("span", has_text=re.compile(f"^{list(words)[0]}$"))).to_be_visible()
            pieces = place.evaluate(PIECES)
            for word, name in words.items():
                self.assertEqual(pieces.get(word), editor.evaluate(VARIABLE, name), pieces)
        self.picture(page, "markdown")


class Beside(LabCase):
    """With another extension that draws figures."""

    def test_another_renderer_wins(self):
        self.server.add_cells("beside.ipynb", [SMALL, FIGURE])
        # JupyterLab loads extensions in the order of their names.
        for name in ("another", "zanother"):
            with self.subTest(name):
                folder = self.add_extension(name)
                notebook = self.open("beside.ipynb")
                notebook.run_all()
                notebook.wait_until_idle()
                expect(notebook.cell(1)).to_contain_text("drawn by another")
                expect(notebook.cell(1).locator(".grn-figure")).to_have_count(0)
                shutil.rmtree(folder)

    def add_extension(self, name):
        folder = self.server.folder / "prefix" / "share" / "jupyter" / "labextensions" / name
        (folder / "static").mkdir(parents=True)
        build = {"load": "static/remoteEntry.js", "mimeExtension": "./mimeExtension"}
        package = {"name": name, "version": "1.0.0", "jupyterlab": {"mimeExtension": True, "_build": build}}
        (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")
        (folder / "static" / "remoteEntry.js").write_text(ANOTHER.replace("NAME", name), encoding="utf-8")
        return folder
