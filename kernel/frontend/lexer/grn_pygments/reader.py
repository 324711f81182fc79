"""What part each word of a script plays: the `parser` of the grammar crate without its messages.

Every method reads what its Rust namesake reads, also from broken text. It gives the parts of the words in it, or `None`
where it is not understood.
"""

from __future__ import annotations

from grn_pygments.values import Part, Values

# What may stand after a key that lacks its `=`.
_VALUES = ("integer", "float", "text", "open", "invalid")


class Reader(Values):
    """Reads a text once, from its tokens; `names` are those that it binds."""

    def __init__(self, tokens):
        super().__init__(tokens)
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
