"""What all browser tests share."""

import unittest

from lab.browser import Browser
from lab.page import NotebookPage
from lab.server import Server

# Errors of JupyterLab's and Notebook's own programs, which are there without any output too.
HARMLESS = ("/static/notebook/notebook_core.",)

# Data that is simulated in a second, for what does not need the tutorial's.
SMALL = "use simulate sergio genes=80 types=3 cells=20 regulators=20 masters=8 team_mix=(10, 20, 20, 20)"

# Trains for minutes on the data above: long enough to be interrupted.
LONG = "retrieve attn k=12 epochs=10000"


class LabCase(unittest.TestCase):
    """A server and a browser; every test of a class that derives from it is one without a network."""

    app = "lab"
    server_class = Server

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(cls.server_class(cls.app))
        cls.browser = cls.enterClassContext(Browser())

    def tearDown(self):
        self.assertEqual(self.browser.foreign, [], "requests beyond this machine")
        complaints = [text for text in self.browser.complaints if not any(word in text for word in HARMLESS)]
        self.assertEqual(complaints, [], "errors in the browser's console")

    def open(self, name):
        """A notebook of the server in a new page, which is closed after the test."""
        page = self.browser.page()
        self.addCleanup(page.close)
        return NotebookPage(page, self.server, name)

    def open_cells(self, name, cells):
        """A new notebook of these code cells."""
        return self.open(self.server.add_cells(name, cells))

    def picture(self, target, name):
        """Keeps a screenshot of a page or an element."""
        return self.browser.picture(target, name)
