"""Values: what the parser's `value` and `group` read."""

from __future__ import annotations

from dataclasses import dataclass, field

from grn_pygments.cursor import Cursor
from grn_pygments.data import GRAMMAR
from grn_pygments.lexer import Token

_WORDS = ("word", "integer", "float", "text", "invalid")


@dataclass(frozen=True)
class Part:
    """A token with its tag; a verb that is alone in its stage may be the name of a pipeline."""

    token: Token
    tag: str
    is_lone: bool = False


@dataclass(frozen=True)
class Value:
    """A value: the parts of the words in it, the token of a single one, the items of a bracketed one."""

    kind: str
    parts: list = field(default_factory=list)
    token: Token | None = None
    items: list = field(default_factory=list)


class Values(Cursor):
    """Reads values."""

    def _value(self, outer=""):
        """A value directly inside `outer`, an opening bracket or nothing."""
        token = self._peek()
        if not token:
            return None
        if token.kind == "open" and token.text not in GRAMMAR["nesting"][outer]:
            self._report(token)
            self._skip_group()
            return None
        value = self._group(token) if token.kind == "open" else self._atom(token)
        return self._range(value, outer) if value and self._range_follows() else value

    def _range_follows(self):
        token = self._peek()
        return token is not None and token.kind == "range" and token.breaks == 0

    def _atom(self, token):
        self.at += 1
        if token.kind in ("integer", "float", "text"):
            return Value(token.kind, token=token)
        if token.kind == "word":
            kind = "boolean" if token.text in GRAMMAR["booleans"] else "name"
            return Value(kind, [Part(token, kind)], token)
        if token.kind != "invalid":
            self._report(token)
        if token.kind == "range":
            self._skip_word()
        if token.kind in ("invalid", "range"):
            self._skip_range_end()
        return None

    def _range(self, first, outer):
        """What follows `first`, once `..` is next."""
        self.at += 1
        following = self._peek()
        last = following.kind if following and following.breaks == 0 else None
        self._skip_word()
        goes_on = self._range_follows()
        self._skip_range_end()
        is_range = first.kind == "integer" and last == "integer" and not goes_on and outer == ""
        return Value("range") if is_range else None

    def _skip_range_end(self):
        while self._range_follows():
            self.at += 1
            self._skip_word()

    def _skip_word(self):
        token = self._peek()
        if token and token.breaks == 0 and token.kind in _WORDS and self._beyond(1) != "equals":
            self.at += 1

    # Values in brackets

    def _group(self, bracket):
        self.at += 1
        item = self._entry if bracket.text == "{" else lambda: self._value(bracket.text)
        items = self._items(bracket, item)
        parts = [part for item in items for part in item.parts]
        return Value(bracket.text, parts, items=items) if items else None

    def _entry(self):
        """`2: 80`"""
        key = self._peek()
        is_size = key.kind == "integer"
        if not is_size and key.kind != "invalid":
            self._report(key)
        self._skip_one()
        sign = self._kind()
        if sign in (None, "pipe"):
            return None
        if sign == "equals" or (sign != "colon" and is_size):
            self._report(self._in_statement())
        if sign not in ("colon", "equals"):
            return None
        self.at += 1
        following = self._kind()
        if following in ("comma", "close"):
            self._report(self._in_statement())
        if following in (None, "pipe", "comma", "close"):
            return None
        value = self._value("{")
        return value if is_size else None

    def _items(self, bracket, item):
        """Items up to the closing bracket, which is read."""
        items = []
        is_separated = True
        while token := self._peek():
            if token.kind == "close":
                if GRAMMAR["brackets"][bracket.text] != token.text:
                    self._report(token)
                self.at += 1
                return items
            if token.kind == "comma":
                if is_separated:
                    self._report(token)
                self.at += 1
                is_separated = True
                continue
            if self._leaves_group(token, is_separated):
                break
            if not is_separated and "invalid" not in (token.kind, self._last().kind):
                self._report(token)
            is_separated = self._at_argument()
            if is_separated:
                self._report(token)
                self.at += 2
                continue
            before = self.at
            value = item()
            items += [value] if value else []
            if self.at == before:
                self.at += 1
        self._report(bracket)
        return items

    def _leaves_group(self, token, is_separated):
        """Whether a token can't belong to an open group, so that its closing bracket must be missing."""
        is_argument = self._at_argument() and (token.breaks > 0 or not self._closes_ahead(2))
        is_new_line = token.breaks > 0 and not is_separated and not self._closes_ahead(0)
        return token.kind == "pipe" or is_argument or is_new_line

    def _closes_ahead(self, skipped):
        """Whether a closing bracket comes before any sign of a new statement or stage."""
        start = self.at + skipped
        ahead = (token.kind for token in self.tokens[start : start + GRAMMAR["lookAhead"]])
        return next((kind for kind in ahead if kind in ("close", "pipe", "equals", "open")), None) == "close"
