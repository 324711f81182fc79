"""What `grn run --json` wrote, as rows: grid cells that differ in their seed alone belong together (docs/json.md)."""

import math
import re
import statistics

# z of a 95 % interval.
Z = 1.959963984540054


def summary(values):
    """Mean and sample standard deviation of what is defined; None where there is too little."""
    values = [value for value in values if value is not None]
    return (statistics.mean(values) if values else None, statistics.stdev(values) if len(values) > 1 else None)


class Share:
    """How many targets are right, of how many, over all seeds and in each."""

    def __init__(self, right, n, by_seed):
        self.right = right
        self.n = n
        self.mean, self.deviation = summary(by_seed)

    @property
    def interval(self):
        """Wilson's 95 % interval of the counts of all seeds."""
        if self.n == 0:
            return None
        share, spread = self.right / self.n, Z * Z / self.n
        half = Z * math.sqrt(share * (1 - share) / self.n + spread / (4 * self.n))
        return max(0.0, (share + spread / 2 - half) / (1 + spread)), min(1.0, (share + spread / 2 + half) / (1 + spread))


# The counts behind each measure of a Report: what is right, of what.
COUNTS = {
    "exact": ("exact", "n"),
    "coverage": ("covered", "n"),
    "conditional": ("exact", "covered"),
    "seen": ("exact_seen", "n_seen"),
    "novel": ("exact_novel", "n_novel"),
}


def share_of(per_size, measure):
    """One measure of one team size; an entry of `per_size` is a seed."""
    if measure == "recall":
        pairs = [(round(largest(entry["recall"]) * entry["n"]), entry["n"]) for entry in per_size]
    else:
        right, of = COUNTS[measure]
        pairs = [(entry[right], entry[of]) for entry in per_size]
    shares = [right / n if n else None for right, n in pairs]
    return Share(sum(right for right, _ in pairs), sum(n for _, n in pairs), shares)


def largest(recall):
    """Recall at the largest K, which is the pool's size."""
    return recall[max(recall, key=int)]


class Row:
    """One row of a result: a combination of axis values, over all seeds. A baseline is a row as well."""

    def __init__(self, name, methods, pipeline, cells, axes=None):
        self.name = name
        self.methods = methods
        self.pipeline = pipeline
        self.cells = cells
        self.axes = axes or {}
        self.label = name

    @property
    def sizes(self):
        return sorted({size for cell in self.cells for size in cell.get("per_r", {})}, key=int)

    def share(self, measure, size):
        """A measure for one team size, or None where nothing was measured: pools alone have neither teams nor memory."""
        per_size = [cell["per_r"][size] for cell in self.cells if size in cell.get("per_r", {})]
        is_measured = per_size and all(key in per_size[0] for key in COUNTS.get(measure, [measure]))
        return share_of(per_size, measure) if is_measured else None

    def seeds(self):
        return sorted({cell["seed"] for cell in self.cells})

    def written(self, verb):
        """The parameters that the script gives a stage of it, as text; of a sweep, this row's value."""
        written = [values for found, _, values in stages(self.pipeline) if found == verb]
        return {key: str(self.axes.get(key, text)) for values in written for key, text in values.items()}

    def argument(self, verb, key, catalog):
        """A parameter of one of its stages, as text: as written, or the method's default."""
        default = catalog.get((verb, self.methods.get(verb)), {}).get(key, {}).get("default")
        return self.written(verb).get(key, default)


class Audited:
    """A row as an audit has it: in the audit's words, and with seen and novel teams, which pools alone don't tell."""

    methods = {}

    def __init__(self, answer):
        self.name = answer["method"]
        self.per_size = answer["per_r"]
        self.sizes = sorted(self.per_size, key=int)

    def share(self, measure, size):
        found = self.per_size.get(size)
        if found is None or measure == "conditional":
            return None
        right, of = {"seen": ("right_seen", "n_seen"), "novel": ("right_novel", "n_novel")}.get(measure, ("right", "n"))
        return Share(found[right], found[of], found["shares"] if measure not in ("seen", "novel") else [])


