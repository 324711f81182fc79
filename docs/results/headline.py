"""The beginning of the page: the findings in short, and the honest headline, teams that training doesn't show."""

import audit
import compare
import markdown as md
import settings
import tables

DISJOINT = {
    "disjoint": "No training target has the team of a test target",
    "disjoint_single": "No training team holds even two regulators of a test team",
}

# Where sets are judged by the mechanism that made the data, and what these splits show.
MECHANISM = {
    "beyond": "on the paper's random split",
    "beyond_disjoint": "where no training target has the team of a test target",
}

# What is measured, by what a statement gives.
MEASURES = {"Pools": "recall", "Report": "exact"}

READING = """## How to read the tables

- *paper* is what the paper prints (without ±: of one seed), *ours* the mean ± sample standard deviation over seeds; *right*
  and *95 %* (Wilson's interval) are from the counts of all seeds. n counts a target once for each seed that tests it.
- *Seen* teams are also the team of some training target, *novel* ones are not.
- Baselines: *popularity* ranks genes by how many training targets they regulate and looks at no expression; *copying* answers
  with the team of the training target of the same R whose expression is most alike. `popularity`, `knn`, `correlation`, `modal`,
  `copy_nearest` and `steady_state` learn nothing either.
- Paired tests are on the same targets: the difference of the shares, how many trials only the first and only the second has
  right, and p of exact sign flips that keep the trials of one target together; below 0.05 it is *ahead* or *behind*.
  Where fewer than six targets differ, no p is below 0.05. p values aren't corrected for their number.
  [What audit tests](methods.md#what-audit-tests).
"""


def parts(found, checks, pictures):
    lines = list(in_short(found, checks))
    if lines:
        yield "## In short\n"
        yield md.bullets(lines)
    yield READING
    yield "## Teams that training doesn't show\n"
    yield (
        "A random split shows most test teams in training, where remembering is enough. Here it isn't: the same methods, on "
        "splits that share no team. The paper has no such numbers. `copy_nearest`, `modal` and *copying* answer with training "
        "teams: they are wrong by construction. Targets of one team tend to be right or wrong together, so that intervals are "
        "too narrow and p too small.\n"
    )
    for name, words in DISJOINT.items():
        if name in found.statements:
            yield from disjoint(name, words, found, pictures.get(name, []))


def command(name):
    """What makes a run, with a link to its script."""
    return f"[`grn run examples/paper/{name}.grn`](../examples/paper/{name}.grn)"


def disjoint(name, words, found, pictures):
    statements = found.statements[name]
    sizes = [f"{cell['split']['train']}" for cell in statements[0].cells]
    train = f"{min(sizes, key=int)}–{max(sizes, key=int)}" if len(set(sizes)) > 1 else sizes[0]
    yield f"### {words}\n"
    yield f"{command(name)}: {statements[0].protocol()}; {train} targets train. {audit.rests_on(statements[0])}"
    for statement in statements:
        measure = MEASURES.get(statement.kind)
        if measure:
            yield f"{title(statement)} (mean ± standard deviation over seeds; right of all, Wilson's 95 % interval). "
            yield f"{settings.other_than_paper([statement], found.catalog)}\n"
            yield tables.wide([statement], measure)
            rows = compare.judged(statement, [], {})
            yield md.bullets([*against(statement), *compare.against_baselines(statement, measure, rows)])
            yield audit.findings(statement)
    yield "\n".join(f"![{words}]({picture})\n" for picture in pictures)


def title(statement):
    if statement.kind == "Pools":
        return f"As table 1, the whole team among {statement.cells[0]['k']} candidates"
    if is_injected(statement):
        return "As table 3, exact match where every pool is complete"
    return "As table 2, exact match"


def is_injected(statement):
    """Whether true regulators were put into the pools."""
    return statement.cells[0]["methods"]["retrieve"].endswith("+oracle")


def reports(found, name):
    """The statements of a script that judge teams."""
    return [statement for statement in found.get(name) or [] if statement.kind == "Report"]


def against(statement):
    """The set score against pair scores."""
    pairs = [compare.one_against_other(statement, "residual_hos2", other) for other in ("pairs2", "deep_pairs2")]
    return [words for words in pairs if words]


