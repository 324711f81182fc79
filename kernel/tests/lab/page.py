"""What a person does in a notebook, and what they see there."""

import re
import time

from playwright.sync_api import expect

RUN_MILLISECONDS = 600_000
START_SECONDS = 60

# Every text that the line above a result has shown, in order, without repetitions.
RECORD = """
() => {
  window.grnStatus = [];
  const note = () => {
    for (const output of document.querySelectorAll('.jp-OutputArea-output')) {
      const text = output.textContent.trim();
      if (!/^\\[\\d+\\/\\d+\\]/.test(text)) continue;
      const bar = output.querySelector('span > span');
      const entry = {text, width: bar ? bar.style.width : ''};
      const last = window.grnStatus.at(-1);
      if (!last || last.text !== text) window.grnStatus.push(entry);
    }
  };
  new MutationObserver(note).observe(document.body, {childList: true, subtree: true, characterData: true});
}
"""


class NotebookPage:
    """A notebook in JupyterLab or Notebook 7; with `go=False` one that the page shows already."""

    def __init__(self, page, server, name, go=True):
        self.page = page
        self.server = server
        self.name = name
        if go:
            page.goto(f"{server.url}{server.path(name)}?token={server.token}")
        self.notebook = page.locator(".jp-NotebookPanel:visible .jp-Notebook")
        expect(self.notebook.locator(".jp-Cell").first).to_be_visible()
        self.wait_until_connected()
        page.evaluate(RECORD)

    # What is there

    def cell(self, index):
        """A cell by its position, from 0; negative ones count from the end."""
        return self.notebook.locator(".jp-Cell").nth(index)

    def code_cell(self, text):
        """The first code cell whose text contains this."""
        return self.notebook.locator(".jp-CodeCell", has=self.page.locator(".jp-Editor", has_text=text)).first

    def outputs(self, cell):
        """All outputs of a cell."""
        return cell.locator(".jp-OutputArea-output")

    def prompt(self, cell):
        """The number of a cell, as shown: `[3]:`, `[*]:` or `[ ]:`."""
        return cell.locator(".jp-InputPrompt").first

    def status(self):
        """The kernel's state as the toolbar tells it: `idle`, `busy`, …"""
        return self.notebook_panel().locator(".jp-Notebook-ExecutionIndicator").get_attribute("data-status")

    def notebook_panel(self):
        """The notebook with its toolbar."""
        return self.page.locator(".jp-NotebookPanel:visible")

    def progress(self):
        """What the line above results has shown since the page was opened: texts and widths of the bar."""
        return self.page.evaluate("window.grnStatus")

    # Waiting

    def wait_until_connected(self):
        """Waits until the notebook has its kernel: a page that runs cells before asks which kernel to start."""
        limit = time.monotonic() + START_SECONDS
        while True:
            kernel = self.server.kernel(self.name)
            if kernel and kernel["connections"] and kernel["execution_state"] == "idle":
                break
            if time.monotonic() > limit:
                raise TimeoutError(f"the kernel is not ready: {kernel}")
            self.page.wait_for_timeout(50)
        self.wait_until_idle()

    def wait_until_idle(self, milliseconds=RUN_MILLISECONDS):
        """Waits until the kernel is idle and no cell waits for it."""
        indicator = self.notebook_panel().locator(".jp-Notebook-ExecutionIndicator")
        expect(indicator).to_have_attribute("data-status", "idle", timeout=milliseconds)
        expect(self.notebook.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=milliseconds)

    def wait_until_run(self, cell, milliseconds=RUN_MILLISECONDS):
        """Waits until a cell has a number."""
        expect(self.prompt(cell)).to_have_text(re.compile(r"\[\d+\]"), timeout=milliseconds)

    # Doing

    def menu(self, menu, item):
        """Chooses an entry of the menu bar."""
        self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{menu}$")).click()
        entry = self.page.locator(".lm-Menu-item", has=self.page.get_by_text(item, exact=True)).first
        entry.click()

    def run_all(self):
        """Run → Run All Cells, until the kernel is idle again."""
        self.menu("Run", "Run All Cells")

    def select(self, cell):
        """Makes a cell the active one, in command mode."""
        self.prompt(cell).click()

    def edit(self, cell, text):
        """Replaces the text of a cell, key by key; the cursor stays at its end."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def run(self, cell, wait=True):
        """Runs a cell with Control+Enter."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        if wait:
            self.wait_until_run(cell)

    def run_and_append(self, text, wait=True):
        """Adds a cell beneath all others, writes into it, runs it; returns it."""
        self.select(self.cell(-1))
        before = self.notebook.locator(".jp-Cell").count()
        self.page.keyboard.press("b")
        expect(self.notebook.locator(".jp-Cell")).to_have_count(before + 1)
        cell = self.cell(-1)
        self.edit(cell, text)
        self.run(cell, wait)
        return cell

    def interrupt(self):
        """Kernel → Interrupt Kernel."""
        self.menu("Kernel", "Interrupt Kernel")

    def restart(self):
        """Kernel → Restart Kernel…, says yes, and waits until the server has done it."""
        self.menu("Kernel", "Restart Kernel…")
        with self.page.expect_response(lambda response: "/restart" in response.url):
            self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def theme(self, name):
        """Settings → Theme → NAME."""
        self.page.locator(".lm-MenuBar-item", has_text=re.compile("^Settings$")).click()
        self.page.locator(".lm-Menu-item", has=self.page.get_by_text("Theme", exact=True)).hover()
        self.page.locator(".lm-Menu-item", has=self.page.get_by_text(name, exact=True)).click()
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", name)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)
