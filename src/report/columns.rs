//! A value as columns, for other programs: `docs/columns.md` lists what each kind has.

use crate::data::columns::{Columns, Data, Texts};
use crate::data::dataset::Dataset;
use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::engine::value::Value;
use crate::metrics::edges::EdgeReport;
use crate::metrics::report::{ExactMatch, Report};
use std::sync::Arc;

/// The columns of any value.
pub fn columns(value: &Value) -> Columns {
    match value {
        Value::Dataset(dataset) => of_dataset(dataset),
        Value::Split(split) => of_split(split),
        Value::Pools(pools) => of_pools("pools", pools),
        Value::Scorer(scorer) => of_pools("scorer", &scorer.pools).attribute("scorer", &scorer.method),
        Value::Teams(teams) => of_teams(teams),
        Value::Report(report) => of_report(report),
        Value::EdgeReport(report) => of_edges(report),
    }
}

fn names<'a>(dataset: &'a Dataset, genes: impl Iterator<Item = usize>) -> Data {
    let name = |gene: usize| -> &'a str { dataset.genes.get(gene).map_or("", String::as_str) };
    Data::Text(genes.map(name).collect::<Texts>())
}

fn counts(numbers: impl Iterator<Item = usize>) -> Data {
    Data::U32(
        numbers
            .map(|number| u32::try_from(number).unwrap_or(u32::MAX))
            .collect(),
    )
}

fn words(numbers: &[usize]) -> String {
    let words: Vec<String> = numbers.iter().map(usize::to_string).collect();
    words.join(" ")
}

/// The known regulators of each of these genes.
fn teams(columns: Columns, name: &str, dataset: &Dataset, targets: &[usize]) -> Columns {
    let team = |target: &usize| dataset.network.team(*target);
    let members = targets.iter().flat_map(team).copied();
    columns.lists(
        name,
        names(dataset, members),
        targets.iter().map(|target| team(target).len()),
    )
}

fn of_dataset(dataset: &Dataset) -> Columns {
    let genes: Vec<usize> = (0..dataset.gene_count()).collect();
    let columns = Columns::new("dataset", genes.len())
        .attribute("name", &dataset.name)
        .attribute("cell_types", words(&dataset.cell_types))
        .column("gene", names(dataset, genes.iter().copied()));
    let matrix = |columns: Columns, name: &str, matrix: &ndarray::Array2<f32>| {
        let lengths = genes.iter().map(|_| matrix.ncols());
        columns.lists(name, Data::F32(matrix.iter().copied().collect()), lengths)
    };
    let columns = matrix(columns, "expression", &dataset.expression);
    let features = dataset.features.as_ref();
    let columns = match features.filter(|features| !Arc::ptr_eq(features, &dataset.expression)) {
        Some(features) => matrix(columns, "features", features),
        None => columns,
    };
    teams(columns, "regulators", dataset, &genes)
}

/// The columns that pools and splits share: gene, what it is for, team size, team.
fn of_targets(kind: &str, first: &str, split: &Split) -> Columns {
    let dataset = &split.dataset;
    let genes: Vec<usize> = (0..dataset.gene_count()).collect();
    let role = |gene: &usize| match (split.train.binary_search(gene), split.test.binary_search(gene)) {
        (Ok(_), _) => "train",
        (_, Ok(_)) => "test",
        _ => "none",
    };
    let sizes = genes.iter().map(|gene| dataset.network.team(*gene).len());
    let columns = Columns::new(kind, genes.len())
        .attribute("dataset", &dataset.name)
        .attribute("split", split.method)
        .attribute("seed", split.seed)
        .attribute("sizes", words(&split.sizes))
        .column(first, names(dataset, genes.iter().copied()))
        .column("role", Data::Text(genes.iter().map(role).collect()))
        .column("size", counts(sizes));
    teams(columns, "team", dataset, &genes)
}

fn of_split(split: &Split) -> Columns {
    of_targets("split", "gene", split)
}

