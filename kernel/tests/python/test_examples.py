"""The example notebooks, by nbclient (as `jupyter execute` does) and nbconvert. They train real models: give them a
release build with `GRN_BUILD=target/release`. Cells of Rust need cargo and the worker, evcxr's notebook its kernel; without
them these are only looked at as they were committed."""

import base64
import os
import shutil
import tempfile
import unittest

import nbclient
import nbconvert
import nbformat
from jupyter_client.kernelspec import KernelSpecManager

from support import ROOT
from test_rust_cells import WORKER

FOLDER = ROOT / "examples" / "notebooks"
NAMES = ["tutorial", "ablation", "gates"]

# A cell trains for a minute on two slow cores; a hanging one must not take all day.
PATIENCE = 900

# What would make a browser fetch something; an SVG's namespace does not.
LOADING = r"""(?i)(src|href)\s*=\s*["']?\s*(https?:)?//|@import|url\("""


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def texts(notebook):
    return [output.data.get("text/plain", "") for output in outputs(notebook) if "data" in output]


def pictures(notebook):
    return [output.data["image/png"] for output in outputs(notebook) if "image/png" in output.get("data", {})]


class Examples(unittest.TestCase):
    def check(self, notebook):
        """What holds for a notebook that has run, here or before it was committed."""
        nbformat.validate(notebook)
        for cell in code_cells(notebook):
            errors = [output for output in cell.outputs if output.output_type == "error"]
            expected = "raises-exception" in cell.metadata.get("tags", [])
            self.assertEqual(bool(errors), expected, cell.source)
            self.assertIsNotNone(cell.execution_count, cell.source)
        self.assertGreaterEqual(len(pictures(notebook)), 3)
        for picture in pictures(notebook):
            self.assertTrue(base64.b64decode(picture).startswith(b"\x89PNG"))
        for output in outputs(notebook):
            html = output.get("data", {}).get("text/html", "")
            self.assertNotRegex(html, LOADING, "an output must not load anything")

    def run_one(self, name):
        committed = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
        self.check(committed)
        fresh = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
        with tempfile.TemporaryDirectory() as folder:
            resources = {"metadata": {"path": folder}}
            nbclient.NotebookClient(fresh, kernel_name="grn", timeout=PATIENCE, resources=resources).execute()
        self.check(fresh)
        # As many things are shown as when it was committed; a cell that shows less has lost something.
        self.assertEqual(len(texts(fresh)), len(texts(committed)))
        page, _ = nbconvert.HTMLExporter().from_notebook_node(fresh)
        for picture in pictures(fresh):
            self.assertIn(f"data:image/png;base64,{picture.strip()[:200]}", page)


    def test_rust_cells(self):
        if WORKER.is_file() and shutil.which("cargo"):
            self.run_one("rust_cells")
        else:
            self.check(nbformat.read(FOLDER / "rust_cells.ipynb", as_version=4))
            self.skipTest("the notebook isn't run: there is no cargo or no grn-rust-cells")

    def test_evcxr(self):
        """grn's answers show their tables and pictures in evcxr's own kernel."""
        notebook = nbformat.read(FOLDER / "evcxr.ipynb", as_version=4)
        self.check_answers(notebook)
        if "rust" not in KernelSpecManager().find_kernel_specs():
            self.skipTest("the notebook isn't run: there is no kernel `rust`")
        resources = {"metadata": {"path": str(FOLDER)}}
        nbclient.NotebookClient(notebook, timeout=PATIENCE, resources=resources).execute()
        self.check_answers(notebook)

    def check_answers(self, notebook):
        nbformat.validate(notebook)
        pages = [output["data"].get("text/html", "") for output in outputs(notebook) if "data" in output]
        tables = [page for page in pages if "<table" in page]
        figures = [page for page in pages if "data:image/svg+xml" in page]
        self.assertGreaterEqual((len(tables), len(figures)), (3, 2))
        for page in pages:
            self.assertNotRegex(page, LOADING, "an output must not load anything")
        self.assertFalse([output for output in outputs(notebook) if output.output_type == "error"])
        words = "".join(output.text for output in outputs(notebook) if output.output_type == "stream")
        self.assertIn("did you mean `pairs2`?", words, "a mistake has its place")


for _name in NAMES:
    setattr(Examples, f"test_{_name}", lambda self, name=_name: self.run_one(name))


if __name__ == "__main__":
    if "GRN_BUILD" not in os.environ:
        print("a debug build takes its time: GRN_BUILD=target/release is quicker")
    unittest.main()
