"""Ours beside the paper's numbers and beside baselines, in numbers and in words."""

import markdown as md
from document import summary

# Methods that learn nothing: whoever learns must be ahead of them.
UNTRAINED = ["popularity", "knn", "correlation", "grnboost", "modal", "copy_nearest"]

# What the paper measures of whole teams.
MEASURES = ["recall", "exact"]

# Numbers are compared as they are printed.
DIGITS = 3


def paper_entry(entries, row, measure, catalog):
    """The paper's numbers of this row: size → [mean, deviation] or [value]."""
    for entry in entries:
        named = all(entry[verb] == row.methods.get(verb) for verb in ("retrieve", "select") if verb in entry)
        arguments = entry.get("arguments", {})
        if (
            named
            and measure in entry
            and all(equal(row.argument("select", key, catalog), value) for key, value in arguments.items())
        ):
            return entry[measure]
    return {}


def equal(text, value):
    """Whether a parameter's text means this value."""
    try:
        return float(text) == float(value)
    except (TypeError, ValueError):
        return str(text) == str(value)


def reaches(found, wanted):
    """Whether a number is as large as another, both as printed."""
    return found is not None and round(found, DIGITS) >= round(wanted, DIGITS)


def at(size, found, wanted, note):
    return f"R = {size} ({md.number(found)} against {md.number(wanted)}, {note})"


def against_paper(statement, entries, measure, catalog, by=None):
    """A sentence for each row that the paper has: where it misses the paper's number, where it reaches it. With `by`, rows are
    called by their method of that verb."""
    sentences = []
    for row in statement.rows:
        missed, reached = [], []
        for size, wanted in paper_entry(entries, row, measure, catalog).items():
            share = row.share(measure, size)
            if share is None or share.mean is None:
                continue
            lower, upper = share.interval
            note = "inside our interval" if lower <= wanted[0] <= upper else "outside our interval"
            place = missed if not reaches(share.mean, wanted[0]) else reached
            place.append(at(size, share.mean, wanted[0], note))
        parts = [f"**misses the paper's number** at {md.listed(missed)}"] if missed else []
        parts += [f"reaches the paper's number at {md.listed(reached)}"] if reached else []
        if parts:
            sentences.append(f"{md.code(row.methods[by] if by else row.label)} {'; it '.join(parts)}.")
    return sentences


def is_trained(row):
    """Whether what the row is judged by learns anything beyond its pools."""
    return (row.methods.get("select") or row.methods.get("retrieve", "").removesuffix("+oracle")) not in UNTRAINED


def controls(statement):
    """What a trained row must be ahead of: (name in tests, name as shown, answers)."""
    for baseline in statement.baselines():
        yield baseline.name, f"*{baseline.name}*", baseline
    for row in statement.rows:
        if not is_trained(row):
            yield name(statement, row), md.code(row.name), row


def name(statement, row):
    """The name that tests have for a row."""
    audited = statement.audited(row)
    return audited.name if audited else row.name


def judged(statement, entries, catalog):
    """The rows that have to stand up to others: those that the paper has, or else all that learn."""
    of_paper = [row for row in statement.rows if any(paper_entry(entries, row, measure, catalog) for measure in MEASURES)]
    return of_paper or list(filter(is_trained, statement.rows))


# How a row may fare against the best untrained method.
KINDS = {
    "behind": "**a baseline is ahead** at",
    "higher": "a baseline has more right, but is not told apart, at",
    "level": "not told apart from a baseline at",
    "untested": "no baseline has more right, but nothing is tested, at",
    "ahead": "ahead of all baselines at",
}


def against_baselines(statement, measure, rows):
    """A sentence for each of `rows`: at which team sizes an untrained method has more right, at which it beats all of them."""
    sentences = []
    for row in rows:
        found = {kind: [] for kind in KINDS}
        for size in row.sizes:
            kind, words = beside_best(statement, measure, row, size)
            found[kind] += [words] if words else []
        parts = [f"{words} {md.listed(found[kind])}" for kind, words in KINDS.items() if found[kind]]
        sentences += [f"{md.code(row.label)}: {'; '.join(parts)}."] if parts else []
    return sentences


