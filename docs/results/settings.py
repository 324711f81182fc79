"""Which parameters a script sets to something else than the paper has, or than is the default where the paper is silent."""

import re

from compare import equal
from document import stages

# Stages whose parameters are the method's; those of data and splits are in the protocol, as is the pool's size.
VERBS = ["retrieve", "inject", "select", "decode"]
PROTOCOL = ["k", "candidates"]

PAPER = "**The paper's settings**, and defaults where it is silent."


def catalog_of(document):
    """(verb, method) → parameter → its description, from `grn stages --json`."""
    found = (document or {}).get("stages", [])
    return {
        (stage["verb"], stage["method"]): {parameter["name"]: parameter for parameter in stage["parameters"]} for stage in found
    }


def other_than_paper(statements, catalog, entries=()):
    """A line on the settings of a script's statements. What the paper's `entries` of this table name is the paper's."""
    found = []
    own = [(key, value) for entry in entries for key, value in entry.get("arguments", {}).items()]
    for verb, methods, arguments in (stage for statement in statements for stage in stages(statement.pipeline)):
        if verb in VERBS:
            changes = [change(verb, methods, key, text, catalog, own) for key, text in arguments.items() if key not in PROTOCOL]
            line = f"`{verb} {', '.join(methods)}` {', '.join(words for words in changes if words)}"
            if any(changes) and line not in found:
                found.append(line)
    return f"**Settings other than the paper's**: {'; '.join(found)}." if found else PAPER


def are_paper_s(statement, catalog, entries=()):
    """Whether a statement's settings are the paper's."""
    return other_than_paper([statement], catalog, entries) == PAPER


def change(verb, methods, key, text, catalog, own):
    """`epochs=60 (the paper: 20)`; None where that is the default of every method with the parameter, or one of `own`."""
    known = [catalog[verb, method][key] for method in methods if key in catalog.get((verb, method), {})]
    values = re.split(r", ", text[1:-1]) if text.startswith("[") else [text]
    defaults = list(dict.fromkeys(str(parameter.get("default")) for parameter in known))
    is_own = all(any(key == name and equal(value, its) for name, its in own) for value in values)
    if is_own or known and all(equal(value, default) for value in values for default in defaults):
        return None
    is_open = any("left open" in parameter["doc"] or "paper" not in parameter["doc"] for parameter in known)
    source = "default" if is_open else "the paper"
    return f"{key}={text} ({source}: {' or '.join(defaults)})" if known else f"{key}={text}"
