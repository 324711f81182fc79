//! The results as one JSON document for other programs (`run --json`); `docs/json.md` describes it.

use crate::data::dataset::Dataset;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::data::teams::{Prediction, SearchStatistics, Teams};
use crate::engine::outcome::{GridCell, Outcome};
use crate::engine::value::Value as Finished;
use crate::lang::arguments::Argument;
use crate::metrics::coverage::{CoverageCurve, curves, popularity_curves};
use crate::metrics::edges::{EdgeMetrics, EdgeReport};
use crate::metrics::report::ExactMatch;
use crate::report::render::audited;
use crate::report::tables::dataset::team_sizes;
use crate::report::tables::recall::shown_sizes;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Raised whenever a reader of the document could misread it.
pub const FORMAT: u32 = 1;

/// Every grid cell of every outcome, in script order. Without `timings` there are no `seconds`, and two runs of the
/// same script on the same kind of device give the same bytes. Numbers that are undefined are `null`.
pub fn document(outcomes: &[Outcome], device: &str, timings: bool) -> Value {
    let results: Vec<Value> = outcomes
        .iter()
        .flat_map(|outcome| {
            outcome
                .cells
                .iter()
                .map(|cell| result(&outcome.pipeline, cell, timings))
        })
        .collect();
    let mut document =
        json!({ "format": FORMAT, "grn": env!("CARGO_PKG_VERSION"), "device": device, "results": results });
    let audits: Vec<Value> = outcomes.iter().flat_map(audits).collect();
    if let (false, Some(entries)) = (audits.is_empty(), document.as_object_mut()) {
        entries.insert("audits".to_owned(), Value::Array(audits));
    }
    document
}

/// The audits of a pipeline's views, each with the pipeline.
fn audits(outcome: &Outcome) -> Vec<Value> {
    let views = outcome.views.iter().filter(|view| view.spec.verb == "audit");
    let audits = views.map(|view| {
        let mut audit = audited(view).to_json();
        if let Some(entries) = audit.as_object_mut() {
            entries.insert("pipeline".to_owned(), json!(outcome.pipeline));
        }
        audit
    });
    audits.collect()
}

fn result(pipeline: &str, cell: &GridCell, timings: bool) -> Value {
    let axes = cell.axes.iter().map(|(name, value)| (name.clone(), argument(value)));
    let mut entry = Map::new();
    entry.insert("pipeline".to_owned(), json!(pipeline));
    entry.insert("type".to_owned(), json!(cell.value.kind().name()));
    entry.insert("axes".to_owned(), Value::Object(axes.collect()));
    entry.insert("seed".to_owned(), json!(cell.seed));
    if let Some(found) = cell.value.dataset() {
        entry.insert("dataset".to_owned(), dataset(found));
    }
    if let Some(found) = cell.value.split() {
        entry.insert("split".to_owned(), split(found));
    }
    if let Some(pools) = cell.value.pools() {
        entry.insert("k".to_owned(), json!(pools.k));
        entry.insert("methods".to_owned(), methods(&cell.value));
        entry.insert("training".to_owned(), training(&cell.value.training()));
    }
    insert_results(&mut entry, cell);
    if timings {
        entry.insert("seconds".to_owned(), seconds(&cell.seconds));
    }
    Value::Object(entry)
}

/// What is measured or predicted, by the type of the value.
fn insert_results(entry: &mut Map<String, Value>, cell: &GridCell) {
    match &cell.value {
        Finished::Dataset(_) | Finished::Split(_) => {}
        Finished::Pools(pools) => insert_recalls(entry, pools),
        Finished::Scorer(scorer) => insert_recalls(entry, &scorer.pools),
        Finished::Teams(teams) => {
            entry.insert("decode".to_owned(), search(teams.search));
            entry.insert("teams".to_owned(), predictions(teams));
        }
        Finished::EdgeReport(report) => {
            entry.insert("edges".to_owned(), edges(report));
        }
        Finished::Report(report) => {
            let shown = shown_sizes(std::slice::from_ref(cell));
            let pools = &report.teams.pools;
            let baseline = popularity_curves(&pools.split, pools.k);
            entry.insert("decode".to_owned(), search(report.search));
            entry.insert(
                "per_r".to_owned(),
                exact_matches(&report.per_size, &curves(pools), &shown),
            );
            let popularity = exact_matches(&report.popularity, &baseline, &shown);
            entry.insert("baseline".to_owned(), json!({ "popularity": popularity }));
        }
    }
}

fn edges(report: &EdgeReport) -> Value {
    let universe = report.universe;
    json!({
        "universe": {
            "sources": universe.kind.name(),
            "n_sources": universe.sources,
            "n_targets": universe.targets,
            "pairs": universe.pairs,
            "edges": universe.edges,
            "density": universe.density(),
        },
        "pools": edge_metrics(report, &report.method),
        "popularity": edge_metrics(report, &report.popularity),
    })
}

fn edge_metrics(report: &EdgeReport, found: &EdgeMetrics) -> Value {
    let density = report.universe.density();
    let ratio = |number: Option<f64>| number.map(|number| number / density);
    let at = |number: fn(&EdgeMetrics, usize) -> Option<f64>| -> Value {
        Value::Object(
            report
                .at
                .iter()
                .map(|&k| (k.to_string(), json!(number(found, k))))
                .collect(),
        )
    };
    json!({
        "ranked": found.ranked,
        "ranked_edges": found.ranked_edges,
        "auprc": found.auprc,
        "auprc_ratio": ratio(found.auprc),
        "average_precision": found.average_precision,
        "early": found.early,
        "early_right": found.early_right,
        "early_precision": found.early_precision(),
        "early_precision_ratio": ratio(found.early_precision()),
        "strict_coverage": at(EdgeMetrics::strict_at),
        "edge_recall": at(EdgeMetrics::recall_at),
        "curves": { "strict_coverage": found.strict, "edge_recall": found.recall },
    })
}

