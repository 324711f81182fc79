//! Plans: grids, identities, seeds, sharing, rules, explanations.

use crate::catalog::catalog;
use grn::lang::arguments::Argument;
use grn::lang::catalog::Catalog;
use grn::lang::check::check;
use grn::lang::checked::Environment;
use grn::lang::types::Type;
use grn::plan::build::build;
use grn::plan::explain::explain;
use grn::plan::graph::{Hint, Plan, Show};
use grn::plan::rules::{RULES, optimise};
use std::path::Path;

fn planned(script: &str) -> Plan {
    planned_with(&catalog(), script)
}

fn planned_with(catalog: &Catalog, script: &str) -> Plan {
    let parse = grn_grammar::parse(script);
    assert_eq!(parse.errors, []);
    let checked = check(&parse.script, catalog, &Environment::default());
    assert!(!checked.has_errors(), "{:?}", checked.diagnostics);
    build(&checked, &|_: &Path| Ok([7; 32])).unwrap()
}

fn shows(plan: &Plan) -> Vec<&Show> {
    plan.shows().collect()
}

fn names(plan: &Plan, path: &[usize]) -> Vec<String> {
    path.iter().map(|index| plan.nodes[*index].spec.name()).collect()
}

#[test]
fn the_one_liner_gets_everything_it_needs() {
    let plan = planned("retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80");
    let shows = shows(&plan);
    let expected = [
        "simulate sergio",
        "features log1p_zscore",
        "split stratified",
        "retrieve attn",
        "select residual_hos2",
        "decode exact",
        "evaluate exact_match",
    ];
    assert_eq!(names(&plan, &shows[0].cells[0].path), expected);
    let implied: Vec<bool> = plan.nodes.iter().map(|node| node.implied).collect();
    assert_eq!(implied, [true, true, true, false, false, false, true]);
    assert_eq!(
        shows[0].pipeline,
        "retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80"
    );
}

#[test]
fn logarithmic_files_get_features_without_another_logarithm() {
    let (real, folder) = (grn::stages::catalog(), concat!(env!("CARGO_MANIFEST_DIR"), "/grammar"));
    for (source, features) in [
        ("beeline", "features zscore"),
        ("genelink", "features zscore"),
        ("sergio", "features log1p_zscore"),
    ] {
        let plan = planned_with(&real, &format!("load {source} dir=\"{folder}\" | retrieve popularity"));
        let path = &shows(&plan)[0].cells[0].path;
        assert_eq!(names(&plan, path)[1], features);
    }
    let plan = planned_with(
        &real,
        &format!("load beeline dir=\"{folder}\" | features raw | retrieve popularity"),
    );
    assert_eq!(names(&plan, &shows(&plan)[0].cells[0].path)[1], "features raw");
}

#[test]
fn lists_multiply_with_the_first_axis_slowest() {
    let plan = planned("split stratified seed=42..43 | retrieve [dot, attn] k=[40, 80]");
    let cells: Vec<String> = shows(&plan)[0]
        .cells
        .iter()
        .map(|cell| {
            cell.axes
                .iter()
                .map(|(name, value)| format!("{name}={value} "))
                .collect()
        })
        .collect();
    assert_eq!(cells.len(), 8);
    assert_eq!(cells[0], "seed=42 retrieve=dot k=40 ");
    assert_eq!(cells[1], "seed=42 retrieve=dot k=80 ");
    assert_eq!(cells[2], "seed=42 retrieve=attn k=40 ");
    assert_eq!(cells[4], "seed=43 retrieve=dot k=40 ");
}

#[test]
fn an_axis_does_not_multiply_methods_that_do_not_know_it() {
    let plan = planned("retrieve dot | select [stage1, residual_hos2] m=[0.5, 1.0]");
    let cells = &shows(&plan)[0].cells;
    let margins: Vec<&Argument> = cells.iter().map(|cell| &cell.axes[1].1).collect();
    assert_eq!(
        margins,
        [&Argument::Absent, &Argument::Float(0.5), &Argument::Float(1.0)]
    );
}

