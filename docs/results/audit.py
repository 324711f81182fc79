"""What the audit of a result says beside its numbers."""

import re

import markdown as md


def rests_on(statement):
    """How many targets and teams the numbers rest on."""
    if not statement.audit:
        is_one = len({cell["seed"] for cell in statement.cells}) == 1
        return "One seed: how much these numbers vary with split and initialisation isn't known.\n" if is_one else ""
    known = {targets["size"]: targets for targets in statement.audit["targets"]}
    words = [
        f"{row['n']} trials of {row['distinct_targets']} targets with {row['distinct_teams']} teams (R = {size})"
        for size, row in known.items()
    ]
    weights = [f"{row['replicates'] / row['n']:.3f}" for row in known.values()]
    return f"These numbers rest on {md.listed(words)}. One target in one seed is {md.listed(weights)}.\n"


def findings(statement):
    """Everything of weight that the audit found, folded away."""
    found = statement.findings("problem", "caution")
    if not found:
        return ""
    problems = len([entry for entry in found if entry["severity"] == "problem"])
    summary = f"What the audit finds: {problems} problems, {len(found) - problems} cautions"
    about = {}
    for entry in found:
        about.setdefault((entry["severity"], entry["text"]), []).append(entry["about"])
    lines = [f"{severity}, {md.listed(list(map(shown, rows)))}: {escaped(text)}." for (severity, text), rows in about.items()]
    return f"<details><summary>{summary}</summary>\n\n{md.bullets(lines)}\n</details>\n"


def shown(about):
    return "all rows" if about == "all" else md.code(about)


def escaped(text):
    """Names in running text: Markdown would read their underscores."""
    return re.sub(r"(`[^`]*`)|_", lambda found: found[1] or "\\_", text)
