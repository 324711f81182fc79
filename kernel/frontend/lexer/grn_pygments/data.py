"""What the grammar knows of characters and words: `grammar.json`, and its patterns as regular expressions."""

import json
import re
from pathlib import Path

GRAMMAR = json.loads(Path(__file__).with_name("grammar.json").read_text(encoding="utf-8"))


def _character_class(ranges):
    """`41-5a 61-7a aa` as the inside of a character class."""
    parts = (part.split("-") for part in ranges.split())
    return "".join("-".join(rf"\U{int(code, 16):08x}" for code in part) for part in parts)


def pattern(name):
    """The pattern of this name, compiled."""
    source = GRAMMAR["patterns"][name]
    for characters, ranges in GRAMMAR["characters"].items():
        source = source.replace(f"{{{characters}}}", _character_class(ranges))
    return re.compile(source)