fn of_pools(kind: &str, pools: &Pools) -> Columns {
    let dataset = &pools.split.dataset;
    let lengths = || pools.ranked.iter().map(Vec::len);
    let scores = pools.scores.iter().flatten().copied().collect();
    of_targets(kind, "target", &pools.split)
        .attribute("method", &pools.method)
        .attribute("k", pools.k)
        .lists(
            "regulators",
            names(dataset, pools.ranked.iter().flatten().copied()),
            lengths(),
        )
        .lists("scores", Data::F32(scores), lengths())
}

fn of_teams(decoded: &Teams) -> Columns {
    let dataset = &decoded.pools.split.dataset;
    let rows = &decoded.predictions;
    let targets: Vec<usize> = rows.iter().map(|row| row.target).collect();
    let members = rows.iter().flat_map(|row| row.team.iter().copied());
    let columns = Columns::new("teams", rows.len())
        .attribute("dataset", &dataset.name)
        .attribute("method", &decoded.pools.method)
        .attribute("scorer", &decoded.scorer)
        .attribute("decoder", &decoded.decoder)
        .column("target", names(dataset, targets.iter().copied()))
        .column("size", counts(rows.iter().map(|row| row.size)))
        .column("cap", counts(rows.iter().map(|row| row.cap)))
        .lists(
            "predicted",
            names(dataset, members),
            rows.iter().map(|row| row.team.len()),
        )
        .column("score", Data::F64(rows.iter().map(|row| row.score).collect()))
        .column(
            "runner_up",
            Data::F64(rows.iter().map(|row| row.runner_up.unwrap_or(f64::NAN)).collect()),
        )
        .column(
            "covered",
            Data::Bool(rows.iter().map(|row| row.covered == Some(true)).collect()),
        );
    teams(columns, "team", dataset, &targets)
}

fn of_report(report: &Report) -> Columns {
    let sizes: Vec<usize> = report.per_size.keys().copied().collect();
    let decoded = |count: fn(&ExactMatch) -> usize| counts(report.per_size.values().map(count));
    let popular = |count: fn(&ExactMatch) -> usize| {
        let popularity = |size: &usize| report.popularity.get(size).map_or(0, count);
        counts(sizes.iter().map(popularity))
    };
    let search = &report.search;
    Columns::new("report", sizes.len())
        .attribute("method", &report.teams.pools.method)
        .attribute("scorer", &report.teams.scorer)
        .attribute("decoder", &report.teams.decoder)
        .attribute("scored", search.scored)
        .attribute("excluded", search.excluded)
        .attribute("certified", search.certified)
        .column("size", counts(sizes.iter().copied()))
        .column("cap", decoded(|row| row.cap))
        .column("n", decoded(|row| row.n))
        .column("covered", decoded(|row| row.covered))
        .column("exact", decoded(|row| row.exact))
        .column("n_seen", decoded(|row| row.n_seen))
        .column("exact_seen", decoded(|row| row.exact_seen))
        .column("popularity_covered", popular(|row| row.covered))
        .column("popularity_exact", popular(|row| row.exact))
}

fn of_edges(report: &EdgeReport) -> Columns {
    let (universe, method, popularity) = (&report.universe, &report.method, &report.popularity);
    let area = |area: Option<f64>| area.unwrap_or(f64::NAN);
    let rows = method.strict.len();
    Columns::new("edges", rows)
        .attribute("method", &report.pools.method)
        .attribute("sources", universe.sources)
        .attribute("targets", universe.targets)
        .attribute("pairs", universe.pairs)
        .attribute("edges", universe.edges)
        .attribute("ranked", method.ranked)
        .attribute("auprc", area(method.auprc))
        .attribute("early_precision", area(method.early_precision()))
        .attribute("popularity_auprc", area(popularity.auprc))
        .attribute("popularity_early_precision", area(popularity.early_precision()))
        .column("k", counts(1..=rows))
        .column("strict", Data::F64(method.strict.clone()))
        .column("recall", Data::F64(method.recall.clone()))
        .column("popularity_strict", Data::F64(popularity.strict.clone()))
        .column("popularity_recall", Data::F64(popularity.recall.clone()))
}
