"""The Pygments lexer: its tags are those of the grammar, and exported notebooks are coloured by it."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
LEXER = ROOT / "kernel" / "frontend" / "lexer"
TAGS = ROOT / "kernel" / "tests" / "highlight" / "tags.json"
NOTEBOOK = ROOT / "examples" / "notebooks" / "tutorial.ipynb"

sys.path.insert(0, str(LEXER))

from grn_pygments import GrnLexer  # noqa: E402
from grn_pygments.highlight import highlight_cell  # noqa: E402
from pygments.token import Comment, Error, Keyword, Name, Number, Whitespace  # noqa: E402


class Tags(unittest.TestCase):
    def test_they_are_those_of_the_grammar(self):
        texts = json.loads(TAGS.read_text(encoding="utf-8"))
        self.assertGreater(len(texts), 300)
        for text in texts:
            with self.subTest(text["name"]):
                self.assertEqual([list(tag) for tag in highlight_cell(text["text"])], text["tags"], text["text"])

    def test_no_text_is_lost(self):
        for text in json.loads(TAGS.read_text(encoding="utf-8")):
            pieces = [piece for _, _, piece in GrnLexer().get_tokens_unprocessed(text["text"])]
            self.assertEqual("".join(pieces), text["text"])

    def test_strange_texts_are_read(self):
        for text in ("", "\ufeff", "\ufeffhelp", "9" * 5000, "k=" + "[" * 2000, "%", "\r\n", "\x00", "\ud800"):
            with self.subTest(text[:10]):
                highlight_cell(text)


class Lexer(unittest.TestCase):
    def tokens(self, text):
        return [(kind, piece) for kind, piece in GrnLexer().get_tokens(text) if kind is not Whitespace]

    def test_tags_have_token_types(self):
        kinds = {piece: kind for kind, piece in self.tokens("let p = retrieve attn k=80 # all\np\n%who\ntable ]")}
        expected = {
            "let": Keyword, "p": Name, "retrieve": Name.Builtin, "attn": Name.Function, "k": Name.Attribute,
            "80": Number, "# all": Comment.Single, "%who": Comment.Preproc, "]": Error,
        }  # fmt: skip
        self.assertEqual({piece: kinds[piece] for piece in expected}, expected)

    def test_rust_is_rust(self):
        tokens = self.tokens("%%rust\nfn main() {}\n")
        self.assertEqual(tokens[:3], [(Comment.Preproc, "%%rust"), (Keyword, "fn"), (Name.Function, "main")])

    def test_a_script_is_recognised(self):
        self.assertGreater(GrnLexer.analyse_text("let pools = retrieve attn\n  | select pairs2\n"), 0)
        for text in ("", "# a comment\n", "let x = 3;\nfn main() {}\n", "SELECT a FROM b\n", "use strict;\nprint 1;\n"):
            self.assertEqual(GrnLexer.analyse_text(text), 0, text)


class Export(unittest.TestCase):
    """`jupyter nbconvert`, where the lexer is installed."""

    def test_pages_are_coloured(self):
        with tempfile.TemporaryDirectory() as folder:
            information = pathlib.Path(folder) / "grn_pygments-0.dist-info"
            information.mkdir()
            (information / "METADATA").write_text("Metadata-Version: 2.1\nName: grn-pygments\nVersion: 0\n")
            (information / "entry_points.txt").write_text("[pygments.lexers]\ngrn = grn_pygments:GrnLexer\n")
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, str(LEXER)])}
            command = [sys.executable, "-B", "-m", "jupyter", "nbconvert", "--to", "html", "--output-dir", folder, NOTEBOOK]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            page = (pathlib.Path(folder) / "tutorial.html").read_text(encoding="utf-8")
        self.assertNotIn("lexer", done.stderr.lower())
        for piece in ('<span class="k">let</span>', '<span class="nb">retrieve</span>', '<span class="nf">attn</span>'):
            self.assertIn(piece, page)
        self.assertIn("data:image/png;base64,", page)


if __name__ == "__main__":
    unittest.main()
