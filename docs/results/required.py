"""What grn must reach on SERGIO DS3, and whether it does."""

import compare
import markdown as md


def check(found, entries, catalog):
    """Each requirement and team size: (words, R, required, ours, reached), None where a run or a test is missing."""
    checks = []
    checks += by_paper(found, entries, catalog, "table1", "recall", "attn", "Recall@80 of `attn`: the paper's")
    checks += by_popularity(found)
    checks += by_paper(found, entries, catalog, "table2", "exact", "residual_hos2", "`residual_hos2`, exact")
    checks += by_paper(
        found, entries, catalog, "table3", "exact", "residual_hos2", "`residual_hos2`, exact, every pool complete (oracle)"
    )
    return checks + ahead(found)


def row_of(found, table, method):
    """(statement, row) of a method, or Nones."""
    for statement in found.get(table) or []:
        if statement.row(method):
            return statement, statement.row(method)
    return None, None


def shown(share):
    return md.NONE if share is None else f"{md.ours(share)} ({md.count(share)}, {md.interval(share)})"


def by_paper(found, entries, catalog, table, measure, method, words):
    _, row = row_of(found, table, method)
    listed = next(
        entry for entry in entries[table] if measure in entry and method in (entry.get("retrieve"), entry.get("select"))
    )
    checks = []
    for size, wanted in listed[measure].items():
        share = row.share(measure, size) if row else None
        reached = compare.reaches(share.mean, wanted[0]) if share else None
        checks.append((words, size, f"≥ {md.number(wanted[0])}", shown(share), reached))
    return checks


def by_popularity(found):
    _, row = row_of(found, "table1", "attn")
    _, popular = row_of(found, "table1", "popularity")
    checks = []
    for size in ("2", "3", "4"):
        share, wanted = (one.share("recall", size) if one else None for one in (row, popular))
        required = f"≥ {md.number(wanted.mean)}" if wanted else md.NONE
        reached = compare.reaches(share.mean, wanted.mean) if share and wanted else None
        checks.append(("Recall@80 of `attn`: popularity's", size, required, shown(share), reached))
    return checks


def against_pairs(found):
    """The paired test of `residual_hos2` against `pairs2`; None where it is missing."""
    statement, _ = row_of(found, "table2", "residual_hos2")
    return compare.paired(statement, "residual_hos2", "pairs2") if statement else None


def ahead(found):
    words = "`residual_hos2` against `pairs2`, same pools, paired"
    paired = against_pairs(found)
    test = paired and paired["per_r"]
    checks = []
    for size in ("2", "3", "4"):
        tested = test.get(size) if test else None
        ours = compare.difference(tested) if tested else md.NONE
        checks.append((words, size, "ahead", ours, tested["verdict"] == "ahead" if tested else None))
    return checks


def why(found):
    """What stands behind numbers that aren't reached, from the audits."""
    statement, row = row_of(found, "table1", "attn")
    for target in (statement.audit or {}).get("targets", []) if statement else []:
        unknown = target["n"] - target.get("n_known", target["n"])
        if unknown:
            yield (
                f"R = {target['size']}: {unknown} of {target['n']} test teams have a regulator that regulates no training "
                f"target. What goes by training teams alone finds at most {md.number(target['n_known'] / target['n'])} of the teams."
            )
    paired = against_pairs(found)
    if paired:
        together = paired["all"]
        yield (
            f"Over all R together `residual_hos2` and `pairs2` differ in {together['only_method'] + together['only_against']} of "
            f"{together['n']} trials: {together['only_method']} that only `residual_hos2` has right, {together['only_against']} "
            f"that only `pairs2` has, {md.chance(together['by_target'])}."
        )
    yield from without_set_term(found)


def without_set_term(found):
    """What the set term adds to the pair scores of the same model, by the last of the learning curves."""
    rows = [row for statement in found.get("why") or [] for row in statement.rows if "decode" in row.axes]
    right = {}
    for row in rows:
        shares = [row.share("exact", size) for size in row.sizes]
        right[row.axes["decode"]] = (sum(share.right for share in shares), sum(share.n for share in shares))
    if {"exact", "topr"} <= set(right):
        (whole, n), (pairs, _) = right["exact"], right["topr"]
        yield (
            f"Most of that isn't the set term: trained like this, `residual_hos2` has {whole} of {n} validation trials right, and {pairs} by "
            "its pair scores alone ([below](#sets-against-pairs-learning-curves-on-validation-targets))."
        )


def table(checks):
    words = {True: "yes", False: "**no**", None: md.NONE}
    lines, before = [], None
    for requirement, size, required, ours, reached in checks:
        lines.append([requirement if requirement != before else "", size, required, ours, words[reached]])
        before = requirement
    return md.table(["", "R", "required", "ours", "reached"], lines)
