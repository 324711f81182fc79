"""docs/results.md, from the runs. Every number and every sentence that has one comes from the runs' JSON and from paper.json."""

import os
import pathlib
import re
import shutil

import compare
import document
import headline
import markdown as md
import required
import runs
import settings
import tables

PAPER = pathlib.Path(__file__).with_name("paper.json")

TITLES = {
    "table1": "Table 1: whole teams among 80 candidates",
    "table2": "Table 2: exact match",
    "table3": "Table 3: exact match where every pool is complete (oracle injection)",
    "table4": "Table 4: a set score without a pair score",
    "table5": "Table 5: a deeper pair score",
    "table6": "Table 6: the retriever's part",
    "table7": "Table 7: real data, mouse embryonic stem cells",
    "figure2": "Figure 2: coverage against pool size",
    "figure3": "Figure 3: real data, coverage against K",
}

class Found:
    """The runs that are there, and what describes them."""

    def __init__(self, scripts, folder):
        self.folder = folder
        self.runs = {script.stem: runs.Run(script, folder) for script in scripts}
        self.documents = {name: run.document() for name, run in self.runs.items()}
        self.statements = {name: document.statements(found) for name, found in self.documents.items() if found}
        self.catalog = settings.catalog_of(runs.read(folder / "stages.json"))
        self.machine = runs.read(folder / "machine.json")
        self.paper = runs.read(PAPER)


def write(scripts, folder, path):
    """Writes the page, whole or not at all, and the figures into the folder of its name."""
    found = Found(scripts, folder)
    pictures = {name: copied(name, found, path.with_suffix("")) for name in found.statements}
    text = "\n".join(part for part in parts(found, pictures) if part)
    draft = path.with_suffix(".draft")
    draft.write_text(re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n", encoding="utf-8")
    os.replace(draft, path)


def copied(name, found, folder):
    """The figures that a script saves, beside the page; their links."""
    names = re.findall(r'save path="([\w.-]+\.svg)"', found.runs[name].script.read_text(encoding="utf-8"))
    names = [picture for picture in names if (found.folder / picture).exists()]
    for picture in names:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found.folder / picture, folder / picture)
    return [f"{folder.name}/{picture}" for picture in names]


def parts(found, pictures):
    yield "<!-- Written by docs/results/results.py from runs of examples/paper; what is edited by hand is lost. -->\n"
    yield "# Results\n"
    yield (
        "The paper's tables on `grn`, beside the paper's numbers and beside methods that learn nothing. Every number here comes from "
        "a run of the scripts in [examples/paper](../examples/paper), the paper's from [paper.json](results/paper.json). "
        "This command runs them and writes this page; stopped, it goes on where it was:\n\n"
        "```sh\ncargo build --release\npython3 docs/results/results.py\n```\n"
    )
    missing = [name for name in found.runs if name not in found.statements]
    if missing:
        yield f"**Not run: {md.listed([f'`{name}`' for name in missing])}.** What rests on {'it' if len(missing) == 1 else 'them'} is a dash.\n"
    checks = required.check(found.statements, found.paper, found.catalog)
    yield from headline.parts(found, checks, pictures)
    yield "## What it must reach on SERGIO DS3\n"
    yield required.table(checks)
    for name, title in TITLES.items():
        yield from section(name, title, found, pictures.get(name, []))
    yield from times(found)


def section(name, title, found, pictures):
    yield f"## {title}\n"
    script = headline.command(name)
    if name not in found.statements:
        yield f"Not run: {script}.\n" if name in found.runs else "There is no script of it.\n"
        return
    statements, entries = found.statements[name], found.paper.get(name, [])
    yield f"{script}: {protocol(statements[0])}. {settings.other_than_paper(statements, found.catalog, entries)}\n"
    if name.startswith("table"):
        yield from tabled(statements, entries, found.catalog)
    yield "\n".join(f"![{title}]({picture})\n" for picture in pictures)


def tabled(statements, entries, catalog):
    """What a script finds: exact match where it gets that far, else recall of pools; and single edges."""
    kinds = {kind: [statement for statement in statements if statement.kind == kind] for kind in ("Report", "Pools", "EdgeReport")}
    whole = kinds["Report"] or kinds["Pools"]
    if whole:
        yield from teams(whole, entries, catalog)
    if kinds["EdgeReport"]:
        yield from edges(kinds["EdgeReport"], entries, catalog)


def protocol(statement):
    """Data, split, seeds and pools."""
    if statement.audit:
        return statement.audit["protocol"]
    cell, seeds = statement.cells[0], sorted({cell["seed"] for cell in statement.cells})
    words = f"seeds {seeds[0]}–{seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}"
    return f"data {cell['dataset']['name']}, {cell['split']['method']} split, {words}, pools of K = {cell['k']}"


