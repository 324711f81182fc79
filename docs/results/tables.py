"""The tables of the page."""

import markdown as md
from compare import difference, is_trained, name, paper_entry
from document import summary


def rows_of(statements):
    """Every row with its statement, and baselines once: (statement, row, as shown)."""
    for statement in statements:
        for row in statement.rows:
            yield statement, row, md.code(row.label)
    own = [row.name for row in statements[0].rows]
    for baseline in statements[0].baselines():
        if baseline.name not in own:
            yield statements[0], baseline, f"*{baseline.name}* (baseline)"


def sizes_of(statements):
    return sorted({size for statement in statements for row in statement.rows for size in row.sizes}, key=int)


def size_column(size, shares):
    """`2 (n = 171)`."""
    return f"{size} (n = {max((share.n for share in shares if share), default=0)})"


def paper_value(entries, row, measure, size, catalog):
    """The paper's number, or None."""
    return paper_entry(entries, row, measure, catalog).get(size)


def long(statements, measure, entries, catalog):
    """A row for each team size and method: the paper's number, ours, its counts, seen and novel teams."""
    conditional = any("conditional" in entry for entry in entries) and measure == "exact"
    header = ["R", "", "paper", "ours", "right", "95 %", "seen teams", "novel teams"]
    header += ["if covered: paper", "ours"] if conditional else []
    lines = []
    for size in sizes_of(statements):
        found = [(statement, row, shown, row.share(measure, size)) for statement, row, shown in rows_of(statements)]
        first = size_column(size, [share for *_, share in found])
        for statement, row, shown, share in found:
            cells = [first, shown, md.paper(paper_value(entries, row, measure, size, catalog))]
            cells += [md.ours(share), md.count(share), md.interval(share)]
            cells += [md.count(memory(statement, row, kind, size)) for kind in ("seen", "novel")]
            if conditional:
                cells.append(md.paper(paper_value(entries, row, "conditional", size, catalog)))
                cells.append(md.ours(row.share("conditional", size)))
            lines.append(cells)
            first = ""
    return md.table(header, lines, words=2)


def memory(statement, row, kind, size):
    """How many seen or novel teams are right. Pools don't tell; their audit does."""
    return row.share(kind, size) or (statement.audited(row) or row).share(kind, size)


def wide(statements, measure):
    """A row for each method, a column for each team size: ours alone, with counts and interval. Copying is left out: it is for
    splits where no team can be copied."""
    sizes = sizes_of(statements)
    header = [""]
    for size in sizes:
        header.append(f"R = {size_column(size, [row.share(measure, size) for _, row, _ in rows_of(statements)])}")
    lines = []
    for _, row, shown in rows_of(statements):
        if row.name == "copying":
            continue
        shares = [row.share(measure, size) for size in sizes]
        lines.append(
            [shown, *(f"{md.ours(share)} ({md.count(share)}, {md.interval(share)})" if share else md.NONE for share in shares)]
        )
    return md.table(header, lines)


def coverage(statement, entries, catalog):
    """Coverage@M_R of each pool that was decoded, beside popularity's."""
    pools = {row.methods["retrieve"]: row for row in statement.rows}
    header = ["R", "pools of", "M_R", "paper", "ours", "covered", "95 %", "popularity's"]
    lines = []
    for size in sizes_of([statement]):
        for retriever, row in pools.items():
            share = row.share("coverage", size)
            popular = [cell["baseline"]["popularity"][size]["coverage"] for cell in row.cells]
            paper = md.paper(paper_value(entries, row, "coverage", size, catalog))
            cap = str(row.cells[0]["per_r"][size]["cap"])
            lines.append(
                [
                    size_column(size, [share]),
                    md.code(retriever),
                    cap,
                    paper,
                    md.ours(share),
                    md.count(share),
                    md.interval(share),
                ]
            )
            lines[-1].append(md.number(sum(popular) / len(popular)))
    return md.table(header, lines, words=2)


def tests(statements, judged):
    """Paired tests of `judged` rows against each other and against what learns nothing; None where no audit has any. Rows of
    different statements aren't tested against each other."""
    sizes = sizes_of(statements)
    lines = []
    for statement in statements:
        for one, other, words in pairs(statement, judged):
            test = statement.test(one, other)
            if test:
                lines.append([words, *(tested(test[size]) if size in test else md.NONE for size in sizes)])
    return md.table(["", *(f"R = {size}" for size in sizes)], lines) if lines else None


def pairs(statement, rows):
    """(name, other's name, both as shown). A row stands first against those above it."""
    for place, row in enumerate(statement.rows):
        shown = md.code(row.label)
        for other in statement.rows[:place]:
            if is_trained(row) and is_trained(other) and (row in rows or other in rows):
                yield name(statement, row), name(statement, other), f"{shown} against {md.code(other.label)}"
        if row in rows:
            controls = [(baseline.name, f"*{baseline.name}*") for baseline in statement.baselines()]
            controls += [(name(statement, other), md.code(other.label)) for other in statement.rows if other.name == "knn"]
            for other, words in controls:
                yield name(statement, row), other, f"{shown} against {words}"


def tested(test):
    verdict = test["verdict"]
    words = {"open": "not told apart", "too few differ": "too few differ"}
    return f"{difference(test)}: {words.get(verdict, f'**{verdict}**')}"


def edges(statement, measure, entries):
    """Strict Coverage@K or Edge Recall@K for every K that the script shows."""
    at = sorted(statement.cells[0]["edges"]["pools"][measure], key=int)
    lines = []
    for shown, found in edge_rows(statement):
        lines.append([shown, *(md.spread(*summary([entry[measure][k] for entry in found])) for k in at)])
    known = [entry for entry in entries if any(k in entry[measure] for k in at)]
    for entry in known:
        lines.append([f"{md.code(entry['retrieve'])}, the paper", *(md.number(entry[measure].get(k)) for k in at)])
    return md.table(["", *(f"K = {k}" for k in at)], lines)


def edge_rows(statement):
    """(as shown, the edge numbers of each seed): every row, and popularity."""
    for row in statement.rows:
        yield md.code(row.label), [cell["edges"]["pools"] for cell in row.cells]
    if "popularity" not in [row.name for row in statement.rows]:
        yield "*popularity* (baseline)", [cell["edges"]["popularity"] for cell in statement.rows[0].cells]


def ranking(statement):
    """Pairs in one order: AUPRC and early precision with their ratios to a random order."""
    keys = ["auprc", "auprc_ratio", "early_precision", "early_precision_ratio"]
    header = ["", "AUPRC", "ratio", "early precision", "ratio"]
    lines = [
        [shown, *(md.spread(*summary([entry[key] for entry in found])) for key in keys)]
        for shown, found in edge_rows(statement)
    ]
    return md.table(header, lines)


def paper_edges(entries, measure):
    """The paper's numbers as they stand there."""
    at = sorted(entries[0][measure], key=int)
    lines = [[md.code(entry["retrieve"]), *(md.number(entry[measure][k]) for k in at)] for entry in entries]
    return md.table(["", *(f"K = {k}" for k in at)], lines)
