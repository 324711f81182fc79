"""Real cells in the real kernel, by Jupyter's own test suite and by nbclient and nbconvert."""

import unittest

import jupyter_kernel_test
import nbclient
import nbconvert
import nbformat

import support
from support import Kernel, kinds, published, reply_to, text_of, wait_for

SOURCE = "use simulate sergio genes=80 regulators=20 masters=8 types=3 cells=10 | split stratified"


class Suite(jupyter_kernel_test.KernelTests):
    """https://github.com/jupyter/jupyter_kernel_test"""

    kernel_name = "grn"
    language_name = "grn"
    file_extension = ".grn"
    code_hello_world = "%echo hello, world"
    code_stderr = "%echo -e oh"
    code_generate_error = "retrieve nonsense"
    code_page_something = "retrieve?"
    code_inspect_sample = "retrieve"
    code_execute_result = [
        {"code": "help", "mime": "text/markdown"},
        {"code": "help retrieve", "mime": "text/plain"},
        {"code": "help retrieve attn", "mime": "text/plain"},
    ]
    code_display_data = [{"code": SOURCE + "\n%who", "mime": "text/html"}]
    code_history_pattern = "help ret*attn"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [
        {"text": "retr", "matches": {"retrieve"}},
        {"text": "retrieve a", "matches": {"attn"}},
    ]
    complete_code_samples = ["retrieve attn k=5", "let pools = retrieve attn", "", "# only a comment"]
    incomplete_code_samples = ["decode exact cap={2: 80,"]
    invalid_code_samples = ["retrieve ~~ $$"]


class Cells(unittest.TestCase):
    def setUp(self):
        self.kernel = Kernel("grn")
        self.addCleanup(self.kernel.stop)
        self.client = self.kernel.client

    def run_cell(self, code):
        request = self.client.execute(code)
        return reply_to(self.client, request)["content"], published(self.client, request)

    def test_an_interrupt_keeps_names_and_the_next_cell_runs(self):
        self.run_cell(f"{SOURCE}\nlet pools = retrieve popularity k=5")
        cell = self.client.execute("retrieve attn k=5 epochs=10000")
        wait_for(self.client, "display_data")
        completion = reply_to(self.client, self.client.complete("po"))["content"]
        self.assertIn("pools", completion["matches"])
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(reply_to(self.client, cell)["content"]["ename"], "Interrupted")
        reply, messages = self.run_cell("pools")
        self.assertEqual(reply["status"], "ok")
        self.assertIn("execute_result", kinds(messages))

    def test_a_cell_asks_before_it_forgets(self):
        self.run_cell(f"{SOURCE}\nlet pools = retrieve popularity k=5")
        cell = self.client.execute("%reset", allow_stdin=True)
        self.client.get_stdin_msg(timeout=support.PATIENCE)
        self.client.input("y")
        self.assertEqual(reply_to(self.client, cell)["content"]["status"], "ok")
        self.assertEqual(self.run_cell("pools")[0]["status"], "error")

    def test_text_outside_ascii_is_itself(self):
        _, messages = self.run_cell("%echo 𝛼βγ ψ")
        self.assertEqual(text_of(messages), "𝛼βγ ψ\n")


class Notebooks(unittest.TestCase):
    def test_a_notebook_runs_and_becomes_a_page(self):
        cells = [SOURCE, "retrieve popularity k=12", "%echo done"]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
        nbclient.NotebookClient(notebook, kernel_name="grn", timeout=support.PATIENCE).execute()
        nbformat.validate(notebook)
        self.assertEqual(notebook.metadata.language_info.name, "grn")
        self.assertEqual(notebook.cells[2].outputs[0].text, "done\n")
        page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
        self.assertIn("done", page)

    def test_a_notebook_stops_at_its_first_error(self):
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(code) for code in ["retrieve nonsense", "%echo never"]]
        )
        client = nbclient.NotebookClient(notebook, kernel_name="grn", timeout=support.PATIENCE)
        with self.assertRaisesRegex(nbclient.exceptions.CellExecutionError, "grn::unknown-method"):
            client.execute()
        self.assertEqual(notebook.cells[1].outputs, [])


if __name__ == "__main__":
    unittest.main()
