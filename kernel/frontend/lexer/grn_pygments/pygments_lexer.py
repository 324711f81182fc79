"""The lexer that Pygments knows as `grn`."""

import re

from pygments.lexer import Lexer
from pygments.lexers.rust import RustLexer
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

from grn_pygments.data import GRAMMAR
from grn_pygments.highlight import highlight_cell

_TYPES = {
    "keyword": Keyword,
    "verb": Name.Builtin,
    "method": Name.Function,
    "parameter": Name.Attribute,
    "number": Number,
    "string": String,
    "boolean": Keyword.Constant,
    "operator": Operator,
    "punctuation": Punctuation,
    "comment": Comment.Single,
    "name": Name,
    "error": Error,
    "command": Comment.Preproc,
    "word": Text,
}


class GrnLexer(Lexer):
    """For scripts of grn and cells of its notebooks: commands, questions and `%%rust` too."""

    name = "grn"
    aliases = ["grn"]
    filenames = ["*.grn"]
    mimetypes = ["text/x-grn"]

    def get_tokens_unprocessed(self, text):
        at = 0
        for start, end, tag in highlight_cell(text):
            yield from _blank(text, at, start)
            if tag == "rust":
                rust = RustLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text[start:end])
                yield from ((start + offset, kind, piece) for offset, kind, piece in rust)
            else:
                yield start, _TYPES[tag], text[start:end]
            at = end
        yield from _blank(text, at, len(text))

    @staticmethod
    def analyse_text(text):
        """How sure it is that a text of no known language is grn: where every line begins as one of grn's does."""
        words = "|".join([*GRAMMAR["keywords"], *GRAMMAR["verbs"]])
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "%"))]
        stages = re.compile(rf"\s*(\|\s*)?({words})\s+\w")
        are_stages = bool(lines) and all(stages.match(line) for line in lines)
        return 0.3 if are_stages else 0.0


def _blank(text, start, end):
    if start < end:
        yield start, Whitespace, text[start:end]