def in_short(all_found, checks):
    """The findings, most important first; each only where its run is there. Where a script has the paper's settings as well, what
    comes of them is said so."""
    found, catalog = all_found.statements, all_found.catalog
    for name, words in DISJOINT.items():
        for statement in reports(found, name):
            if statement.row("residual_hos2") and not is_injected(statement):
                yield f"**{words}**: {finds(statement)}."
    for name, words in MECHANISM.items():
        for statement in reports(found, name)[:1]:
            yield f"**Untrained, by the mechanism that made the data**, {words}: {right(statement)}."
    reached = [check for check in checks if check[-1] is not None]
    if reached:
        count = f"**{sum(check[-1] for check in reached)} are reached**{pending(checks)}"
        yield f"Of {len(checks)} [requirements](#what-it-must-reach-on-sergio-ds3), {count}."
    for statement in found.get("table1") or []:
        rows = [row for row in statement.rows if row.name == "attn"]
        sentences = compare.against_baselines(statement, "recall", rows) if statement.kind == "Pools" else []
        start = with_settings(statement, catalog)
        yield from (f"{start}whole teams among {statement.cells[0]['k']} candidates, {words}" for words in sentences)
    for statement in reports(found, "table2"):
        start = with_settings(statement, catalog)
        yield from (f"{start}on the same pools, {words}" for words in against(statement))
        yield from (start + words for words in copying(statement))
        yield from (start + words for words in memory(statement))


def with_settings(statement, catalog):
    """The beginning of a sentence."""
    return "With the paper's settings, " if settings.are_paper_s(statement, catalog) else "With the chosen settings, "


def finds(statement):
    """What is right, as counts, of what the paper proposes, of pair scores and of popularity."""
    rows = [(md.code(row.name), row) for row in (statement.row("residual_hos2"), statement.row("pairs2")) if row]
    rows += [(f"*{row.name}*", row) for row in statement.baselines() if row.name == "popularity"]
    counts = [f"{shown} finds {md.listed([md.count(row.share('exact', size)) for size in row.sizes])}" for shown, row in rows]
    return f"{'; '.join(counts)} of the teams of R = {md.listed(statement.rows[0].sizes)}"


def right(statement):
    """What each row of a statement and copying have right, as means over seeds."""
    rows = [(md.code(with_axes(row)), row) for row in statement.rows]
    rows += [(f"*{row.name}*", row) for row in statement.baselines() if row.name == "copying"]
    means = [f"{shown} {md.listed([md.number(row.share('exact', size).mean) for size in row.sizes])}" for shown, row in rows]
    return f"{'; '.join(means)} at R = {md.listed(statement.rows[0].sizes)}"


def with_axes(row):
    """The name of a row with what a sweep has set in it."""
    return " ".join([row.name, *(f"{key}={value}" for key, value in row.axes.items() if value != row.name)])


def pending(checks):
    missing = len([check for check in checks if check[-1] is None])
    return f"; {missing} can't be told yet" if missing else ""


def copying(statement):
    """Whether copying, which learns nothing, is ahead of what the paper proposes."""
    row = statement.row("residual_hos2")
    baseline = next((baseline for baseline in statement.baselines() if baseline.name == "copying"), None)
    if row is None or baseline is None:
        return
    means = {size: (baseline.share("exact", size).mean, row.share("exact", size).mean) for size in row.sizes}
    ahead = [size for size, (other, own) in means.items() if other > own]
    numbers = md.listed([f"{md.number(other)} against {md.number(own)}" for other, own in means.values()])
    where = f"ahead of `residual_hos2` at R = {md.listed(ahead)}" if ahead else "nowhere ahead of `residual_hos2`"
    yield (
        "on the paper's random split, *copying* the team of the most alike training target, which learns nothing, is "
        f"{where} ({numbers} at R = {md.listed(row.sizes)})."
    )


def memory(statement):
    """How much of what is right there was seen in training."""
    row = statement.row("residual_hos2")
    if row is None:
        return
    seen, novel = ([row.share(kind, size) for size in row.sizes] for kind in ("seen", "novel"))
    found, new = sum(share.right for share in seen), sum(share.right for share in novel)
    yield (
        f"of the {found + new} trials that `residual_hos2` gets right on that split, {found} have a team that training shows; "
        f"of {sum(share.n for share in novel)} trials with a novel team it gets {new} right."
    )