#[test]
fn seeds_come_from_the_nearest_stage_upstream_that_gives_one() {
    let seed = |script: &str, stage: &str| {
        let plan = planned(script);
        let node = plan.nodes.iter().find(|node| node.spec.name() == stage).unwrap();
        node.arguments.seed("seed")
    };
    assert_eq!(seed("retrieve attn", "retrieve attn"), 42);
    assert_eq!(seed("split stratified seed=7 | retrieve attn", "retrieve attn"), 7);
    assert_eq!(
        seed(
            "split stratified seed=7 | retrieve attn seed=8 | select pairs2",
            "select pairs2"
        ),
        8
    );
    assert_eq!(seed("retrieve attn seed=8", "split stratified"), 42);
    assert_eq!(
        seed(
            "simulate sergio seed=5 | retrieve popularity | select pairs2",
            "select pairs2"
        ),
        5
    );
}

#[test]
fn identities_depend_on_what_the_numbers_depend_on() {
    let last = |script: &str| planned(script).nodes.last().unwrap().id;
    assert_eq!(
        last("retrieve attn"),
        last("simulate sergio | features | split | retrieve attn k=80 seed=42")
    );
    assert_eq!(last("set threads=1\nretrieve attn"), last("retrieve attn"));
    assert_eq!(last("retrieve attn lr=1"), last("retrieve attn lr=1.0"));
    assert_ne!(last("retrieve attn"), last("retrieve attn k=81"));
    assert_ne!(last("retrieve attn"), last("retrieve dot"));
    assert_ne!(last("retrieve attn"), last("simulate sergio genes=300 | retrieve attn"));
}

#[test]
fn identities_follow_the_content_of_files() {
    let id = |fingerprint: u8| {
        let parse = grn_grammar::parse("load sergio dir=\"tests\"");
        let checked = check(&parse.script, &catalog(), &Environment::default());
        let plan = build(&checked, &|_: &Path| Ok([fingerprint; 32])).unwrap();
        plan.nodes[0].id
    };
    assert_eq!(id(1), id(1));
    assert_ne!(id(1), id(2));
}

#[test]
fn a_file_that_can_not_be_read_is_an_error_at_its_stage() {
    let parse = grn_grammar::parse("load sergio dir=\"tests\"");
    let checked = check(&parse.script, &catalog(), &Environment::default());
    let denied = |_: &Path| Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
    let errors = build(&checked, &denied).unwrap_err();
    assert_eq!(errors[0].code, "unreadable-file");
    assert!(errors[0].label.is_some());
}

#[test]
fn shared_stages_become_one_node_across_cells_and_statements() {
    let script = "let pools = retrieve [dot, attn] k=80\n\
                  pools | select [stage1, pairs2] | decode exact\n\
                  pools | plot coverage";
    let mut plan = planned(script);
    assert_eq!(plan.nodes.len(), 4 * 7 + 2 * 4);
    let before = plan.shown_types();
    let outcomes = optimise(&mut plan, RULES);
    assert_eq!(outcomes[0].notes, ["36 stages become 17"]);
    assert_eq!(plan.nodes.len(), 3 + 2 + 4 + 4 + 4);
    assert_eq!(plan.shown_types(), before);
    for (index, node) in plan.nodes.iter().enumerate() {
        assert!(node.input.is_none_or(|input| input < index));
    }
    let shows = shows(&plan);
    assert_eq!(
        shows[1].views[0].nodes,
        shows[1].cells.iter().map(|cell| cell.path[3]).collect::<Vec<_>>()
    );
    assert!(
        shows[1].views[0]
            .nodes
            .iter()
            .all(|index| plan.nodes[*index].gives == Type::Pools)
    );
}

#[test]
fn a_view_in_the_middle_knows_its_axes() {
    let plan = planned("retrieve [dot, attn] | plot coverage | select [stage1, pairs2]");
    let show = shows(&plan)[0];
    assert_eq!(show.views[0].axes, 1);
    assert_eq!(show.views[0].nodes.len(), show.cells.len());
    let plan = planned("retrieve dot | select stage1 | decode exact | plot [coverage, exact]");
    let views: Vec<String> = shows(&plan)[0].views.iter().map(|view| view.spec.name()).collect();
    assert_eq!(views, ["plot coverage", "plot exact"]);
    let last = *shows(&plan)[0].cells[0].path.last().unwrap();
    assert_eq!(plan.nodes[last].gives, Type::Report);
}

