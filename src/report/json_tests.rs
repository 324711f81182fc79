use super::document;
use crate::data::teams::Gap;
use crate::engine::outcome::GridCell;
use crate::engine::value::Value as Finished;
use crate::metrics::edges::{SourceKind, evaluate as evaluate_edges};
use crate::metrics::exact_match::evaluate;
use crate::metrics::fixtures as by_hand;
use crate::report::fixtures;
use serde_json::{Value, json};
use std::sync::Arc;

fn result_of(value: Finished) -> Value {
    let cell = GridCell {
        axes: Vec::new(),
        value,
        seconds: vec![("a".to_owned(), 1.0), ("a".to_owned(), 0.5)],
        seed: Some(42),
    };
    document(&[fixtures::outcome("p", vec![cell])], "cpu", true)["results"][0].take()
}

#[test]
fn a_report_by_hand() {
    let report = evaluate(&Arc::new(by_hand::teams()));
    let result = result_of(Finished::Report(Arc::new(report)));
    assert_eq!(result["per_r"]["2"]["n"], 2);
    assert_eq!(result["per_r"]["2"]["unconditional"], 0.5);
    assert_eq!(result["per_r"]["2"]["recall"], json!({"4": 1.0}));
    assert_eq!(result["per_r"]["3"]["conditional"], Value::Null);
    assert_eq!(result["baseline"]["popularity"]["3"]["exact"], 1);
    assert_eq!(result["decode"], json!({"scored": 7, "excluded": 0, "certified": true}));
    assert_eq!(
        result["methods"],
        json!({"retrieve": "attn", "select": "pairs2", "decode": "exact"})
    );
    assert_eq!(result["split"]["test"], 3);
    assert_eq!(result["dataset"]["targets"], json!({"2": 4, "3": 2}));
    assert_eq!(result["seconds"], json!({"a": 1.5}));
}

#[test]
fn a_gap_to_exact_decoding_is_told() {
    let mut teams = by_hand::teams();
    teams.search.gap = Some(Gap {
        targets: 4,
        equal: 3,
        sum: 0.5,
        largest: 0.5,
        scored: 90,
    });
    let result = result_of(Finished::Teams(Arc::new(teams)));
    let expected = json!({"targets": 4, "equal": 3, "mean": 0.125, "largest": 0.5, "scored": 90});
    assert_eq!(result["decode"]["gap"], expected);
}

#[test]
fn pools_have_recall_for_every_k() {
    let result = result_of(Finished::Pools(Arc::new(by_hand::pools())));
    assert_eq!(
        result["per_r"]["2"],
        json!({"n": 2, "recall": {"1": 0.0, "2": 0.5, "3": 0.5, "4": 1.0}})
    );
    assert_eq!(result["type"], "Pools");
}

#[test]
fn teams_are_listed_by_gene_names() {
    let result = result_of(Finished::Teams(Arc::new(by_hand::teams())));
    assert_eq!(result["teams"][1]["team"], json!(["g0", "g1"]));
    assert_eq!(result["teams"][1]["covered"], false);
}

#[test]
fn every_cell_is_an_entry_and_only_seconds_vary() {
    let mut cells = fixtures::sweep();
    let first = document(&[fixtures::outcome("p", cells.clone())], "cpu", false);
    assert_eq!(first["results"].as_array().map(Vec::len), Some(6));
    assert_eq!(first["results"][0]["axes"], json!({"select": "pairs2", "seed": 42}));
    for cell in &mut cells {
        cell.seconds[0].1 += 1.0;
    }
    let second = document(&[fixtures::outcome("p", cells.clone())], "cpu", false);
    assert_eq!(first.to_string(), second.to_string());
    let timed = document(&[fixtures::outcome("p", cells)], "cpu", true);
    assert_ne!(second.to_string(), timed.to_string());
}

#[test]
fn audits_stand_beside_the_results() {
    let mut outcome = fixtures::outcome("p | audit", fixtures::sweep());
    assert_eq!(document(&[outcome.clone()], "cpu", false).get("audits"), None);
    outcome.views.extend(fixtures::view("audit", None, fixtures::sweep()));
    let document = document(&[outcome], "cpu", false);
    assert_eq!(document["audits"][0]["pipeline"], "p | audit");
    let answers = &document["audits"][0]["questions"]["exact"]["answers"];
    assert_eq!(answers[0]["method"], "pairs2");
    assert_eq!(answers[0]["per_r"]["2"]["shares"].as_array().map(Vec::len), Some(3));
    let documentation = include_str!("../../docs/json.md");
    let mut found = Vec::new();
    keys(&document["audits"], &mut found);
    found.retain(|key| key.parse::<usize>().is_err());
    assert!(found.len() > 40);
    found
        .iter()
        .for_each(|key| assert!(documentation.contains(&format!("\"{key}\"")), "{key}"));
}

fn ranked_edges() -> Finished {
    let report = evaluate_edges(&Arc::new(by_hand::pools()), SourceKind::Regulators, &[2]);
    Finished::EdgeReport(Arc::new(report.unwrap()))
}

#[test]
fn ranked_edges_by_hand() {
    let result = result_of(ranked_edges());
    assert_eq!(result["type"], "EdgeReport");
    assert_eq!(result["edges"]["universe"]["pairs"], 12);
    assert_eq!(result["edges"]["pools"]["early_precision"], 0.625);
    assert_eq!(result["edges"]["pools"]["strict_coverage"], json!({"2": 1.0 / 3.0}));
    assert_eq!(
        result["edges"]["popularity"]["curves"]["edge_recall"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
}

fn keys(value: &Value, found: &mut Vec<String>) {
    if let Some(entries) = value.as_object() {
        found.extend(entries.keys().cloned());
    }
    let entries = value.as_object().into_iter().flat_map(|map| map.values());
    let items = value.as_array().into_iter().flatten();
    entries.chain(items).for_each(|inner| keys(inner, found));
}

#[test]
fn every_key_is_documented() {
    let documentation = include_str!("../../docs/json.md");
    let report = evaluate(&Arc::new(by_hand::teams()));
    let mut found = Vec::new();
    for value in [
        Finished::Report(Arc::new(report)),
        Finished::Teams(Arc::new(by_hand::teams())),
        Finished::Pools(Arc::new(by_hand::pools())),
        ranked_edges(),
    ] {
        let mut result = result_of(value);
        result["seconds"] = Value::Null;
        keys(&result, &mut found);
    }
    for key in found.iter().filter(|key| key.parse::<usize>().is_err()) {
        let named = [format!("`{key}`"), format!(".{key}`"), format!("\"{key}\"")];
        assert!(
            named.iter().any(|name| documentation.contains(name)),
            "{key} is not in docs/json.md"
        );
    }
    assert!(found.len() > 40);
}

#[test]
fn numbers_that_are_not_numbers_are_null() {
    let mut teams = by_hand::teams();
    teams.predictions[0].score = f64::NEG_INFINITY;
    teams.training.name = "m".to_owned();
    teams.training.loss = vec![f64::NAN, 0.1];
    let result = result_of(Finished::Teams(Arc::new(teams)));
    assert_eq!(result["teams"][0]["score"], Value::Null);
    assert_eq!(result["training"][1]["loss"], json!([null, 0.1]));
}
