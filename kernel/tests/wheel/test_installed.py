"""The wheel in an environment: what is there, that it works without a network, and that it goes without a trace."""

import json
import os
import pathlib
import shutil
import unittest

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from lab.case import SMALL

from wheel.environment import OFFLINE, Environment, wheel, with_jupyter

RUST = '%%rust\nprintln!("the answer is {}", 6 * 7);'
# Where cargo and rustc look for themselves; the home of a test is another one.
RUST_FOLDERS = {"CARGO_HOME": ".cargo", "RUSTUP_HOME": ".rustup"}

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
        page = self.page([SMALL, "retrieve popularity k=12 | plot coverage"])
        self.assertIn("data:image/png;base64,", page)
        self.assertIn('<span class="nb">retrieve</span>', page)
        self.assertIn('<span class="m">12</span>', page)

    def test_rust_cells_run_where_rust_is(self):
        cargo = shutil.which("cargo")
        if not cargo:
            self.skipTest("there is no cargo")
        path = os.pathsep.join([str(pathlib.Path(cargo).parent), OFFLINE["PATH"]])
        home = pathlib.Path.home()
        folders = {name: os.environ.get(name) or str(home / folder) for name, folder in RUST_FOLDERS.items()}
        page = self.page([RUST], PATH=path, **folders)
        self.assertIn("the answer is 42", page)

    def test_rust_cells_say_that_rust_is_missing_and_others_run(self):
        page = self.page([RUST, "%echo still here"], "--allow-errors")
        self.assertIn("rust::no-compiler", page)
        self.assertNotIn("the answer is 42", page)
        self.assertIn("<pre>still here", page)

    def page(self, cells, *options, **settings):
        """Runs a notebook of these cells by `jupyter execute`; the page that `jupyter nbconvert` makes of it."""
        path = self.environment.home / "page.ipynb"
        metadata = {"kernelspec": {"display_name": "grn", "language": "grn", "name": "grn"}}
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=metadata), path)
        self.environment.run("jupyter", "execute", "--inplace", *options, path.name, **settings)
        self.environment.run("jupyter", "nbconvert", "--to", "html", path.name)
        return path.with_suffix(".html").read_text(encoding="utf-8")


class Removed(unittest.TestCase):
    """In an environment with nothing else."""

    def test_uninstalling_leaves_no_file(self):
        environment = Environment()
        environment.run("pip", "--version")
        before = environment.files()
        environment.install("--no-deps", wheel())
        self.assertIn("bin/grn-kernel", environment.files())
        environment.run("pip", "uninstall", "--yes", "grn-lang")
        self.assertEqual(environment.files() - before, set())
        self.assertEqual(before - environment.files(), set())
