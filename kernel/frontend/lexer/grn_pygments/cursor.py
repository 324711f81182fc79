"""The tokens of a script, and where in them a reader is."""

from __future__ import annotations

from dataclasses import replace

from grn_pygments.data import GRAMMAR


class Cursor:
    """A place among tokens; `wrong` is where the tokens start that a message would stand at."""

    def __init__(self, tokens):
        self.tokens = _significant(tokens)
        self.at = 0
        self.wrong = set()

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
