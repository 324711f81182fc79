//! `evaluate exact_match`: coverage and exact match of decoded teams, per team size.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::metrics::exact_match::evaluate;
use crate::stages::Stage;
use std::sync::Arc;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "evaluate",
        method: Some("exact_match"),
        takes: &[Type::Teams],
        gives: Gives::Value(Type::Report),
        summary: "Coverage and exact match of decoded teams, per team size, beside popularity",
        description: "For every team size R, over the test targets (paper §3): **Coverage@M_R**, the share whose M_R best \
            candidates hold the whole true team; **Unconditional Exact**, the share whose predicted team is the true \
            one, with Wilson's 95 % interval; **Conditional Exact**, the same among covered targets. Exact match is \
            also counted apart for *seen* teams, which some training target has too, and *novel* ones: a random split \
            leaks whole teams between targets of one operon.\n\n\
            The baseline ranks genes by how many training targets they regulate, looking at no expression, and takes \
            the first R; it is judged on the same targets and caps.",
        parameters: &[],
        examples: &["retrieve popularity k=20 | select stage1 | decode topr | evaluate exact_match"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(_context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let Some(Value::Teams(teams)) = input else {
        let found = input.map_or_else(|| "nothing".to_owned(), |value| format!("a {}", value.kind()));
        let message = format!("`evaluate` takes Teams, found {found}");
        return Err(Diagnostic::error("wrong-input", message)
            .help("this is a defect of grn")
            .into());
    };
    let report = evaluate(&teams);
    if report.per_size.is_empty() {
        let message = "`evaluate` found no test target with a known team of the size that was decoded";
        let help = "teams of targets without known regulators can be shown and saved, not evaluated";
        return Err(Diagnostic::error("nothing-to-evaluate", message).help(help).into());
    }
    Ok(Value::Report(Arc::new(report)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::STAGE;
    use crate::engine::context::{RunError, RunResult, alone};
    use crate::engine::value::Value;
    use crate::lang::arguments::Arguments;
    use crate::metrics::fixtures;
    use std::sync::Arc;

    fn run(input: Option<Value>) -> RunResult<Value> {
        alone(&Arguments::default(), |context| STAGE.run.unwrap()(context, input))
    }

    #[test]
    fn reports_each_size() {
        let report = run(Some(Value::Teams(Arc::new(fixtures::teams()))))
            .unwrap()
            .report()
            .unwrap();
        assert_eq!(report.per_size.keys().copied().collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn says_when_there_is_nothing_to_judge() {
        let mut teams = fixtures::teams();
        teams.predictions.clear();
        let Err(RunError::Failed(error)) = run(Some(Value::Teams(Arc::new(teams)))) else {
            panic!("an evaluation of nothing has no result");
        };
        assert_eq!(error.code, "nothing-to-evaluate");
        assert!(run(None).is_err());
    }
}
