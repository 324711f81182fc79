"""What each piece of a script or of a notebook's cell is, for the eye.

Scripts are tagged as `highlight` of the grammar crate tags them. Cells hold more: commands, questions, and Rust.
"""

import re

from grn_pygments.data import GRAMMAR
from grn_pygments.lexer import lex
from grn_pygments.reader import Reader


def highlight_script(source):
    """The tags of a script: `(start, end, tag)` for everything but blanks, in order."""
    tokens = lex(source)
    reader = Reader(tokens)
    words = {part.token.start: part for part in reader.script()}
    return [(token.start, token.start + len(token.text), _tag(token, words.get(token.start), reader)) for token in tokens]


def _tag(token, part, reader):
    if part:
        return "name" if part.is_lone and token.text in reader.names else part.tag
    return "error" if token.start in reader.wrong else GRAMMAR["tags"][token.kind]


def highlight_cell(source):
    """The tags of a cell. Everything from the line after `%%rust` on is one piece with the tag `rust`."""
    for read in (_rust_cell, _question):
        tags = read(source)
        if tags is not None:
            return tags
    return _script(source)


def _rust_cell(source):
    found = re.match(r"\s*%%rust(?=\s|$)[^\n]*\n?", source)
    if not found:
        return None
    rest = [(found.end(), len(source), "rust")] if found.end() < len(source) else []
    return [*_command_tags(found.group(), 0), *rest]


def _question(source):
    """`name?`, `name??` and `?name` on one line ask for help."""
    found = re.fullmatch(r"\s*(\?*)\s*(.*?)\s*(\?*)\s*", source, re.DOTALL)
    before, word, after = found.groups()
    is_phrase = word and not re.search(r'[\n#"]', word)
    if not (before or after) or not is_phrase or re.match(r"%[^\0]*\s", word):
        return None
    signs = [(*found.span(group), "command") for group in (1, 3)]
    inside = _asked(word, found.start(2))
    return [tag for tag in [signs[0], *inside, signs[1]] if tag[0] < tag[1]]


def _asked(word, offset):
    """What a question is about is tagged as in `help verb method`."""
    if word.startswith("%"):
        return [(offset, offset + len(word), "command")]
    ask = "help "
    shift = offset - len(ask)
    return [(start + shift, end + shift, tag) for start, end, tag in highlight_script(ask + word)[1:]]


def _script(source):
    """Code, and lines that begin with `%`."""
    commands = []
    code = ""
    for line in re.findall(r"[^\n]*\n|[^\n]+", source):
        timed = re.match(r"\s*%?%time(?=\s|$)", line)
        is_command = re.match(r"\s*%", line)
        command = timed.group() if timed else line if is_command else ""
        commands += _command_tags(command, len(code))
        code += re.sub(r"[^\n]", " ", command) + line[len(command) :]
    return sorted([*highlight_script(code), *commands])


def _command_tags(line, offset):
    """The words of a command, and the comment behind it."""
    words, sign, comment = line.partition(" #")
    tags = [
        (offset + found.start(), offset + found.end(), "word" if index else "command")
        for index, found in enumerate(re.finditer(r"\S+", words))
    ]
    start = offset + len(words) + 1
    return [*tags, (start, start + 1 + len(comment.rstrip()), "comment")] if sign else tags