#[test]
fn rules_give_their_hints_where_they_hold_and_nowhere_else() {
    let hints = |script: &str, stage: &str| {
        let mut plan = planned(script);
        optimise(&mut plan, RULES);
        let node = plan.nodes.iter().find(|node| node.spec.name() == stage).unwrap();
        node.hints.iter().copied().collect::<Vec<Hint>>()
    };
    let residual = "retrieve attn | select residual_hos2 | decode exact";
    assert_eq!(hints(residual, "decode exact"), [Hint::BoundedSearch]);
    assert_eq!(hints(residual, "select residual_hos2"), [Hint::SharedProjections]);
    assert_eq!(hints(residual, "retrieve attn"), [Hint::FactoredScorer]);
    assert_eq!(
        hints("retrieve dot | select pairs2 | decode exact", "decode exact"),
        [Hint::TopRDecoding]
    );
    assert_eq!(hints("retrieve dot | select pairs2 | decode topr", "decode topr"), []);
    assert_eq!(
        hints("retrieve dot | select stage1 | predict exact", "predict exact"),
        [Hint::TopRDecoding]
    );
}

#[test]
fn every_rule_can_be_left_out_and_keeps_what_is_shown() {
    let script = "retrieve [dot, attn] | plot coverage | select [pairs2, residual_hos2] | decode exact";
    let full: Vec<_> = {
        let plan = planned(script);
        shows(&plan)[0]
            .cells
            .iter()
            .map(|cell| plan.nodes[*cell.path.last().unwrap()].id)
            .collect()
    };
    for rule in RULES {
        let mut plan = planned(script);
        optimise(&mut plan, std::slice::from_ref(rule));
        let ids: Vec<_> = shows(&plan)[0]
            .cells
            .iter()
            .map(|cell| plan.nodes[*cell.path.last().unwrap()].id)
            .collect();
        assert_eq!(ids, full, "{}", rule.name);
    }
}

#[test]
fn too_many_sets_and_pools_too_small_are_refused_before_anything_runs() {
    let codes = |script: &str| {
        let parse = grn_grammar::parse(script);
        let checked = check(&parse.script, &catalog(), &Environment::default());
        match build(&checked, &|_: &Path| Ok([0; 32])) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.into_iter().map(|error| error.code).collect(),
        }
    };
    assert_eq!(
        codes("retrieve dot k=2000 | select residual_hos2 | decode exact cap=2000"),
        ["too-many-sets"]
    );
    assert!(codes("retrieve dot k=2000 | select pairs2 | decode exact cap=2000").is_empty());
    assert!(codes("retrieve dot k=2000 | select residual_hos2 | decode topr cap=2000").is_empty());
    assert_eq!(
        codes("retrieve dot k=3 | select pairs2 | decode topr"),
        ["team-larger-than-pool"]
    );
    assert!(codes("split sizes=(2, 3) | retrieve dot k=3 | select pairs2 | decode topr").is_empty());
}

#[test]
fn an_explanation_says_what_runs_and_what_it_costs() {
    let plan = planned("explain split seed=42..43 | retrieve attn | select [pairs2, residual_hos2] | decode exact");
    let explanation = explain(&plan, shows(&plan)[0], RULES);
    assert_eq!(
        (explanation.cells, explanation.unshared, explanation.stages.len()),
        (4, 28, 18)
    );
    let text = explanation.to_text();
    for part in [
        "seed [42, 43, replicates] × select [pairs2, residual_hos2]: 4 cells, 18 stages (28 without sharing)",
        "features log1p_zscore → Dataset",
        "filled in",
        "bound-search: decode exact after select residual_hos2",
        "R = 4: C(55, 4) = 341,055",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    println!("{text}");
}

#[test]
fn teams_are_evaluated_for_tables_but_saved_as_teams() {
    let last_of = |script: &str, view: usize| {
        let plan = planned(script);
        let show = plan.shows().next().unwrap();
        plan.nodes[show.views[view].nodes[0]].gives
    };
    let teams = "retrieve dot | select stage1 | decode exact";
    assert_eq!(last_of(&format!("{teams} | table"), 0), Type::Report);
    assert_eq!(
        last_of(&format!("{teams} | save path=\"teams.tsv\" | table"), 0),
        Type::Teams
    );
    assert_eq!(
        last_of(&format!("{teams} | plot coverage | plot exact"), 1),
        Type::Report
    );
    let predicted = planned("retrieve dot | select stage1 | predict exact | save path=\"teams.tsv\"");
    assert!(predicted.nodes.iter().all(|node| node.gives != Type::Report));
}
