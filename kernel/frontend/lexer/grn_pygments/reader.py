"""What part each word of a script plays: the `parser` of the grammar crate without its messages.

Every method reads what its Rust namesake reads, also from broken text. It gives the parts of the words in it, or `None`
where it is not understood. What a message would stand at is in `wrong`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from grn_pygments.data import GRAMMAR
from grn_pygments.lexer import Token

_VALUES = ("integer", "float", "text", "open", "invalid")
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


class Reader:
    """Reads a text once, from its tokens."""

    def __init__(self, tokens):
        self.tokens = _significant(tokens)
        self.at = 0
        self.wrong = set()
        self.names = set()

    def script(self):
        """The parts of a whole text."""
        parts = []
        while self._peek():
            before = self.at
            parts += self._statement(self._peek()) or []
            self._end_statement()
            if self.at == before:
                self.at += 1
        return parts

    # Looking ahead

    def _peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _kind(self):
        token = self._peek()
        return token and token.kind

    def _last(self):
        return self.tokens[self.at - 1] if self.at > 0 else None

    def _beyond(self, ahead):
        """The kind of the token `ahead` of the next one, if it is on the next one's line."""
        between = self.tokens[self.at + 1 : self.at + ahead + 1]
        same_line = len(between) == ahead and all(token.breaks == 0 for token in between)
        return between[-1].kind if same_line else None

    def _in_statement(self):
        token = self._peek()
        return token if token and (token.breaks == 0 or token.kind == "pipe") else None

    def _in_stage(self):
        token = self._in_statement()
        return token if token and token.kind != "pipe" else None

    def _stage_kind(self):
        token = self._in_stage()
        return token and token.kind

    def _at_argument(self):
        return self._kind() == "word" and self._beyond(1) == "equals"

    def _keyword(self):
        """The keyword that the next token is; a word before `|` is the name of a pipeline, whatever it is."""
        token = self._peek()
        if not token or token.kind != "word" or token.text not in GRAMMAR["keywords"]:
            return None
        after = self.tokens[self.at + 1 : self.at + 2]
        return None if after and after[0].kind == "pipe" else token.text

    def _report(self, token):
        if token:
            self.wrong.add(token.start)

    # Statements

    def _statement(self, first):
        keyword = self._keyword()
        if not keyword:
            return self._binding_without_let(first) if self._at_argument() else self._pipeline()
        self.at += 1
        parts = {
            "let": self._binding,
            "use": self._pipeline_of_statement,
            "explain": self._pipeline_of_statement,
            "set": lambda: self._arguments() if self._in_stage() else None,
            "help": self._help,
        }[keyword]()
        return None if parts is None else [Part(first, "keyword"), *parts]

    def _binding(self):
        token = self._in_stage()
        name = token if token and token.kind == "word" else None
        if name or (token and token.kind == "invalid"):
            self.at += 1
        else:
            self._report(self._in_statement())
        if self._stage_kind() == "equals":
            self.at += 1
        elif not name:
            return self._skip_statement()
        else:
            self._report(self._in_statement())
            if not self._in_stage():
                return self._skip_statement()
        return self._bound(name)

    def _binding_without_let(self, first):
        """`name = pipeline`: understood, but not the language."""
        self._report(first)
        if self._beyond(2) != "word":
            self.at += 1
            return self._skip_statement()
        self.at += 2
        return self._bound(first)

    def _bound(self, name):
        pipeline = self._pipeline_of_statement()
        if not pipeline or not name:
            return None
        self.names.add(name.text)
        return [Part(name, "name"), *pipeline]

    def _pipeline_of_statement(self):
        return self._pipeline() if self._in_statement() else None

    def _help(self):
        parts = []
        for tag in ("verb", "method"):
            if self._stage_kind() != "word":
                break
            parts.append(Part(self._peek(), tag))
            self.at += 1
        return parts

    def _end_statement(self):
        token = self._in_statement()
        if token and token.kind != "invalid":
            self._report(token)
        self._skip_statement()

    # Skipping

    def _skip_statement(self):
        while self._in_statement():
            self._skip_one()

    def _skip_stage(self):
        while self._in_stage():
            self._skip_one()

    def _skip_to_argument(self):
        while self._in_stage() and not self._at_argument():
            self._skip_one()

    def _skip_one(self):
        if self._kind() == "open":
            self._skip_group()
        else:
            self.at += 1

    def _skip_group(self):
        """A bracketed group of any depth; one that is never closed ends at `|` or where a new line can't go on."""
        depth = 0
        while token := self._peek():
            if token.kind == "pipe":
                return
            if token.kind == "open":
                depth += 1
            elif token.kind == "close":
                depth -= 1
            elif token.kind != "comma" and token.breaks > 0 and not self._wants_more():
                return
            self.at += 1
            if depth <= 0:
                return

    def _wants_more(self):
        last = self._last()
        return last is not None and last.kind in ("comma", "colon", "open")

    # Pipelines

    def _pipeline(self):
        stages = []
        if self._kind() == "pipe":
            self._report(self._peek())
            self.at += 1
            if not self._in_statement():
                return None
        while True:
            if self._kind() not in (None, "pipe"):
                stage = self._stage(is_first=not stages)
                stages += [stage] if stage else []
            pipe = self._in_statement()
            if not pipe or pipe.kind != "pipe":
                break
            self.at += 1
            if not self._stage_follows(pipe):
                break
        return [part for stage in stages for part in stage] or None

    def _stage_follows(self, pipe):
        following = self._peek()
        if following and following.breaks == 0:
            if following.kind == "pipe":
                self._report(following)
            return True
        self._report(pipe)
        return following is not None and self._goes_on(following)

    def _goes_on(self, following):
        """After a `|` at the end of a line: whether the next line is meant to go on with the pipeline."""
        is_statement = self._keyword() is not None or self._beyond(1) == "equals"
        return following.kind == "pipe" or (following.kind == "word" and following.breaks == 1 and not is_statement)

    def _stage(self, is_first):
        verb = self._peek()
        if verb.kind != "word":
            if verb.kind != "invalid":
                self._report(verb)
            self._skip_one()
            self._skip_stage()
            return None
        self.at += 1
        more = [*self._method(), *self._arguments()]
        return [Part(verb, "verb", is_lone=is_first and not more), *more]

    def _method(self):
        token = self._in_stage()
        if not token:
            return []
        if token.kind == "word" and self._beyond(1) not in ("equals", "colon"):
            self.at += 1
            return [Part(token, "method")]
        if token.kind == "invalid":
            self.at += 1
        return self._method_list() if token.text == "[" else []

    def _method_list(self):
        value = self._value()
        items = value.items if value else []
        for item in items:
            if item.kind != "name":
                self._report(item.token)
        return [Part(item.token, "method") for item in items if item.kind == "name"]

    def _arguments(self):
        parts = []
        while token := self._in_stage():
            if token.kind == "word":
                parts += self._argument(token) or []
            elif token.kind == "invalid":
                self.at += 1
            else:
                self._report(token)
                self._skip_one()
                if token.kind != "comma":
                    self._skip_to_argument()
        return parts

    def _argument(self, key):
        following = self._beyond(1)
        self.at += 1
        if following == "colon":
            self._report(self._peek())
        if following in ("equals", "colon"):
            self.at += 1
        else:
            self._report(key)
            if following not in _VALUES:
                return None
        value = self._argument_value()
        return value and [Part(key, "parameter"), *value.parts]

    def _argument_value(self):
        if self._stage_kind() == "equals":
            self._report(self._peek())
        while self._stage_kind() == "equals":
            self.at += 1
        if not self._in_stage() or self._at_argument():
            return None
        return self._value()

    # Values

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


def _significant(tokens):
    """The tokens without comments; their line breaks go to the token after them."""
    breaks = 0
    kept = []
    for token in tokens:
        breaks += token.breaks
        if token.kind != "comment":
            kept.append(replace(token, breaks=breaks))
            breaks = 0
    return kept