fn insert_recalls(entry: &mut Map<String, Value>, pools: &Pools) {
    let every: Vec<usize> = (1..=pools.k).collect();
    let baseline = popularity_curves(&pools.split, pools.k);
    entry.insert("per_r".to_owned(), recalls(&curves(pools), &every));
    entry.insert(
        "baseline".to_owned(),
        json!({ "popularity": recalls(&baseline, &every) }),
    );
}

fn dataset(dataset: &Dataset) -> Value {
    let sizes = team_sizes(dataset)
        .into_iter()
        .map(|(size, count)| (size.to_string(), json!(count)));
    json!({
        "name": dataset.name,
        "genes": dataset.gene_count(),
        "cells": dataset.cell_count(),
        "edges": dataset.network.edge_count(),
        "targets": Value::Object(sizes.collect()),
    })
}

fn split(split: &Split) -> Value {
    json!({
        "method": split.method,
        "seed": split.seed,
        "evaluated_on": if split.validation { "validation" } else { "test" },
        "sizes": split.sizes,
        "train": split.train.len(),
        "test": split.test.len(),
    })
}

fn methods(value: &Finished) -> Value {
    let mut methods = Map::new();
    if let Some(pools) = value.pools() {
        methods.insert("retrieve".to_owned(), json!(pools.method));
    }
    if let Finished::Scorer(scorer) = value {
        methods.insert("select".to_owned(), json!(scorer.method));
    }
    if let Some(teams) = value.teams() {
        methods.insert("select".to_owned(), json!(teams.scorer));
        methods.insert("decode".to_owned(), json!(teams.decoder));
    }
    Value::Object(methods)
}

fn training(curves: &[&TrainingCurve]) -> Value {
    curves
        .iter()
        .map(|curve| json!({ "model": curve.name, "loss": curve.loss }))
        .collect()
}

fn search(search: SearchStatistics) -> Value {
    let mut entry = json!({ "scored": search.scored, "excluded": search.excluded, "certified": search.certified });
    if let (Some(gap), Some(entry)) = (search.gap, entry.as_object_mut()) {
        let gap = json!({
            "targets": gap.targets, "equal": gap.equal, "mean": gap.mean(), "largest": gap.largest, "scored": gap.scored,
        });
        entry.insert("gap".to_owned(), gap);
    }
    entry
}

fn recalls(curves: &BTreeMap<usize, CoverageCurve>, sizes: &[usize]) -> Value {
    let entry = |(size, curve): (&usize, &CoverageCurve)| {
        (
            size.to_string(),
            json!({ "n": curve.n, "recall": recall(curve, sizes) }),
        )
    };
    Value::Object(curves.iter().map(entry).collect())
}

fn recall(curve: &CoverageCurve, sizes: &[usize]) -> Value {
    Value::Object(sizes.iter().map(|&k| (k.to_string(), json!(curve.recall(k)))).collect())
}

fn exact_matches(
    counts: &BTreeMap<usize, ExactMatch>,
    curves: &BTreeMap<usize, CoverageCurve>,
    sizes: &[usize],
) -> Value {
    let entry = |(size, counts): (&usize, &ExactMatch)| {
        let mut entry = exact_match(counts);
        if let (Some(entry), Some(curve)) = (entry.as_object_mut(), curves.get(size)) {
            entry.insert("recall".to_owned(), recall(curve, sizes));
        }
        (size.to_string(), entry)
    };
    Value::Object(counts.iter().map(entry).collect())
}

fn exact_match(counts: &ExactMatch) -> Value {
    json!({
        "n": counts.n,
        "cap": counts.cap,
        "covered": counts.covered,
        "exact": counts.exact,
        "coverage": counts.coverage(),
        "unconditional": counts.unconditional(),
        "interval": counts.interval().map(|(lower, upper)| [lower, upper]),
        "conditional": counts.conditional(),
        "n_seen": counts.n_seen,
        "exact_seen": counts.exact_seen,
        "n_novel": counts.n_novel(),
        "exact_novel": counts.exact_novel(),
    })
}

fn predictions(teams: &Teams) -> Value {
    let genes = &teams.pools.split.dataset.genes;
    let name = |&index: &usize| genes.get(index);
    let entry = |prediction: &Prediction| {
        json!({
            "target": name(&prediction.target),
            "size": prediction.size,
            "cap": prediction.cap,
            "team": prediction.team.iter().map(name).collect::<Vec<_>>(),
            "score": prediction.score,
            "runner_up": prediction.runner_up,
            "covered": prediction.covered,
        })
    };
    teams.predictions.iter().map(entry).collect()
}

/// Stages that occur twice on a path are added up.
fn seconds(seconds: &[(String, f64)]) -> Value {
    let mut total: BTreeMap<&str, f64> = BTreeMap::new();
    for (label, time) in seconds {
        *total.entry(label).or_default() += time;
    }
    json!(total)
}

fn argument(value: &Argument) -> Value {
    match value {
        Argument::Integer(value) => json!(value),
        Argument::Float(value) => json!(value),
        Argument::Boolean(value) => json!(value),
        Argument::Text(value) => json!(value),
        Argument::Integers(values) => json!(values),
        Argument::PerSize(values) => Value::Object(
            values
                .iter()
                .map(|(size, value)| (size.to_string(), argument(value)))
                .collect(),
        ),
        Argument::Absent => Value::Null,
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
#[allow(clippy::unwrap_used)]
mod tests;
