"""Text to tokens, as the `lexer` of the grammar crate cuts it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grn_pygments.data import GRAMMAR, pattern

_PIECES = [(name, pattern(name)) for name in ("break", "blank", "comment", "text", "sign", "chunk")]
_NAME = pattern("name")
_INTEGER = pattern("integer")
_FLOAT = pattern("float")
_TEXT = pattern("wellFormedText")
_BLANK = pattern("blank")
_SMALLEST, _LARGEST = map(int, GRAMMAR["integers"])
_LONGEST_INTEGER = 4000


@dataclass(frozen=True)
class Token:
    """A piece of a text: its kind, its place, and the number of line breaks before it."""

    kind: str
    text: str
    start: int
    breaks: int


def lex(source):
    """Every token of a text."""
    tokens = []
    breaks = 0
    at = 1 if source.startswith("\ufeff") else 0
    while at < len(source):
        piece, text = _piece_at(source, at)
        start = at
        for kind, token_text in _tokens_of(piece, text):
            tokens.append(Token(kind, token_text, start, breaks))
            start += len(token_text)
            # What follows a semicolon counts as a new line.
            breaks = 1 if token_text == ";" else 0
        if piece == "break":
            breaks += 1
        at += len(text)
    return tokens


def _piece_at(source, at):
    for name, expression in _PIECES:
        found = expression.match(source, at)
        if found:
            return name, found.group()
    return "chunk", source[at]


def _tokens_of(piece, text):
    if piece == "comment":
        return [("comment", _without_blank_end(text))]
    if piece == "text":
        return [("text" if _TEXT.fullmatch(text) else "invalid", text.rstrip("\r"))]
    if piece == "sign":
        return [(GRAMMAR["signs"][text], text)]
    return _chunk(text) if piece == "chunk" else []


def _without_blank_end(text):
    while _BLANK.fullmatch(text[-1]):
        text = text[:-1]
    return text


def _chunk(text):
    """A name, a number, or several around `..`; anything else is invalid as a whole."""
    parts = text.split("..")
    if len(parts) == 1 or not all(part == "" or _classify(part) for part in parts):
        return [(_classify(text) or "invalid", text)]
    tokens = []
    for index, part in enumerate(parts):
        if index > 0:
            tokens.append(("range", ".."))
        if part:
            tokens.append((_classify(part), part))
    return tokens


def _classify(text):
    """The kind of the token that the whole of a text is, or nothing."""
    if _NAME.fullmatch(text):
        return "word"
    if _INTEGER.fullmatch(text):
        # Python refuses to read integers that are far longer.
        is_integer = len(text) < _LONGEST_INTEGER and _SMALLEST <= int(text) <= _LARGEST
        return "integer" if is_integer else "invalid"
    if _FLOAT.fullmatch(text):
        return "float" if math.isfinite(float(text)) else "invalid"
    return None