def teams(statements, entries, catalog):
    """Whole teams: Recall@K of pools, or exact match of reports."""
    measure = "recall" if statements[0].kind == "Pools" else "exact"
    yield tables.long(statements, measure, entries, catalog)
    has_coverage = measure == "exact" and any("coverage" in entry for entry in entries)
    if has_coverage:
        yield "How often the candidates that are searched, the first M_R of a pool, hold the whole team:\n"
        yield tables.coverage(statements[0], entries, catalog)
    for statement in statements:
        tested = tables.tests(statement, compare.judged(statement, entries, catalog))
        yield f"Paired tests:\n\n{tested}" if tested else ""
    words = [sentence for statement in statements for sentence in compare.against_paper(statement, entries, measure, catalog)]
    if has_coverage:
        words += [f"Coverage: {sentence}" for sentence in covered(statements[0], entries, catalog)]
    words += [sentence for statement in statements for sentence in compare.against_baselines(statement, measure, compare.judged(statement, entries, catalog))]
    yield md.bullets(words)
    yield rests_on(statements[0])
    for statement in statements:
        yield findings(statement)


def covered(statement, entries, catalog):
    """Coverage against the paper's, one sentence for each pool."""
    sentences = compare.against_paper(statement, entries, "coverage", catalog, by="retrieve")
    return list(dict.fromkeys(sentences))


def rests_on(statement):
    """How many targets there are."""
    if not statement.audit:
        seeds = {cell["seed"] for cell in statement.cells}
        return f"One seed: how much these numbers vary with split and initialisation isn't known.\n" if len(seeds) == 1 else ""
    known = {targets["size"]: targets for targets in statement.audit["targets"]}
    words = [f"R = {size}: {row['n']} trials of {row['distinct_targets']} targets with {row['distinct_teams']} teams" for size, row in known.items()]
    shares = [f"{1 / (row['n'] / row['replicates']):.3f}" for row in known.values()]
    return f"What these numbers rest on: {'; '.join(words)}. One target in one seed is {md.listed(shares)}.\n"


def findings(statement):
    """Everything of weight that the audit found, folded away."""
    found = statement.findings("problem", "caution")
    if not found:
        return ""
    count = {severity: len([entry for entry in found if entry["severity"] == severity]) for severity in ("problem", "caution")}
    lines = [f"{entry['severity']}, {md.code(entry['about']) if entry['about'] != 'all' else 'all rows'}: {escaped(entry['text'])}." for entry in found]
    summary = f"What the audit finds: {count['problem']} problems, {count['caution']} cautions"
    return f"<details><summary>{summary}</summary>\n\n{md.bullets(lines)}\n</details>\n"


def escaped(text):
    """Names in running text: Markdown would read their underscores."""
    return re.sub(r"(`[^`]*`)|_", lambda found: found[1] or "\\_", text)


def edges(statements, entries, _catalog):
    """Single edges."""
    universe = statements[0].cells[0]["edges"]["universe"]
    seeds = len({cell["seed"] for cell in statements[0].cells})
    yield f"{universe['n_targets']} test targets a seed, {seeds} seeds, {universe['n_sources']} regulators; {universe['density']:.1%} of the pairs are edges.\n"
    for statement in statements:
        for measure, title in (("strict_coverage", "Strict Coverage@K"), ("edge_recall", "Edge Recall@K")):
            yield f"{title}, mean ± standard deviation over seeds:\n"
            yield tables.edges(statement, measure, entries)
        yield "All pairs in one order:\n"
        yield tables.ranking(statement)
        yield md.bullets(compare.edges_in_words(statement))
    if entries:
        yield "The paper's numbers are on other data, 18,386 genes and 229 regulators, so that its K don't compare. Strict Coverage@K and Edge Recall@K there:\n"
        yield tables.paper_edges(entries, "strict_coverage")
        yield tables.paper_edges(entries, "edge_recall")


def times(found):
    """How long each script took, and where."""
    if not found.statements:
        return
    lines, total = [], 0.0
    for name in found.statements:
        seconds = found.runs[name].state()["seconds"]
        stages = sum(second for cell in found.documents[name]["results"] for second in cell.get("seconds", {}).values())
        lines.append([f"`{name}`", runs.duration(seconds), runs.duration(stages)])
        total += seconds
    machine = found.machine or {}
    yield "## How long it took\n"
    yield (
        f"{machine.get('grn', 'grn')} on {machine.get('processor', '?')}, {machine.get('cores', '?')} cores, {machine.get('system', '?')}: "
        f"**{runs.duration(total)}** in all, one script after the other. *Run* is the time of the run, which finds there what an earlier "
        "one has trained; *stages* is what all of a script's stages took when they were computed, several of them at once.\n"
    )
    yield md.table(["", "run", "stages"], lines)
