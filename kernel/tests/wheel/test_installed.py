"""The wheel in an environment: what is there, that it works without a network, and that it goes without a trace."""

import json
import unittest

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from lab.case import SMALL

from wheel.environment import Environment, wheel, with_jupyter

class Installed(unittest.TestCase):
    """In the environment that has Jupyter."""

    @classmethod
    def setUpClass(cls):
        cls.environment = with_jupyter()

    def test_the_programs_run(self):
        version = wheel().name.split("-")[1]
        for program in ("grn", "grn-kernel"):
            self.assertEqual(self.environment.run(program, "--version").stdout, f"{program} {version}\n")

    def test_the_command_line_needs_nothing_else(self):
        script = self.environment.home / "script.grn"
        script.write_text(f"{SMALL}\nretrieve popularity k=12 | plot coverage\n")
        self.environment.run("grn", "run", "script.grn", "--out", "results")
        page = self.environment.home / "results" / "script.html"
        self.assertGreater(page.stat().st_size, 1_000_000, "the page does not hold plotly.js")

    def test_jupyter_knows_the_kernel(self):
        known = json.loads(self.environment.run("jupyter", "kernelspec", "list", "--json").stdout)["kernelspecs"]
        self.assertEqual(known["grn"]["resource_dir"], str(self.environment.prefix / "share/jupyter/kernels/grn"))
        self.assertEqual(known["grn"]["spec"]["display_name"], "grn")

    def test_jupyter_knows_the_extension(self):
        listed = self.environment.run("jupyter", "labextension", "list").stderr
        self.assertRegex(listed, r"\bgrn v\S+ .*enabled.*OK")

    def test_pygments_finds_the_lexer(self):
        find = "from pygments.lexers import get_lexer_by_name as find; print(type(find('grn')).__name__)"
        self.assertEqual(self.environment.run("python", "-c", find).stdout, "GrnLexer\n")

    def test_a_notebook_becomes_a_page_with_colours_and_a_picture(self):
        path = self.environment.home / "page.ipynb"
        cells = [new_code_cell(SMALL), new_code_cell("retrieve popularity k=12 | plot coverage")]
        metadata = {"kernelspec": {"display_name": "grn", "language": "grn", "name": "grn"}}
        nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
        self.environment.run("jupyter", "nbconvert", "--to", "html", "--execute", path.name)
        page = path.with_suffix(".html").read_text(encoding="utf-8")
        self.assertIn("data:image/png;base64,", page)
        self.assertRegex(page, r'<span class="k\w*">retrieve</span>')
        self.assertRegex(page, r'<span class="m\w*">12</span>')


class Removed(unittest.TestCase):
    """In an environment with nothing else."""

    def test_uninstalling_leaves_nothing(self):
        environment = Environment()
        environment.run("pip", "--version")
        before = environment.files()
        environment.install("--no-deps", wheel())
        self.assertIn("bin/grn-kernel", environment.files())
        environment.run("pip", "uninstall", "--yes", "grn-lang")
        self.assertEqual(environment.files() - before, set())
        self.assertEqual(before - environment.files(), set())
