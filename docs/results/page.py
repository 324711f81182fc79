"""docs/results.md, from the runs. Every number, and every sentence with one, comes from the runs' JSON or from paper.json."""

import os
import pathlib
import re
import shutil

import audit
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
    "why": "Sets against pairs: learning curves on validation targets",
    "table3": "Table 3: exact match where every pool is complete (oracle injection)",
    "table4": "Table 4: a set score without a pair score",
    "table5": "Table 5: a deeper pair score",
    "table6": "Table 6: the retriever's part",
    "table7": "Table 7: real data",
    "beyond": "Beyond the paper: sets judged by the mechanism, untrained",
    "beyond_disjoint": "The same on teams that training doesn't show",
    "figure2": "Figure 2: coverage against pool size",
    "figure3": "Figure 3: real data, coverage against K",
}

NOT_TESTED = "Rows of different pipelines of the script aren't tested against each other.\n"

EDGE_MEASURES = {"strict_coverage": "Strict Coverage@K", "edge_recall": "Edge Recall@K"}


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


def write(scripts, folder, path, note=""):
    """Writes the page, whole or not at all, and the figures into the folder of its name."""
    found = Found(scripts, folder)
    pictures = {name: copied(name, found, path.with_suffix("")) for name in found.statements}
    text = "\n".join(part for part in parts(found, pictures, note) if part)
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


def parts(found, pictures, note):
    yield "<!-- Written by docs/results/results.py from runs of examples/paper; what is edited by hand is lost. -->\n"
    yield "# Results\n"
    yield (
        "The paper's tables, run by `grn`, beside the paper's numbers and beside methods that learn nothing. Every number is "
        "from a run of the scripts in [examples/paper](../examples/paper), the paper's from [paper.json](results/paper.json). "
        "This runs them and writes this page; stopped, it goes on where it was:\n\n"
        "```sh\ncargo build --release\npython3 docs/results/results.py\n```\n"
    )
    missing = [name for name in found.runs if name not in found.statements]
    if missing:
        yield f"**Not run: {md.listed([f'`{name}`' for name in missing])}.** Their numbers are dashes.\n"
    checks = required.check(found.statements, found.paper, found.catalog)
    yield from headline.parts(found, checks, pictures)
    yield "## What it must reach on SERGIO DS3\n"
    yield required.table(checks)
    yield md.bullets(required.why(found.statements))
    for name, title in TITLES.items():
        yield from section(name, title, found, pictures.get(name, []))
    yield from times(found, note)


def section(name, title, found, pictures):
    yield f"## {title}\n"
    script = headline.command(name)
    if name not in found.statements:
        yield f"Not run: {script}.\n" if name in found.runs else "There is no script of it.\n"
        return
    statements, entries = found.statements[name], found.paper.get(name, [])
    yield f"{script}: {statements[0].protocol()}.\n"
    if not name.startswith("figure"):
        yield from tabled(statements, entries, found.catalog, found.paper["data"].get(name))
    yield "\n".join(f"![{title}]({picture})\n" for picture in pictures)


def tabled(statements, entries, catalog, data):
    """What a script finds: exact match where it gets that far, else recall of pools; and single edges."""
    kinds = {
        kind: [statement for statement in statements if statement.kind == kind] for kind in ("Report", "Pools", "EdgeReport")
    }
    whole = kinds["Report"] or kinds["Pools"]
    for statement in whole:
        yield from teams(statement, entries, catalog)
    if len(whole) > 1:
        yield NOT_TESTED
    if whole:
        yield audit.rests_on(whole[0])
    if kinds["EdgeReport"]:
        yield from edges(kinds["EdgeReport"], entries, data)


def teams(statement, entries, catalog):
    """Whole teams: Recall@K of pools, or exact match of reports."""
    measure = "recall" if statement.kind == "Pools" else "exact"
    yield f"{settings.other_than_paper([statement], catalog, entries)}\n"
    yield tables.long([statement], measure, entries, catalog)
    has_coverage = measure == "exact" and any("coverage" in entry for entry in entries)
    if has_coverage:
        yield "How often the candidates that are searched, the first M_R of a pool, hold the whole team:\n"
        yield tables.coverage(statement, entries, catalog)
    judged = compare.judged(statement, entries, catalog)
    tested = tables.tests([statement], judged)
    yield f"Paired tests:\n\n{tested}" if tested else ""
    words = compare.against_paper(statement, entries, measure, catalog)
    words += covered(statement, entries, catalog) if has_coverage else []
    words += compare.against_baselines(statement, measure, judged)
    yield md.bullets(dict.fromkeys(words))
    yield audit.findings(statement)


def covered(statement, entries, catalog):
    """Coverage against the paper's, one sentence for each pool."""
    sentences = compare.against_paper(statement, entries, "coverage", catalog, by="retrieve")
    return [f"Coverage: {sentence}" for sentence in dict.fromkeys(sentences)]


def edges(statements, entries, data):
    """Single edges. The paper's numbers stand in the same tables where the data are the paper's."""
    is_paper_s = all(is_of(statement, data) for statement in statements)
    for statement in statements:
        universe, seeds = statement.cells[0]["edges"]["universe"], len({cell["seed"] for cell in statement.cells})
        yield (
            f"{statement.protocol()}: {universe['n_targets']} test targets a seed, {seeds} seeds, {universe['n_sources']} "
            f"regulators; {100 * universe['density']:.1f} % of the pairs are edges.\n"
        )
        for measure, title in EDGE_MEASURES.items():
            yield f"{title}, mean ± standard deviation over seeds:\n"
            yield tables.edges(statement, measure, entries if is_paper_s else [])
        yield "All pairs in one order:\n"
        yield tables.ranking(statement)
        yield md.bullets(compare.edges_in_words(statement))
    if entries and not is_paper_s:
        yield f"The paper has other data, {data['genes']:,} genes and {data['regulators']} regulators: its K don't compare.\n"
        for measure, title in EDGE_MEASURES.items():
            yield f"{title} there:\n"
            yield tables.paper_edges(entries, measure)


def is_of(statement, data):
    """Whether a statement is on the paper's own data."""
    cell = statement.cells[0]
    return (cell["dataset"]["genes"], cell["edges"]["universe"]["n_sources"]) == (data["genes"], data["regulators"])


def times(found, note):
    """How long each script took, and where."""
    if not found.statements:
        return
    lines, total, of_paper = [], 0.0, 0.0
    for name in found.statements:
        seconds = found.runs[name].state()["seconds"]
        stages = sum(second for cell in found.documents[name]["results"] for second in cell.get("seconds", {}).values())
        lines.append([f"`{name}`", runs.duration(seconds), runs.duration(stages)])
        total += seconds
        of_paper += seconds if name.startswith(("table", "figure")) else 0.0
    machine = found.machine or {}
    words = [machine.get(key, "?") for key in ("grn", "processor", "cores", "system")]
    yield "## How long it took\n"
    yield (
        f"{words[0]} on {words[1]}, {words[2]} cores, {words[3]}: **{runs.duration(of_paper)}** for the paper's tables and "
        f"figures, **{runs.duration(total)}** with the others, a script after the other. "
        "*Run* is the time of the run, which finds there what an earlier one has trained; *stages* is what all of a script's "
        "stages took when they were computed, several of them at once."
        f"{' ' if note else ''}{note}\n"
    )
    yield md.table(["", "run", "stages"], lines)