def beside_best(statement, measure, row, size):
    """How a row fares against the best untrained method: a kind of `KINDS`, and in words."""
    own, others = row.share(measure, size), []
    for key, shown, other in controls(statement):
        share = other.share(measure, size)
        if share and share.mean is not None and other is not row:
            test = statement.test(name(statement, row), key)
            others.append((share.mean, shown, test[size] if test and size in test else None))
    if own is None or own.mean is None or not others:
        return "untested", None
    mean, shown, test = max(others, key=lambda other: other[0])
    if mean > own.mean:
        kind = "higher" if test and test["verdict"] != "behind" else "behind"
        return kind, f"R = {size} ({shown} {md.number(mean)}, {md.chance(test and test['by_target'])})"
    if any(test is None for *_, test in others):
        return "untested", f"R = {size}"
    open_ones = [(test["by_target"], shown) for _, shown, test in others if test["verdict"] != "ahead"]
    if not open_ones:
        return "ahead", f"R = {size}"
    p, shown = max(open_ones, key=lambda found: found[0])
    return "level", f"R = {size} ({shown}, {md.chance(p)})"


# The order of words: from good to bad.
VERDICTS = {
    "ahead": "ahead at",
    "open": "not told apart at",
    "too few differ": "too few targets differ to tell at",
    "behind": "**behind** at",
}


def paired(statement, one, other):
    """The paired test of two methods, by team size and of all; None where a row or the test is missing."""
    first, second = statement.row(one), statement.row(other)
    return statement.paired(name(statement, first), name(statement, second)) if first and second else None


def one_against_other(statement, one, other):
    """How a method fares against another one on the same targets, in words; None where the audit has no such test."""
    found = paired(statement, one, other)
    if found is None:
        return None
    test, together, clauses = found["per_r"], found["all"], []
    for verdict, words in VERDICTS.items():
        sizes = [size for size in test if test[size]["verdict"] == verdict]
        places = [f"R = {size} ({difference(test[size])})" for size in sizes]
        clauses += [f"{words} {md.listed(places)}"] if places else []
    if len(test) > 1:
        words = VERDICTS[together["verdict"]].removesuffix(" at")
        clauses.append(f"{words} over all R together ({difference(together)})")
    return f"{md.code(one)} against {md.code(other)}: {'; '.join(clauses)}."


def difference(test):
    """`+0.053, 14 : 5, p = 0.064`: the difference, what one of the two alone has right, the p of sign flips by target."""
    if test["only_method"] + test["only_against"] == 0:
        return "no target differs"
    return f"{md.signed(test['difference'])}, {test['only_method']} : {test['only_against']}, {md.chance(test['by_target'])}"


def edges_in_words(statement):
    """At which K trained retrievers are ahead of the others, by the mean over seeds."""
    rows = [(md.code(row.label), [cell["edges"]["pools"] for cell in row.cells], is_trained(row)) for row in statement.rows]
    others = [*rows, ("*popularity*", [cell["edges"]["popularity"] for cell in statement.rows[0].cells], False)]
    others = [other for place, other in enumerate(others) if other[0] != "`popularity`" or place >= len(rows)]
    for shown, found, trained in rows:
        for measure, title in (("strict_coverage", "Strict Coverage"), ("edge_recall", "Edge Recall")) if trained else ():
            behind = []
            for k in sorted(found[0][measure], key=int):
                own = summary([entry[measure][k] for entry in found])[0]
                ahead = [
                    (summary([entry[measure][k] for entry in other])[0], words) for words, other, learns in others if not learns
                ]
                best = max(ahead)
                if best[0] > own:
                    behind.append(f"K = {k} ({best[1]} {md.number(best[0])} against {md.number(own)})")
            words = f"**a baseline is ahead** at {md.listed(behind)}" if behind else "no baseline is ahead"
            yield f"{shown}, {title}: {words}."