class Statement:
    """One shown pipeline of a script: its rows and its audit."""

    def __init__(self, pipeline, cells, audit):
        self.pipeline = pipeline
        self.kind = cells[0]["type"]
        self.cells = cells
        self.audit = audit
        self.rows = grouped(pipeline, cells)

    @property
    def question(self):
        return "exact" if self.kind == "Report" else "coverage"

    def protocol(self):
        """Data, split, seeds and pools."""
        if self.audit:
            return self.audit["protocol"]
        cell, seeds = self.cells[0], sorted({cell["seed"] for cell in self.cells})
        words = f"seeds {seeds[0]}–{seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}"
        return f"data {cell['dataset']['name']}, {cell['split']['method']} split, {words}, pools of K = {cell['k']}"

    def row(self, name):
        """The first row of that name, or None."""
        return next((row for row in self.rows if row.name == name), None)

    def answers(self, baseline):
        """The audit's own rows, in its order: those of the result, or the baselines."""
        if self.audit is None:
            return []
        answers = self.audit["questions"].get(self.question, {}).get("answers", [])
        return [Audited(answer) for answer in answers if answer["baseline"] == baseline]

    def audited(self, row):
        """What the audit has of `row`: rows stand there in the same order."""
        answers = self.answers(baseline=False)
        is_whole = row in self.rows and len(answers) == len(self.rows)
        return answers[self.rows.index(row)] if is_whole else None

    def baselines(self):
        """Popularity and copying; without an audit, what stands beside each result: popularity."""
        found = self.answers(baseline=True)
        first = self.rows[0].cells
        if found or "baseline" not in first[0]:
            return found
        cells = [{"seed": cell["seed"], "per_r": cell["baseline"]["popularity"]} for cell in first]
        return [Row("popularity", {}, self.pipeline, cells)]

    def test(self, one, other):
        """The paired test of two names for each team size, from the first one's side; None where the audit has none."""
        test = self.paired(one, other)
        return test and test["per_r"]

    def paired(self, one, other):
        """The same with all sizes together as `all`."""
        if self.audit is None:
            return None
        for test in self.audit["questions"].get(self.question, {}).get("tests", []):
            if (test["method"], test["against"]) == (one, other):
                return test
            if (test["method"], test["against"]) == (other, one):
                sizes = {size: turned(found) for size, found in test["per_r"].items()}
                return {"all": turned(test["all"]), "per_r": sizes}
        return None

    def findings(self, *severities):
        findings = self.audit["findings"] if self.audit else []
        return [finding for finding in findings if finding["severity"] in severities]


def turned(test):
    """A test from the other one's side."""
    verdicts = {"ahead": "behind", "behind": "ahead"}
    return test | {
        "only_method": test["only_against"],
        "only_against": test["only_method"],
        "difference": None if test["difference"] is None else -test["difference"],
        "verdict": verdicts.get(test["verdict"], test["verdict"]),
    }


def grouped(pipeline, cells):
    """Rows, in order of first appearance."""
    rows = {}
    for cell in cells:
        axes = {name: value for name, value in cell["axes"].items() if name != "seed"}
        rows.setdefault(tuple(sorted((name, str(value)) for name, value in axes.items())), []).append(cell)
    return [row_of(pipeline, cells) for cells in rows.values()]


def row_of(pipeline, cells):
    axes = {name: value for name, value in cells[0]["axes"].items() if name != "seed"}
    methods = cells[0].get("methods", {})
    verbs = ["retrieve"] * ("retrieve" in axes or "select" not in methods) + ["select"] + ["decode"] * ("decode" in axes)
    return Row(" · ".join(methods[verb] for verb in verbs if verb in methods), methods, pipeline, cells, axes)


def statements(document):
    """The shown pipelines of a document, in script order."""
    found = []
    for cell in document["results"]:
        is_new = (
            not found
            or found[-1][0]["pipeline"] != cell["pipeline"]
            or any(cell["axes"] == other["axes"] for other in found[-1])
        )
        if is_new:
            found.append([])
        found[-1].append(cell)
    audits = list(document.get("audits", []))
    statements = []
    for cells in found:
        pipeline = cells[0]["pipeline"]
        audit = next((audit for audit in audits if audit["pipeline"] == pipeline), None)
        audits = [other for other in audits if other is not audit]
        statements.append(Statement(pipeline, cells, audit))
        tell_apart(statements[-1].rows)
    return statements


def tell_apart(rows):
    """Gives rows of the same methods labels with the parameters in which they differ."""
    for row in rows:
        alike = [other.written("select") for other in rows if (other.name, other.methods) == (row.name, row.methods)]
        own = row.written("select")
        differing = [key for key in own if any(other.get(key) != own[key] for other in alike)]
        row.label = " ".join([row.name, *(f"{key}={own[key]}" for key in differing)])


# A stage's words: brackets and strings hold together.
WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|[^\s|"\[{(])+')


def stages(pipeline):
    """(verb, methods, arguments) of each stage, read from the canonical notation that documents hold."""
    for text in re.split(r"\|(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", pipeline):
        words = WORD.findall(text)
        named = [word for word in words[1:] if "=" not in word]
        methods = [method for word in named for method in re.findall(r"[^\s,\[\]]+", word)]
        yield words[0], methods, dict(word.split("=", 1) for word in words[1:] if "=" in word)
