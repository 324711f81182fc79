"""Colours for grn wherever Pygments gives them: exported notebooks, documentation, terminals."""

from grn_pygments.pygments_lexer import GrnLexer

__all__ = ["GrnLexer"]
