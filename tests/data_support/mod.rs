//! Calls stages as the executor does: with complete arguments, and without a device.
#![allow(dead_code)]

use candle_core::Device;
use grn::data::dataset::Dataset;
use grn::data::split::Split;
use grn::engine::context::{RunError, RunResult, StageContext};
use grn::engine::observer::{CancelToken, Silent};
use grn::engine::value::Value;
use grn::lang::arguments::{Argument, Arguments};
use grn::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};
use grn::lang::diagnostics::Diagnostic;
use grn::stages::Stage;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// The value that `text` spells for this parameter.
pub fn value(parameter: &ParameterSpec, text: &str) -> Argument {
    let whole = |text: &str| {
        text.trim()
            .parse::<i64>()
            .unwrap_or_else(|e| panic!("{}: {text}: {e}", parameter.name))
    };
    match parameter.kind {
        ParameterKind::Integer { min, max } => {
            assert!((min..=max).contains(&whole(text)), "{}: {text}", parameter.name);
            Argument::Integer(whole(text))
        }
        ParameterKind::Float { min, max } => {
            let number: f64 = text
                .parse()
                .unwrap_or_else(|e| panic!("{}: {text}: {e}", parameter.name));
            assert!((min..=max).contains(&number), "{}: {text}", parameter.name);
            Argument::Float(number)
        }
        ParameterKind::Boolean => Argument::Boolean(text == "true"),
        ParameterKind::Choice(choices) => {
            assert!(choices.contains(&text), "{}: {text}", parameter.name);
            Argument::Text(text.to_owned())
        }
        ParameterKind::Integers { .. } => {
            let items = text
                .trim_matches(['(', ')'])
                .split(',')
                .filter(|item| !item.trim().is_empty());
            Argument::Integers(items.map(whole).collect())
        }
        ParameterKind::Text | ParameterKind::File | ParameterKind::Folder | ParameterKind::ChoiceOrFolder(_) => {
            Argument::Text(text.to_owned())
        }
    }
}

/// The stage's defaults, with some parameters set.
pub fn arguments(stage: &Stage, set: &[(&str, &str)]) -> Arguments {
    let mut arguments = Arguments::default();
    for parameter in stage.spec.parameters {
        let given = set
            .iter()
            .find(|(name, _)| *name == parameter.name)
            .map(|(_, text)| *text);
        let argument = match (given, parameter.default) {
            (Some(text), _) | (None, DefaultValue::Literal(text)) => value(parameter, text),
            (None, DefaultValue::UpstreamSeed) => Argument::Integer(42),
            (None, DefaultValue::Absent(_)) => Argument::Absent,
            (None, DefaultValue::Required) => panic!("`{}` is required", parameter.name),
        };
        arguments.insert(parameter.name, argument);
    }
    for (name, _) in set {
        assert!(arguments.get(name).is_some(), "no parameter `{name}`");
    }
    arguments
}

/// Runs a stage.
pub fn run_with(stage: &Stage, set: &[(&str, &str)], input: Option<Value>, cancel: &CancelToken) -> RunResult<Value> {
    let arguments = arguments(stage, set);
    let context = StageContext {
        arguments: &arguments,
        hints: &BTreeSet::new(),
        device: &Device::Cpu,
        observer: &Silent,
        cancel,
        position: 1,
    };
    stage.run.expect("the stage runs")(&context, input)
}

/// Runs a stage that nobody stops.
pub fn run(stage: &Stage, set: &[(&str, &str)], input: Option<Value>) -> RunResult<Value> {
    run_with(stage, set, input, &CancelToken::default())
}

/// Runs a stage that gives a data set.
pub fn dataset(stage: &Stage, set: &[(&str, &str)], input: Option<Value>) -> Arc<Dataset> {
    match run(stage, set, input) {
        Ok(Value::Dataset(dataset)) => dataset,
        other => panic!("expected a data set, found {other:?}"),
    }
}

/// Runs a stage that gives a split.
pub fn split(stage: &Stage, set: &[(&str, &str)], input: Arc<Dataset>) -> Arc<Split> {
    match run(stage, set, Some(Value::Dataset(input))) {
        Ok(Value::Split(split)) => split,
        other => panic!("expected a split, found {other:?}"),
    }
}

/// Runs a stage that must fail with a diagnostic that says how to mend it.
pub fn failure(stage: &Stage, set: &[(&str, &str)], input: Option<Value>) -> Diagnostic {
    match run(stage, set, input) {
        Err(RunError::Failed(diagnostic)) => {
            assert!(diagnostic.help.is_some(), "no help: {diagnostic:?}");
            let text = format!(
                "{} {}",
                diagnostic.message,
                diagnostic.help.as_deref().unwrap_or_default()
            );
            let second_person = text
                .split(|c: char| !c.is_alphabetic())
                .any(|w| matches!(w, "You" | "Your" | "your"));
            assert!(!second_person, "{text}");
            *diagnostic
        }
        other => panic!("expected a failure, found {other:?}"),
    }
}

/// A folder of the shared test data; `None`, with a printed word, where it isn't there.
pub fn shared(folder: &str) -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods)]
    let root = std::env::var("GRN_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let path = root.join("data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no test data at {}", path.display());
    None
}
